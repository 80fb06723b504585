/* SPDX-License-Identifier: GPL-2.0-or-later */
/* invariant.h: what the scenario never asked to change, and yet changed. */
#ifndef SB_INVARIANT_H
#define SB_INVARIANT_H

#include "judge/attempt.h"
#include "judge/judgement.h"
#include "observed/bridge_state.h"

struct breach {
	int64_t t_ns;
	enum invariant what;
	char *text;
	bool of_rule; /* it breaks a rule of the kernel: judge/expected_bridge.h */
};

struct breaches {
	struct breach *items; /* by kind, then time */
	size_t n, cap;
	unsigned bits;      /* INVARIANT_* */
	unsigned rule_bits; /* of those of_rule */
};

/* Changes after t=0. The gateway's MAC counts only in an arm, and when it changed more often than
 * the arm's limit; frames at bystanders in an arm, and when they are a stream's, not a moment's. */
void breaches_find(const struct trace *t, const struct bridge_state *m, const struct attempts *all,
    struct breaches *out);
/* Adds one; takes over text. */
void breaches_add(struct breaches *out, int64_t t_ns, enum invariant what, char *text);
/* The first one that breaks a rule of the kernel, at any time or before t=0; NULL: none. */
const struct breach *breaches_of_rule(const struct breaches *b, bool before_churn);
/* Appends its text, and when it was unless that was before t=0. */
void breach_add_text(const struct breach *x, struct buf *out);
void breaches_sort(struct breaches *b);
/* So long may the bridge's own notification come after that of a port, or a new FDB entry after the
 * old one's deletion. */
int64_t invariant_settle_ns(const struct bridge_state *m);
void breaches_free(struct breaches *b);

#endif
