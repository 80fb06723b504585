/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_main.c: steadybridge-test, the harness's own tests: C tests and faults, in one pool. */
#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/data.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/processors.h"
#include "base/units.h"
#include "host/prereqs.h"
#include "run/capacity.h"
#include "run/machine_pace.h"
#include "test/kit/confusion.h"
#include "test/kit/ctest.h"
#include "test/kit/faults.h"
#include "test/kit/readers.h"

#define TEST_TIMEOUT_S 1800 /* a hang ends in a failure; nothing is measured by it */

struct test_options {
	const char *filter, *tap;
	unsigned jobs, confusion;
	const char *traces;
	bool pure, in_process, list;
};

struct one {
	struct job job;
	const struct ctest *test;
	char *name;
	bool played;
};

struct tally {
	unsigned passed, failed, skipped;
	struct buf tap;
};

static int work(struct job *job)
{
	const struct one *o = job->arg;

	return ctest_work(job, o->test, TEST_TIMEOUT_S);
}

static void count_result(struct tally *c, const char *name, bool ok, const char *why)
{
	c->passed += ok;
	c->failed += !ok;
	buf_printf(&c->tap, "%s %u - %s\n", ok ? "ok" : "not ok",
	    c->passed + c->failed + c->skipped, name);
	if (!ok) {
		buf_printf(&c->tap, "# %s\n", why);
		printf("FAIL  %s\n      %s\n", name, why);
	}
}

static void skip(struct tally *c, const char *name, const struct prereq *p)
{
	c->skipped++;
	buf_printf(&c->tap, "ok %u - %s # SKIP %s is missing: %s\n",
	    c->passed + c->failed + c->skipped, name, p->name, p->remedy);
	printf("SKIP  %s: %s is missing; remedy: %s\n", name, p->name, p->remedy);
}

/* A fault's case, or a control, that this machine cannot play. */
static void skip_case(void *arg, const struct scenario_case *c, const struct prereq *what)
{
	char *name = mem_printf("%s/%s", c->scenario->has_fault ? "faults" : "controls", c->name);

	skip(arg, name, what);
	free(name);
}

/* For valgrind: pure tests one after another, in this very process. */
static int run_in_process(const struct ctests *list, const char *filter)
{
	SRunner *sr = srunner_create(NULL);

	for (size_t i = 0; i < list->n; i++) {
		const struct ctest *t = &list->items[i];

		if (t->place != CTEST_PURE || t->reader || (filter && fnmatch(filter, t->suite, 0)))
			continue;
		Suite *s = suite_create(t->suite);
		TCase *tc = tcase_create(t->test->name);
		tcase_add_test(tc, t->test);
		suite_add_tcase(s, tc);
		srunner_add_suite(sr, s);
	}
	srunner_set_fork_status(sr, CK_NOFORK);
	srunner_run_all(sr, CK_NORMAL);
	int failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}

static const struct prereq *missing(void)
{
	size_t n;
	const struct prereq *p = prereqs_look(&n);

	for (size_t i = 0; i < n; i++)
		if (!p[i].there && (p[i].needed || !strcmp(p[i].name, "iproute2")))
			return &p[i];
	return NULL;
}

static void tell_one(struct tally *counts, const struct one *o)
{
	char why[1600], log[512];

	if (o->job.status == CTEST_SKIPPED) {
		struct prereq lacks = {0};

		lacks.name = ctest_skipped(&o->job, &lacks.remedy);
		skip(counts, o->name, &lacks);
		return;
	}
	if (o->job.status) {
		pool_log_tail(&o->job, log, sizeof(log));
		snprintf(why, sizeof(why), "%s%s%s",
		    o->job.note && o->job.note->message[0] ? o->job.note->message
		                                           : "the worker died",
		    log[0] ? "\n# " : "", log);
	}
	count_result(counts, o->name, o->job.status == 0, why);
	buf_printf(&counts->tap, "# %.2f s\n", (double)o->job.wall_ns / NS_PER_S);
}

#define FAILED SB_BUILD "/failed"

/* What went wrong once may not do so again: the play that failed stays, for `steadybridge replay`.
 */
