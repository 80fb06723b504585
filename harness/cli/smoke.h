/* SPDX-License-Identifier: GPL-2.0-or-later */
/* smoke.h: the few cases of `--smoke`: each cause that a control breaks by, and each way in which
 * an arm pins its bridge, at least once. */
#ifndef SB_SMOKE_H
#define SB_SMOKE_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/load.h"
#include "cli/options.h"

struct smoke {
	const struct scenario_case **cases; /* in the order of choosing */
	size_t n, cap;
};

/* What a case says that must occur, as bits: of a control its cause, of an arm how it pins. */
unsigned smoke_shows(const struct scenario_case *c);
/* Chooses of the cases that the options want; the same ones each time. An arm comes with its
 * controls. */
void smoke_choose(const struct scenarios *s, const struct options *o, struct smoke *out);
bool smoke_has(const struct smoke *sm, const struct scenario_case *c);
void smoke_free(struct smoke *sm);

#endif
