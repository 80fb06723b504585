/* ctest.h: the harness's own tests: a list of libcheck tests, each played as a TCase of its own. */
#ifndef SB_CTEST_H
#define SB_CTEST_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>

#include "suite/pool.h"

enum ctest_place {
	CTEST_PURE,    /* needs nothing; also run under valgrind */
	CTEST_SANDBOX, /* runs in fresh mount, pid and network namespaces */
	CTEST_HOST,    /* starts steadybridge itself; two at once, so that nothing starves */
	CTEST_ALONE,   /* the same, with nothing beside it: it kills, stops or plays a lot */
	CTEST_PLAY     /* the same, in fresh namespaces */
};

struct ctest {
	const char *suite;
	const TTest *test;
	enum ctest_place place;
	const char *reader; /* a program it needs (check_readers.h), without it skipped; or NULL */
};

struct ctests {
	struct ctest *items;
	size_t n, cap;
};

/* A START_TEST(name) is added as ctest_add(list, "suite", CTEST_PURE, name). */
void ctest_add(struct ctests *list, const char *suite, enum ctest_place place, const TTest *test);
/* All tests that were added, for tests of what is said about them. */
const struct ctests *ctest_all(void);

/* Ends the test, which is then counted and told as skipped, by name: what this kernel or machine
 * lacks, and the command or setting that brings it. For what is asked of the kernel itself; what a
 * whole place needs is looked for before (prereqs.h). Not in pure tests. */
_Noreturn void ctest_skip(const char *what, const char *remedy);

/* Skips the test where there is no pseudo-terminal: /dev/pts need not be mounted. */
void ctest_needs_terminal(void);

#define CTEST_SKIPPED 77 /* a job's status */

/* Runs a test in a worker of the pool: 0 passed, CTEST_SKIPPED, or another status with a message
 * in the job's note. */
int ctest_work(struct job *job, const struct ctest *test, int timeout_s);
/* Of a job that was skipped: what it lacked; the remedy in *remedy. */
const char *ctest_skipped(const struct job *job, const char **remedy);

/* The same for a test that needs a program of others. */
void ctest_add_reader(struct ctests *list, const char *suite, enum ctest_place place,
    const char *reader, const TTest *test);

/* One function a file: it adds the file's tests. */
void check_base(struct ctests *list);
void check_scenario(struct ctests *list);
void check_schedule(struct ctests *list);
void check_large(struct ctests *list);
void check_events(struct ctests *list);
void check_editor(struct ctests *list);
void check_trace(struct ctests *list);
void check_judge(struct ctests *list);
void check_report(struct ctests *list);
void check_html(struct ctests *list);
void check_timeline(struct ctests *list);

void check_instrument(struct ctests *list);
void check_lab(struct ctests *list);
void check_packet(struct ctests *list);
void check_answer(struct ctests *list);
void check_capacity(struct ctests *list);
void check_lab_failures(struct ctests *list);
void check_notice(struct ctests *list);
void check_corpus(struct ctests *list);
void check_family(struct ctests *list);
void check_firewall(struct ctests *list);
void check_leaks(struct ctests *list);
void check_environment_resources(struct ctests *list);
void check_environment_refusals(struct ctests *list);
void check_environment_death(struct ctests *list);
void check_environment_time(struct ctests *list);
void check_environment_crowd(struct ctests *list);
void check_environment_run(struct ctests *list);

void check_ctest(struct ctests *list);
void check_docs(struct ctests *list);
void check_prereqs(struct ctests *list);
void check_hostile(struct ctests *list);
void check_hostile_out(struct ctests *list);
void check_rootless(struct ctests *list);
void check_explain(struct ctests *list);
void check_quick(struct ctests *list);
void check_facts_mac(struct ctests *list);
void check_facts_pin(struct ctests *list);
void check_facts_loss(struct ctests *list);
void check_facts_announce(struct ctests *list);
void check_facts_mtu(struct ctests *list);
void check_facts_ipv6(struct ctests *list);
void check_facts_snoop(struct ctests *list);
void check_facts_stp(struct ctests *list);
void check_facts_carrier(struct ctests *list);
void check_facts_nat(struct ctests *list);
void check_facts_brnf(struct ctests *list);
void check_command(struct ctests *list);
void check_replay(struct ctests *list);
void check_paused(struct ctests *list);
void check_watch(struct ctests *list);
void check_shell(struct ctests *list);
void check_container(struct ctests *list);

/* A file below the source folder ("fixtures/bad/x.yaml"); caller frees. Fails the test if
 * unreadable. */
char *ctest_file(const char *path, size_t *len);

/* The text with the first `from`, which must be there, replaced by `to`; caller frees. */
char *ctest_changed(const char *text, const char *from, const char *to);

/* In a sandbox: /proc shows this test's own pid namespace, so that other copies of steadybridge on
 * the machine do not show. The test is pid 1 there: whoever is orphaned becomes its child. */
void ctest_own_proc(void);

#endif
