/* SPDX-License-Identifier: GPL-2.0-or-later */
/* standin.h: a soak with stand-ins for steadybridge and stress-ng (harness/test/data/soak), for its
 * tests: nothing is played and nothing is loaded. The reports that the one leaves are the
 * reporter's own. */
#ifndef SB_CHECK_STANDIN_H
#define SB_CHECK_STANDIN_H

#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "test/kit/program.h"

/* A folder for the stand-ins (harness/test/data/soak/steadybridge tells what a plan is), with the
 * reports good, bad, unsure, invalid and nothing; program_drop() it. */
char *standin_make(const char *name, const char *plan);
/* Writes a file there. */
void standin_put(const char *dir, const char *name, const char *text);

/* Runs a soak of it, to its end. */
#define standin_soak(dir, ...) standin_run(dir, NULL, ARGS(__VA_ARGS__))
/* The same with this for the whole of its PATH; NULL: the stand-ins and the usual. */
struct program_result standin_run(const char *dir, const char *path, const char *const args[]);
/* Starts one; its pid. */
pid_t standin_start(const char *dir, const char *const args[]);

/* A file below out/soak; caller frees. */
json_t *standin_json(const char *dir, const char *name);
bool standin_is_there(const char *dir, const char *name);

/* Of a soak.json: a mode, how many runs it had, a text of its run i (from 0). */
const json_t *standin_mode(const json_t *soak, const char *mode);
size_t standin_runs(const json_t *soak, const char *mode);
const char *standin_run_text(const json_t *soak, const char *mode, size_t i, const char *key);
/* plays, right, wrong, invalid, replayed, inconclusive, skipped */
void standin_assert_counts(const json_t *o, const char *what, const int want[7]);

#endif