static void keep_trace(struct tally *counts, const struct play_job *play)
{
	char *folder = data_path(FAILED);
	struct err e = {{0}};

	if (faults_write_trace(folder, play, &e))
		printf("      its trace could not be kept: %s\n", e.text);
	else
		printf("      its trace is in " FAILED "\n");
	buf_puts(&counts->tap, "# its trace: " FAILED "\n");
	free(folder);
}

static enum ctest_place place_of(const struct job *job)
{
	return ((const struct one *)job->arg)->test->place;
}

static int by_place(const void *a, const void *b)
{
	return (int)place_of(*(struct job *const *)a) - (int)place_of(*(struct job *const *)b);
}

/* By place, and how many at once (0: -j). A test that starts steadybridge plays many cases at once
 * by itself; killing and taking down namespaces all the while would starve what is played beside.
 */
static int run_tests(struct playlist *plays, struct job **jobs, size_t n, struct err *e)
{
	static const struct {
		enum ctest_place last;
		unsigned at_once;
	} stages[] = {{CTEST_SANDBOX, 0}, {CTEST_PLAY, 2}, {CTEST_PLAY_ALONE, 1}};
	size_t from = 0, to = 0;
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_SIZE(stages); i++, from = to) {
		struct pool pool = plays->pool;

		while (to < n && place_of(jobs[to]) <= stages[i].last)
			to++;
		if (stages[i].at_once)
			pool.at_once = stages[i].at_once;
		r = pool_run(&pool, jobs + from, to - from, &plays->signal_no, e);
	}
	return r;
}

static int run_pool(const struct ctests *list, const struct test_options *o, struct tally *counts)
{
	struct one *ones = mem_alloc((list->n + 1) * sizeof(*ones));
	struct job **jobs = mem_alloc((list->n + 1) * sizeof(*jobs));
	const struct prereq *lacks = o->pure ? NULL : missing();
	struct machine_pace machine;
	struct scenarios faults = {0}, shipped = {0};
	struct buf messages = {0};
	struct utsname uts;
	struct err e = {{0}};
	size_t n = 0, n_faults = 0;

	uname(&uts);
	struct playlist plays = {
	    .asked = {.seed = 7, .pace = 10}, .kernel = uts.release, .pool = {.at_once = o->jobs}};
	machine_pace_look(&machine);
	machine_pace_limit(&machine, &plays.asked);
	for (size_t i = 0; i < list->n; i++) {
		struct one *one = &ones[i];

		*one = (struct one){.test = &list->items[i],
		    .name = mem_printf("%s/%s", list->items[i].suite, list->items[i].test->name)};
		if ((o->filter && fnmatch(o->filter, one->name, 0)) ||
		    (o->pure && one->test->place != CTEST_PURE))
			continue;
		if (lacks && one->test->place != CTEST_PURE) {
			skip(counts, one->name, lacks);
			continue;
		}
		const struct prereq *reader = reader_missing(one->test->reader);
		if (reader) {
			skip(counts, one->name, reader);
			continue;
		}
		one->job = (struct job){.name = one->name,
		    .work = work,
		    .arg = one,
		    .cost_ns = one->test->place == CTEST_PURE ? NS_PER_MS : NS_PER_S};
		one->played = true;
		jobs[n++] = &one->job;
	}
	if (n)
		qsort(jobs, n, sizeof(*jobs), by_place);
	struct scenario_options plain = {0};
	int r = o->pure || lacks ? 0 : faults_load(&faults, &messages);
	if (!r && !o->pure && !lacks)
		r = load_scenarios(NULL, 0, &plain, &shipped, &messages);
	if (r)
		count_result(counts, "faults/load", false, messages.s);
	/* A filter of faults names a scenario: "faults/forward-drop". */
	const char *glob =
	    o->filter && !strncmp(o->filter, "faults/", 7) ? o->filter + 7 : o->filter;
	faults_add(&plays, &faults, glob, false, skip_case, counts);
	faults_add(&plays, &shipped, glob, true, skip_case, counts);
	r = run_tests(&plays, jobs, n, &e);
	if (!r)
		r = playlist_run(&plays, faults_again, &e);
	if (!r) {
		for (size_t i = 0; i < list->n; i++)
			if (ones[i].played)
				tell_one(counts, &ones[i]);
		struct fault_result *results = faults_results(&plays, &n_faults);
		for (size_t i = 0; i < n_faults; i++) {
			char *name = mem_printf("%s/%s",
			    results[i].c->scenario->has_fault ? "faults" : "controls",
			    results[i].c->name);

			count_result(counts, name, results[i].ok, results[i].text);
			if (!results[i].ok)
				keep_trace(counts, results[i].play);
			free(name);
		}
		free(results);
	} else {
		fprintf(stderr, "steadybridge-test: %s\n", e.text);
	}
	for (size_t i = 0; i < list->n; i++) {
		pool_job_free(&ones[i].job);
		free(ones[i].name);
	}
	playlist_free(&plays);
	load_free(&faults);
	load_free(&shipped);
	buf_free(&messages);
	free(jobs);
	free(ones);
	return r;
}

