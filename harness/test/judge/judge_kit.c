/* judge_kit.c: a synthetic trace judged in one line, for the tests of judge. */
#include "test/judge/judge_kit.h"

#include <string.h>
#include <sys/socket.h>

const struct judgement *judged(struct trace *t)
{
	static struct trace trace;
	static struct judgement judgement;

	trace_free(&trace);
	judgement_free(&judgement);
	trace = *t;
	trace_sort(&trace);
	judge_case(&trace, &judgement);
	*t = trace;
	return &judgement;
}

const struct finding *finding_with(const struct judgement *j, const char *part)
{
	for (size_t i = 0; i < j->n_findings; i++)
		if (strstr(j->findings[i].text, part))
			return &j->findings[i];
	return NULL;
}

void leave_out(struct trace *t, bool (*out)(const struct event *ev))
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (!out(&t->events[i]))
			t->events[n++] = t->events[i];
	t->n = n;
}

void build_address(struct trace *t, int64_t ms, uint8_t last, bool gone)
{
	struct event *ev = build(t, ms, EV_ADDR, WHERE_ROUTER);

	strcpy(ev->u.addr.dev, "br0");
	memcpy(ev->u.addr.addr, (uint8_t[]){192, 0, 2, last}, 4);
	ev->u.addr.family = AF_INET;
	ev->u.addr.prefix = 24;
	ev->u.addr.gone = gone;
}

const struct outage *the_outage(struct trace *t)
{
	const struct judgement *j = judged(t);

	ck_assert_uint_eq(j->n_outages, 1);
	return &j->outages[0];
}
