/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fields.c: the members of a struct as keys of a JSON object, by a table for both ways. */
#include "trace/fields.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "trace/names.h"

#define TIME_MAX_NS (INT64_C(1) << 60)

static bool filled(const uint8_t *p, size_t n, uint8_t with)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != with)
			return false;
	return true;
}

/* Where the value of a member of this size begins within eight bytes. */
static size_t first_byte(size_t size)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : sizeof(uint64_t) - size;
}

static int64_t load(const uint8_t *p, size_t size, bool is_signed)
{
	uint64_t u = 0;

	memcpy((uint8_t *)&u + first_byte(size), p, size);
	if (is_signed && size < 8 && u >> (8 * size - 1))
		u |= ~UINT64_C(0) << (8 * size);
	return (int64_t)u;
}

static void store(uint8_t *p, size_t size, int64_t v)
{
	uint64_t u = (uint64_t)v;

	memcpy(p, (uint8_t *)&u + first_byte(size), size);
}

static json_t *text(const char *s, size_t max)
{
	struct buf b = {0};
	json_t *j;

	buf_add(&b, s, strnlen(s, max));
	utf8_clean(b.s, true);
	j = json_string(b.s);
	buf_free(&b);
	return j;
}

static json_t *value(const struct field *f, const uint8_t *p, const uint8_t *base)
{
	char s[INET6_ADDRSTRLEN > 32 ? INET6_ADDRSTRLEN : 32];
	int64_t v;

	switch (f->kind) {
	case FIELD_INT:
		return json_integer(load(p, f->size, true));
	case FIELD_UINT:
		return json_integer(load(p, f->size, false));
	case FIELD_HEX:
		snprintf(s, sizeof(s), "%" PRIx64, (uint64_t)load(p, f->size, false));
		return json_string(s);
	case FIELD_BOOL:
		return json_boolean(*p);
	case FIELD_REAL: {
		double d;

		memcpy(&d, p, sizeof(d));
		return json_real(isfinite(d) ? d : 0);
	}
	case FIELD_LIMIT:
		v = load(p, f->size, true);
		return v < 0 ? json_string("any") : json_integer(v);
	case FIELD_CHARS:
		return text((const char *)p, f->size - 1);
	case FIELD_TEXT: {
		char *owned;

		memcpy(&owned, p, sizeof(owned));
		return owned ? text(owned, PTRDIFF_MAX) : json_null();
	}
	case FIELD_MAC: {
		struct mac m;

		memcpy(&m, p, sizeof(m));
		return json_string(mac_text(m, s));
	}
	case FIELD_IP4:
		return json_string(inet_ntop(AF_INET, p, s, sizeof(s)));
	case FIELD_IP6:
		return json_string(inet_ntop(AF_INET6, p, s, sizeof(s)));
	case FIELD_IP:
		v = base[f->extra] == AF_INET6 ? AF_INET6 : AF_INET;
		return json_string(inet_ntop((int)v, p, s, sizeof(s)));
	case FIELD_NAME:
		return json_string(*p < f->extra ? f->names[*p] : f->names[0]);
	case FIELD_CAUSE:
		return json_string(cause_name((enum cause)load(p, f->size, false)));
	case FIELD_NUD:
		v = load(p, f->size, false);
		return nud_name((unsigned)v) ? json_string(nud_name((unsigned)v)) : json_integer(v);
	case FIELD_WHERE:
		if (*p == WHERE_ROUTER)
			return json_string("router");
		if (*p == WHERE_UPSTREAM)
			return json_string("upstream");
		snprintf(s, sizeof(s), "client%d", *p - WHERE_CLIENT);
		return json_string(s);
	case FIELD_PLAY: {
		struct play_id id;

		memcpy(&id, p, sizeof(id));
		return json_integer(play_id_number(id));
	}
	}
	return json_null();
}

void fields_put(json_t *object, const struct field *fields, size_t n, const void *from)
{
	const uint8_t *base = from;

	for (const struct field *f = fields; f < fields + n; f++) {
		const uint8_t *p = base + f->offset;
		size_t size = f->kind == FIELD_CHARS ? 1 : f->size; /* text ends at its NUL */

		/* what has no name is written as the first */
		bool unnamed = f->kind == FIELD_NAME && *p >= f->extra;

		if ((f->omit == OMIT_ZERO && (unnamed || filled(p, size, 0))) ||
		    (f->omit == OMIT_ONES && filled(p, f->size, 0xff)))
			continue;
		json_object_set_new(object, f->key, value(f, p, base));
	}
}

static int get_int(const json_t *j, int64_t min, int64_t max, size_t size, uint8_t *p)
{
	if (!json_is_integer(j) || json_integer_value(j) < min || json_integer_value(j) > max)
		return -EINVAL;
	store(p, size, json_integer_value(j));
	return 0;
}

