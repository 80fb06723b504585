/* fuzz_trace.c: any bytes through the pure rooms: trace, judge, report. A libFuzzer target.
 *
 * The first byte says what the rest is: 't' a tape as a killed process may leave it, anything else
 * a trace as JSON lines. What is read must be judged and drawn without a fault, and what is written
 * must read back to the same bytes.
 *
 *   clang -std=gnu11 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -Iharness -I. \
 *       -o build/fuzz_trace suite/fuzz/fuzz_trace.c suite/check_builder.c \
 *       harness/{base,trace,judge,report}/?*.c -ljansson -lm
 *   build/fuzz_trace -max_len=65536 -max_total_time=300 CORPUS/ */
#include <stdlib.h>
#include <string.h>

#include "report/report.h"
#include "suite/check_builder.h"
#include "trace/tape.h"
#include "trace/trace_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void draw(struct trace *t)
{
	struct judged p = {.trace = t}, *plays[] = {&p};
	struct run r = {.version = "0", .kernel = "0", .pace = 1, .plays = plays, .n_plays = 1};
	struct buf out = {0};

	judge_case(t, &p.judgement);
	judge_run(plays, 1);
	if (!p.judgement.why || p.judgement.verdict >= VERDICT_COUNT)
		abort();
	report_case_text(&r, &p, &out);
	report_text(&r, &out);
	report_tap(&r, &out);
	report_json(&r, &out);
	judgement_free(&p.judgement);
	buf_free(&out);
}

/* Writing, reading and writing again gives the same bytes. */
static void round_trip(const struct trace *t)
{
	struct buf a = {0}, b = {0};
	struct trace back;
	struct err e = {0};

	trace_to_json(t, &a);
	if (trace_from_json("fuzz", a.s, a.len, &back, &e))
		abort();
	trace_to_json(&back, &b);
	if (a.len != b.len || memcmp(a.s, b.s, a.len))
		abort();
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

static void tape(uint8_t kind, const uint8_t *data, size_t size)
{
	void *bytes = malloc(size ? size : 1); /* exactly as large: a byte too many is seen */
	struct trace t;
	struct err e;

	if (!bytes)
		return;
	memcpy(bytes, data, size);
	build_meta(&t, "fuzz", kind & 1 ? CAUSE_STALE_GATEWAY : CAUSE_NONE);
	t.meta.pace = kind & 2 ? 20 : 1;
	t.meta.exposures_none = kind & 4;
	t.meta.limits.lost = kind & 8 ? LIMIT_ANY : 0;
	t.meta.implied_outage_ns = 1;
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
