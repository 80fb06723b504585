/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tap_test.c: tests of results.tap by two readers: one by the rules of the kernel's parser, and
 * perl's TAP::Parser.
 *
 * The rules (tools/testing/kunit/kunit_parser.py, Documentation/dev-tools/ktap.rst): the text
 * begins at the first line that ends in a version; blanks at the end of a line and indentation do
 * not count; a plan follows; a line that is no result belongs to the next result's log; SKIP is the
 * only directive that changes a status; numbers go up by one. A version line or "# Subtest: NAME"
 * within begins a nested test, which ours has none of. Durations are as netdev's CI reads them
 * (linux-netdev/nipa, contest/remote/lib/results.py): behind the first '#' of a result, the last
 * "time=NNms". The last line, "# Totals: ...", is as kselftest.h has it. */
#include "test/report/formats_test.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "test/kit/readers.h"

enum rule { START, PLAN, RESULT, SKIP_RESULT, NESTED, STOP, TIME, TOTALS, RULES };

static const char *const rules[RULES] = {
    [START] = "(^|[^K])(K?)TAP version ([0-9]+)$",
    [PLAN] = "^[[:space:]]*1\\.\\.([0-9]+)",
    [RESULT] = "^[[:space:]]*(ok|not ok) ([0-9]+) ?(- )?([^#]*)( # .*)?$",
    [SKIP_RESULT] = "^[[:space:]]*(ok|not ok) ([0-9]+) ?(- )?(.*) # SKIP ?(.*)$",
    [NESTED] = "^[[:space:]]*(# Subtest: .*|K?TAP version [0-9]+)$",
    [TIME] = "#.*time=[0-9]+ms$",
    [TOTALS] = "^# Totals: pass:([0-9]+) fail:([0-9]+) xfail:([0-9]+) xpass:([0-9]+) skip:([0-9]+) "
               "error:([0-9]+)$",
    [STOP] = "(List of all partitions:|Kernel panic - not syncing: VFS:|reboot: System halted)",
};

struct reading {
	struct ktap *k;
	regex_t rules[RULES];
	enum { BEFORE, HEAD, TESTS, OVER } at;
	unsigned long planned, number;
	bool plan, log, totals; /* seen; there is a log for the next result */
};

#define MATCHES 7

static bool is(struct reading *r, enum rule rule, const char *line, regmatch_t *m)
{
	return regexec(&r->rules[rule], line, MATCHES, m, 0) == 0;
}

static void complain(struct reading *r, const char *what, const char *line)
{
	if (!r->k->error[0])
		snprintf(r->k->error, sizeof(r->k->error), "%s: %.120s", what, line);
}

static void on_version(struct reading *r, const char *line, const regmatch_t *m)
{
	long version = strtol(line + m[3].rm_so, NULL, 10);
	bool kernel = m[2].rm_eo > m[2].rm_so;

	if (kernel ? version != 1 : version != 13 && version != 14)
		complain(r, "no such version", line);
	r->at = HEAD;
}

static void on_result(struct reading *r, const char *line, const regmatch_t *m)
{
	regmatch_t s[MATCHES];

	if (strtoul(line + m[2].rm_so, NULL, 10) != ++r->number)
		complain(r, "not the expected number", line);
	if (m[4].rm_so == m[4].rm_eo)
		complain(r, "no name", line);
	r->k->timed += is(r, TIME, line, s);
	if (is(r, SKIP_RESULT, line, s))
		r->k->skipped++;
	else if (line[m[1].rm_so] == 'o')
		r->k->passed++;
	else {
		r->k->failed++;
		r->k->bare += !r->log;
	}
	r->log = false;
	if (r->plan && r->number == r->planned)
		r->at = OVER;
}

