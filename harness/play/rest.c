/* rest.c: the bridge and the neighbour timers as they are when nothing is played. */
#include "play/rest.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/units.h"
#include "lab/netns.h"
#include "play/observer.h"

static void put_timers(struct player *p, uint8_t where, const char *dev, int family,
    const struct neighbour_timers *t, bool redrawn)
{
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_TIMERS, .where = where};

	strcpy(ev.u.timers.dev, dev);
	ev.u.timers.ip6 = family == AF_INET6;
	ev.u.timers.reachable_real_ms = (uint32_t)t->reachable;
	ev.u.timers.delay_real_ms = (uint32_t)t->delay_probe;
	ev.u.timers.retrans_real_ms = (uint32_t)t->retrans;
	ev.u.timers.locktime_real_ms = (uint32_t)t->locktime;
	ev.u.timers.redrawn = redrawn;
	tape_put(p->tape, &ev);
}

static int read_timers_of(struct player *p, int family, int64_t since_ns, struct err *e)
{
	struct neighbour_timers t;
	int r = neighbour_get(p->lab.nl, family, p->lab.bridge, &t, e);

	if (!r)
		put_timers(p, WHERE_ROUTER, LAB_BRIDGE, family, &t,
		    since_ns && (int64_t)t.last_rand * NS_PER_MS < clock_now_ns() - since_ns);
	for (size_t i = 0; !r && i < p->lab.n_clients; i++) {
		r = neighbour_get(p->lab.clients[i].nl, family, p->lab.clients[i].eth0, &t, e);
		if (!r)
			put_timers(p, (uint8_t)(WHERE_CLIENT + i), LAB_CLIENT_DEV, family, &t,
			    since_ns &&
			        (int64_t)t.last_rand * NS_PER_MS < clock_now_ns() - since_ns);
	}
	return r;
}

/* Reads back what the kernel holds: before the play, and after it to see whether it was redrawn
 * (the kernel draws every reachable_time anew each 300 s, neigh_periodic_work()). */
int rest_read_timers(struct player *p, int64_t since_ns, struct err *e)
{
	int r = read_timers_of(p, AF_INET, since_ns, e);

	return r || !p->lab.ip6 ? r : read_timers_of(p, AF_INET6, since_ns, e);
}

static void put_state(
    struct player *p, bool at_end, struct mac mac, uint32_t mtu, bool carrier, bool local_fdb)
{
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_STATE, .where = WHERE_ROUTER};

	ev.u.state.mac = mac;
	ev.u.state.mtu = mtu;
	ev.u.state.carrier = carrier;
	ev.u.state.local_fdb = local_fdb;
	ev.u.state.assign_type = lab_assign_type(&p->lab);
	ev.u.state.at_end = at_end;
	tape_put(p->tape, &ev);
}

void rest_put_baseline(struct player *p)
{
	const struct notice *n = &p->observers[0].seen;

	put_state(p, false, n->mac, n->mtu, n->carrier, n->local_fdb > 0);
}

struct rest {
	struct mac mac;
	uint32_t mtu;
	bool carrier, local_fdb;
};

static int on_rest(struct nlmsghdr *h, void *arg)
{
	struct rest *rest = arg;

	if (h->nlmsg_type == RTM_NEWLINK) {
		rest->mac = nl_mac(nlmsg_find_attr(h, sizeof(struct ifinfomsg), IFLA_ADDRESS));
		rest->mtu = nl_u32(nlmsg_find_attr(h, sizeof(struct ifinfomsg), IFLA_MTU));
		rest->carrier =
		    nl_u8(nlmsg_find_attr(h, sizeof(struct ifinfomsg), IFLA_CARRIER)) != 0;
	} else if (h->nlmsg_type == RTM_NEWNEIGH) {
		const struct ndmsg *n = nlmsg_data(h);
		struct nlattr *mac = nlmsg_find_attr(h, sizeof(*n), NDA_LLADDR);

		if (mac && (n->ndm_state & NUD_PERMANENT) && !mac_cmp(nl_mac(mac), rest->mac))
			rest->local_fdb = true;
	}
	return 0;
}

static int put_asked(struct player *p, bool at_end, struct err *e)
{
	struct ifinfomsg link = {.ifi_index = p->lab.bridge};
	struct ndmsg fdb = {.ndm_family = AF_BRIDGE};
	struct rest rest = {0};
	int r = nl_ask(p->lab.nl, nl_message(RTM_GETLINK, 0, &link, sizeof(link)), on_rest, &rest,
	    "bridge at rest", e);

	if (!r)
		r = nl_ask(p->lab.nl, nl_message(RTM_GETNEIGH, NLM_F_DUMP, &fdb, sizeof(fdb)),
		    on_rest, &rest, "FDB at rest", e);
	if (!r)
		put_state(p, at_end, rest.mac, rest.mtu, rest.carrier, rest.local_fdb);
	return r;
}

/* The play is over: now the kernel may be asked. */
int rest_put_end(struct player *p, struct err *e)
{
	return put_asked(p, true, e);
}

void rest_put_unbuilt(struct player *p)
{
	struct observer router;

	if (!p->lab.bridge || netns_enter(p->lab.router, NULL))
		return;
	if (p->n_observers)
		observer_read(&p->observers[0]);
	else
		observer_open(&router, p->tape, WHERE_ROUTER, p->lab.bridge, NULL);
	put_asked(p, false, NULL);
}
