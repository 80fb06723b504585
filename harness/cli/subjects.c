/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subjects.c: the cases of `check --subject`: a real program makes the bridge. */
#include "cli/subjects.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/status.h"
#include "base/words.h"
#include "lab/subject.h"
#include "lab/subject_box.h"

bool subjects_wanted(const struct options *o)
{
	return o->n_subjects || o->all_subjects;
}

/* A file like any other, so that case.yaml plays one of its cases again. */
static void scenario_text(const struct subject *s, struct buf *b)
{
	bool own = !strcmp(s->control, s->name);

	buf_printf(b,
	    "name: %s\n"
	    "summary: \"%s makes the bridge, and its ports come and go\"\n"
	    /* the silent one has the lowest port: whose port has the bridge's MAC is spared */
	    "clients: {silent: {port-mac: \"fe:ff:ff:ff:ff:01\"}, c1: {port-mac: "
	    "\"fe:ff:ff:ff:ff:02\"}}\n"
	    "churn: {port: {joins: every 2s, leaves: after 1s}}\n"
	    "lookups: {from: [c1], pause: 5ms, timeout: 20ms}\n"
	    "duration: 6s\n"
	    "arms:\n",
	    s->name, *s->version ? s->version : s->name);
	buf_printf(b, "  %s: {subject: %s, breaks: stale-gateway}\n", s->control, s->control);
	if (!own)
		buf_printf(b, "  %s: {subject: %s}\n", s->name, s->name);
	buf_printf(b, "  %s-with-udevd: {subject: %s, udevd: present}\n", s->name, s->name);
	if (own || !s->known_before)
		return;
	buf_printf(b, "known:\n  - {arm: %s, breaks: stale-gateway", s->name);
	if (*s->known_before != '*')
		buf_printf(b, ", if: \"tool < %s\"", s->known_before);
	buf_printf(b, ", why: \"%s\"}\n", s->known_why);
}

static int add_scenario(const struct subject *s, const struct scenario_options *so,
    struct scenarios *out, struct buf *messages)
{
	struct buf text = {0};
	struct scenario *scenario = NULL;

	scenario_text(s, &text);
	int r = scenario_parse(s->path, text.s, text.len, so, &scenario, messages);
	if (!r)
		*MEM_PUSH(out->items, out->n, out->cap) = scenario;
	buf_free(&text);
	return r;
}

static int add_subject(const char *name, const char *tool, bool strict,
    const struct scenario_options *so, struct scenarios *out, struct buf *messages)
{
	const struct subject *s;
	struct err e = {{0}};
	int r = subject_look(name, tool, strict, &s, &e);

	if (!r)
		return out ? add_scenario(s, so, out, messages) : 0;
	buf_printf(messages, "steadybridge: %s\n", e.text);
	return r;
}

int subjects_read(const struct options *o, const struct scenario_options *so, struct scenarios *s)
{
	struct buf messages = {0};
	char **names = NULL;
	struct err e = {{0}};
	int n = o->all_subjects ? subject_names(&names, &e) : 0, r = n < 0 ? n : 0;

	if (r)
		buf_printf(&messages, "steadybridge: %s\n", e.text);
	for (size_t i = 0; !r && i < o->n_subjects; i++)
		r = add_subject(o->subjects[i], o->tool, true, so, s, &messages);
	for (int i = 0; i < n; i++) {
		bool there = false;

		for (size_t k = 0; s && k < s->n; k++)
			there |= !strcmp(s->items[k]->name, names[i]);
		if (!r && !there)
			r = add_subject(names[i], NULL, false, so, s, &messages);
		free(names[i]);
	}
	free(names);
	if (messages.len)
		fputs(messages.s, stderr);
	buf_free(&messages);
	return r ? STATUS_USAGE : 0;
}

static void add_option(struct buf *out, const char *name, const char *path)
{
	char *word = words_shell(path);

	buf_printf(out, "%s %s ", name, word);
	free(word);
}

char *subjects_again(const struct options *o)
{
	struct buf out = {0};

	for (size_t i = 0; i < o->n_subjects; i++)
		if (o->tool || strchr(o->subjects[i], '/'))
			add_option(&out, "--subject", o->subjects[i]);
	if (o->tool)
		add_option(&out, "--tool", o->tool);
	return out.s;
}

static const char *tool_missing(const struct scenario_case *c)
{
	const struct subject *s;

	subject_look(c->subject, NULL, false, &s, NULL);
	return s->missing;
}

/* A control is played for its arms. NULL: one of them has its tool. */
static const char *all_arms_miss(const struct scenario_case *control)
{
	const struct scenario *s = control->scenario;
	const char *missing = NULL;

	for (const struct scenario_case *c = s->cases; c < s->cases + s->n_cases; c++) {
		if (c->breaks != CAUSE_NONE || strcmp(c->group, control->group))
			continue;
		missing = *c->subject ? tool_missing(c) : NULL;
		if (!missing)
			return NULL;
	}
	return missing;
}

const char *subjects_missing(const struct scenario_case *c, const char **remedy)
{
	if (!*c->subject)
		return NULL;
	const char *missing = tool_missing(c);
	if (!missing && c->breaks != CAUSE_NONE)
		missing = all_arms_miss(c);
	if (missing) {
		const char *brings = strstr(missing, ": "); /* as suite/README.md asks of `needs` */

		*remedy = brings ? brings + 2 : "see what its verb `needs` says";
		return missing;
	}
	*remedy = "apt-get install udev";
	return c->udevd && !subject_box_udevd() ? "systemd-udevd" : NULL;
}

int subjects_list(void)
{
	char **names = NULL;
	struct err e = {{0}};
	int n = subject_names(&names, &e);

	if (n < 0) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		return STATUS_CANNOT;
	}
	for (int i = 0; i < n; i++) {
		const struct subject *s;

		subject_look(names[i], NULL, false, &s, NULL);
		printf("%-20s  %s\n", names[i], s->missing ? s->missing : s->version);
		free(names[i]);
	}
	free(names);
	return 0;
}
