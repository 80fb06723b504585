/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.c: what `steadybridge help` and `steadybridge COMMAND --help` print. */
#include "command/help.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/status.h"
#include "cli/version.h"

void help_all(const struct command *const *commands, size_t n)
{
	printf("steadybridge %s\n"
	       "Tests whether traffic through a Linux bridge survives while ports come and go.\n\n"
	       "usage: steadybridge COMMAND [OPTION...] [ARGUMENT...]\n\n",
	    steadybridge_version);
	for (size_t i = 0; i < n; i++)
		printf("  %-8s  %-22s  %s\n", commands[i]->name, commands[i]->arguments,
		    commands[i]->summary);
	puts("\n'steadybridge COMMAND --help' shows the options of a command and an example.\n"
	     "'steadybridge --version' shows the versions that a verdict may depend on.");
}

void help_one(const struct command *c)
{
	printf("usage: steadybridge %s [OPTION...]%s%s\n\n%s\n\n", c->name,
	    *c->arguments ? " " : "", c->arguments, c->summary);
	options_help(c->options);
	printf("\nexample:\n  steadybridge %s%s%s\n", c->name, *c->example ? " " : "", c->example);
}

int help_usage_error(const struct command *c, const char *fmt, ...)
{
	struct buf what = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&what, fmt, ap);
	va_end(ap);
	fprintf(
	    stderr, "steadybridge %s: %s; see steadybridge %s --help\n", c->name, what.s, c->name);
	buf_free(&what);
	return STATUS_USAGE;
}
