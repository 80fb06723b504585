/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace_json.c: a trace as JSON lines: the first line is the case, every other one event. */
#include "trace/trace_json.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/macros.h"
#include "trace/event_json.h"
#include "trace/names.h"

#define FORMAT 1
#define TEXT_MAX (512UL << 20)
#define STREAMS_MAX 4096
#define CLIENTS_MAX 253 /* `where` and `client` are bytes */
#define KNOWN_MAX 4096
#define SLUG_MAX 255

#define MEMBER(type, m) offsetof(struct type, m), sizeof(((struct type *)0)->m)
#define KEY(key, kind, type, m)                                                                    \
	{                                                                                          \
		key, FIELD_##kind, MEMBER(type, m), OMIT_NEVER, NULL, 0                            \
	}

#define KEY_OR_ZERO(key, kind, type, m)                                                            \
	{                                                                                          \
		key, FIELD_##kind, MEMBER(type, m), OMIT_ZERO, NULL, 0                             \
	}
/* Left out for the first name, which is the usual one. */
#define KEY_NAME_OR(key, type, m, names)                                                           \
	{                                                                                          \
		key, FIELD_NAME, MEMBER(type, m), OMIT_ZERO, names, ARRAY_SIZE(names)              \
	}

static const char *const mac_rules[MAC_RULES] = {"unknown", "inherited", "set"};

static const struct field meta_fields[] = {
    KEY("name", TEXT, trace_meta, name),
    KEY("scenario", TEXT, trace_meta, scenario),
    KEY("arm", TEXT, trace_meta, arm),
    KEY("group", TEXT, trace_meta, group),
    KEY("slug", TEXT, trace_meta, slug),
    KEY("summary", TEXT, trace_meta, summary),
    KEY("kernel", TEXT, trace_meta, kernel),
    KEY_OR_ZERO("tool", TEXT, trace_meta, tool),
    KEY_OR_ZERO("file", TEXT, trace_meta, file),
    KEY_OR_ZERO("line", INT, trace_meta, line),
    KEY("fault", TEXT, trace_meta, fault),
    KEY("seed", HEX, trace_meta, seed),
    KEY("pace", REAL, trace_meta, pace),
    KEY("play", PLAY, trace_meta, play),
    KEY_OR_ZERO("rounds", INT, trace_meta, rounds),
    KEY("breaks", CAUSE, trace_meta, breaks),
    KEY("exposures-none", BOOL, trace_meta, exposures_none),
    KEY("warmup-ns", INT, trace_meta, warmup_ns),
    KEY("duration-ns", INT, trace_meta, duration_ns),
    KEY("implied-outage-ns", INT, trace_meta, min_outage_ns),
    KEY("gateway-ip4", IP4, trace_meta, gateway_ip4),
    KEY_OR_ZERO("gateway-ip6", IP6, trace_meta, gateway_ip6),
    KEY_NAME_OR("bridge-mac-rule", trace_meta, bridge_mac_rule, mac_rules),
    KEY_OR_ZERO("bridge-mac", MAC, trace_meta, bridge_mac),
    KEY_OR_ZERO("bridge-learns-nothing", BOOL, trace_meta, bridge_learns_nothing),
    KEY_OR_ZERO("bridge-mtu", INT, trace_meta, bridge_mtu),
    KEY_OR_ZERO("upstream-delay-ns", INT, trace_meta, upstream_delay_ns),
    KEY("t0-real", TEXT, trace_meta, t0),
    KEY("config", TEXT, trace_meta, config),
};

static const struct field limit_fields[] = {
    KEY("lost", LIMIT, limits, lost),
    KEY("outages", LIMIT, limits, outages),
    KEY("outage-ns", LIMIT, limits, outage_ns),
    KEY("gateway-mac-changes", LIMIT, limits, gateway_mac_changes),
    KEY("answered", REAL, limits, answered),
};

static const struct field client_fields[] = {
    KEY("name", CHARS, client_meta, name),
    KEY("ip4", IP4, client_meta, ip4),
    KEY_OR_ZERO("ip6", IP6, client_meta, ip6),
    KEY("mac", MAC, client_meta, mac),
    KEY("port-mac", MAC, client_meta, port_mac),
    KEY_OR_ZERO("port-learns-nothing", BOOL, client_meta, unlearned),
};

