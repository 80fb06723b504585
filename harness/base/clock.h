/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock.h: the clocks, and waiting with a deadline. */
#ifndef SB_CLOCK_H
#define SB_CLOCK_H

#include <stdint.h>
#include <sys/types.h>

int64_t clock_now_ns(void);  /* CLOCK_MONOTONIC */
int64_t clock_real_ns(void); /* CLOCK_REALTIME, since 1970: only for dates, it may be set */
#define CLOCK_UTC_TEXT 32
/* A clock_real_ns() as "2026-11-30T18:24:54Z"; returns out (CLOCK_UTC_TEXT bytes). */
char *clock_utc(int64_t real_ns, char *out);
/* Processor time that a process (0: the caller) has taken so far, all its threads; 0: not told. */
int64_t clock_cpu_ns(pid_t pid);
/* The step of the monotonic clock as it shows itself: on a machine without a good clock source it
 * only ticks (4 ms at 250 Hz), whatever clock_getres() says. Takes nine steps. */
int64_t clock_grain_ns(void);
int64_t clock_jiffy_ns(void); /* the kernel's tick: the grain of its timers */
/* Milliseconds until deadline_ns for poll(), rounded up, 0 when it has passed. */
int clock_poll_ms(int64_t deadline_ns);
/* Waits until fd is readable (1), the deadline has passed (0), or fails with -errno. */
int clock_wait_readable(int fd, int64_t deadline_ns);

#endif
