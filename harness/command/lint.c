/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lint.c: `steadybridge lint`: reads scenario files and says what is wrong with them. */
#include <stdio.h>

#include "base/utf8.h"
#include "cli/selection.h"
#include "command/command.h"

static int run(struct options *o)
{
	struct scenarios s = {0};
	int r = selection_read(o, &s);

	for (size_t i = 0; !r && i < s.n; i++) {
		struct buf name = {0};

		utf8_add(&name, s.items[i]->file, false); /* a file may be called anything */
		printf("%s: ok, %zu case%s\n", name.s, s.items[i]->n_cases,
		    s.items[i]->n_cases == 1 ? "" : "s");
		buf_free(&name);
	}
	load_free(&s);
	return r;
}

const struct command command_lint = {"lint", "FILE...", 1, NAMES_ANY,
    "check scenario files and print their errors", OPTION_SET, "mine.yaml", run};
