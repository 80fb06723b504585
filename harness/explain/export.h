/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export.h: a case as one shell script that needs nothing of steadybridge. Pure. */
#ifndef SB_EXPORT_H
#define SB_EXPORT_H

#include "scenario/case.h"

struct export_options {
	bool kselftest;      /* on lib.sh of the kernel's selftests, for bash */
	const char *version; /* of steadybridge, for the comment on top */
};

/* Appends the script. Or -ENOTSUP, and in *why the reason why a script cannot show the case. */
int export_script(const struct scenario_case *c, const struct export_options *o, struct buf *out,
    const char **why);

#endif
