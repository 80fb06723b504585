/* SPDX-License-Identifier: GPL-2.0-or-later */
/* replay_test.c: what a run leaves behind: stored traces judged again, packets beside the
 * timeline.
 */
#include "test/kit/ctest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"
#include "base/folder.h"
#include "base/units.h"
#include "test/kit/program.h"
#include "trace/packet_buffer.h"
#include "trace/trace_json.h"

static void read_file(const char *path, struct buf *out)
{
	struct err e = {{0}};

	ck_assert_msg(data_read(path, 64 << 20, out, &e) == 0, "%s", e.text);
}

static void assert_same_file(const char *a, const char *b, const char *name)
{
	AUTO_FREE char *x = mem_printf("%s/%s", a, name), *y = mem_printf("%s/%s", b, name);
	struct program_result r = run_program("cmp", x, y);

	ASSERT_PROGRAM(r, 0, "");
}

/* Plays lowest-port-leaves by release, not pinned: a fail, an inconclusive, a pass. */
static struct program_result play(const char *out, const char *capture)
{
	return run("check", "lowest-port-leaves", "--filter", "*,leaves-by=release", "--set",
	    "bridge.pin=never", "--capture", capture, "--seed", "5", "--out", out);
}

CTEST("replay", CTEST_HOST, NULL, a_replay_prints_what_the_run_printed)
{
	char *dir = program_scratch("replay"), *again = program_scratch("replay2"), *path;
	struct program_result r = play(dir, "failed"), s = run("replay", dir, "--out", again);

	ck_assert_int_eq(r.status, 1);
	ck_assert_int_eq(s.status, 1);
	ck_assert_str_eq(r.text.s, s.text.s);
	assert_same_file(dir, again, "results.json");
	assert_same_file(dir, again, "results.tap");
	buf_free(&s.text);
	/* one case of it: its text as it stands in that of the run */
	path = mem_printf("%s/cases/lowest-port-leaves_pinned-later,leaves-by=release", dir);
	s = run("replay", path);
	ck_assert_int_eq(s.status, 1);
	ck_assert_ptr_nonnull(strstr(s.text.s, "its control broke"));
	ck_assert_ptr_nonnull(strstr(r.text.s, s.text.s));
	buf_free(&s.text);
	free(path);
	path =
	    mem_printf("%s/cases/lowest-port-leaves_inherited,leaves-by=release/trace.jsonl", dir);
	s = run("replay", path);
	ASSERT_PROGRAM(s, 0, "PASS");
	buf_free(&r.text);
	free(path);
	program_drop(dir);
	program_drop(again);
}

CTEST("replay", CTEST_HOST, NULL, what_is_not_a_trace_is_refused)
{
	char *dir = program_scratch("no-trace"), *path = mem_printf("%s/x", dir);
	struct err e = {{0}};
	struct program_result r = run("replay");

	ASSERT_PROGRAM(r, 2, "expected TRACE|DIR...");
	ck_assert_int_eq(folder_make(dir, &e), 0);
	r = run("replay", dir);
	ASSERT_PROGRAM(r, 2, "neither trace.jsonl nor results.json");
	r = run("replay", path);
	ASSERT_PROGRAM(r, 2, "No such file");
	ck_assert_int_eq(data_write(path, "{\n", 2, &e), 0);
	r = run("replay", path);
	ASSERT_PROGRAM(r, 2, "x:1: ");
	free(path);
	path = mem_printf("%s/results.json", dir);
	ck_assert_int_eq(
	    data_write(path, "{\"format\": 1, \"cases\": [{\"slug\": \"../x\"}]}", 40, &e), 0);
	r = run("replay", dir);
	ASSERT_PROGRAM(r, 2, "results.json");
	free(path);
	program_drop(dir);
}

CTEST("replay", CTEST_HOST, NULL, packets_are_kept_of_what_did_not_pass)
{
	static const char failed[] =
	    "cases/lowest-port-leaves_pinned-later,leaves-by=release/capture-br0.pcap";
	static const char passed[] =
	    "cases/lowest-port-leaves_inherited,leaves-by=release/capture-br0.pcap";
	char *dir = program_scratch("capture");
	struct program_result r = play(dir, "never");

	ASSERT_PROGRAM(r, 1, "FAIL");
	ck_assert(!program_has_file(dir, failed) && !program_has_file(dir, passed));
	r = play(dir, "failed");
	ASSERT_PROGRAM(r, 1, "FAIL");
	ck_assert(program_has_file(dir, failed) && !program_has_file(dir, passed));
	r = play(dir, "always");
	ASSERT_PROGRAM(r, 1, "FAIL");
	ck_assert(program_has_file(dir, failed) && program_has_file(dir, passed));
	r = play(dir, "never"); /* takes away what the run before had left */
	ASSERT_PROGRAM(r, 1, "FAIL");
	ck_assert(!program_has_file(dir, failed) && !program_has_file(dir, passed));
	r = run("check", "--capture", "sometimes");
	ASSERT_PROGRAM(r, 2, "expected always, failed or never");
	program_drop(dir);
}

