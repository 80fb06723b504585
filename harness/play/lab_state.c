/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_state.c: the state of the lab: its bridge and neighbour timers on the tape, all of it as
 * text.
 */
#include "play/lab_state.h"

#include <arpa/inet.h>
#include <linux/if_bridge.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "net/netns.h"
#include "trace/names.h"

#define SOFTNET_MAX (1 << 20) /* bytes: a line for each processor */

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

/* The kernel draws every reachable_time anew each 300 s (neigh_periodic_work()). */
int lab_state_read_timers(struct player *p, int64_t since_ns, struct err *e)
{
	int r = read_timers_of(p, AF_INET, since_ns, e);

	return r || !p->lab.ip6 ? r : read_timers_of(p, AF_INET6, since_ns, e);
}

/* Frames that the processors' queues have dropped since boot: the second column of each line
 * (softnet_seq_show()). */
static uint64_t backlog_drops(void)
{
	struct buf text = {0};
	uint64_t sum = 0;
	unsigned dropped;

	data_read("/proc/net/softnet_stat", SOFTNET_MAX, &text, NULL);
	for (const char *line = text.s; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "%*x %x", &dropped) == 1)
			sum += dropped;
	}
	buf_free(&text);
	return sum;
}

static void put_state(struct player *p, int64_t t_ns, bool at_end, struct mac mac, uint32_t mtu,
    bool carrier, bool local_fdb)
{
	struct event ev = {.t_ns = t_ns, .type = EV_STATE, .where = WHERE_ROUTER};

	ev.u.state.mac = mac;
	ev.u.state.mtu = mtu;
	ev.u.state.carrier = carrier;
	ev.u.state.local_fdb = local_fdb;
	/* of a baseline that is put too late it may have been set since */
	ev.u.state.assign_type = at_end || clock_now_ns() - t_ns < PROBER_LATE_NS
	                             ? lab_assign_type(&p->lab)
	                             : STATE_NOT_READ;
	ev.u.state.at_end = at_end;
	if (at_end)
		ev.u.state.backlog_drops = (uint32_t)(backlog_drops() - p->backlog_drops);
	else
		p->backlog_drops = backlog_drops();
	tape_put(p->tape, &ev);
}

void lab_state_put_baseline(struct player *p, const struct notice *n, int64_t t_ns)
{
	put_state(p, t_ns, false, n->mac, n->mtu, n->carrier, n->local_fdb > 0);
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

		if (mac && (n->ndm_state & NUD_PERMANENT) && !mac_cmp(nl_mac(mac), rest->mac) &&
		    !nl_u16(nlmsg_find_attr(h, sizeof(*n), NDA_VLAN)))
			rest->local_fdb = true;
	}
	return 0;
}

/* Asks the kernel, which is not done while a case is played. */
static int put_asked(struct player *p, bool at_end, struct err *e)
{
	struct ifinfomsg link = {.ifi_index = p->lab.bridge};
	struct ndmsg fdb = {.ndm_family = AF_BRIDGE};
	struct rest rest = {0};
	int r = nl_ask(p->lab.nl, nl_message(RTM_GETLINK, 0, &link, sizeof(link)), on_rest, &rest,
	    "reading the bridge", e);

	if (!r)
		r = nl_ask(p->lab.nl, nl_message(RTM_GETNEIGH, NLM_F_DUMP, &fdb, sizeof(fdb)),
		    on_rest, &rest, "reading the FDB", e);
	if (!r)
		put_state(
		    p, clock_now_ns(), at_end, rest.mac, rest.mtu, rest.carrier, rest.local_fdb);
	return r;
}

int lab_state_put_end(struct player *p, struct err *e)
{
	return put_asked(p, true, e);
}

void lab_state_put_unbuilt(struct player *p)
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

struct seen_port {
	char name[NAME_MAX_LEN];
	struct mac mac;
	unsigned state; /* BR_STATE_* */
	bool up;
};

struct seen {
	int bridge;
	struct mac mac;
	uint32_t mtu;
	struct seen_port *ports;
	size_t n, cap;
};

static unsigned port_state(struct nlattr *info)
{
	struct nlattr *tb[IFLA_INFO_MAX + 1], *br[IFLA_BRPORT_MAX + 1];

	if (!info || nla_parse_nested(tb, IFLA_INFO_MAX, info, NULL) || !tb[IFLA_INFO_SLAVE_DATA] ||
	    nla_parse_nested(br, IFLA_BRPORT_MAX, tb[IFLA_INFO_SLAVE_DATA], NULL) ||
	    !br[IFLA_BRPORT_STATE])
		return UINT8_MAX;
	return nl_u8(br[IFLA_BRPORT_STATE]);
}

static int on_link(struct nlmsghdr *h, void *arg)
{
	struct seen *s = arg;
	const struct ifinfomsg *i = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1];

	if (h->nlmsg_type != RTM_NEWLINK || nlmsg_parse(h, sizeof(*i), tb, IFLA_MAX, NULL))
		return 0;
	if (i->ifi_index == s->bridge) {
		s->mac = nl_mac(tb[IFLA_ADDRESS]);
		s->mtu = nl_u32(tb[IFLA_MTU]);
	} else if ((int)nl_u32(tb[IFLA_MASTER]) == s->bridge) {
		struct seen_port *p = MEM_PUSH(s->ports, s->n, s->cap);

		*p = (struct seen_port){.mac = nl_mac(tb[IFLA_ADDRESS]),
		    .state = port_state(tb[IFLA_LINKINFO]),
		    .up = i->ifi_flags & IFF_RUNNING};
		if (tb[IFLA_IFNAME])
			nla_strlcpy(p->name, tb[IFLA_IFNAME], sizeof(p->name));
	}
	return 0;
}

