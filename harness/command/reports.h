/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reports.h: the scenarios that tell a public report. */
#ifndef SB_REPORTS_H
#define SB_REPORTS_H

#include "cli/load.h"
#include "cli/options.h"

/* Prints those that lie in a folder `reports` or have an arm with a remedy, and that have a case
 * that is selected. How many these are. */
size_t reports_list(const struct scenarios *s, const struct options *o);

#endif
