/* SPDX-License-Identifier: GPL-2.0-or-later */
/* load.c: scenario files by name or path, read into scenarios. */
#include "cli/load.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"

#define FILE_MAX (64 * 1024)

static int load_file(
    const char *path, const struct scenario_options *o, struct scenarios *out, struct buf *messages)
{
	struct buf text = {0};
	struct err e = {{0}};
	struct scenario *s = NULL;
	int r = data_read(path, FILE_MAX, &text, &e);

	if (r)
		buf_printf(messages, "%s\n", e.text);
	else
		r = scenario_parse(path, text.s, text.len, o, &s, messages);
	for (size_t i = 0; !r && i < out->n; i++)
		if (!strcmp(out->items[i]->name, s->name)) {
			buf_printf(messages, "%s: error: scenario %s is already defined in %s\n",
			    path, s->name, out->items[i]->file);
			r = -EINVAL;
		}
	if (!r)
		*MEM_PUSH(out->items, out->n, out->cap) = s;
	else if (s)
		scenario_free(s);
	buf_free(&text);
	return err_is_no_room(r) || r == -EIO ? -EAGAIN : r ? -EINVAL : 0;
}

static bool ends_in_yaml(const char *name)
{
	size_t len = strlen(name);

	return len > 5 && !strcmp(name + len - 5, ".yaml");
}

static bool is_path(const char *name)
{
	return strchr(name, '/') || ends_in_yaml(name);
}

static int load_named(
    const char *name, const struct scenario_options *o, struct scenarios *out, struct buf *messages)
{
	if (is_path(name))
		return load_file(name, o, out, messages);
	char *path = data_scenario(name);
	int r = path ? load_file(path, o, out, messages) : -EINVAL;
	if (!path)
		buf_printf(messages,
		    "%s: no such scenario; see 'steadybridge list', or give the path of a file\n",
		    name);
	free(path);
	return r;
}

/* May a case of the scenario in this file match? Its name is the file's. */
static bool may_match(const char *filter, const char *path)
{
	const char *base = strrchr(path, '/'), *slash = filter ? strchr(filter, '/') : NULL;

	if (!slash)
		return true;
	base = base ? base + 1 : path;
	char *glob = mem_printf("%.*s", (int)(slash - filter), filter);
	char *name = mem_printf("%.*s", (int)strcspn(base, "."), base);
	bool yes = strpbrk(glob, "[\\") || !fnmatch(glob, name, 0);

	free(glob);
	free(name);
	return yes;
}

int load_shipped(bool large, const char *filter, const struct scenario_options *o,
    struct scenarios *out, struct buf *messages)
{
	char **found;
	struct err e = {{0}};
	int count = data_scenarios(large, &found, &e), r = 0;

	if (count < 0) {
		buf_printf(messages, "%s\n", e.text);
		r = -EAGAIN;
	}
	for (int i = 0; i < count; i++) {
		int one = may_match(filter, found[i]) ? load_file(found[i], o, out, messages) : 0;

		r = r ? r : one;
		free(found[i]);
	}
	free(found);
	return r;
}

int load_scenarios(char **names, int n, const struct scenario_options *o, struct scenarios *out,
    struct buf *messages)
{
	int r = 0;

	for (int i = 0; i < n; i++) {
		int one = load_named(names[i], o, out, messages);

		r = r ? r : one;
	}
	return n ? r : load_shipped(false, NULL, o, out, messages);
}

/* Of a file with a case and its control the case is meant. */
static const struct scenario_case *only_case(const struct scenario *s, struct buf *messages)
{
	const struct scenario_case *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < s->n_cases; i++)
		if (s->cases[i].breaks == CAUSE_NONE || s->n_cases == 1) {
			found = &s->cases[i];
			n++;
		}
	if (n == 1)
		return found;
	buf_printf(
	    messages, "%s: found %zu cases, expected one; name one of them\n", s->file, s->n_cases);
	return NULL;
}

/* A case has a slash in its name too; the part before it is its scenario. */
static bool is_case(const char *name)
{
	return strchr(name, '/') && !ends_in_yaml(name) && access(name, R_OK);
}

int load_scope(char **names, int n, const struct scenario_options *o, struct scenarios *out,
    const struct scenario_case **only, struct buf *messages)
{
	bool whole = n == 1 && !is_case(names[0]);
	char *scenario = mem_strdup(names[n - 1]);

	*only = NULL;
	if (n == 1 && !whole)
		scenario[strcspn(scenario, "/")] = '\0';
	int r = load_scenarios(&scenario, 1, o, out, messages);
	for (size_t k = 0; !r && !whole && k < out->items[0]->n_cases; k++)
		if (!strcmp(out->items[0]->cases[k].name, names[0]))
			*only = &out->items[0]->cases[k];
	if (!r && !whole && !*only) {
		buf_printf(
		    messages, "%s: no such case; see 'steadybridge list %s'\n", names[0], scenario);
		r = -EINVAL;
	}
	free(scenario);
	return r;
}

int load_case(char **names, int n, const struct scenario_options *o, struct scenarios *out,
    const struct scenario_case **only, struct buf *messages)
{
	int r = load_scope(names, n, o, out, only, messages);

	if (!r && !*only)
		*only = only_case(out->items[0], messages);
	return r ? r : *only ? 0 : -EINVAL;
}

void load_free(struct scenarios *s)
{
	for (size_t i = 0; i < s->n; i++)
		scenario_free(s->items[i]);
	free(s->items);
	*s = (struct scenarios){0};
}
