/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace.c: the list of events of a play. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void trace_free(struct trace *t)
{
	struct trace_meta *m = &t->meta;

	free(m->scenario);
	free(m->arm);
	free(m->name);
	free(m->slug);
	free(m->summary);
	free(m->group);
	free(m->kernel);
	free(m->fault);
	free(m->tool);
	free(m->file);
	free(m->config);
	free(m->t0);
	free(m->clients);
	free(m->streams);
	for (size_t i = 0; i < m->n_known; i++)
		free(m->known[i].why);
	free(m->known);
	free(t->events);
	*t = (struct trace){0};
}

size_t event_words(struct event *ev, const char *why)
{
	size_t n = strnlen(why, sizeof(ev->u.phase.text) - 1);

	ev->type = EV_PHASE;
	memset(&ev->u, 0, sizeof(ev->u));
	ev->u.phase.phase = PHASE_LAB_FAILED;
	memcpy(ev->u.phase.text, why, n);
	return n;
}

void trace_add(struct trace *t, const struct event *ev)
{
	*MEM_PUSH(t->events, t->n, t->cap) = *ev;
}

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

void trace_sort(struct trace *t)
{
	t->whole = false;
	if (t->n)
		qsort(t->events, t->n, sizeof(*t->events), by_time);
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_PHASE && t->events[i].u.phase.phase == PHASE_END)
			t->whole = true;
}

int64_t trace_scenario_ns(const struct trace *t, int64_t real_ns)
{
	double pace = t->meta.pace > 0 && t->meta.pace < 1e6 ? t->meta.pace : 1;

	return (int64_t)((double)real_ns * pace);
}
