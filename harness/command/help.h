/* SPDX-License-Identifier: GPL-2.0-or-later */
/* help.h: what `steadybridge help` and `steadybridge COMMAND --help` print. */
#ifndef SB_HELP_H
#define SB_HELP_H

#include <stddef.h>

#include "command/command.h"

/* Prints all commands, one a line. */
void help_all(const struct command *const *commands, size_t n);
/* Prints a command's usage line, options and example. */
void help_one(const struct command *c);
/* Prints what is wrong with a call of c, and where its usage is told. STATUS_USAGE. */
int help_usage_error(const struct command *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
