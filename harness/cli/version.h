/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.h: the versions of steadybridge and of what its verdicts may depend on. */
#ifndef SB_VERSION_H
#define SB_VERSION_H

#include <stddef.h>

#include "host/prereq_list.h"
#include "report/report.h"

extern const char steadybridge_version[]; /* "0.1.0 (a1b2c3d)" */

struct version {
	char text[RUN_PARTS][40]; /* "" where it is not known */
};

/* Asks the programs and libraries that would be used now; what the prerequisites tell already is
 * not asked again (NULL: nothing). */
void version_look(struct version *v, const struct prereq *found);
/* Writes the version that a line of a program's holds ("ip utility, iproute2-6.1.0, libbpf 1.1.2":
 * "6.1.0"), with the word in brackets behind it ("1.8.9 (nf_tables)"); "" when there is none. */
void version_in(const char *line, char *text, size_t size);
/* The run's own pointers to them. */
void version_fill(const struct version *v, struct run *run);
/* `steadybridge --version`: prints all of them. */
void version_print(void);

#endif
