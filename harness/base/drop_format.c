/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop_format.c: what the kernel writes of a dropped packet, as text and bytes, read. Pure. */
#include "base/drop_format.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"

#define FIELD_MOST 4096 /* no record is longer */
/* From here on an entry of a call chain is no address (PERF_CONTEXT_MAX). */
#define CONTEXTS ((uint64_t)-4095)

/* "\tfield:void * location;\toffset:16;\tsize:8;\tsigned:0;" */
static struct drop_field field_of(const char *text, const char *name)
{
	char *end = mem_printf(" %s;", name);
	struct drop_field out = {0};

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		const char *eol = strchrnul(line, '\n'), *at = strstr(line, end);

		if (at && at < eol &&
		    sscanf(at + strlen(end), " offset:%zu; size:%zu;", &out.offset, &out.size) == 2)
			break;
		out.size = 0;
	}
	free(end);
	return out;
}

static bool fits(struct drop_field f, size_t most)
{
	return f.size <= most && f.offset <= FIELD_MOST;
}

int drop_format_read(const char *text, struct drop_format *out, struct err *e)
{
	*out = (struct drop_format){
	    .location = field_of(text, "location"),
	    .protocol = field_of(text, "protocol"),
	    .reason = field_of(text, "reason"),
	};
	if (!out->location.size || !out->protocol.size || !fits(out->location, 8) ||
	    !fits(out->protocol, 2) || !fits(out->reason, 4))
		return err_set(e, EINVAL,
		    "skb:kfree_skb has another format than expected: no location or protocol");
	out->text = mem_strdup(text);
	return 0;
}

void drop_format_free(struct drop_format *f)
{
	free(f->text);
	*f = (struct drop_format){0};
}

/* Little-endian, as the machines are that this runs on. */
static uint64_t number(const uint8_t *record, struct drop_field f)
{
	uint64_t v = 0;

	memcpy(&v, record + f.offset, f.size);
	return v;
}

static uint64_t take(const uint8_t **at, size_t *left, size_t size, bool *cut)
{
	uint64_t v = 0;

	if (*left < size) {
		*cut = true;
		return 0;
	}
	memcpy(&v, *at, size);
	*at += size;
	*left -= size;
	return v;
}

bool drop_format_sample(
    const struct drop_format *f, const void *sample, size_t len, struct drop *out)
{
	const uint8_t *at = sample, *chain;
	size_t fields_end[] = {f->location.offset + f->location.size,
	    f->protocol.offset + f->protocol.size, f->reason.offset + f->reason.size};
	bool cut = false;

	*out = (struct drop){.t_ns = (int64_t)take(&at, &len, 8, &cut)};
	uint64_t n = take(&at, &len, 8, &cut);
	if (cut || n > len / 8)
		return false;
	chain = at;
	at += n * 8;
	len -= n * 8;
	uint64_t raw = take(&at, &len, 4, &cut);
	if (cut || raw > len)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(fields_end); i++)
		if (fields_end[i] > raw)
			return false;
	out->function = number(at, f->location);
	out->protocol = (uint16_t)number(at, f->protocol);
	out->reason = (uint32_t)number(at, f->reason);
	bool past = false;
	for (size_t i = 0, callers = 0; i < n && callers < DROP_CALLERS; i++) {
		uint64_t address;

		memcpy(&address, chain + i * 8, 8);
		if (past && address < CONTEXTS)
			out->callers[callers++] = address;
		past |= address == out->function;
	}
	return true;
}

/* The print fmt ends in `__print_symbolic(REC->reason, { 2, "NOT_SPECIFIED" }, ...`. */
char *drop_format_reason(const struct drop_format *f, uint32_t reason, char *out, size_t size)
{
	char *head = mem_printf("{ %" PRIu32 ", \"", reason);
	const char *at = strstr(f->text, "__print_symbolic(");

	at = at ? strstr(at, head) : NULL;
	if (!f->reason.size)
		snprintf(out, size, "%s", "");
	else if (at)
		snprintf(
		    out, size, "%.*s", (int)strcspn(at + strlen(head), "\""), at + strlen(head));
	else
		snprintf(out, size, "%" PRIu32, reason);
	free(head);
	return out;
}

void drop_names_want(struct drop_names *names, uint64_t address)
{
	for (size_t i = 0; i < names->n; i++)
		if (names->items[i].address == address)
			return;
	if (address)
		*MEM_PUSH(names->items, names->n, names->cap) =
		    (struct drop_name){.address = address};
}

static int by_address(const void *a, const void *b)
{
	const struct drop_name *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

void drop_names_sort(struct drop_names *names)
{
	if (names->n)
		qsort(names->items, names->n, sizeof(*names->items), by_address);
}

/* What is called may be the last of its caller: a return address is told from the byte before it.
 */
bool drop_names_take(struct drop_names *names, const char *line)
{
	uint64_t begin;
	char type, name[DROP_NAME];

	if (sscanf(line, "%" SCNx64 " %c %63[^. \t\n]", &begin, &type, name) != 3 || !begin ||
	    !strchr("tTwW", type))
		return false;
	size_t i = LOWER_BOUND(k, 0, names->n, names->items[k].address <= begin);
	if (i < names->n && begin >= names->items[i].begin) {
		names->items[i].begin = begin;
		memcpy(names->items[i].name, name, sizeof(name));
	}
	return true;
}

/* Each line was kept for the first address behind it; those that follow may be in the same one. */
void drop_names_settle(struct drop_names *names)
{
	for (size_t i = 1; i < names->n; i++) {
		struct drop_name *at = &names->items[i];

		if (at->begin < at[-1].begin || !at->begin) {
			at->begin = at[-1].begin;
			memcpy(at->name, at[-1].name, sizeof(at->name));
		}
	}
}

const char *drop_names_find(const struct drop_names *names, uint64_t address)
{
	size_t i = LOWER_BOUND(k, 0, names->n, names->items[k].address < address);

	return i < names->n && names->items[i].address == address ? names->items[i].name : "";
}

const char *drop_names_caller(const struct drop_names *names, const struct drop *drop)
{
	static const char *const netfilter[] = {"nf_", "nft_", "xt_", "ipt_", "ip6t_", "ebt_"};
	const char *own = drop_names_find(names, drop->function);

	for (size_t i = 0; i < DROP_CALLERS && drop->callers[i]; i++) {
		const char *name = drop_names_find(names, drop->callers[i]);
		bool of_netfilter = false;

		for (size_t k = 0; k < ARRAY_SIZE(netfilter); k++)
			of_netfilter |= strstr(name, netfilter[k]) == name;
		if (*name && !of_netfilter && strcmp(name, own))
			return name;
	}
	return "";
}

void drop_names_free(struct drop_names *names)
{
	free(names->items);
	*names = (struct drop_names){0};
}
