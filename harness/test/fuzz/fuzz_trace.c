/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_trace.c: any bytes through the pure rooms: trace, judge, report. A libFuzzer target.
 *
 * The first byte says what the rest is: 't' a tape as a killed process may leave it, anything else
 * a trace as JSON lines. What is read must be judged and drawn without a fault, and what is written
 * must read back to the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "html/html.h"
#include "html/svg.h"
#include "judge/judge.h"
#include "report/plays.h"
#include "report/state.h"
#include "test/fuzz/fuzz.h"
#include "trace/tape.h"
#include "trace/trace_json.h"

static void draw(struct trace *t)
{
	struct judged p = {.trace = t}, *plays[] = {&p};
	struct run r = {.version = "0", .kernel = "0", .pace = 1, .plays = plays, .n_plays = 1};
	struct plays counted;
	struct buf out = {0};

	judge_play(&p);
	judge_run(plays, 1);
	plays_make(&r, &counted);
	HOLDS(p.judgement.why && p.judgement.verdict < VERDICT_COUNT);
	report_case_text(&r, &p, &out);
	report_text(&r, &out);
	report_tap(&r, &out);
	report_json(&r, &out);
	report_html(&r, &out);
	state_file(&p, &out);
	svg_file(&p, &out);
	plays_free(&counted);
	judged_free(&p);
	buf_free(&out);
}

/* Writing, reading and writing again gives the same bytes. */
static void round_trip(const struct trace *t)
{
	struct buf a = {0}, b = {0};
	struct trace back;
	struct err e = {0};

	trace_to_json(t, &a);
	HOLDS(!trace_from_json("fuzz", a.s, a.len, &back, &e));
	trace_to_json(&back, &b);
	HOLDS(a.len == b.len && !memcmp(a.s, b.s, a.len));
	trace_free(&back);
	buf_free(&a);
	buf_free(&b);
}

static void json(const char *text, size_t size)
{
	struct trace t;
	struct err e;

	if (trace_from_json("fuzz", text, size, &t, &e))
		return;
	round_trip(&t);
	draw(&t);
	trace_free(&t);
}

/* Two clients, one of which looks up, and the reference. */
static const char meta[] =
    "{\"steadybridge-trace\":1,\"name\":\"s/a\",\"scenario\":\"s\",\"arm\":\"a\",\"group\":\"s\","
    "\"slug\":\"s_a\",\"summary\":\"\",\"kernel\":\"6\",\"fault\":null,\"seed\":\"1\",\"pace\":1.0,"
    "\"play\":0,\"breaks\":\"none\",\"exposures-none\":false,\"warmup-ns\":2000000000,"
    "\"duration-ns\":60000000000,\"implied-outage-ns\":1,\"gateway-ip4\":\"192.0.2.1\","
    "\"t0-real\":null,\"config\":null,\"limits\":{\"lost\":0,\"outages\":0,\"outage-ns\":0,"
    "\"gateway-mac-changes\":0,\"answered\":-1.0},\"clients\":["
    "{\"name\":\"c1\",\"ip4\":\"192.0.2.11\",\"mac\":\"02:00:00:00:0c:11\","
    "\"port-mac\":\"fe:00:00:00:00:11\"},"
    "{\"name\":\"c2\",\"ip4\":\"192.0.2.12\",\"mac\":\"02:00:00:00:0c:12\","
    "\"port-mac\":\"fe:00:00:00:00:12\"}],\"streams\":["
    "{\"name\":\"c1/ipv4/udp\",\"client\":0,\"reference\":false,\"closed-loop\":false,"
    "\"interval-ns\":250000000,\"timeout-ns\":1000000000},"
    "{\"name\":\"reference\",\"client\":-1,\"reference\":true,\"closed-loop\":false,"
    "\"interval-ns\":1000000000,\"timeout-ns\":1000000000}],\"known\":[]}\n";

static void case_of(struct trace *t, uint8_t kind)
{
	struct err e;

	HOLDS(!trace_from_json("meta", meta, sizeof(meta) - 1, t, &e));
	t->meta.breaks = kind & 1 ? CAUSE_STALE_GATEWAY : CAUSE_NONE;
	t->meta.pace = kind & 2 ? 20 : 1;
	t->meta.exposures_none = kind & 4;
	t->meta.limits.lost = kind & 8 ? LIMIT_ANY : 0;
}

static void tape(uint8_t kind, const uint8_t *data, size_t size)
{
	void *bytes = fuzz_copy(data, size);
	struct trace t;
	struct err e;

	case_of(&t, kind);
	if (!tape_read(bytes, size, &t, &e)) {
		round_trip(&t);
		draw(&t);
	}
	trace_free(&t);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 1 && data[0] == 't')
		tape(data[1], data + 2, size - 2);
	else if (size)
		json((const char *)data + 1, size - 1);
	return 0;
}
