/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats_test.h: readers of what machines read, which know nothing of its writers. */
#ifndef SB_CHECK_FORMATS_H
#define SB_CHECK_FORMATS_H

#include "test/kit/ctest.h"

/* Fails the test unless the text is XML that harness/test/data/schema/junit.xsd takes. */
void junit_assert_valid(const char *text, size_t len);

struct ktap {
	unsigned passed, failed, skipped;
	unsigned timed;  /* results with a duration */
	unsigned bare;   /* failed ones without a diagnostic before them */
	char error[160]; /* the first; empty without an error */
};

/* Reads as the kernel's kunit_parser.py does; durations and totals as netdev's CI and the kernel's
 * own tests have them. */
void ktap_read(const char *text, struct ktap *k);

#endif
