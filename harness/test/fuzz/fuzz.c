/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz.c: what the fuzz targets share. */
#include "test/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/event_json.h"

_Noreturn void fuzz_broken(const char *file, int line, const char *property)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, property);
	abort();
}

void *fuzz_copy(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	HOLDS(copy != NULL);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

static char *text_of(const struct event *ev)
{
	json_t *o = event_to_json(ev);
	char *text = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	return text;
}

void fuzz_event(const struct event *ev)
{
	char *first = text_of(ev);
	struct event back;
	struct err e = {{0}};

	HOLDS(first != NULL);
	json_t *o = json_loads(first, JSON_REJECT_DUPLICATES, NULL);

	HOLDS(o && !event_from_json(o, &back, &e));
	char *second = text_of(&back);

	HOLDS(second && !strcmp(first, second));
	json_decref(o);
	free(first);
	free(second);
}