static int get_where(const char *s, uint8_t *p)
{
	unsigned n = 0;

	if (!strcmp(s, "router")) {
		*p = WHERE_ROUTER;
		return 0;
	}
	if (!strcmp(s, "upstream")) {
		*p = WHERE_UPSTREAM;
		return 0;
	}
	if (strncmp(s, "client", 6) || !s[6] || (s[6] == '0' && s[7]))
		return -EINVAL;
	for (s += 6; *s; s++) {
		if (*s < '0' || *s > '9' || (n = n * 10 + (unsigned)(*s - '0')) > 253)
			return -EINVAL;
	}
	*p = (uint8_t)(WHERE_CLIENT + n);
	return 0;
}

static int get_hex(const char *s, uint8_t *p)
{
	uint64_t u = 0;
	size_t n = strlen(s);

	if (n == 0 || n > 16 || (n > 1 && *s == '0') || strspn(s, "0123456789abcdef") != n)
		return -EINVAL;
	for (; *s; s++)
		u = u << 4 | (uint64_t)(*s <= '9' ? *s - '0' : *s - 'a' + 10);
	store(p, 8, (int64_t)u);
	return 0;
}

static int get_name(const struct field *f, const char *s, uint8_t *p)
{
	int i = word_index(f->names, f->extra, s);

	*p = (uint8_t)i;
	return i < 0 ? -EINVAL : 0;
}

static int get(const struct field *f, const json_t *j, uint8_t *p, uint8_t *base)
{
	const char *s = json_string_value(j); /* NULL when it is no string */
	int64_t max = f->size < 8 ? INT64_C(1) << (8 * f->size - 1) : TIME_MAX_NS;

	switch (f->kind) {
	case FIELD_INT:
		return get_int(j, -max, f->size < 8 ? max - 1 : max, f->size, p);
	case FIELD_UINT:
		return get_int(j, 0, 2 * max - 1, f->size, p);
	case FIELD_HEX:
		return s ? get_hex(s, p) : -EINVAL;
	case FIELD_BOOL:
		*p = json_is_true(j);
		return json_is_boolean(j) ? 0 : -EINVAL;
	case FIELD_REAL: {
		double d = json_number_value(j);

		memcpy(p, &d, sizeof(d));
		return json_is_number(j) && isfinite(d) ? 0 : -EINVAL;
	}
	case FIELD_LIMIT:
		if (s && !strcmp(s, "any")) {
			store(p, f->size, LIMIT_ANY);
			return 0;
		}
		return get_int(j, 0, max, f->size, p);
	case FIELD_CHARS:
		if (!s || strlen(s) >= f->size || !utf8_good(s, true))
			return -EINVAL;
		memcpy(p, s, strlen(s) + 1);
		return 0;
	case FIELD_TEXT: {
		char *owned = mem_strdup(s);

		memcpy(p, &owned, sizeof(owned));
		return s ? (utf8_good(s, true) ? 0 : -EINVAL) : json_is_null(j) ? 0 : -EINVAL;
	}
	case FIELD_MAC: {
		struct mac m;

		if (!s || mac_parse(s, &m))
			return -EINVAL;
		memcpy(p, &m, sizeof(m));
		return 0;
	}
	case FIELD_IP4:
		return s && inet_pton(AF_INET, s, p) == 1 ? 0 : -EINVAL;
	case FIELD_IP6:
		return s && inet_pton(AF_INET6, s, p) == 1 ? 0 : -EINVAL;
	case FIELD_IP:
		base[f->extra] = s && strchr(s, ':') ? AF_INET6 : AF_INET;
		return s && inet_pton(base[f->extra], s, p) == 1 ? 0 : -EINVAL;
	case FIELD_NAME:
		return s ? get_name(f, s, p) : -EINVAL;
	case FIELD_CAUSE: {
		enum cause c;

		if (!s || cause_parse(s, &c))
			return -EINVAL;
		store(p, f->size, c);
		return 0;
	}
	case FIELD_NUD:
		if (!s || nud_parse(s) < 0)
			return get_int(j, 0, UINT16_MAX, f->size, p);
		store(p, f->size, nud_parse(s));
		return 0;
	case FIELD_WHERE:
		return s ? get_where(s, p) : -EINVAL;
	case FIELD_PLAY: {
		int number;

		if (get_int(j, INT_MIN, INT_MAX, sizeof(number), (uint8_t *)&number))
			return -EINVAL;
		struct play_id id = play_id_of_number(number);
		memcpy(p, &id, sizeof(id));
		return 0;
	}
	}
	return -EINVAL;
}

int fields_get(const json_t *object, const struct field *fields, size_t n, void *to, size_t *found,
    struct err *e)
{
	uint8_t *base = to;

	for (const struct field *f = fields; f < fields + n; f++) {
		uint8_t *p = base + f->offset;
		const json_t *j = json_object_get(object, f->key);

		if (!j && f->omit != OMIT_NEVER) {
			memset(p, f->omit == OMIT_ONES ? 0xff : 0, f->size);
			continue;
		}
		if (!j)
			return err_set(e, EINVAL, "no key '%s'", f->key);
		if (get(f, j, p, base))
			return err_set(e, EINVAL, "'%s' has a wrong value", f->key);
		++*found;
	}
	return 0;
}
