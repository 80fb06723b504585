/* processors.h: how many processors this process may use. */
#ifndef SB_PROCESSORS_H
#define SB_PROCESSORS_H

/* Those that its affinity (taskset, cpuset) leaves, or fewer where a control group limits their
 * time (cpu.max, cpu.cfs_quota_us): half a processor is 0.5. */
double processors_usable(void);
/* What the control groups of the caller and those above them allow, as told by the files below
 * `root` ("" but in tests): the smallest quota; 0: no limit is told. */
double processors_quota(const char *root);

#endif
