/* SPDX-License-Identifier: GPL-2.0-or-later */
/* neighbour.c: the neighbour timers of one device, set and read back. */
#include "net/neighbour.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "base/units.h"

#define DRAWS_MAX 4000 /* a draw is near enough once in 33 */

struct neighbour_timers neighbour_paced(double pace, int64_t jiffy_ns)
{
	double jiffy = (double)jiffy_ns / NS_PER_MS;
	double delay = 5000 / pace - jiffy, retrans = 1000 / pace - jiffy;

	return (struct neighbour_timers){
	    .base_reachable = (uint64_t)llround(30000 / pace),
	    .delay_probe = (uint64_t)llround(fmax(delay, jiffy)),
	    .retrans = (uint64_t)llround(fmax(retrans, jiffy)),
	    .locktime = (uint64_t)llround(1000 / pace),
	    .gc_stale = (uint64_t)llround(60000 / pace),
	    .ucast_probes = 3,
	    .mcast_probes = 3,
	    .app_probes = 0,
	};
}

static const char *table_name(int family)
{
	return family == AF_INET6 ? "ndisc_cache" : "arp_cache";
}

static struct nl_msg *table_message(int family, int ifindex, struct nlattr **parms)
{
	struct ndtmsg h = {.ndtm_family = (uint8_t)family};
	struct nl_msg *msg = nl_message(RTM_SETNEIGHTBL, 0, &h, sizeof(h));

	nla_put_string(msg, NDTA_NAME, table_name(family));
	*parms = nla_nest_start(msg, NDTA_PARMS);
	nla_put_u32(msg, NDTPA_IFINDEX, (uint32_t)ifindex);
	return msg;
}

static int send_table(struct nl_sock *s, struct nl_msg *msg, struct nlattr *parms, struct err *e)
{
	nla_nest_end(msg, parms);
	return nl_talk(s, msg, "set neighbour timers", e);
}

int neighbour_set_retrans(
    struct nl_sock *s, int family, int ifindex, uint64_t retrans_ms, struct err *e)
{
	struct nlattr *parms;
	struct nl_msg *msg = table_message(family, ifindex, &parms);

	nla_put_u64(msg, NDTPA_RETRANS_TIME, retrans_ms);
	return send_table(s, msg, parms, e);
}

int neighbour_set(
    struct nl_sock *s, int family, int ifindex, const struct neighbour_timers *t, struct err *e)
{
	struct nlattr *parms;
	struct nl_msg *msg = table_message(family, ifindex, &parms);

	nla_put_u64(msg, NDTPA_DELAY_PROBE_TIME, t->delay_probe);
	nla_put_u64(msg, NDTPA_RETRANS_TIME, t->retrans);
	/* Neighbour discovery has no such time: its messages say themselves what they override. */
	nla_put_u64(msg, NDTPA_LOCKTIME, family == AF_INET ? t->locktime : 0);
	nla_put_u64(msg, NDTPA_GC_STALETIME, t->gc_stale);
	nla_put_u64(msg, NDTPA_ANYCAST_DELAY, 0);
	nla_put_u32(msg, NDTPA_UCAST_PROBES, t->ucast_probes);
	nla_put_u32(msg, NDTPA_MCAST_PROBES, t->mcast_probes);
	nla_put_u32(msg, NDTPA_APP_PROBES, t->app_probes);
	int r = send_table(s, msg, parms, e);

	for (int draw = 0; !r && draw < DRAWS_MAX; draw++) {
		struct neighbour_timers got;

		msg = table_message(family, ifindex, &parms);
		nla_put_u64(msg, NDTPA_BASE_REACHABLE_TIME, t->base_reachable);
		r = send_table(s, msg, parms, e);
		if (!r)
			r = neighbour_get(s, family, ifindex, &got, e);
		double off = r ? 0 : fabs((double)got.reachable / (double)t->base_reachable - 1);
		/* One jiffy of 10 ms is more than 1.5% of a small base. */
		if (!r && (off <= 0.015 || off * (double)t->base_reachable <= 2))
			return 0;
	}
	return r ? r
	         : err_set(e, ERANGE, "reachable_time of device %d cannot be had near %lu ms",
	               ifindex, (unsigned long)t->base_reachable);
}

#define MIN_OF(a, b) ((a) < (b) ? (a) : (b)) /* older and newer kernels tell less and more */

struct wanted_table {
	int family;
	struct neighbour_table *out;
};

struct wanted {
	int family, ifindex;
	struct neighbour_timers *out;
	bool found;
};

static uint64_t number(struct nlattr *parms, int type)
{
	struct nlattr *a = nla_find(nla_data(parms), nla_len(parms), type);

	return a && nla_len(a) >= 8 ? nla_get_u64(a) : nl_u32(a);
}

