/* playlist.c: the plays of a run: many cases in the pool, and again alone what the machine spoilt. */
#include "suite/playlist.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

/* The neighbour table is one for all namespaces, about 4 entries a case and 512 in all. */
#define KEPT_MAX 96

struct casejob *playlist_add(struct playlist *p, const struct scenario_case *c, double pace, int play)
{
	struct casejob *cj = casejob_new(c, p->seed, pace, play, p->kernel);

	cj->finished = p->finished;
	cj->finished_arg = p->finished_arg;
	*MEM_PUSH(p->items, p->n, p->cap) = cj;
	return cj;
}

static int run_from(struct playlist *p, size_t from, unsigned at_once, struct job **others, size_t n_others, struct err *e)
{
	struct pool pool = p->pool;
	struct job **jobs = mem_alloc((p->n - from + n_others + 1) * sizeof(*jobs));
	size_t n = 0;

	pool.at_once = at_once;
	int keep[2] = {-1, -1}, room = KEPT_MAX * 8 * 1024;

	/* A host without room for them just loses time. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, keep))
		keep[0] = keep[1] = -1;
	else
		setsockopt(keep[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	for (size_t i = from; i < p->n; i++) {
		p->items[i]->keep = n < KEPT_MAX ? keep[1] : -1;
		jobs[n++] = &p->items[i]->job;
	}
	for (size_t i = 0; i < n_others; i++)
		jobs[n++] = others[i];
	int r = pool_run(&pool, jobs, n, &p->signal_no, e);
	free(jobs);
	if (keep[0] >= 0) {
		close(keep[0]);
		close(keep[1]);
	}
	return r;
}

int playlist_run(struct playlist *p, struct job **others, size_t n_others, bool (*again)(const struct casejob *),
    struct err *e)
{
	static const double paces[] = {10, 5};
	size_t from = 0;
	int r = run_from(p, 0, p->pool.at_once, others, n_others, e);

	for (int round = 0; !r && round < 2; round++) {
		size_t to = p->n;

		for (size_t i = from; i < to; i++) {
			const struct casejob *cj = p->items[i];

			if (cj->judged.judgement.verdict == VERDICT_INVALID && (!again || again(cj)))
				playlist_add(p, cj->c, paces[round] < p->pace ? paces[round] : p->pace, cj->play + 1);
		}
		r = run_from(p, to, 1, NULL, 0, e);
		from = to;
	}
	return r;
}

struct judged **playlist_judged(const struct playlist *p)
{
	struct judged **out = mem_alloc((p->n + 1) * sizeof(*out));

	for (size_t i = 0; i < p->n; i++)
		out[i] = &p->items[i]->judged;
	return out;
}

void playlist_free(struct playlist *p)
{
	for (size_t i = 0; i < p->n; i++)
		casejob_free(p->items[i]);
	free(p->items);
	p->items = NULL;
	p->n = p->cap = 0;
}
