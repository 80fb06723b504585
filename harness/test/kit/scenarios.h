/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenarios.h: scenarios for tests: their text, what reading it gives, and a case's schedule. */
#ifndef SB_CHECK_SCENARIOS_H
#define SB_CHECK_SCENARIOS_H

#include "base/mem.h"
#include "scenario/scenario.h"
#include "schedule/schedule.h"
#include "test/kit/ctest.h"

/* A scenario that plays: a control and a pinned arm. Its parts, to make another one of. */
#define YAML_HEAD                                                                                  \
	"summary: A port leaves\n"                                                                 \
	"clients: {c1: {}}\n"
#define YAML_CHURN "churn: {low: {joins: before, leaves: at 5s, port-mac: below-all}}\n"
#define YAML_LOOKUPS "lookups: {every: 250ms, timeout: 1s}\n"
#define YAML_DURATION "duration: 60s\n"
#define YAML_ARMS                                                                                  \
	"arms:\n"                                                                                  \
	"  inherited: {breaks: stale-gateway}\n"                                                   \
	"  pinned: {bridge: {pin: at-create}}\n"
#define YAML_REST YAML_LOOKUPS YAML_DURATION YAML_ARMS
#define YAML_PLAIN YAML_HEAD YAML_CHURN YAML_REST

/* The same with other values: SCENARIO_TEXT(.churn = "{...}", .more = "warmup: 3s\n"). NULL: the
 * value above; "": without that key. Caller frees. */
struct scenario_values {
	const char *clients, *churn, *lookups, *duration, *arms;
	const char *more; /* whole lines */
};
#define SCENARIO_TEXT(...) scenario_text(&(struct scenario_values){__VA_ARGS__})
char *scenario_text(const struct scenario_values *v);

#define AUTO_SCENARIO __attribute__((cleanup(scenario_clean))) struct scenario
/* For AUTO_SCENARIO. */
void scenario_clean(struct scenario **s);

/* What the text gives; fails the test with its errors and its warnings. */
struct scenario *scenario_read(
    const char *file, const char *text, const struct scenario_options *options);
/* The errors of a text; fails the test without errors, and when they could harm a terminal or
 * name no remedy. Caller frees. */
char *scenario_errors(
    const char *file, const char *text, size_t len, const struct scenario_options *options);
/* Reads each file of a folder that must be refused. Its first lines say how, "# expect: LINE:COLUMN
 * MESSAGE" for each error, in any order, and "# expected: REMEDY". How many errors; *files is set.
 */
unsigned scenario_folder_is_refused(const char *folder, bool allow_faults, unsigned *files);

/* A case with its schedule. */
struct plan {
	struct scenario *s;
	const struct scenario_case *c;
	struct schedule schedule;
};
#define AUTO_PLAN __attribute__((cleanup(plan_free))) struct plan

/* The case by its index, scheduled at a pace of 20; faults are allowed. */
struct plan plan_make(const char *file, const char *text, size_t index, uint64_t seed);
/* The same, at any pace. */
struct plan plan_at_pace(
    const char *file, const char *text, size_t index, uint64_t seed, double pace);
/* A case of a shipped scenario by its name, "SCENARIO/ARM,...". */
struct plan plan_shipped(const char *case_name);
void plan_free(struct plan *p);

const struct scenario_case *scenario_find_case(const struct scenario *s, const char *name);

#endif