static int on_table(struct nlmsghdr *h, void *arg)
{
	struct wanted *w = arg;
	struct nlattr *name = nlmsg_find_attr(h, sizeof(struct ndtmsg), NDTA_NAME);
	struct nlattr *parms = nlmsg_find_attr(h, sizeof(struct ndtmsg), NDTA_PARMS);
	struct nlattr *config = nlmsg_find_attr(h, sizeof(struct ndtmsg), NDTA_CONFIG);

	if (!name || nla_strcmp(name, table_name(w->family)))
		return 0;
	if (config && nla_len(config) >= (int)sizeof(struct ndt_config)) {
		struct ndt_config c;

		memcpy(&c, nla_data(config), sizeof(c));
		w->out->last_rand = c.ndtc_last_rand;
	}
	if (!parms || number(parms, NDTPA_IFINDEX) != (uint64_t)w->ifindex)
		return 0;
	w->found = true;
	w->out->base_reachable = number(parms, NDTPA_BASE_REACHABLE_TIME);
	w->out->reachable = number(parms, NDTPA_REACHABLE_TIME);
	w->out->delay_probe = number(parms, NDTPA_DELAY_PROBE_TIME);
	w->out->retrans = number(parms, NDTPA_RETRANS_TIME);
	w->out->locktime = number(parms, NDTPA_LOCKTIME);
	w->out->gc_stale = number(parms, NDTPA_GC_STALETIME);
	w->out->ucast_probes = (uint32_t)number(parms, NDTPA_UCAST_PROBES);
	w->out->mcast_probes = (uint32_t)number(parms, NDTPA_MCAST_PROBES);
	w->out->app_probes = (uint32_t)number(parms, NDTPA_APP_PROBES);
	return 0;
}

int neighbour_get(
    struct nl_sock *s, int family, int ifindex, struct neighbour_timers *out, struct err *e)
{
	struct ndtmsg h = {.ndtm_family = (uint8_t)family};
	struct wanted w = {.family = family, .ifindex = ifindex, .out = out};

	*out = (struct neighbour_timers){0};
	int r = nl_ask(s, nl_message(RTM_GETNEIGHTBL, NLM_F_DUMP, &h, sizeof(h)), on_table, &w,
	    "read neighbour timers", e);
	return r || w.found ? r : err_set(e, ENODEV, "no neighbour timers of device %d", ifindex);
}

int neighbour_set_permanent(
    struct nl_sock *s, int ifindex, const uint8_t ip4[4], struct mac mac, struct err *e)
{
	struct ndmsg h = {
	    .ndm_family = AF_INET, .ndm_ifindex = ifindex, .ndm_state = NUD_PERMANENT};
	struct nl_msg *msg = nl_message(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &h, sizeof(h));

	nla_put(msg, NDA_DST, 4, ip4);
	nla_put(msg, NDA_LLADDR, sizeof(mac.b), mac.b);
	return nl_talk(s, msg, "set neighbour", e);
}

int neighbour_forget(struct nl_sock *s, int ifindex, const uint8_t ip4[4], struct err *e)
{
	struct ndmsg h = {.ndm_family = AF_INET, .ndm_ifindex = ifindex};
	struct nl_msg *msg = nl_message(RTM_DELNEIGH, 0, &h, sizeof(h));

	nla_put(msg, NDA_DST, 4, ip4);
	int r = nl_talk(s, msg, "delete neighbour", e);
	return r == -ENOENT ? 0 : r;
}

static int on_whole_table(struct nlmsghdr *h, void *arg)
{
	struct wanted_table *w = arg;
	struct nlattr *name = nlmsg_find_attr(h, sizeof(struct ndtmsg), NDTA_NAME);
	struct nlattr *config = nlmsg_find_attr(h, sizeof(struct ndtmsg), NDTA_CONFIG);
	struct nlattr *stats = nlmsg_find_attr(h, sizeof(struct ndtmsg), NDTA_STATS);
	struct nlattr *most = nlmsg_find_attr(h, sizeof(struct ndtmsg), NDTA_THRESH3);
	struct ndt_config c = {0};
	struct ndt_stats st = {0};

	if (!name || strcmp(nla_get_string(name), table_name(w->family)) || !stats)
		return 0;
	if (config)
		memcpy(&c, nla_data(config), MIN_OF((size_t)nla_len(config), sizeof(c)));
	memcpy(&st, nla_data(stats), MIN_OF((size_t)nla_len(stats), sizeof(st)));
	*w->out = (struct neighbour_table){.full = st.ndts_table_fulls,
	    .thrown_out = st.ndts_forced_gc_runs,
	    .entries = c.ndtc_entries,
	    .entries_max = most ? nla_get_u32(most) : 0};
	return 0;
}

int neighbour_table(struct nl_sock *s, int family, struct neighbour_table *out, struct err *e)
{
	struct ndtmsg h = {.ndtm_family = (uint8_t)family};
	struct wanted_table w = {.family = family, .out = out};

	*out = (struct neighbour_table){0};
	return nl_ask(s, nl_message(RTM_GETNEIGHTBL, NLM_F_DUMP, &h, sizeof(h)), on_whole_table, &w,
	    "read the neighbour table", e);
}
