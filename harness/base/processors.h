/* SPDX-License-Identifier: GPL-2.0-or-later */
/* processors.h: how many processors this process may use. */
#ifndef SB_PROCESSORS_H
#define SB_PROCESSORS_H

#include <stdint.h>

struct processors_quota {
	double processors; /* half a processor is 0.5; 0: there is no limit */
	int64_t pause_ns;  /* how long a group stands still that has used its time up on one
	                    * processor; 0: it never does */
};

/* Those that its affinity (taskset, cpuset) leaves, or fewer where a control group limits their
 * time (cpu.max, cpu.cfs_quota_us): half a processor is 0.5. */
double processors_usable(void);
/* What the control groups of the caller and those above them allow, by the files below `root` (""
 * but in tests): the smallest quota and the longest pause. */
void processors_quota(const char *root, struct processors_quota *out);

#endif