/* An arm that held proves nothing when its control did not break: that is known only at the end. */
CTEST("replay", CTEST_HOST, NULL, packets_of_an_arm_whose_control_held_are_kept)
{
	char *dir = program_scratch("held");
	struct program_result r = run("check", "lowest-port-leaves", "--filter",
	    "*,leaves-by=release", "--set", "bridge.pin=at-create", "--out", dir);

	ASSERT_PROGRAM(r, 3, "NOT REPRODUCED");
	ck_assert(program_has_file(
	    dir, "cases/lowest-port-leaves_pinned-later,leaves-by=release/capture-br0.pcap"));
	program_drop(dir);
}

/* tcpdump's line of this packet: its time and what follows it. */
struct dumped {
	int64_t real_ns;
	char what[400];
};

static struct dumped *dump(const char *dir, const char *hop, size_t *n)
{
	char *path = mem_printf("%s/capture-%s.pcap", dir, hop), *save = NULL;
	struct program_result r =
	    run_program("tcpdump", "-tt", "--nano", "-nr", path, "port", "53");
	struct dumped *items = NULL;
	size_t cap = 0;

	ck_assert_msg(r.status == 0, "%s", r.text.s);
	*n = 0;
	for (char *line = strtok_r(r.text.s, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		long long s;
		long ns;
		int at;

		if (sscanf(line, "%lld.%9ld %n", &s, &ns, &at) != 2)
			continue; /* "reading from file" */
		struct dumped *d = MEM_PUSH(items, *n, cap);
		d->real_ns = s * NS_PER_S + ns;
		snprintf(d->what, sizeof(d->what), "%.399s", line + at);
	}
	buf_free(&r.text);
	free(path);
	return items;
}

/* "A? q17.s0." of a query, "25034* 1/0/0" or the like of a reply: is it this event's packet? */
static bool is_packet_of(const struct event *ev, const char *what)
{
	unsigned id = (uint16_t)(ev->u.frame.seq * 40503U + ev->u.frame.stream * 9973U + 1);
	bool asks = ev->u.frame.kind == FRAME_QUERY;
	char query[64], reply[64];

	if (ev->u.frame.handshake)
		return strstr(what, asks ? "Flags [S]," : "Flags [S.],") != NULL;
	snprintf(query, sizeof(query), " %u+ A? q%u.s%u.lookup.example.", id, ev->u.frame.seq,
	    ev->u.frame.stream);
	snprintf(reply, sizeof(reply), " %u* 1/0/0 A ", id);
	return strstr(what, asks ? query : reply) != NULL;
}

static void compare_hop(
    const struct trace *t, const char *dir, const char *hop, enum hop at, int client, size_t least)
{
	size_t n, next = 0, frames = 0;
	struct dumped *items = dump(dir, hop, &n);
	int64_t t0_s, t0_ns;

	ck_assert_int_eq(sscanf(t->meta.t0, "%" SCNd64 ".%" SCNd64, &t0_s, &t0_ns), 2);
	for (size_t i = 0; i < t->n; i++) {
		const struct event *ev = &t->events[i];

		if (ev->type != EV_FRAME || ev->u.frame.hop != at ||
		    ev->u.frame.kind > FRAME_REPLY || ev->u.frame.client != client)
			continue;
		frames++;
		/* stamps of one moment may stand in another order */
		size_t k = next;
		while (k < n && !is_packet_of(ev, items[k].what))
			k++;
		ck_assert_msg(k < n, "no packet in capture-%s of stream %u, seq %u, at %" PRId64,
		    hop, ev->u.frame.stream, ev->u.frame.seq, ev->t_ns);
		double since = (double)(items[k].real_ns - t0_s * NS_PER_S - t0_ns) * t->meta.pace;
		/* two clocks are read one after the other for each stamp: not the same to the ns */
		ck_assert_msg(since - (double)ev->t_ns < 5e6 && (double)ev->t_ns - since < 5e6,
		    "capture-%s has %s at %.0f, the timeline at %" PRId64, hop, items[k].what,
		    since, ev->t_ns);
		items[k].what[0] = '\0';
		while (next < n && !items[next].what[0])
			next++;
	}
	ck_assert_uint_ge(frames, least);
	/* the first lookup, before warm-up, is no attempt; ACK and FIN are left out */
	for (; next < n; next++)
		ck_assert_msg(!items[next].what[0] || strstr(items[next].what, "Flags [.]") ||
		                  strstr(items[next].what, "Flags [F") ||
		                  strstr(items[next].what, "q4294967295.") ||
		                  strstr(items[next].what, ": 25034"),
		    "capture-%s has %s, which the timeline has not", hop, items[next].what);
	free(items);
}

/* `family` and `transport` as --set takes them; `least` streams of the victim's. */
static void compare_with_tcpdump(const char *family, const char *transport, size_t streams)
{
	char *dir = program_scratch("tcpdump"), *folder, *path;
	struct program_result r = run("check", "lower-port-joins", "--filter",
	    "*/inherited,kind=veth", "--set", "duration=20s", "--set", family, "--set", transport,
	    "--capture", "always", "--out", dir);
	struct trace t;
	struct buf text = {0};
	struct err e = {{0}};

	ASSERT_PROGRAM(r, 0, "PASS");
	folder = mem_printf("%s/cases/lower-port-joins_inherited,kind=veth", dir);
	path = mem_printf("%s/trace.jsonl", folder);
	read_file(path, &text);
	ck_assert_msg(trace_from_json(path, text.s, text.len, &t, &e) == 0, "%s", e.text);
	ck_assert_ptr_nonnull(t.meta.t0);
	int victim = t.meta.streams[0].client;
	const char *name = t.meta.clients[victim].name;
	char *port = mem_printf("%s-port", name);
	compare_hop(&t, folder, name, HOP_CLIENT, victim, 80 * streams);
	compare_hop(&t, folder, port, HOP_PORT, victim, 80 * streams);
	compare_hop(&t, folder, "br0", HOP_BRIDGE, 255, 40 * streams);
	compare_hop(&t, folder, "uplink", HOP_UPLINK, 255, 100 * streams);
	compare_hop(&t, folder, "upstream", HOP_UPSTREAM, 255, 100 * streams);
	free(port);
	trace_free(&t);
	buf_free(&text);
	free(path);
	free(folder);
	program_drop(dir);
}

CTEST("replay", CTEST_HOST, NULL, tcpdump_and_the_timeline_agree)
{
	compare_with_tcpdump("lookups.family=ipv4", "lookups.transport=udp", 1);
}

CTEST("replay", CTEST_HOST, NULL, tcpdump_and_the_timeline_agree_of_ipv6_and_tcp)
{
	compare_with_tcpdump("lookups.family=both", "lookups.transport=both", 2);
}

PURE_TEST("replay", a_packet_buffer_keeps_what_fits_and_counts_the_rest)
{
	size_t total = sizeof(struct packet_buffer) + 200, at = 0;
	struct packet_buffer *r = mem_alloc(total);
	struct buffered_packet p;
	char name[PACKET_BUFFER_HOP_NAME];

	packet_buffer_init(r, total);
	ck_assert_int_eq(packet_buffer_next(r, total, &at, &p), 0);
	ck_assert_int_eq(packet_buffer_hop(r, "br0"), 0);
	ck_assert_int_eq(packet_buffer_hop(r, "uplink"), 1);
	ck_assert_int_eq(packet_buffer_hop(r, "br0"), 0);
	packet_buffer_put(r, 1, 77, (const uint8_t *)"abcde", 5, 1500);
	packet_buffer_put(r, 0, 78, (const uint8_t *)"xyz", 3, 3);
	packet_buffer_put(r, -1, 79, (const uint8_t *)"", 0, 0);
	for (int i = 0; i < 10; i++)
		packet_buffer_put(r, 0, 80, (const uint8_t *)"0123456789012345", 16, 16);
	ck_assert_int_eq(packet_buffer_next(r, total, &at, &p), 1);
	ck_assert(p.real_ns == 77 && p.len == 5 && p.wire == 1500 && p.hop == 1);
	ck_assert_int_eq(memcmp(p.bytes, "abcde", 5), 0);
	ck_assert_int_eq(packet_buffer_next(r, total, &at, &p), 1);
	ck_assert(p.real_ns == 78 && p.len == 3 && p.hop == 0);
	unsigned more = 0;
	while (packet_buffer_next(r, total, &at, &p))
		more++;
	ck_assert_uint_eq(more + atomic_load(&r->missed), 11);
	ck_assert_uint_eq(more, 3);
	/* the names end; there is room for so many */
	for (int i = 0; i < PACKET_BUFFER_HOPS; i++) {
		snprintf(name, sizeof(name), "p%d", i);
		ck_assert_int_eq(
		    packet_buffer_hop(r, name), i + 2 < PACKET_BUFFER_HOPS ? i + 2 : -1);
	}
	/* whatever bytes are in it: read within bounds, to an end */
	memset(r->bytes, 0xff, 200);
	atomic_store(&r->used, UINT64_MAX);
	at = 0;
	ck_assert_int_eq(packet_buffer_next(r, total, &at, &p), 0);
	free(r);
}