static int parse(int argc, char **argv, struct test_options *o)
{
	static const struct option longs[] = {
	    {"filter", required_argument, NULL, 'f'},
	    {"tap", required_argument, NULL, 't'},
	    {"jobs", required_argument, NULL, 'j'},
	    {"pure", no_argument, NULL, 'p'},
	    {"in-process", no_argument, NULL, 'i'},
	    {"list", no_argument, NULL, 'l'},
	    {"confusion", required_argument, NULL, 'c'},
	    {"traces", required_argument, NULL, 'T'},
	    {0},
	};
	int c;

	*o = (struct test_options){.jobs = capacity_jobs(processors_usable())};
	while ((c = getopt_long(argc, argv, "j:", longs, NULL)) != -1)
		switch (c) {
		case 'f':
			o->filter = optarg;
			break;
		case 't':
			o->tap = optarg;
			break;
		case 'j':
			o->jobs = (unsigned)atoi(optarg);
			break;
		case 'c':
			o->confusion = (unsigned)atoi(optarg);
			if (!o->confusion)
				return -EINVAL;
			break;
		case 'T':
			o->traces = optarg;
			break;
		case 'p':
			o->pure = true;
			break;
		case 'i':
			o->in_process = true;
			break;
		case 'l':
			o->list = true;
			break;
		default:
			fprintf(stderr,
			    "usage: steadybridge-test [-j N] [--filter SUITE/TEST] [--pure] [--in-process] [--list] [--tap FILE]\n"
			    "       steadybridge-test --confusion SEEDS [-j N] [--filter FAULT] [--traces DIR]\n");
			return -EINVAL;
		}
	return o->jobs ? 0 : -EINVAL;
}

int main(int argc, char **argv)
{
	const struct ctests *list = ctest_all();
	struct test_options o;
	struct tally counts = {0};

	signal(SIGPIPE, SIG_IGN);
	if (parse(argc, argv, &o))
		return 2;
	if (o.confusion)
		return confusion_run(&(struct confusion_options){
		           o.confusion, o.jobs, o.filter, o.traces}) != 0;
	if (o.list)
		for (size_t i = 0; i < list->n; i++)
			printf("%s/%s\n", list->items[i].suite, list->items[i].test->name);
	int r = o.list         ? 0
	        : o.in_process ? run_in_process(list, o.filter)
	                       : run_pool(list, &o, &counts);
	if (o.list || o.in_process || r)
		return r != 0;
	struct buf tap = {0};
	struct err e = {{0}};
	buf_printf(&tap, "TAP version 13\n1..%u\n%s",
	    counts.passed + counts.failed + counts.skipped, counts.tap.s ? counts.tap.s : "");
	if (o.tap && data_write(o.tap, tap.s, tap.len, &e)) {
		fprintf(stderr, "steadybridge-test: %s\n", e.text);
		r = 1;
	}
	buf_free(&tap);
	buf_free(&counts.tap);
	printf("%u passed, %u failed, %u skipped\n", counts.passed, counts.failed, counts.skipped);
	return r || counts.failed || !counts.passed;
}
