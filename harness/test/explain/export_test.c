/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export_test.c: tests of exported scripts: what they say, what is refused, and that each shows
 * what its case says. */
#include "explain/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/data.h"
#include "base/proc.h"
#include "cli/selection.h"
#include "scenario/churn.h"
#include "schedule/rounds.h"
#include "test/kit/bench.h"
#include "test/kit/program.h"
#include "test/kit/readers.h"
#include "test/kit/scenarios.h"

#define CONTROL "lowest-port-leaves/inherited,leaves-by=delete"
#define ARM "lowest-port-leaves/pinned-at-create,leaves-by=delete"
#define DEATH "lowest-port-leaves/inherited,leaves-by=namespace-death"
#define JOINS "lower-port-joins/pinned-later,kind=veth"
#define TAP "lower-port-joins/pinned-later,kind=tap-down"

static void put_script(const struct scenario_case *c, bool kselftest, struct buf *out)
{
	const struct export_options how = {.kselftest = kselftest, .version = "1.0.0 (test)"};
	const char *why;

	ck_assert_msg(!export_script(c, &how, out, &why), "%s: %s", c->name, why);
}

static void assert_golden(const char *case_name, bool kselftest, const char *golden)
{
	AUTO_PLAN p = plan_shipped(case_name);
	AUTO_BUF is = {0};

	put_script(p.c, kselftest, &is);
	bench_golden(golden, &is);
}

PURE_TEST("export", three_scripts_are_as_before)
{
	assert_golden(CONTROL, false, "export-control.sh");
	assert_golden(TAP, false, "export-tap.sh");
	assert_golden(DEATH, true, "export-kselftest.sh");
}

static void assert_refused(const char *text, const char *because)
{
	const struct export_options how = {.version = "1"};
	AUTO_SCENARIO *s = scenario_read("x.yaml", text, NULL);
	AUTO_BUF out = {0};
	const char *why = "";

	/* the arm */
	ck_assert_int_eq(export_script(&s->cases[1], &how, &out, &why), -ENOTSUP);
	ASSERT_HAS(why, because);
	ck_assert_uint_eq(out.len, 0);
}

