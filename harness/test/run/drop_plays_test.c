/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop_plays_test.c: failed cases that are played once more, with the kernel's drop tracepoint:
 * what they show, and that nothing is left and no verdict changes. */
#include "test/kit/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/data.h"
#include "base/folder.h"
#include "host/prereqs.h"
#include "run/drop_plays.h"
#include "test/kit/faults.h"

static const struct prereq *tracepoint(void)
{
	size_t n;
	const struct prereq *list = prereqs_look(&n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].name, "drop-tracepoint"))
			return &list[i];
	ck_abort_msg("prereqs know no drop-tracepoint");
	return NULL;
}

static void need_tracepoint(void)
{
	const struct prereq *p = tracepoint();

	if (!p->there)
		ctest_skip(p->name, p->remedy);
}

static const char *finding(const struct judgement *j, const char *part)
{
	for (size_t i = 0; i < j->n_findings; i++)
		if (strstr(j->findings[i].text, part))
			return j->findings[i].text;
	return NULL;
}

/* What a filter of the bridge drops, on its way in and out. */
CTEST("drops", CTEST_ALONE, NULL, the_function_that_dropped_a_lookup_is_named)
{
	struct scenarios s = {0};
	struct buf messages = {0};
	struct playlist p = {
	    .asked = {.seed = 7, .pace = 20}, .kernel = "test", .pool = {.at_once = 2}};
	struct err e = {{0}};
	unsigned explained = 0;

	need_tracepoint();
	ck_assert_msg(!faults_load(&s, &messages), "%s", messages.s);
	faults_add(&p, &s, "lost-*-bridge", false, NULL, NULL);
	ck_assert_msg(!playlist_run(&p, faults_again, &e), "%s", e.text);
	size_t n = p.n;
	ck_assert_msg(!drop_plays_run(&p, &e), "%s", e.text);
	ck_assert_uint_eq(p.n, n + 2);
	struct judged **plays = playlist_judged(&p);
	judge_run(plays, p.n);
	for (size_t i = 0; i < n; i++) {
		const struct play_job *pj = p.items[i];
		const struct judgement *j = &pj->judged.judgement;
		const char *text = finding(j, "played once more: the kernel dropped it in n");

		if (pj->c->fault.what == FAULT_NONE)
			continue;
		ck_assert_int_eq(j->verdict, VERDICT_FAIL);
		ck_assert_msg(text != NULL, "%s: %s", pj->c->name, finding(j, "played once more"));
		printf("%s: %s\n", pj->c->name, text);
		explained++;
		ASSERT_HAS(text, ", called by ");
		ASSERT_HAS(text, "reason NETFILTER_DROP (");
	}
	ck_assert_uint_eq(explained, 2);
	free(plays);
	playlist_free(&p);
	load_free(&s);
}

/* An arm that loses the bridge's IPv6 addresses and must hold all the same. */
static const char failing[] = "summary: An arm that fails\n"
                              "clients: {c1: {}}\n"
                              "bridge: {pin: at-create}\n"
                              "events:\n"
                              "  - {at: 3100ms, bridge: true, set: down}\n"
                              "  - {at: 3200ms, bridge: true, set: up}\n"
                              "lookups: {every: 2s, timeout: 1s, family: ipv6}\n"
                              "duration: 12s\n"
                              "max-pace: 10\n"
                              "arms:\n"
                              "  control: {breaks: not-forwarded}\n"
                              "  pinned: {}\n";

/* A run of the failing scenario in a folder of its own. */
struct failing_run {
	char *dir, *file, *out;
	struct program_result r;
};

static struct failing_run play_failing(const char *lacks_cap)
{
	struct failing_run f = {.dir = program_scratch("drops")};
	struct err e = {{0}};

	f.file = mem_printf("%s/fails.yaml", f.dir);
	f.out = mem_printf("%s/out", f.dir);
	ck_assert_msg(!folder_make(f.dir, &e), "%s", e.text);
	ck_assert_msg(!data_write(f.file, failing, sizeof(failing) - 1, &e), "%s", e.text);
	f.r = program_run(&(struct program_options){
	    .args = ARGS("check", "--out", f.out, f.file), .lacks_cap = lacks_cap});
	ck_assert_msg(f.r.status == 1, "status %d: %s", f.r.status, f.r.text.s);
	ASSERT_HAS(f.r.text.s, "FAIL  1 failed, 1 of 1 control broke, 0 of 1 arm held, 0 skipped");
	return f;
}

static void drop_failing(struct failing_run *f)
{
	buf_free(&f->r.text);
	free(f->file);
	free(f->out);
	program_drop(f->dir);
}

CTEST("drops", CTEST_PLAY_ALONE, NULL, a_drop_play_leaves_a_folder_and_nothing_else)
{
	AUTO_BUF before = {0};

	ctest_own_proc();
	need_tracepoint();
	program_host(&before);
	struct failing_run f = play_failing(NULL);
	program_assert_host(&before, "a drop play");
	ASSERT_HAS(f.r.text.s, "played once more: the kernel dropped ");
	AUTO_FREE char *trace = mem_printf("%s/cases/fails_pinned.drops/trace.jsonl", f.out);
	ck_assert_msg(!access(trace, F_OK), "%s", trace);
	struct program_result again = run("replay", f.out), one = run("replay", trace);
	ck_assert_int_eq(again.status, 1);
	ck_assert_str_eq(again.text.s, f.r.text.s);
	ASSERT_PROGRAM(one, 1, "the kernel dropped ");
	buf_free(&again.text);
	drop_failing(&f);
}

CTEST("drops", CTEST_PLAY, NULL, without_the_tracepoint_a_fail_says_what_is_missing)
{
	if (data_number("/proc/sys/kernel/perf_event_paranoid", 2) < 2 &&
	    !data_number("/proc/sys/kernel/kptr_restrict", 0))
		ctest_skip("hidden addresses", "sysctl kernel.perf_event_paranoid=2");
	struct failing_run f = play_failing("syslog");
	ASSERT_HAS(f.r.text.s, "not played once more: no drop tracepoint: ");
	ASSERT_HAS(f.r.text.s, "CAP_SYSLOG");
	drop_failing(&f);
}
