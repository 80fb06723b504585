/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard_option_test.c: tests of --shard: K/N, and what schedulers tell by their variables. */
#include "test/kit/ctest.h"

#include "base/macros.h"
#include "cli/shard_option.h"

/* "NAME=VALUE" */
static const char *const *variables;

static const char *env(const char *name)
{
	size_t len = strlen(name);

	for (const char *const *v = variables; v && *v; v++)
		if (!strncmp(*v, name, len) && (*v)[len] == '=')
			return *v + len + 1;
	return NULL;
}

struct option_row {
	const char *value;
	const char *variables[5];
	unsigned index, of; /* 0: it is refused, */
	const char *says;   /* with this */
};

static void assert_options(const struct option_row *rows, size_t n)
{
	for (const struct option_row *row = rows; row < rows + n; row++) {
		struct shard shard = {0};
		struct err e = {{0}};

		variables = row->variables;
		int r = shard_option_read(row->value, env, &shard, &e);
		ck_assert_msg((r == 0) == (row->of != 0), "%s %s: %s", row->value,
		    row->variables[0] ? row->variables[0] : "", e.text);
		ck_assert_uint_eq(shard.index, row->index);
		ck_assert_uint_eq(shard.of, row->of);
		if (row->says)
			ASSERT_HAS(e.text, row->says);
	}
}

PURE_TEST("shard", a_shard_is_one_of_so_many)
{
	static const struct option_row rows[] = {
	    {"1/1", {0}, 1, 1},
	    {"3/4", {"CI_NODE_INDEX=1"}, 3, 4},
	    {"1000/1000", {0}, 1000, 1000},
	    {"0/4", {0}, 0, 0, "--shard: found '0/4', expected K/N with K from 1 to N"},
	    {"5/4", {0}, 0, 0, "found '5/4'"},
	    {"x", {0}, 0, 0, "found 'x', expected K/N"},
	    {"", {0}, 0, 0, "found ''"},
	    {"1", {0}, 0, 0, "found '1'"},
	    {"1/", {0}, 0, 0, "found '1/'"},
	    {"/4", {0}, 0, 0, "found '/4'"},
	    {"1/4x", {0}, 0, 0, "found '1/4x'"},
	    {"-1/4", {0}, 0, 0, "found '-1/4'"},
	    {"1/-4", {0}, 0, 0, "found '1/-4'"},
	    {" 1/4", {0}, 0, 0, "found ' 1/4'"},
	    {"1/1001", {0}, 0, 0, "N up to 1000"},
	    {"18446744073709551617/4", {0}, 0, 0, "expected K/N"},
	    {"AUTO", {0}, 0, 0, "or auto"},
	};

	assert_options(rows, ARRAY_SIZE(rows));
}

PURE_TEST("shard", auto_asks_each_scheduler_in_its_own_counting)
{
	static const struct option_row rows[] = {
	    {"auto", {"CI_NODE_INDEX=1", "CI_NODE_TOTAL=4"}, 1, 4},
	    {"auto", {"CI_NODE_INDEX=4", "CI_NODE_TOTAL=4"}, 4, 4},
	    {"auto", {"JOB_COMPLETION_INDEX=0", "STEADYBRIDGE_SHARDS=4"}, 1, 4},
	    {"auto", {"JOB_COMPLETION_INDEX=3", "STEADYBRIDGE_SHARDS=4", "CI_NODE_TOTAL=1"}, 4, 4},
	    {"auto",
	        {"SLURM_ARRAY_TASK_ID=5", "SLURM_ARRAY_TASK_MIN=5", "SLURM_ARRAY_TASK_COUNT=3"}, 1,
	        3},
	    {"auto",
	        {"SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_COUNT=4"}, 4,
	        4},
	};

	assert_options(rows, ARRAY_SIZE(rows));
}

PURE_TEST("shard", auto_says_which_variable_is_wrong)
{
	static const struct option_row rows[] = {
	    {"auto", {0}, 0, 0,
	        "expected CI_NODE_INDEX and CI_NODE_TOTAL (GitLab), JOB_COMPLETION_INDEX and "
	        "STEADYBRIDGE_SHARDS (Kubernetes; the second is set by you) or SLURM_ARRAY_TASK_ID"},
	    {"auto", {"CI_NODE_TOTAL=1"}, 0, 0, "found no scheduler's variables"},
	    {"auto", {"CI_NODE_INDEX=1"}, 0, 0,
	        "CI_NODE_TOTAL: found nothing, expected a number from 1 to 1000"},
	    {"auto", {"CI_NODE_INDEX=5", "CI_NODE_TOTAL=4"}, 0, 0,
	        "CI_NODE_INDEX: found '5', expected a number from 1 to 4"},
	    {"auto", {"CI_NODE_INDEX=0", "CI_NODE_TOTAL=4"}, 0, 0, "CI_NODE_INDEX: found '0'"},
	    {"auto", {"CI_NODE_INDEX=1", "CI_NODE_TOTAL=0"}, 0, 0, "CI_NODE_TOTAL: found '0'"},
	    {"auto", {"CI_NODE_INDEX=", "CI_NODE_TOTAL=4"}, 0, 0, "CI_NODE_INDEX: found ''"},
	    {"auto", {"JOB_COMPLETION_INDEX=4", "STEADYBRIDGE_SHARDS=4"}, 0, 0,
	        "JOB_COMPLETION_INDEX: found '4', expected a number from 0 to 3"},
	    {"auto", {"JOB_COMPLETION_INDEX=1"}, 0, 0, "STEADYBRIDGE_SHARDS: found nothing"},
	    /* --array=1,7: an array with a gap */
	    {"auto",
	        {"SLURM_ARRAY_TASK_ID=7", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_COUNT=2"}, 0,
	        0, "SLURM_ARRAY_TASK_ID: found '7', expected a number from 1 to 2"},
	    {"auto", {"SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_COUNT=2"}, 0, 0,
	        "SLURM_ARRAY_TASK_MIN: found nothing"},
	    {"auto", {"CI_NODE_INDEX=1", "CI_NODE_TOTAL=4", "SLURM_ARRAY_TASK_ID=1"}, 0, 0,
	        "found both CI_NODE_INDEX (GitLab) and SLURM_ARRAY_TASK_ID (Slurm); give K/N"},
	};

	assert_options(rows, ARRAY_SIZE(rows));
}
