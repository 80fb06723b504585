/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fields.h: the members of a struct as keys of a JSON object, by a table for both ways. */
#ifndef SB_FIELDS_H
#define SB_FIELDS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum field_kind {
	FIELD_INT,   /* signed, of the member's size; 8 bytes: within +-2^60 */
	FIELD_UINT,  /* unsigned, of the member's size, up to 4 bytes */
	FIELD_HEX,   /* uint64_t as hex text */
	FIELD_BOOL,  /* one byte */
	FIELD_REAL,  /* double, finite */
	FIELD_LIMIT, /* int64_t >= 0, or "any" for -1 */
	FIELD_CHARS, /* char array, terminated */
	FIELD_TEXT,  /* char *, owned; null is NULL */
	FIELD_MAC,
	FIELD_IP4,   /* four bytes */
	FIELD_IP6,   /* sixteen bytes */
	FIELD_IP,    /* sixteen bytes; `extra` is the offset of its family byte */
	FIELD_NAME,  /* one byte that indexes `names` */
	FIELD_CAUSE, /* enum cause */
	FIELD_NUD,   /* uint16_t, NUD_* */
	FIELD_PLAY,  /* struct play_id, as one number */
	FIELD_WHERE  /* one byte: "router", "upstream", "client0" ... */
};

/* Left out of the JSON when the member's bytes are all zero, or all ones. */
enum field_omit { OMIT_NEVER, OMIT_ZERO, OMIT_ONES };

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset, size;
	enum field_omit omit;
	const char *const *names; /* FIELD_NAME */
	size_t extra;             /* FIELD_NAME: how many names; FIELD_IP: see there */
};

/* Adds the members to the object. Bytes of text that are no UTF-8 become '?'. */
void fields_put(json_t *object, const struct field *fields, size_t n, const void *from);
/* Reads the members out of the object; every key must be there, but for those that may be omitted.
 * Adds the number of keys found to *found. 0, or -EINVAL with "key: what is wrong". What was read
 * into FIELD_TEXT before a failure is owned by the caller all the same. */
int fields_get(const json_t *object, const struct field *fields, size_t n, void *to, size_t *found,
    struct err *e);

#endif
