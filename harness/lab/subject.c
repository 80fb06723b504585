/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subject.c: finds subjects and asks what they need. */
#include "lab/subject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/folder.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/proc.h"
#include "base/units.h"

#define FOLDER "fixtures/subjects"
#define NEEDS_NS (10 * NS_PER_S)
#define NOT_HERE 77

static struct {
	struct subject **items;
	size_t n, cap;
} looked_at;

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct list {
	char **items;
	size_t n, cap;
};

static int add_name(int dir, const char *name, void *arg)
{
	struct list *l = arg;
	char *path = mem_printf("%s/subject", name);

	if (!faccessat(dir, path, X_OK, 0))
		*MEM_PUSH(l->items, l->n, l->cap) = mem_strdup(name);
	free(path);
	return 0;
}

int subject_names(char ***out, struct err *e)
{
	struct list l = {0};
	char *path = data_path(FOLDER);
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = dir < 0 ? err_set(e, errno, "%s:", path) : folder_each(dir, add_name, &l);

	if (dir >= 0)
		close(dir);
	free(path);
	if (l.n)
		qsort(l.items, l.n, sizeof(*l.items), by_name);
	*out = l.items;
	return r ? r : (int)l.n;
}

bool subject_name_is_good(const char *name)
{
	return name_is_good(name) && strlen(name) <= SUBJECT_NAME_MAX;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Is it one that comes with steadybridge? Others are found by their path alone. */
static bool is_installed(const char *name)
{
	char *given = mem_printf(FOLDER "/%s/subject", name), *path = data_path(given);
	bool there = !access(path, X_OK);

	free(given);
	free(path);
	return there;
}

/* The executable, and the name: that of its folder. */
static int find(const char *name_or_path, struct subject *s, struct err *e)
{
	bool by_path = strchr(name_or_path, '/');
	char *given =
	    by_path ? mem_strdup(name_or_path) : mem_printf(FOLDER "/%s/subject", name_or_path);
	char *file = by_path && is_folder(given) ? mem_printf("%s/subject", given)
	             : by_path                   ? mem_strdup(given)
	                                         : data_path(given);
	s->path = realpath(file, NULL);
	int error = errno;
	int r = 0;

	if (!s->path && !by_path)
		r = err_set(e, ENOENT,
		    "%s: no such subject; see 'steadybridge list --subjects', or "
		    "give the path of one",
		    name_or_path);
	else if (!s->path)
		r = err_set(e, error, "%s:", file);
	else if (access(s->path, X_OK))
		r = err_set(e, EACCES, "%s: it is not executable (chmod +x):", file);
	free(given);
	free(file);
	if (r)
		return r;
	char *name = mem_strdup(s->path), *slash = strrchr(name, '/');
	if (slash && !strcmp(slash, "/subject")) {
		*slash = '\0';
		slash = strrchr(name, '/');
	}
	const char *base = slash ? slash + 1 : name;
	if (!subject_name_is_good(base))
		r = err_set(e, EINVAL,
		    "%s: a subject has the name of its folder; found '%s', expected a small "
		    "letter, then small letters, digits and '-', at most %d in all",
		    s->path, base, SUBJECT_NAME_MAX);
	else
		memcpy(s->name, base, strlen(base));
	free(name);
	return r;
}

static int take_flag(
    const char *key, const char *value, const char *yes, const char *no, bool *out, struct err *e)
{
	*out = !strcmp(value, yes);
	return *out || !strcmp(value, no)
	           ? 0
	           : err_set(e, EINVAL, "%s: found '%s', expected %s or %s", key, value, yes, no);
}

/* It goes into a line of YAML, between quotation marks. */
static int take_text(const char *key, const char *value, char **out, struct err *e)
{
	for (const char *p = value; *p; p++)
		if (*p < ' ' || *p > '~' || *p == '"' || *p == '\\')
			return err_set(e, EINVAL,
			    "%s: found '%s', expected printable ASCII without \" and \\", key,
			    value);
	if (!*value)
		return err_set(e, EINVAL, "%s is empty", key);
	free(*out);
	*out = mem_strdup(value);
	return 0;
}

/* "1.9 containers/netavark#833" */
static int take_known(struct subject *s, char *value, struct err *e)
{
	char *space = strchr(value, ' ');

	size_t len = space ? (size_t)(space - value) : 0;

	if (!len || (strncmp(value, "* ", 2) && strspn(value, "0123456789.") != len))
		return err_set(e, EINVAL,
		    "known: found '%s', expected VERSION or *, a space, and a reference", value);
	*space = '\0';
	free(s->known_before);
	s->known_before = mem_strdup(value);
	return take_text("known", space + 1, &s->known_why, e);
}

static int take_need(struct subject *s, char *line, struct err *e)
{
	char *value = strchr(line, '=');
	bool can;

	if (!value)
		return err_set(e, EINVAL, "found '%.100s', expected KEY=VALUE", line);
	*value++ = '\0';
	if (!strcmp(line, "version"))
		return take_text(line, value, &s->version, e);
	if (!strcmp(line, "control") && !subject_name_is_good(value))
		return err_set(e, EINVAL, "control: found '%s', expected a subject's name", value);
	if (!strcmp(line, "control"))
		return take_text(line, value, &s->control, e);
	if (!strcmp(line, "known"))
		return take_known(s, value, e);
	if (!strcmp(line, "sandbox"))
		return take_flag(line, value, "light", "bare", &s->light, e);
	if (!strcmp(line, "sys"))
		return take_flag(line, value, "ro", "rw", &s->sys_ro, e);
	if (!strcmp(line, "rules"))
		return take_flag(line, value, "own", "none", &s->own_rules, e);
	if (!strcmp(line, "cgroup"))
		return take_flag(line, value, "yes", "no", &s->cgroup, e);
	if (!strcmp(line, "rootless")) {
		int r = take_flag(line, value, "yes", "no", &can, e);

		s->needs_root = !can;
		return r;
	}
	return err_set(e, EINVAL,
	    "found '%.100s', expected version, control, known, sandbox, sys, rules, cgroup or "
	    "rootless",
	    line);
}

static int read_needs(struct subject *s, const char *says, struct err *e)
{
	struct err what = {{0}};
	char *text = mem_strdup(says), *left = text, *line;
	int r = 0;

	while (!r && (line = strsep(&left, "\n")))
		r = *line ? take_need(s, line, &what) : 0;
	if (!r && !*s->version)
		r = err_set(&what, EINVAL, "version is missing");
	free(text);
	return r ? err_set(e, -r, "%s needs: %s", s->path, what.text) : 0;
}

static int read_answer(
    struct subject *s, int status, const char *says, const char *why, struct err *e)
{
	const char *last = subject_last_line(*why ? why : says);

	if (status == -ETIMEDOUT)
		return err_set(e, ETIMEDOUT, "%s needs: did not exit within 10 s", s->path);
	if (status < 0)
		return status;
	if (!status)
		return read_needs(s, says, e);
	if (status != NOT_HERE)
		return err_set(e, EIO, "%s needs: exited with status %d%s%s", s->path, status,
		    *last ? ": " : "", last);
	s->missing = mem_strdup(*last ? last : "it does not say why");
	return 0;
}

static int ask_needs(struct subject *s, struct err *e)
{
	const struct subject_run run = {.subject = s};
	int out = subject_output(e), err = out < 0 ? out : subject_output(e);
	pid_t pid = err < 0 ? err : subject_start(&run, "needs", out, err, e);
	int status = pid < 0 ? pid : proc_wait(pid, clock_now_ns() + NEEDS_NS);

	if (pid > 0 && status < 0)
		proc_kill_group(pid);
	char *says = pid < 0 ? mem_strdup("") : subject_said(out),
	     *why = pid < 0 ? mem_strdup("") : subject_said(err);
	int r = read_answer(s, status, says, why, e);
	if (!r && !s->missing && s->needs_root && geteuid())
		s->missing = mem_strdup("it needs root: sudo steadybridge check");
	free(says);
	free(why);
	if (out >= 0)
		close(out);
	if (err >= 0)
		close(err);
	return r;
}

static void subject_free(struct subject *s)
{
	free(s->path);
	free(s->version);
	free(s->control);
	free(s->known_before);
	free(s->known_why);
	free(s->missing);
	free(s);
}

int subject_look(const char *name_or_path, const char *tool, bool strict,
    const struct subject **out, struct err *e)
{
	struct err why = {{0}};
	struct subject *s;

	*out = strchr(name_or_path, '/') ? NULL : subject_named(name_or_path);
	if (*out)
		return 0;
	s = mem_alloc(sizeof(*s));
	s->tool = tool;
	s->version = mem_strdup("");
	s->control = mem_strdup(SUBJECT_CONTROL);
	int r = find(name_or_path, s, &why);
	if (!r && subject_named(s->name))
		r = err_set(&why, EEXIST, "%s: there is a subject %s already", s->path, s->name);
	if (!r)
		r = ask_needs(s, &why);
	if (!r && strcmp(s->control, s->name) && !is_installed(s->control))
		r = err_set(&why, ENOENT,
		    "%s needs: control: found '%s', expected %s or one of "
		    "`steadybridge list --subjects`",
		    s->path, s->control, s->name);
	if (r && strict) {
		subject_free(s);
		return err_set(e, -r, "%s", why.text);
	}
	if (r) {
		snprintf(s->name, sizeof(s->name), "%s", name_or_path);
		s->missing = mem_strdup(why.text);
	}
	*MEM_PUSH(looked_at.items, looked_at.n, looked_at.cap) = s;
	*out = s;
	return 0;
}

const struct subject *subject_named(const char *name)
{
	for (size_t i = 0; i < looked_at.n; i++)
		if (!strcmp(looked_at.items[i]->name, name))
			return looked_at.items[i];
	return NULL;
}