static const struct field stream_fields[] = {
    KEY("name", CHARS, stream, name),
    KEY("client", INT, stream, client),
    KEY("reference", BOOL, stream, reference),
    KEY("closed-loop", BOOL, stream, closed_loop),
    KEY_NAME_OR("family", stream, family, family_names),
    KEY_NAME_OR("transport", stream, transport, transport_names),
    KEY("interval-ns", INT, stream, interval_ns),
    KEY("timeout-ns", INT, stream, timeout_ns),
};

static const struct field known_fields[] = {
    KEY("breaks", CAUSE, known_meta, breaks),
    KEY("why", TEXT, known_meta, why),
};

const struct field *header_fields(enum header_part part, size_t *n)
{
	static const struct {
		const struct field *fields;
		size_t n;
	} parts[HEADER_PARTS] = {
	    [HEADER_CASE] = {meta_fields, ARRAY_SIZE(meta_fields)},
	    [HEADER_LIMITS] = {limit_fields, ARRAY_SIZE(limit_fields)},
	    [HEADER_CLIENT] = {client_fields, ARRAY_SIZE(client_fields)},
	    [HEADER_STREAM] = {stream_fields, ARRAY_SIZE(stream_fields)},
	    [HEADER_KNOWN] = {known_fields, ARRAY_SIZE(known_fields)},
	};

	*n = parts[part].n;
	return parts[part].fields;
}

static int add_text(const char *s, size_t len, void *out)
{
	buf_add(out, s, len);
	return 0;
}

static void line_end(json_t *o, struct buf *out)
{
	json_dump_callback(o, add_text, out, JSON_COMPACT);
	buf_puts(out, "\n");
	json_decref(o);
}

static void put_list(json_t *o, const char *key, const struct field *fields, size_t n_fields,
    const void *items, size_t n, size_t size)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *item = json_object();

		fields_put(item, fields, n_fields, (const char *)items + i * size);
		json_array_append_new(list, item);
	}
	json_object_set_new(o, key, list);
}

void trace_to_json(const struct trace *t, struct buf *out)
{
	const struct trace_meta *m = &t->meta;
	json_t *o = json_object(), *limits = json_object();

	json_object_set_new(o, "steadybridge-trace", json_integer(FORMAT));
	fields_put(o, meta_fields, ARRAY_SIZE(meta_fields), m);
	fields_put(limits, limit_fields, ARRAY_SIZE(limit_fields), &m->limits);
	json_object_set_new(o, "limits", limits);
	put_list(o, "clients", client_fields, ARRAY_SIZE(client_fields), m->clients, m->n_clients,
	    sizeof(*m->clients));
	put_list(o, "streams", stream_fields, ARRAY_SIZE(stream_fields), m->streams, m->n_streams,
	    sizeof(*m->streams));
	put_list(o, "known", known_fields, ARRAY_SIZE(known_fields), m->known, m->n_known,
	    sizeof(*m->known));
	line_end(o, out);
	for (size_t i = 0; i < t->n; i++)
		line_end(event_to_json(&t->events[i]), out);
}

/* Reads an array of objects into *items; *n counts those that own something. */
static int get_list(const json_t *o, const char *key, const struct field *fields, size_t n_fields,
    void **items, size_t *n, size_t size, size_t max, struct err *e)
{
	const json_t *list = json_object_get(o, key);

	if (!json_is_array(list) || json_array_size(list) > max)
		return err_set(e, EINVAL, "'%s' is no list, or too long", key);
	*items = mem_alloc(json_array_size(list) * size);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		size_t found = 0;

		++*n;
		if (!json_is_object(item))
			return err_set(e, EINVAL, "'%s' is no list of objects", key);
		if (fields_get(item, fields, n_fields, (char *)*items + i * size, &found, e))
			return -EINVAL;
		if (found != json_object_size(item))
			return err_set(e, EINVAL, "'%s' has a key too many", key);
	}
	return 0;
}

/* It names a folder, and stands in a command that is shown. */
static bool slug_is_good(const char *s)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.,=+_-");

	return len && len <= SLUG_MAX && !s[len] && !strchr(".-", *s);
}

