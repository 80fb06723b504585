/* SPDX-License-Identifier: GPL-2.0-or-later */
/* causes.c: `steadybridge causes`: what the causes in a verdict mean. */
#include <stdio.h>
#include <string.h>

#include "base/status.h"
#include "command/command.h"
#include "command/help.h"
#include "explain/explain_cause.h"
#include "trace/names.h"

#define ANY_CASE (~0U) /* whatever a case is about */

/* The sentences on a cause, or the first one. */
static void causes_print(enum cause cause, bool whole)
{
	struct buf text = {0};

	explain_cause(cause, ANY_CASE, &text);
	char *end = strstr(text.s, ". ");
	if (end && !whole)
		end[1] = '\0';
	printf("%s\n", text.s);
	buf_free(&text);
}

static int run(struct options *o)
{
	enum cause cause;

	if (o->n_names) {
		if (cause_parse(o->names[0], &cause) || cause == CAUSE_NONE)
			return help_usage_error(&command_causes,
			    "unknown cause '%s', expected one that steadybridge causes lists",
			    o->names[0]);
		causes_print(cause, true);
		return 0;
	}
	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++) {
		printf("%-21s", cause_name((enum cause)c));
		causes_print((enum cause)c, false);
	}
	return 0;
}

const struct command command_causes = {"causes", "[CAUSE]", 0, 1,
    "say what the causes in a verdict mean, or all that is known of one", 0, "stale-gateway", run};
