/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export.c: `steadybridge export`: a case as one shell script, for those who have no steadybridge.
 */
#include "explain/export.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/data.h"
#include "base/status.h"
#include "cli/selection.h"
#include "cli/version.h"
#include "command/command.h"

/* 0 or an exit status. */
static int write_script(const char *path, const struct buf *text)
{
	struct err e = {{0}};

	if (!path || !strcmp(path, "-")) {
		fputs(text->s, stdout);
		return 0;
	}
	if (data_write(path, text->s, text->len, &e)) {
		fprintf(stderr, "steadybridge export: %s\n", e.text);
		return STATUS_CANNOT;
	}
	/* without it the script still runs, by `sh FILE` */
	(void)chmod(path, 0755);
	return 0;
}

static int run(struct options *o)
{
	struct export_options how = {.kselftest = o->kselftest, .version = steadybridge_version};
	const struct scenario_case *c;
	struct scenarios s = {0};
	struct buf text = {0};
	const char *why;
	int r = selection_read_case(o, &s, &c);

	if (!r && export_script(c, &how, &text, &why)) {
		fprintf(stderr,
		    "steadybridge export: found %s, expected a case that a script can show: %s\n",
		    c->name, why);
		r = STATUS_USAGE;
	}
	if (!r)
		r = write_script(o->script, &text);
	buf_free(&text);
	load_free(&s);
	return r;
}

const struct command command_export = {"export", "CASE [FILE]", 1, 2,
    "write a shell script that shows a case without steadybridge",
    OPTION_SET | OPTION_KSELFTEST | OPTION_OUT_FILE,
    "lowest-port-leaves/inherited,leaves-by=delete --out bug.sh", run};