static int check_meta(const struct trace_meta *m, struct err *e)
{
	if (!m->name || !m->scenario || !m->arm || !m->group)
		return err_set(e, EINVAL, "name, scenario, arm and group must be there");
	if (m->slug && !slug_is_good(m->slug))
		return err_set(e, EINVAL,
		    "'slug' names no folder of a case: expected at most %d "
		    "small letters, digits and any of . , = + _ -",
		    SLUG_MAX);
	if (m->pace <= 0)
		return err_set(e, EINVAL, "'pace' must be above 0");
	if (m->play.repeat < 0 || m->play.retry < 0 || m->warmup_ns < 0 || m->duration_ns < 0 ||
	    m->min_outage_ns < 0)
		return err_set(e, EINVAL, "play and durations are not below 0");
	for (size_t i = 0; i < m->n_streams; i++) {
		const struct stream *s = &m->streams[i];

		/* all that were counted are there: NOLINTNEXTLINE(*-core.NullDereference) */
		if (s->client < -1 || s->client >= (int)m->n_clients)
			return err_set(e, EINVAL, "a stream's client is not there");
		if (s->reference ? s->client != -1 : s->client == -1)
			return err_set(e, EINVAL, "the reference alone has no client");
		if (s->reference != (i == m->n_streams - 1))
			return err_set(
			    e, EINVAL, "the last stream, and no other, is the reference");
		if (s->interval_ns <= 0 || s->timeout_ns <= 0)
			return err_set(e, EINVAL, "interval and timeout must be above 0");
	}
	return 0;
}

static int meta_from_json(const json_t *o, struct trace_meta *m, struct err *e)
{
	const json_t *format = json_object_get(o, "steadybridge-trace");
	const json_t *limits = json_object_get(o, "limits");
	void *clients = NULL, *streams = NULL, *known = NULL;
	size_t found = 5, found_limits = 0;
	int rc;

	if (!json_is_integer(format))
		return err_set(e, EINVAL, "no trace: there is no key 'steadybridge-trace'");
	if (json_integer_value(format) != FORMAT)
		return err_set(e, EINVAL, "a trace of another format (%lld; this reads %d)",
		    (long long)json_integer_value(format), FORMAT);
	if (!json_is_object(limits))
		return err_set(e, EINVAL, "no key 'limits'");
	rc = fields_get(o, meta_fields, ARRAY_SIZE(meta_fields), m, &found, e);
	if (!rc)
		rc = fields_get(
		    limits, limit_fields, ARRAY_SIZE(limit_fields), &m->limits, &found_limits, e);
	if (!rc)
		rc = get_list(o, "clients", client_fields, ARRAY_SIZE(client_fields), &clients,
		    &m->n_clients, sizeof(*m->clients), CLIENTS_MAX, e);
	if (!rc)
		rc = get_list(o, "streams", stream_fields, ARRAY_SIZE(stream_fields), &streams,
		    &m->n_streams, sizeof(*m->streams), STREAMS_MAX, e);
	if (!rc)
		rc = get_list(o, "known", known_fields, ARRAY_SIZE(known_fields), &known,
		    &m->n_known, sizeof(*m->known), KNOWN_MAX, e);
	m->clients = clients;
	m->streams = streams;
	m->known = known;
	if (rc)
		return rc;
	if (found != json_object_size(o) || found_limits != json_object_size(limits))
		return err_set(e, EINVAL, "the case has a key too many");
	return check_meta(m, e);
}

static int line_from_json(const char *s, size_t len, size_t line, struct trace *t, struct err *e)
{
	struct event ev;
	json_error_t je;
	json_t *o = json_loadb(s, len, JSON_REJECT_DUPLICATES, &je);
	int rc;

	if (!o)
		return err_set(e, EINVAL, "%s", je.text);
	if (!json_is_object(o)) {
		rc = err_set(e, EINVAL, "no JSON object");
	} else if (line == 1) {
		rc = meta_from_json(o, &t->meta, e);
	} else {
		rc = event_from_json(o, &ev, e);
		ev.order = (uint32_t)(line - 2);
		if (!rc)
			trace_add(t, &ev);
	}
	json_decref(o);
	return rc;
}

int trace_from_json(const char *name, const char *text, size_t len, struct trace *t, struct err *e)
{
	size_t line = 0;
	struct err what = {0};

	*t = (struct trace){0};
	if (len > TEXT_MAX)
		return err_set(e, E2BIG, "%s: over %lu MiB", name, TEXT_MAX >> 20);
	if (!len)
		return err_set(e, EINVAL, "%s:1: empty", name);
	while (len) {
		const char *end = memchr(text, '\n', len);
		int rc;

		line++;
		if (!end) {
			trace_free(t);
			return err_set(
			    e, EINVAL, "%s:%zu: cut off: the line has no end", name, line);
		}
		rc = line_from_json(text, (size_t)(end - text), line, t, &what);
		if (rc) {
			trace_free(t);
			return err_set(e, -rc, "%s:%zu: %.900s", name, line, what.text);
		}
		len -= (size_t)(end + 1 - text);
		text = end + 1;
	}
	trace_sort(t);
	return 0;
}