/* Of what was read before: an xfail and an xpass are `ok`, an error is `not ok`. */
static void on_totals(struct reading *r, const char *line, const regmatch_t *m)
{
	unsigned long n[MATCHES] = {0};

	for (int i = 1; i < MATCHES; i++)
		n[i] = strtoul(line + m[i].rm_so, NULL, 10);
	if (n[1] + n[3] + n[4] != r->k->passed || n[2] + n[6] != r->k->failed ||
	    n[5] != r->k->skipped)
		complain(r, "not the totals", line);
	r->totals = true;
}

static void on_line(struct reading *r, const char *line)
{
	regmatch_t m[MATCHES];

	if (r->at == BEFORE) {
		if (is(r, START, line, m))
			on_version(r, line, m);
		return;
	}
	if (is(r, STOP, line, m)) {
		r->at = OVER;
		return;
	}
	if (r->totals && *line)
		complain(r, "more than the totals", line);
	else if (is(r, TOTALS, line, m))
		on_totals(r, line, m);
	else if (is(r, NESTED, line, m))
		complain(r, "a nested test", line);
	else if (is(r, RESULT, line, m))
		r->at == OVER ? complain(r, "a result beyond the plan", line)
		              : on_result(r, line, m);
	else if (is(r, PLAN, line, m)) {
		if (r->plan || r->at != HEAD)
			complain(r, "a plan out of place", line);
		r->plan = true;
		r->planned = strtoul(line + m[1].rm_so, NULL, 10);
		r->at = r->planned ? TESTS : OVER;
	} else {
		r->log = true;
		if (r->at == OVER && *line && *line != '#')
			complain(r, "what is no diagnostic", line);
	}
}

void ktap_read(const char *text, struct ktap *k)
{
	struct reading r = {.k = k};

	*k = (struct ktap){0};
	for (int i = 0; i < RULES; i++)
		ck_assert_int_eq(regcomp(&r.rules[i], rules[i], REG_EXTENDED), 0);
	while (*text) {
		size_t len = strcspn(text, "\n");
		AUTO_FREE char *line = strndup(text, len);

		text += len + (text[len] == '\n');
		while (len && strchr(" \t\r\f\v", line[len - 1]))
			line[--len] = '\0';
		on_line(&r, line);
	}
	if (!r.plan)
		complain(&r, "no plan", "");
	else if (r.number != r.planned)
		complain(&r, "a test is missing", "");
	for (int i = 0; i < RULES; i++)
		regfree(&r.rules[i]);
}

#define ASSERT_KTAP(text, p, f, s)                                                                 \
	do {                                                                                       \
		struct ktap k_;                                                                    \
                                                                                                   \
		ktap_read((text), &k_);                                                            \
		ck_assert_msg(!k_.error[0], "%s", k_.error);                                       \
		ck_assert_uint_eq(k_.passed, (p));                                                 \
		ck_assert_uint_eq(k_.failed, (f));                                                 \
		ck_assert_uint_eq(k_.skipped, (s));                                                \
		ck_assert_uint_eq(k_.bare, 0);                                                     \
	} while (0)

/* Every kind of run that there is. */
enum { GOOD, BAD, MUST_RUN, BLIND, REPEATS, FORGED, NOTHING, RUNS };

static const struct {
	unsigned passed, failed, skipped;
} counts[RUNS] = {
    [GOOD] = {5, 0, 0},
    [BAD] = {4, 3, 2}, /* a known failure is an `ok` */
    [MUST_RUN] = {4, 5, 0},
    [BLIND] = {5, 1, 0},
    [REPEATS] = {2, 0, 0},
    [FORGED] = {0, 1, 1},
};

