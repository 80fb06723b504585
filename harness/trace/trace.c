/* trace.c: the list of events of a play, and the names of its closed lists. */
#include "trace/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const causes[CAUSE_COUNT] = {
    [CAUSE_NONE] = "none",
    [CAUSE_STALE_GATEWAY] = "stale-gateway",
    [CAUSE_UNRESOLVED_GATEWAY] = "unresolved-gateway",
    [CAUSE_DEAD_GATEWAY] = "dead-gateway",
    [CAUSE_PORT_NOT_FORWARDING] = "port-not-forwarding",
    [CAUSE_NOT_FORWARDED] = "not-forwarded",
    [CAUSE_UPSTREAM_SILENT] = "upstream-silent",
    [CAUSE_STALE_CLIENT] = "stale-client",
    [CAUSE_UNRESOLVED_CLIENT] = "unresolved-client",
    [CAUSE_TOO_BIG] = "too-big",
    [CAUSE_CLIENT_DOWN] = "client-down",
    [CAUSE_UNKNOWN] = "unknown",
};

static const char *const types[EV_COUNT] = {
    [EV_PHASE] = "phase",
    [EV_CHURN] = "churn",
    [EV_LINK] = "link",
    [EV_NEIGH] = "neigh",
    [EV_FDB] = "fdb",
    [EV_ADDR] = "addr",
    [EV_SENT] = "sent",
    [EV_ANSWER] = "answer",
    [EV_FRAME] = "frame",
    [EV_STATE] = "state",
    [EV_LATE] = "late",
    [EV_OVERRUN] = "overrun",
    [EV_TIMERS] = "timers",
};

const char *cause_name(enum cause cause)
{
	return (unsigned)cause < CAUSE_COUNT ? causes[cause] : causes[CAUSE_UNKNOWN];
}

int cause_parse(const char *s, enum cause *out)
{
	for (int i = 0; i < CAUSE_COUNT; i++) {
		if (!strcmp(s, causes[i])) {
			*out = (enum cause)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *event_type_name(enum event_type type)
{
	return (unsigned)type < EV_COUNT ? types[type] : "unknown";
}

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
