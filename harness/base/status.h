/* SPDX-License-Identifier: GPL-2.0-or-later */
/* status.h: the exit statuses of steadybridge. `--exit` gives some of them other numbers
 * (options_exit()). */
#ifndef SB_STATUS_H
#define SB_STATUS_H

enum status {
	STATUS_PASSED = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,   /* or a bad scenario */
	STATUS_UNCLEAR = 3, /* inconclusive, not reproduced or invalid */
	STATUS_CANNOT = 4,  /* nothing could be played, or a report not be written or read */
};

#endif
