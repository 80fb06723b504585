/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schema.h: a JSON Schema of docs/ beside the code that writes what it describes. A comparison
 * appends what differs, a line each. No validator is needed. */
#ifndef SB_CHECK_SCHEMA_H
#define SB_CHECK_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>

#include "base/mem.h"

/* The schema; fails the test unless it is JSON. */
json_t *schema_read(const char *path);
/* $defs/NAME, or NULL. */
json_t *schema_definition(const json_t *schema, const char *name);
/* The definition that a property refers to, or the property. */
json_t *schema_resolved(const json_t *schema, json_t *property);
/* Is the word among the strings of the array? */
bool schema_lists(const json_t *array, const char *word);
/* Appends an error when the enum $defs/NAME has no such word. */
void schema_must_list(
    const json_t *schema, const char *file, const char *name, const char *word, struct buf *said);
/* Fails the test with what a comparison has said. */
void schema_nothing_said(struct buf *said);

/* A change of a file, and what a comparison must say of it. */
struct schema_change {
	const char *file, *from, *to, *said;
};
void schema_see_drift(const struct schema_change *changes, size_t n,
    void (*compare)(const char *file, const char *text, struct buf *said));

#endif
