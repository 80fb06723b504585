/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subjects.h: the cases of `check --subject`: a real program makes the bridge. */
#ifndef SB_COMMAND_SUBJECTS_H
#define SB_COMMAND_SUBJECTS_H

#include "cli/load.h"
#include "cli/options.h"

/* Were subjects asked for? */
bool subjects_wanted(const struct options *o);
/* Looks at the subjects that were asked for, so that choice_make() finds them, and makes a scenario
 * for each (s may be NULL): the control, the subject, and the subject beside udevd. 0 or an exit
 * status, with messages on standard error. */
int subjects_read(const struct options *o, const struct scenario_options *so, struct scenarios *s);
/* Options that play one of their cases again from its case.yaml, which names a subject but not
 * where it is: "--subject ./mine ". Caller frees. */
char *subjects_again(const struct options *o);
/* What is missing for a case with a subject, and in *remedy what helps; NULL: nothing. Looks at the
 * subject first. */
const char *subjects_missing(const struct scenario_case *c, const char **remedy);
/* Prints the shipped subjects, and what each is here. An exit status. */
int subjects_list(void);

#endif
