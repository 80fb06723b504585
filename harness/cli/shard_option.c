/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard_option.c: the value of --shard: K/N, or auto, which asks the scheduler's variables. */
#include "cli/shard_option.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

/* What tells a job which of how many it is. */
static const struct scheduler {
	const char *name;
	const char *index, *count;
	const char *first; /* the variable that holds the first index; NULL: it is first_index */
	unsigned first_index;
} schedulers[] = {
    {"GitLab", "CI_NODE_INDEX", "CI_NODE_TOTAL", NULL, 1},
    /* Kubernetes does not tell the number of completions: the Job's template sets it. */
    {"Kubernetes", "JOB_COMPLETION_INDEX", "STEADYBRIDGE_SHARDS", NULL, 0},
    {"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", 0},
};

/* A whole number; text is what follows it. */
static bool take_number(const char **text, unsigned long max, unsigned long *out)
{
	char *end;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	*out = strtoul(*text, &end, 10);
	*text = end;
	return !errno && *out <= max;
}

static int variable(shard_env_fn *env, const char *name, unsigned long least, unsigned long most,
    unsigned long *out, struct err *e)
{
	const char *text = env(name), *end = text ? text : "";

	if (take_number(&end, most, out) && !*end && *out >= least)
		return 0;
	return err_set(e, EINVAL,
	    "--shard auto: %s: found %s%s%s, expected a number from %lu to %lu", name,
	    text ? "'" : "", text ? text : "nothing", text ? "'" : "", least, most);
}

static int read_scheduler(
    const struct scheduler *s, shard_env_fn *env, struct shard *out, struct err *e)
{
	unsigned long index, of, first = s->first_index;
	int r = variable(env, s->count, 1, SHARDS_MAX, &of, e);

	if (!r && s->first)
		r = variable(env, s->first, 0, UINT32_MAX, &first, e);
	if (!r)
		r = variable(env, s->index, first, first + of - 1, &index, e);
	if (!r)
		*out = (struct shard){(unsigned)(index - first + 1), (unsigned)of};
	return r;
}

static int read_auto(shard_env_fn *env, struct shard *out, struct err *e)
{
	const struct scheduler *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(schedulers); i++) {
		const struct scheduler *s = &schedulers[i];

		if (!env(s->index))
			continue;
		if (found)
			return err_set(e, EINVAL,
			    "--shard auto: found both %s (%s) and %s (%s); give K/N", found->index,
			    found->name, s->index, s->name);
		found = s;
	}
	if (found)
		return read_scheduler(found, env, out, e);
	return err_set(e, EINVAL,
	    "--shard auto: found no scheduler's variables, expected CI_NODE_INDEX and CI_NODE_TOTAL "
	    "(GitLab), JOB_COMPLETION_INDEX and STEADYBRIDGE_SHARDS (Kubernetes; the second is set by "
	    "you) or SLURM_ARRAY_TASK_ID, _MIN and _COUNT (Slurm); or give K/N");
}

int shard_option_read(const char *text, shard_env_fn *env, struct shard *out, struct err *e)
{
	const char *at = text;
	unsigned long index, of;

	if (!strcmp(text, "auto"))
		return read_auto(env, out, e);
	if (!take_number(&at, SHARDS_MAX, &index) || *at++ != '/' ||
	    !take_number(&at, SHARDS_MAX, &of) || *at || !index || index > of)
		return err_set(e, EINVAL,
		    "--shard: found '%s', expected K/N with K from 1 to N and N up to %d, or auto",
		    text, SHARDS_MAX);
	*out = (struct shard){(unsigned)index, (unsigned)of};
	return 0;
}
