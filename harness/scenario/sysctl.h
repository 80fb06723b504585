/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl.h: which sysctls a scenario may set. */
#ifndef SB_SYSCTL_H
#define SB_SYSCTL_H

/* NULL when a scenario may set it; else what is expected of such a name (static). */
const char *sysctl_refused(const char *name);

#endif
