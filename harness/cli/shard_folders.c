/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shard_folders.c: the folders of a run's shards: which can be merged, and what is wrong with
 * others.
 */
#include "cli/shard_folders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "report/plays.h"

static void problem(struct shard_folders *f, char *text)
{
	*MEM_PUSH(f->problems, f->n_problems, f->cap_problems) = text;
}

/* Without a slash at its end; caller frees. */
static char *folder_name(const char *name)
{
	char *dir = mem_strdup(name);

	for (size_t len = strlen(dir); len > 1 && dir[len - 1] == '/';)
		dir[--len] = '\0';
	return dir;
}

/* The first shard says which run is merged. */
static void begin(struct shard_folders *f, const char *dir, const struct run *r)
{
	f->first = mem_strdup(dir);
	f->as = r->shard;
	f->as.whole = f->whole = mem_strdup(r->shard.whole);
	f->version = mem_strdup(text_or(r->version, "?"));
	f->repeat = r->repeat;
	f->there = mem_alloc((f->as.of + 1) * sizeof(*f->there));
}

static char *run_words(const struct shard_note *s, const char *version, int repeat)
{
	return mem_printf("%zu cases (%s) in %u shards, repeat %d, by steadybridge %s",
	    s->whole_cases, s->whole, s->of, repeat, version);
}

/* Is it a shard of the same run as the others? If not, says so. */
static bool belongs(struct shard_folders *f, const char *dir, const struct run *r)
{
	char *found, *expected;

	if (!r->shard.of) {
		problem(f, mem_printf("%s: found %s, expected a shard (check --shard)", dir,
		               r->merged ? "a merged run" : "a whole run"));
		return false;
	}
	if (!f->first)
		begin(f, dir, r);
	found = run_words(&r->shard, text_or(r->version, "?"), r->repeat);
	expected = run_words(&f->as, f->version, f->repeat);
	bool same = !strcmp(found, expected);
	if (!same)
		problem(
		    f, mem_printf("%s: found a shard of another run, %s; expected one of the run "
		                  "of %s, %s",
		           dir, found, f->first, expected));
	free(found);
	free(expected);
	return same;
}

/* Where a shard of this index stands or would stand. */
static size_t place_of(const struct shard_folders *f, unsigned index)
{
	size_t at = 0;

	while (at < f->n && f->shards[at].file.run.shard.index < index)
		at++;
	return at;
}

static bool is_second(struct shard_folders *f, const char *dir, unsigned index)
{
	size_t at = place_of(f, index);
	bool has = at < f->n && f->shards[at].file.run.shard.index == index;

	if (has)
		problem(
		    f, mem_printf("%s: found shard %u of %u a second time, after %s; this one is "
		                  "left out",
		           dir, index, f->as.of, f->shards[at].dir));
	return has;
}

static bool is_unfinished(struct shard_folders *f, const char *dir)
{
	char *path = mem_printf("%s/results.json", dir);
	struct stat st;
	bool lacks = stat(path, &st) && errno == ENOENT;

	free(path);
	if (!lacks)
		return false;
	if (stat(dir, &st))
		problem(f, mem_printf("%s: %s", dir, strerror(errno)));
	else
		problem(
		    f, mem_printf("%s: found no results.json there: its run is not finished, or "
		                  "was ended",
		           dir));
	return true;
}

int shard_folders_add(struct shard_folders *f, const char *name, struct err *e)
{
	struct stored_run s = {.dir = folder_name(name)};
	int r = 0;
	bool good = !is_unfinished(f, s.dir);

	if (good) {
		r = stored_read_file(&s, e);
		good = !r && belongs(f, s.dir, &s.file.run) &&
		       !is_second(f, s.dir, s.file.run.shard.index);
	}
	if (good) {
		f->there[s.file.run.shard.index] = true;
		r = stored_read_traces(&s, e);
		good = !r;
	}
	if (r && !err_is_no_room(r) && r != -EIO) {
		problem(f, mem_printf("%s: damaged: %s", s.dir, e->text));
		r = 0;
	}
	if (!good) {
		stored_free(&s);
		return r;
	}
	size_t at = place_of(f, s.file.run.shard.index);
	f->shards = mem_grow(f->shards, f->n + 1, sizeof(*f->shards));
	memmove(f->shards + at + 1, f->shards + at, (f->n++ - at) * sizeof(*f->shards));
	f->shards[at] = s;
	return 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Do the shards have each case of the run once? */
static void count_cases(struct shard_folders *f, const struct run *run)
{
	size_t n = 0, kinds = 0;
	const char **names = mem_alloc((run->n_plays + run->n_skipped + 1) * sizeof(*names));

	for (size_t i = 0; i < run->n_plays; i++)
		names[n++] = text_or(run->plays[i]->trace->meta.name, "?");
	for (size_t i = 0; i < run->n_skipped; i++)
		names[n++] = text_or(run->skipped[i].name, "?");
	if (n)
		qsort(names, n, sizeof(*names), by_text);
	for (size_t i = 0; i < n; i++)
		kinds += !i || strcmp(names[i - 1], names[i]);
	if (kinds != f->as.whole_cases)
		problem(f, mem_printf("all shards are there, but have %zu cases; expected %zu",
		               kinds, f->as.whole_cases));
	free(names);
}

void shard_folders_missing(struct shard_folders *f, const struct run *run)
{
	for (unsigned i = 1; i <= f->as.of; i++)
		if (!f->there[i])
			problem(
			    f, mem_printf("shard %u of %u is missing: it is in none of the folders",
			           i, f->as.of));
	if (!f->n_problems)
		count_cases(f, run);
}

void shard_folders_free(struct shard_folders *f)
{
	for (size_t i = 0; i < f->n; i++)
		stored_free(&f->shards[i]);
	for (size_t i = 0; i < f->n_problems; i++)
		free(f->problems[i]);
	free(f->shards);
	free(f->problems);
	free(f->first);
	free(f->whole);
	free(f->version);
	free(f->there);
}
