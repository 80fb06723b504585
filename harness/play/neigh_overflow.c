/* neigh_overflow.c: did the kernel run out of neighbour entries while a case was played?
 *
 * A table is one for all namespaces. From gc_thresh2 (512) on the kernel throws out entries that
 * were not changed for 5 s, whoever's they are; at gc_thresh3 (1024) it refuses new ones. A client
 * that loses its entry for the gateway is healed, one that gets none is silent: neither says
 * anything of a bridge. */
#include "play/neigh_overflow.h"

#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"

int neigh_overflow_open(struct neigh_overflow *c, struct err *e)
{
	int r = nl_open(&c->nl, e);

	if (!r)
		r = neighbour_table(c->nl, AF_INET, &c->arp, e);
	return r ? r : neighbour_table(c->nl, AF_INET6, &c->ndisc, e);
}

static void put(struct tape *tape, const char *table, const char *what, uint64_t n)
{
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_OVERRUN, .where = WHERE_ROUTER};

	if (!n)
		return;
	snprintf(ev.u.overrun.what, sizeof(ev.u.overrun.what), "%s %s", table, what);
	ev.u.overrun.lost = n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
	tape_put(tape, &ev);
}

static void compare(struct neigh_overflow *c, struct tape *tape, int family, const char *name,
    const struct neighbour_table *before)
{
	struct neighbour_table now;

	if (neighbour_table(c->nl, family, &now, NULL))
		return;
	put(tape, name, "full", now.full - before->full);
	put(tape, name, "thrown out", now.thrown_out - before->thrown_out);
}

void neigh_overflow_close(struct neigh_overflow *c, struct tape *tape)
{
	if (!c->nl)
		return;
	compare(c, tape, AF_INET, "arp_cache", &c->arp);
	compare(c, tape, AF_INET6, "ndisc_cache", &c->ndisc);
	nl_socket_free(c->nl);
	c->nl = NULL;
}
