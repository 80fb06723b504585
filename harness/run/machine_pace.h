/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine_pace.h: the highest pace that this machine's clock and processor time allow. */
#ifndef SB_MACHINE_PACE_H
#define SB_MACHINE_PACE_H

#include "base/processors.h"
#include "schedule/seed_pace.h"

struct machine_pace {
	double most;     /* at least 1 */
	int64_t real_ns; /* what limits it: the clock's step, or a pause */
	char why[64];    /* the same in words: "clock steps of 4 ms" */
};

/* With a clock that steps by grain_ns, and such a quota. Pure. */
void machine_pace_of(
    int64_t grain_ns, const struct processors_quota *quota, struct machine_pace *out);
/* Of this machine, as it shows itself. */
void machine_pace_look(struct machine_pace *out);
/* Lowers a pace that is only the default to what the machine allows. Keeps m's text. */
void machine_pace_limit(const struct machine_pace *m, struct seed_pace *asked);

/* For a machine that is declared to be slow, as the kernel's tests have it: KSFT_MACHINE_SLOW is
 * set and not empty. Lowers `most`; false: it is not so, or `most` is as low. */
bool machine_pace_slow(struct machine_pace *m, const char *ksft_machine_slow);

#define RETRIES 2
/* The pace of retry 1 or 2, of a play that was disturbed at the pace `before`: half of that, 10 and
 * 5 at most, 1 at least. */
double machine_pace_of_retry(double before, int retry);

#endif
