/* SPDX-License-Identifier: GPL-2.0-or-later */
/* refuse.h: what refuse.c (LD_PRELOAD) writes into a file that tests read. */
#ifndef SB_REFUSE_H
#define SB_REFUSE_H

#include <stdatomic.h>
#include <sys/types.h>

struct refuse_page {
	_Atomic unsigned long seen,
	    refused;   /* calls of the functions named, and those that failed */
	char name[24]; /* of the first that failed */
	pid_t pid;     /* whose it was */
};

#endif
