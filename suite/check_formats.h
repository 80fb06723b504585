/* check_formats.h: tests of what machines read, and readers of it that know nothing of its writers.
 */
#ifndef SB_CHECK_FORMATS_H
#define SB_CHECK_FORMATS_H

#include "suite/ctest.h"

void check_junit(struct ctests *list);

/* Fails the test unless the text is XML that fixtures/schema/junit.xsd takes. */
void junit_assert_valid(const char *text, size_t len);

#endif
