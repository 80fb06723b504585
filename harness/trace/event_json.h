/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_json.h: one event as a JSON object. */
#ifndef SB_EVENT_JSON_H
#define SB_EVENT_JSON_H

#include "trace/fields.h"
#include "trace/trace.h"

/* The table of an event type's own keys, beside "t", "e" and "at"; *n is their number.
 * docs/TRACE.md and docs/trace.schema.json tell of each, and a test compares them. */
const struct field *event_fields(enum event_type type, size_t *n);
json_t *event_to_json(const struct event *ev); /* caller decrefs */
/* 0, or -EINVAL with what is wrong; `order` is left at 0. */
int event_from_json(const json_t *object, struct event *ev, struct err *e);

#endif
