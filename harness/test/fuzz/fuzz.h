/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.h: what the fuzz targets share. Each target is also a test: harness/test/fuzz/corpus_test.c.
 */
#ifndef SB_FUZZ_H
#define SB_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "trace/trace.h"

/* The one function of a target. In the tests each has its file's name instead. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process with one line when a property does not hold. */
#define HOLDS(property)                                                                            \
	do {                                                                                       \
		if (!(property))                                                                   \
			fuzz_broken(__FILE__, __LINE__, #property);                                \
	} while (0)
_Noreturn void fuzz_broken(const char *file, int line, const char *property);

/* A copy in memory of just its size, so that a read beyond it is a fault; caller frees. */
void *fuzz_copy(const void *data, size_t size);
/* An event can stand in a trace: what is written of it is read back to the same text. */
void fuzz_event(const struct event *ev);

#endif
