/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change_sentence.h: an event of a case in a sentence. Pure. */
#ifndef SB_CHANGE_SENTENCE_H
#define SB_CHANGE_SENTENCE_H

#include "scenario/case.h"

/* "at 5 s br0 gets MTU 1400"; caller frees. */
char *change_sentence(const struct scenario_case *c, const struct change *ch);
/* "250 ms", into out (DURATION_TEXT bytes); returns it. */
char *sentence_span(int64_t ns, char *out);

#endif
