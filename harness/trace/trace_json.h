/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_json.h: a trace as JSON lines: the first line is the case, every other one event. */
#ifndef SB_TRACE_JSON_H
#define SB_TRACE_JSON_H

#include "base/err.h"
#include "base/mem.h"
#include "trace/fields.h"
#include "trace/trace.h"

/* The objects of a trace's first line. */
enum header_part {
	HEADER_CASE, /* beside "steadybridge-trace" and the others, each by its name below */
	HEADER_LIMITS,
	HEADER_CLIENT,
	HEADER_STREAM,
	HEADER_KNOWN,
	HEADER_PARTS
};

/* The table of its keys; *n is their number. docs/TRACE.md and docs/trace.schema.json tell of each,
 * and a test compares them. */
const struct field *header_fields(enum header_part part, size_t *n);

/* Appends the whole trace to out; times are scenario nanoseconds, integers. */
void trace_to_json(const struct trace *t, struct buf *out);
/* Reads what trace_to_json() wrote; writing it again gives the same bytes. `name` is for messages
 * ("name:line: what"). 0, -EINVAL, -E2BIG. On failure t is empty. */
int trace_from_json(const char *name, const char *text, size_t len, struct trace *t, struct err *e);

#endif
