/* formats_test.h: tests of what machines read, and readers of it that know nothing of its writers.
 */
#ifndef SB_CHECK_FORMATS_H
#define SB_CHECK_FORMATS_H

#include "test/kit/ctest.h"

void check_junit(struct ctests *list);
void check_tap(struct ctests *list);
void check_schema(struct ctests *list);
void check_formats(struct ctests *list);
void check_soak(struct ctests *list);
void check_soak_run(struct ctests *list);
void check_table(struct ctests *list);

/* Fails the test unless the text is XML that harness/test/data/schema/junit.xsd takes. */
void junit_assert_valid(const char *text, size_t len);

struct ktap {
	unsigned passed, failed, skipped;
	unsigned bare;   /* failed ones without a diagnostic before them */
	char error[160]; /* the first; empty when there is none */
};

/* Reads as the kernel's kunit_parser.py does. */
void ktap_read(const char *text, struct ktap *k);

#endif
