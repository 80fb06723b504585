/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sentences.h: what a case has and does, a sentence for each thing. Pure. */
#ifndef SB_SENTENCES_H
#define SB_SENTENCES_H

#include "scenario/case.h"

enum sentence_about { ABOUT_CLIENTS, ABOUT_CHURN, ABOUT_EVENTS, ABOUT_LOOKUPS, ABOUT_BRIDGE };

struct sentences {
	struct sentence {
		enum sentence_about about;
		char *text; /* one line */
	} * items;
	size_t n, cap;
};

/* Adds the sentences of a case, in the order of `about`. Start with {0}; end with sentences_free().
 */
void sentences_of(const struct scenario_case *c, struct sentences *out);
bool sentences_have(const struct sentences *s, const struct sentence *one);
void sentences_free(struct sentences *s);
/* ": nothing lost, at most 1 outage, ...", or nothing when all is allowed. */
void sentences_limits(const struct limits *l, struct buf *out);

#endif