static void written(int kind, struct buf *out)
{
	static struct skipped forged = {
	    "x # SKIP\nok 7 - y", "a # SKIP\nnot ok 3 - z", "KTAP version 1\n1..9"};
	AUTO_BENCH *b = bench_new();

	if (kind == GOOD || kind == BLIND)
		bench_good_run(b);
	if (kind == BAD || kind == MUST_RUN)
		bench_bad_run(b);
	if (kind == REPEATS) {
		bench_add(b, build_broken_control, 0);
		bench_add(b, build_broken_control, 0)->meta.play.repeat = 1;
		bench_judge(b);
	}
	if (kind == FORGED) {
		struct trace *t = bench_add(b, build_failed_arm, 0);

		bench_set(&t->meta.name, "Subtest: x # SKIP\nok 2 - y\n1..7");
		bench_judge(b);
		bench_set(&b->items[0].judgement.so,
		    "x\nSubtest: y\nSubtest: \nTAP version 14\n1..3\nok 2 - z\nBail out!");
		b->run.skipped = &forged;
		b->run.n_skipped = 1;
	}
	b->run.must_run = kind == MUST_RUN;
	b->run.instrument_ok = kind != BLIND;
	report_tap(&b->run, out);
}

PURE_TEST("tap", tap_as_the_kernel_reads_it)
{
	for (int kind = 0; kind < RUNS; kind++) {
		AUTO_BUF out = {0};

		written(kind, &out);
		ASSERT_KTAP(out.s, counts[kind].passed, counts[kind].failed, counts[kind].skipped);
	}
	char *golden = ctest_file("harness/test/data/golden/report-bad.tap", NULL);
	ASSERT_KTAP(golden, counts[BAD].passed, counts[BAD].failed, counts[BAD].skipped);
	free(golden);
}

/* In the kernel's log there may be a prefix, and blanks at the end of a line. */
PURE_TEST("tap", the_kernels_rules_refuse)
{
	static const struct {
		const char *text, *error;
	} bad[] = {
	    {"1..1\nok 1 - a\n", "no plan"},
	    {"TAP version 12\n1..1\nok 1 - a\n", "no such version"},
	    {"KTAP version 2\n1..1\nok 1 - a\n", "no such version"},
	    {"TAP version 13\nok 1 - a\n", "no plan"},
	    {"TAP version 13\n1..2\nok 1 - a\n", "a test is missing"},
	    {"TAP version 13\n1..1\nok 1 - a\nok 2 - b\n", "a result beyond the plan"},
	    {"TAP version 13\n1..2\nok 1 - a\nok 3 - b\n", "not the expected number"},
	    {"TAP version 13\n1..1\n# Subtest: x\nok 1 - a\n", "a nested test"},
	    {"TAP version 13\n1..1\n  KTAP version 1\nok 1 - a\n", "a nested test"},
	    {"TAP version 13\n1..1\nok 1\n", "no name"},
	    {"TAP version 13\n1..1\nok 1 - a #b\n", "a test is missing"},
	    {"TAP version 13\n1..1\nok 1 - a\nb\n", "what is no diagnostic"},
	    {"TAP version 13\n1..1\nok 1 - a\n# Totals: pass:0 fail:0 xfail:0 xpass:0 skip:0 error:0",
	        "not the totals"},
	    {"TAP version 13\n1..0\n# Totals: pass:0 fail:0 xfail:0 xpass:0 skip:0 error:0\n# b",
	        "more than the totals"},
	    {"TAP version 13\n1..1\nreboot: System halted\nok 1 - a\n", "a result beyond"},
	};
	struct ktap k;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		ktap_read(bad[i].text, &k);
		ck_assert_msg(!strncmp(k.error, bad[i].error, strlen(bad[i].error)),
		    "%zu: '%s' is not '%s'", i, k.error, bad[i].error);
	}
	ktap_read("noise\n[ 1.0] KTAP version 1\n1..4\n  ok 1 - a # XFAIL b\t\n# c\n"
	          "not ok 2 - d # SKIP e\n# f\nnot ok 3 g # ERROR h\nnot ok 4 - i\n",
	    &k);
	ck_assert_str_eq(k.error, "");
	ck_assert_uint_eq(k.passed, 1);
	ck_assert_uint_eq(k.skipped, 1);
	ck_assert_uint_eq(k.failed, 2);
	ck_assert_uint_eq(k.bare, 1);
	ktap_read("TAP version 13\n1..3\nok 1 - a # time=12ms\nok 2 - b # XFAIL c; time=0ms\n"
	          "ok 3 - time=1ms\n# d\n",
	    &k);
	ck_assert_str_eq(k.error, "");
	ck_assert_uint_eq(k.timed, 2);
}

