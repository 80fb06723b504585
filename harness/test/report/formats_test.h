/* SPDX-License-Identifier: GPL-2.0-or-later */
/* formats_test.h: readers of what machines read, which know nothing of its writers. */
#ifndef SB_CHECK_FORMATS_H
#define SB_CHECK_FORMATS_H

#include "base/mem.h"
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

/* What netdev's CI sees of a test whose output is this text. */
struct netdev {
	unsigned passed, failed, skipped, timed; /* of its results */
	bool skip; /* a text that has it take the whole test for skipped */
};
void netdev_read(const char *text, struct netdev *n);

/* What perl's TAP::Parser sees: "PASSED FAILED SKIPPED ", and what it does not know or finds wrong;
 * caller frees. */
char *perl_read(const struct buf *text);

#endif