PURE_TEST("export", a_case_with_more_than_a_script_shows_is_refused)
{
	static const struct {
		const char *arm, *because;
	} rows[] = {
	    {"sysctl: {router: {net.ipv4.conf.br0.arp_notify: 1}}", "an announcement takes its"},
	    {"bridge: {pin: at-create, mtu: 1400}", "it sets MTUs"},
	    {"bridge: {pin: at-create}, clients: {c1: {mtu: 1400}}", "it sets MTUs"},
	    {"bridge: {pin: at-create}, upstream: {mtu: 9000}", "it sets MTUs"},
	    {"clients: {c1: {learning: false}}", "it sets flags of a client's port"},
	    {"clients: {c1: {vlan: 20}}", "it is about VLANs"},
	    {"bridge: {pin: at-create, vlan-filtering: true}", "it is about VLANs"},
	    {"clients: {c1: {isolated: true}}", "it sets flags of a client's port"},
	    {"clients: {c1: {hairpin: true}}", "it sets flags of a client's port"},
	    {"clients: {c1: {neigh-suppress: true}}", "it sets flags of a client's port"},
	    {"clients: {c1: {mld-reports: never}}", "it is about multicast"},
	    {"bridge: {pin: at-create}, upstream: {delay: 10ms}", "its upstream answers late"},
	    {"bridge: {pin: at-create, ageing-time: 10s}", "it sets how long br0 remembers MACs"},
	    {"bridge: {pin: at-create, mcast-snooping: false}", "it is about multicast"},
	    {"bridge: {pin: at-create}, firewall: forward-drop-bridged", "it sets firewall rules"},
	    {"limits: {gateway-mac-changes: 3}", "it counts changes of the gateway's MAC"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *arms = mem_printf("\n  inherited: {breaks: stale-gateway}\n"
		                                  "  arm: {%s}",
		    rows[i].arm);
		AUTO_FREE char *text = SCENARIO_TEXT(.arms = arms);

		assert_refused(text, rows[i].because);
	}
}

/* Everything that a file can say is a comment, or stands between single quotes. */
PURE_TEST("export", text_of_a_scenario_is_no_code)
{
	AUTO_SCENARIO *s = scenario_read("x.yaml", YAML_PLAIN, NULL);
	AUTO_BUF is = {0};

	/* such text is refused when a file is read; should that change, it is still no code */
	free(s->summary);
	s->summary = mem_strdup("`id`\n$(id)");
	free(s->cases[1].name);
	s->cases[1].name = mem_strdup("it's\nid");
	put_script(&s->cases[1], true, &is);
	ASSERT_HAS(is.s, "\n# `id`?$(id)\n");
	ASSERT_HAS(is.s, "\n# Case: it's?id\n");
	ASSERT_HAS(is.s, "\nname='it'\\''s\nid'\n");
}

/* The MACs of a case.yaml are those of its play; without one they are always the same. */
PURE_TEST("export", a_script_has_the_macs_of_its_file)
{
	AUTO_SCENARIO *s = scenario_read("x.yaml", YAML_PLAIN, NULL);
	AUTO_BUF one = {0}, same = {0}, other = {0};

	put_script(&s->cases[0], false, &one);
	put_script(&s->cases[0], false, &same);
	s->has_seed = true;
	s->seed = 7;
	put_script(&s->cases[0], false, &other);
	ck_assert_str_eq(one.s, same.s);
	ck_assert_str_ne(one.s, other.s);
}

/* All shipped cases that `check --quick` plays. */
struct quick {
	struct scenarios s;
	const struct scenario_case **cases;
	size_t n, cap;
};

static void quick_find(struct quick *q)
{
	struct options o = {0};

	*q = (struct quick){0};
	ck_assert_int_eq(selection_read(&o, &q->s), 0);
	for (size_t i = 0; i < q->s.n; i++)
		for (size_t k = 0; k < q->s.items[i]->n_cases; k++) {
			const struct scenario_case *c = &q->s.items[i]->cases[k];
			struct scenario_case rounds;
			const char *why;

			if (!rounds_case(c, &rounds, &why))
				*MEM_PUSH(q->cases, q->n, q->cap) = c;
		}
	ck_assert_uint_gt(q->n, 20);
}

static void quick_drop_taps(struct quick *q)
{
	size_t n = 0;

	for (size_t i = 0; i < q->n; i++)
		if (!churn_is_tap(&q->cases[i]->churns[0]))
			q->cases[n++] = q->cases[i];
	q->n = n;
}

/* DIR/SLUG.sh for each. */
static void quick_write(const struct quick *q, bool kselftest, const char *dir)
{
	struct err e;

	mkdir(dir, 0755);
	for (size_t i = 0; i < q->n; i++) {
		AUTO_FREE char *path = mem_printf("%s/%s.sh", dir, q->cases[i]->slug);
		AUTO_BUF text = {0};

		put_script(q->cases[i], kselftest, &text);
		ck_assert_msg(!data_write(path, text.s, text.len, &e), "%s", e.text);
	}
}

static void quick_free(struct quick *q)
{
	free(q->cases);
	load_free(&q->s);
}

CTEST("export", CTEST_SANDBOX, READER_SHELLCHECK, shellcheck_finds_nothing_in_any_script)
{
	struct quick q;

	program_own_host();
	quick_find(&q);
	quick_write(&q, false, "/mnt/sh");
	quick_write(&q, true, "/mnt/bash");
	ASSERT_RUNS({.script = "shellcheck /mnt/sh/*.sh /mnt/bash/*.sh", .prints = ""});
	quick_free(&q);
}

/* A tool that scripts need: the machine's, or that of busybox in /mnt/bin. */
static void need(const char *tool, const char *remedy)
{
	AUTO_FREE char *link = mem_printf("/mnt/bin/%s", tool);
	char path[4096];

	if (proc_find(tool, path, sizeof(path)))
		return;
	if (!proc_find("busybox", path, sizeof(path)))
		ctest_skip(tool, remedy);
	ck_assert(!symlink(path, link));
}

/* A host of the test's own, on which scripts can be run; it has what `ip netns` leaves in /run. */
static void own_host(void)
{
	program_own_host();
	mkdir("/mnt/bin", 0755);
	need("ping", "apt-get install iputils-ping");
	need("sysctl", "apt-get install procps");
	AUTO_FREE char *with = mem_printf("/mnt/bin:%s", getenv("PATH"));
	setenv("PATH", with, 1);
	struct program_result r = run_script("ip netns add x && ip netns del x && echo made");
	ASSERT_PROGRAM(r, 0, "made");
}

#define RUN_ALL                                                                                    \
	"cd /mnt/sh && ls *.sh | xargs -P 4 -I% sh -c "                                            \
	"'sh ./% >%.out 2>&1; echo \"status $?\" >>%.out'; ip netns list"

CTEST("export", CTEST_PLAY, NULL, each_script_shows_what_its_case_says)
{
	struct quick q;

	own_host();
	quick_find(&q);
	if (access("/dev/net/tun", W_OK))
		quick_drop_taps(&q);
	quick_write(&q, false, "/mnt/sh");
	ASSERT_RUNS({.script = RUN_ALL, .prints = ""});
	for (size_t i = 0; i < q.n; i++) {
		AUTO_FREE char *path = mem_printf("/mnt/sh/%s.sh.out", q.cases[i]->slug);
		AUTO_FREE char *want = mem_printf("RESULT: broke in %d of %d rounds\nstatus 0\n",
		    q.cases[i]->breaks == CAUSE_NONE ? 0 : ROUNDS, ROUNDS);
		AUTO_BUF is = {0};

		ck_assert(!data_read(path, 65536, &is, NULL));
		ASSERT_HAS(is.s, want);
	}
	quick_free(&q);
}

/* What the test above compares can differ. */
CTEST("export", CTEST_PLAY, NULL, a_script_of_another_bridge_fails)
{
	own_host();
	ASSERT_ON_HOST("$SB export " ARM " --set bridge.pin=never | sh", 1,
	    "gateway MAC 02:00:", "RESULT: broke in 3 of 3 rounds");
	ASSERT_ON_HOST("$SB export " CONTROL " --set bridge.pin=at-create --out /mnt/x.sh && "
	               "/mnt/x.sh; s=$?; rm /mnt/x.sh; exit $s",
	    1, "RESULT: broke in 0 of 3 rounds");
}

#define KSELFTEST(case_name)                                                                       \
	"$SB export --kselftest " case_name " --out /mnt/k/x.sh && cd / && /mnt/k/x.sh"
/* Only what the script needs before it looks for the tools. */
#define FEW                                                                                        \
	"mkdir /mnt/few; for t in bash sh id ip dirname readlink; do "                             \
	"ln -s $(command -v $t) /mnt/few; done; PATH=/mnt/few; "

CTEST("export", CTEST_PLAY, NULL, a_script_for_the_selftests_uses_their_helpers)
{
	own_host();
	ASSERT_RUNS({.script = "mkdir /mnt/k; cp $STEADYBRIDGE_DATA/harness/test/data/kselftest/"
	                       "lib.sh /mnt/k"});
	ASSERT_ON_HOST(
	    KSELFTEST(DEATH), 0, "RESULT: broke in 3 of 3 rounds\n", "TEST: " DEATH " [0]");
	ASSERT_ON_HOST(
	    KSELFTEST(JOINS), 0, "RESULT: broke in 0 of 3 rounds\n", "TEST: " JOINS " [0]");
	ASSERT_ON_HOST(KSELFTEST(ARM " --set bridge.pin=never"), 1,
	    "TEST: " ARM " [1] broke in 3 of 3 rounds");
	ASSERT_ON_HOST(FEW "bash /mnt/k/x.sh", 4, "ping is not installed [SKIP]");
}

CTEST("export", CTEST_PLAY, NULL, without_a_tool_a_script_is_skipped)
{
	own_host();
	ASSERT_ON_HOST("$SB export " ARM " --out /mnt/x.sh; " FEW "sh /mnt/x.sh", 4,
	    "skipped: ping is not installed\n");
}

CTEST("export", CTEST_SANDBOX, NULL, the_command_refuses_what_it_cannot_write)
{
	ASSERT_RUNS({{"export", "dual-stack/inherited"}, .status = 2,
	                .says = {"steadybridge export: found dual-stack/inherited, expected a case "
	                         "that a script can show: it needs a clock: "}},
	    {{"export", "lowest-port-leaves"}, .status = 2, .says = {"lowest-port-leaves"}},
	    {{"export", ARM, "--out", ""}, .status = 2, .says = {"--out: expected a file, or -"}},
	    {{"export", ARM, "--out", "/proc/x.sh"}, .status = 4, .says = {"/proc"}},
	    {{"export", ARM, "--out", "-"}, .says = {"#!/bin/sh\n", "\n# Case: " ARM "\n"}});
}