char *perl_read(const struct buf *text)
{
	static const char program[] =
	    "my $p = TAP::Parser->new({tap => join('', <STDIN>)});"
	    "my ($ok, $bad, $skip, $other) = (0, 0, 0, '');"
	    "while (my $r = $p->next) {"
	    "  $other .= $r->raw if $r->is_unknown || $r->is_bailout || $r->is_pragma;"
	    "  next unless $r->is_test;"
	    "  $r->has_skip ? $skip++ : $r->is_ok ? $ok++ : $bad++; }"
	    "my @errors = $p->parse_errors;"
	    "print \"$ok $bad $skip $other@errors\";";
	const char *const argv[] = {"perl", "-MTAP::Parser", "-e", program, NULL};
	struct buf out = {0};

	ck_assert_int_eq(reader_run(argv, text, &out), 0);
	return out.s;
}

CTEST("tap", CTEST_PURE, READER_PERL, tap_as_perl_reads_it)
{
	for (int kind = 0; kind < RUNS; kind++) {
		AUTO_FREE char *want = mem_printf(
		    "%u %u %u ", counts[kind].passed, counts[kind].failed, counts[kind].skipped);
		AUTO_BUF in = {0};

		written(kind, &in);
		AUTO_FREE char *is = perl_read(&in);
		ck_assert_str_eq(is, want);
	}
}

/* The rules of linux-netdev/nipa, contest/remote/lib/results.py. The kernel's runner writes "# "
 * before each line of a test. Of these lines, those after "TAP version " are results: a status, a
 * number, a name without '#', and after it, behind " # ", a directive and durations, the last of
 * which counts. Of all of the output, a few words decide about the whole test. */
void netdev_read(const char *text, struct netdev *n)
{
	static const char *const skips[] = {"[SKIP]", "[skip]", " # SKIP", "SKIP:"};
	regex_t result;
	regmatch_t m[MATCHES];
	bool begun = false;

	*n = (struct netdev){0};
	for (size_t i = 0; i < ARRAY_SIZE(skips); i++)
		n->skip |= strstr(text, skips[i]) != NULL;
	ck_assert_int_eq(
	    regcomp(&result, "^(not )?ok ([0-9]+)( -)? ([^#]*[^ ])( +# +(.*))?$", REG_EXTENDED), 0);
	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		AUTO_FREE char *line = strndup(text, strcspn(text, "\n"));

		if (!begun || regexec(&result, line, MATCHES, m, 0)) {
			begun |= !strncmp(line, "TAP version ", 12);
			continue;
		}
		n->failed += line[0] == 'n';
		n->passed += line[0] != 'n';
		const char *suffix = m[6].rm_so > 0 ? line + m[6].rm_so : "";
		n->skipped += !strncasecmp(suffix, "skip", 4);
		n->timed += strstr(suffix, "time=") != NULL;
	}
	regfree(&result);
}

/* Skips in results.tap are results; a stream has none, see tap_stream_test.c. */
PURE_TEST("tap", tap_as_netdevs_ci_reads_it)
{
	for (int kind = 0; kind < RUNS; kind++) {
		AUTO_BUF in = {0};
		struct netdev n;

		written(kind, &in);
		netdev_read(in.s, &n);
		ck_assert_uint_eq(n.passed, counts[kind].passed + counts[kind].skipped);
		ck_assert_uint_eq(n.failed, counts[kind].failed);
		ck_assert_uint_eq(n.skipped, counts[kind].skipped);
		ck_assert(n.skip == (counts[kind].skipped || kind == NOTHING));
	}
	struct netdev n;
	netdev_read("KTAP version 1\n1..1\nok 1 - a # time=1ms\n", &n);
	ck_assert_uint_eq(n.passed, 0);
}
