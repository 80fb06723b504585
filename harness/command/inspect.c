/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inspect.c: `steadybridge inspect`: is a bridge of this host pinned? */
#include "host/inspect.h"

#include <errno.h>
#include <stdio.h>

#include "base/status.h"
#include "command/command.h"

static int run(struct options *o)
{
	struct buf text = {0};
	struct err e = {{0}};
	int r = inspect_bridge(o->names[0], &text, &e);

	fputs(text.s ? text.s : "", stdout);
	buf_free(&text);
	if (r < 0) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		return r == -ENODEV || r == -EINVAL ? STATUS_USAGE : STATUS_CANNOT;
	}
	return r;
}

const struct command command_inspect = {"inspect", "BRIDGE", 1, 1,
    "show whether a bridge of this host is pinned (status 0) or not (1)", 0, "docker0", run};
