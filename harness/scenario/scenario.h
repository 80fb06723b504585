/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenario.h: a scenario file read, checked and spread into cases. Pure. */
#ifndef SB_SCENARIO_H
#define SB_SCENARIO_H

#include "base/mem.h"
#include "scenario/case.h"

/* --set PATH=VALUE; value is YAML. */
struct setting {
	const char *path, *value;
};

struct scenario_options {
	const struct setting *settings;
	size_t n_settings;
	bool allow_faults; /* the keys `fault` and `expect` are for the harness's own tests */
};

/* Reads a scenario from text. 0 and *out (caller frees with scenario_free), or -EINVAL with every
 * error that was found appended to `messages`: "file:line:column: error: what\n", the line, a caret
 * under the column, and what was expected. With 0 there may be warnings in `messages`, of the same
 * form. */
int scenario_parse(const char *file, const char *text, size_t len, const struct scenario_options *o,
    struct scenario **out, struct buf *messages);
void scenario_free(struct scenario *s);

/* May a scenario be called so: 1 to 100 letters, digits and any of . _ -? */
bool scenario_name_is_good(const char *name);

#endif