struct entries {
	const char *who;
	int ifindex;
	struct mac gateway; /* zero: entries are not for the gateway */
	struct buf *out;
	bool any;
};

static int on_entry(struct nlmsghdr *h, void *arg)
{
	struct entries *n = arg;
	const struct ndmsg *d = nlmsg_data(h);
	struct nlattr *tb[NDA_MAX + 1];
	char mac[MAC_TEXT], ip[INET_ADDRSTRLEN];

	if (h->nlmsg_type != RTM_NEWNEIGH || d->ndm_family != AF_INET ||
	    d->ndm_ifindex != n->ifindex || d->ndm_state == NUD_NOARP ||
	    nlmsg_parse(h, sizeof(*d), tb, NDA_MAX, NULL) || !tb[NDA_DST] ||
	    nla_len(tb[NDA_DST]) != 4)
		return 0;
	struct mac m = nl_mac(tb[NDA_LLADDR]);
	bool gateway =
	    !mac_is_zero(n->gateway) && !memcmp(nla_data(tb[NDA_DST]), lab_gateway_ip4, 4);

	inet_ntop(AF_INET, nla_data(tb[NDA_DST]), ip, sizeof(ip));
	buf_printf(n->out, "  %-15s %-13s %s %s%s\n", n->who, ip,
	    tb[NDA_LLADDR] ? mac_text(m, mac) : "-", nud_title(d->ndm_state),
	    gateway && tb[NDA_LLADDR] && mac_cmp(m, n->gateway)
	        ? "   stale: the gateway has another MAC"
	        : "");
	n->any = true;
	return 0;
}

static int add_entries(
    struct nl_sock *nl, int ifindex, struct entries n, const char *none, struct err *e)
{
	struct ndmsg q = {.ndm_family = AF_INET};

	n.ifindex = ifindex;
	int r = nl_ask(nl, nl_message(RTM_GETNEIGH, NLM_F_DUMP, &q, sizeof(q)), on_entry, &n,
	    "neighbour entries", e);
	if (!r && !n.any)
		buf_printf(n.out, "  %-15s %s\n", n.who, none);
	return r;
}

static void add_bridge(const struct player *p, const struct seen *s, struct buf *out)
{
	uint8_t type = lab_assign_type(&p->lab);
	char mac[MAC_TEXT];

	buf_printf(out, "bridge %s  %s  ", LAB_BRIDGE, mac_text(s->mac, mac));
	if (type == UINT8_MAX)
		buf_puts(out, "addr_assign_type cannot be read");
	else
		buf_printf(out, "addr_assign_type %u: %s", type,
		    type == ADDR_ASSIGN_SET ? "pinned" : "follows its ports");
	buf_printf(out, "  mtu %u\nports\n", s->mtu);
	for (size_t i = 0; i < s->n; i++)
		buf_printf(out, "  %-15s %s %s%s%s\n", s->ports[i].name,
		    mac_text(s->ports[i].mac, mac), port_state_name(s->ports[i].state, "?"),
		    s->ports[i].up ? "" : ", no carrier",
		    mac_cmp(s->ports[i].mac, s->mac) ? "" : "   the bridge's MAC");
}

/* For tools that are run beside the play. */
static void add_namespaces(const struct player *p, struct buf *out)
{
	const struct lab *lab = &p->lab;

	buf_printf(out, "namespaces and ifindexes\n  %-15s net:[%u]  " LAB_BRIDGE " %d, uplink %d",
	    "router", netns_inode(lab->router), lab->bridge, lab->uplink);
	for (size_t i = 0; i < lab->n_clients; i++)
		buf_printf(out, ", %s %d", p->meta.clients[i].name, lab->clients[i].port);
	buf_printf(out, "\n  %-15s net:[%u]  eth0 %d\n", "upstream", netns_inode(lab->upstream),
	    lab->upstream_eth0);
	for (size_t i = 0; i < lab->n_clients; i++)
		buf_printf(out, "  %-15s net:[%u]  eth0 %d\n", p->meta.clients[i].name,
		    netns_inode(lab->clients[i].ns), lab->clients[i].eth0);
}

int lab_state_text(const struct player *p, struct buf *out, struct err *e)
{
	struct seen s = {.bridge = p->lab.bridge};
	struct ifinfomsg q = {.ifi_family = AF_UNSPEC};
	int r = nl_ask(
	    p->lab.nl, nl_message(RTM_GETLINK, NLM_F_DUMP, &q, sizeof(q)), on_link, &s, "links", e);

	if (!r) {
		add_bridge(p, &s, out);
		buf_puts(out, "neighbour entries\n");
	}
	for (size_t i = 0; !r && i < p->lab.n_clients; i++)
		r = add_entries(p->lab.clients[i].nl, p->lab.clients[i].eth0,
		    (struct entries){.who = p->meta.clients[i].name, .gateway = s.mac, .out = out},
		    "none", e);
	if (!r)
		r = add_entries(p->lab.nl, p->lab.bridge,
		    (struct entries){.who = "router", .out = out}, "none", e);
	if (!r)
		add_namespaces(p, out);
	free(s.ports);
	return r;
}
