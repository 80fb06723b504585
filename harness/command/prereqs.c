/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereqs.c: `steadybridge prereqs`: what this machine has and lacks. */
#include "host/prereqs.h"

#include <stdio.h>

#include "base/status.h"
#include "command/command.h"

static int run(struct options *o)
{
	size_t n;
	const struct prereq *p = prereqs_look(&n);
	struct buf text = {0};
	bool good = prereqs_text(p, n, o->json, &text);

	fputs(text.s, stdout);
	buf_free(&text);
	return good ? 0 : STATUS_CANNOT;
}

const struct command command_prereqs = {
    "prereqs", "", 0, 0, "show what this machine has and lacks", OPTION_JSON, "--json", run};
