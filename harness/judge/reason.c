/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reason.c: an outage in one sentence: who, which MACs and ports, how many, why it ended. */
#include "judge/reason.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "base/words.h"
#include "judge/reason_end.h"
#include "observed/bridge_ask.h"
#include "observed/fdb.h"
#include "observed/intended.h"
#include "observed/vlans.h"
#include "trace/names.h"

/* What the outage's attempts of its own cause show together. */
struct sum {
	const struct attempt *first; /* of them; or of the outage, when it has no cause */
	unsigned n, bystanders;
	size_t client;
	const char *name, *were;
	bool v6;
	char lookups[WORDS_TEXT], answers[WORDS_TEXT]; /* "8 lookups", "8 answers" */
	char from[WORDS_TEXT];                         /* the outage's begin */
};

static void sum_up(const struct facts *f, const struct outage *o, struct sum *s)
{
	size_t from = attempts_from(&f->attempts, (size_t)o->stream, o->from_ns);

	*s = (struct sum){.client = (size_t)f->t->meta.streams[o->stream].client};
	s->name =
	    s->client < f->t->meta.n_clients ? f->t->meta.clients[s->client].name : "the client";
	for (size_t i = from; i < f->attempts.first[o->stream + 1]; i++) {
		const struct attempt *a = &f->attempts.items[i];

		if (a->t_ns > o->to_ns || (a->t_ns == o->to_ns && !o->open))
			break;
		if (!attempt_lost(a) || a->cause != o->cause)
			continue;
		s->first = s->first ? s->first : a;
		s->n++;
		s->bystanders = a->bystanders > s->bystanders ? a->bystanders : s->bystanders;
	}
	if (!s->first)
		s->first = &f->attempts.items[from];
	s->v6 = facts_family(f, o) == IP_V6;
	s->were = s->n == 1 ? "was" : "were";
	words_of(s->n, "lookup", s->lookups);
	words_of(s->n, "answer", s->answers);
	words_moment(o->from_ns, s->from);
}

/* When the first of them was last seen. */
static int64_t last_seen_ns(const struct attempt *a)
{
	return a->reply_ns ? a->reply_ns : a->client_ns ? a->client_ns : a->t_ns;
}

static char *wrong_port_text(const struct facts *f, const struct sum *s)
{
	const struct attempt *a = s->first;
	struct mac own = a->replied ? a->reply_dst : f->t->meta.clients[s->client].mac;
	const struct event *entry =
	    fdb_entry(f->t, own, s->name, false, last_seen_ns(a) + f->bridge_state.slack_ns);
	char mac[MAC_TEXT];

	return mem_printf("the bridge had %s's MAC %s at port %.15s, so %s from %s s on did not "
	                  "leave by port %s",
	    s->name, mac_text(own, mac), entry ? entry->u.fdb.port : "?",
	    a->replied ? s->answers
	    : s->v6    ? "what br0 advertised"
	               : "br0's ARP replies",
	    s->from, s->name);
}

static char *stale_text(const struct facts *f, const struct outage *o, const struct sum *s)
{
	const struct attempt *a = s->first;
	struct mac dst = a->asked & HOP_BIT(HOP_BRIDGE) ? a->bridge_dst : a->client_dst;
	char *when = intended_occasion(&f->bridge_state, o->from_ns), *lost, *text;
	char mac[MAC_TEXT], span[WORDS_TEXT], ports[WORDS_TEXT];
	const char *whose = "a MAC that br0 did not have,", *at = NULL;

	for (size_t i = 0; i < f->bridge_state.gateway.n; i++)
		if (!mac_cmp(f->bridge_state.gateway.items[i].mac, dst))
			whose = "br0's old MAC";
	for (size_t i = 0; i < f->t->meta.n_clients; i++)
		if (!mac_cmp(f->t->meta.clients[i].port_mac, dst))
			at = f->t->meta.clients[i].name;
	if (o->form == STALE_FLOODED)
		lost = mem_printf("no FDB entry had it, so %s %s flooded%s%s", s->lookups, s->were,
		    s->bystanders ? " to " : "",
		    s->bystanders ? words_of(s->bystanders, "port", ports) : "");
	else if (o->form == STALE_NOT_TAKEN)
		lost = mem_printf("it is local to %s%s, so br0 did not take %s", at ? "port " : "",
		    at ? at : "a port", s->lookups);
	else
		lost = mem_printf("%s %s lost", s->lookups, s->were);
	text = mem_printf("%s kept %s %s for %s%s%s; %s", s->name, whose, mac_text(dst, mac),
	    words_span(o->to_ns - o->from_ns, span), when ? " after " : "", when ? when : "", lost);
	free(when);
	free(lost);
	return text;
}

static char *dead_text(const struct facts *f, const struct sum *s)
{
	const struct attempt *a = s->first;
	struct mac own = bridge_gateway_at(&f->bridge_state, last_seen_ns(a));
	char mac[MAC_TEXT];

	if (mac_is_zero(own) || (a->asked && mac_is_zero(a->client_dst)))
		return mem_printf(
		    "br0's MAC was 00:00:00:00:00:00, which no frame can be sent to: %s of "
		    "%s %s lost from %s s on",
		    s->lookups, s->name, s->were, s->from);
	return mem_printf(
	    "br0 had %s, which is a client's own MAC, and took that client's frames: %s of %s %s "
	    "lost from %s s on",
	    mac_text(own, mac), s->lookups, s->name, s->were, s->from);
}

static char *port_text(const struct facts *f, const struct outage *o, const struct sum *s)
{
	const struct history *h = &f->bridge_state.client_ports[s->client];
	int64_t at = last_seen_ns(s->first);
	const struct history_span *down = history_last_at(h, at, at),
	                          *to = history_last_change(
	                              h, at, o->to_ns + f->bridge_state.slack_ns);
	char from[WORDS_TEXT], until[WORDS_TEXT];

	if (!down)
		return mem_printf("port %s did not forward: %s lost", s->name, s->lookups);
	if (down->state == PORT_FORWARDING && down > h->items)
		down--; /* it waited for an answer that was asked for while the port was shut */
	return mem_printf("port %s was %s from %s s%s%s%s: %s %s lost", s->name,
	    port_state_name(
	        down->state, down->state == PORT_AWAY ? "not on the bridge" : "unknown"),
	    words_moment(down->hi_ns, from), to ? " to " : " on",
	    to ? words_moment(to->hi_ns, until) : "", to ? " s" : "", s->lookups, s->were);
}

static unsigned mtu_at(const struct history *h, int64_t t_ns)
{
	const struct history_span *s = history_last_at(h, t_ns, t_ns);

	return s ? s->state : 0;
}

/* A router may fragment, and says so when it must not; a port and a veth drop. */
static char *big_text(const struct facts *f, const struct sum *s)
{
	const struct attempt *a = s->first;
	const struct bridge_state *m = &f->bridge_state;
	const char *packets = a->replied ? s->answers : s->lookups;
	unsigned len = a->replied ? a->reply_len : a->len,
	         hops = a->replied ? a->replied : a->asked;
	bool bridge = hops & HOP_BIT(HOP_BRIDGE), uplink = hops & HOP_BIT(HOP_UPLINK);

	if (!a->replied && a->err == -EMSGSIZE)
		return mem_printf("%s got EMSGSIZE for %s of %u bytes", s->name, packets, len);
	if (a->replied ? bridge : !bridge)
		return mem_printf("%s of %u bytes %s dropped by port %s, whose MTU is %u", packets,
		    len, s->were, s->name,
		    mtu_at(&m->port_mtus[s->client], a->replied ? a->reply_ns : a->client_ns));
	if (a->replied && !uplink)
		return mem_printf("%s of %u bytes %s dropped by the uplink, whose MTU is %u",
		    packets, len, s->were, mtu_at(&m->uplink_mtu, a->reply_ns));
	return mem_printf("%s of %u bytes, not to be fragmented, %s over %s's MTU %u", packets, len,
	    s->were, a->replied ? BRIDGE_NAME : "the uplink",
	    a->replied ? mtu_at(&m->bridge_mtu, a->reply_ns)
	               : mtu_at(&m->uplink_mtu, a->bridge_ns));
}

/* How the MAC's local FDB entry ended, as far as that was told by t_ns; caller frees. */
static char *entry_end(const struct facts *f, struct mac mac, int64_t t_ns)
{
	const struct event *last = NULL;
	char at[WORDS_TEXT];

	for (const struct event *ev = f->t->events; ev < f->t->events + f->t->n; ev++)
		if (ev->type == EV_FDB && ev->t_ns <= t_ns && !mac_cmp(ev->u.fdb.mac, mac))
			last = ev;
	if (last && last->u.fdb.gone)
		return mem_printf("it was deleted at %s s: look for what deleted it",
		    words_moment(last->t_ns, at));
	if (last && !(last->u.fdb.state & NUD_IS_PERMANENT))
		return mem_printf("an entry for port %.15s took its place at %s s",
		    last->u.fdb.port, words_moment(last->t_ns, at));
	return mem_strdup(
	    "no notification reported its end: look for a bug in the kernel's bridge");
}

static char *entry_missing_text(const struct facts *f, const struct sum *s)
{
	struct mac dst = s->first->port_dst;
	char *end = entry_end(f, dst, s->first->client_ns), *text;
	char mac[MAC_TEXT], ports[WORDS_TEXT];

	text = mem_printf("br0's MAC %s had no local FDB entry, so br0 did not take %s of %s from "
	                  "%s s on%s%s; %s",
	    mac_text(dst, mac), s->lookups, s->name, s->from,
	    s->bystanders ? ", which were flooded to " : "",
	    s->bystanders ? words_of(s->bystanders, "port", ports) : "", end);
	free(end);
	return text;
}

static char *wrong_vlan_text(const struct facts *f, const struct sum *s)
{
	const struct attempt *a = s->first;
	const char *port = s->name, *in = a->replied ? BRIDGE_NAME : port;
	struct vlans vlans;

	vlans_make(f->t, &f->bridge_state, &vlans);
	unsigned pvid = vlans_pvid(&vlans, in, last_seen_ns(a));
	vlans_free(&vlans);
	char *lost = mem_printf("the bridge dropped %s of %s from %s s on",
	    a->replied ? s->answers : s->lookups, s->name, s->from);
	char *text =
	    !pvid ? mem_printf("%s%s has no PVID, so %s", a->replied ? "" : "port ", in, lost)
	    : a->replied
	        ? mem_printf("br0 has PVID %u, a VLAN that port %s is not in: %s", pvid, port, lost)
	        : mem_printf(
	              "port %s has PVID %u, a VLAN that br0 is not in: %s", port, pvid, lost);
	free(lost);
	return text;
}

static char *lost_in_bridge_text(const struct sum *s)
{
	static const char why[] =
	    "though ports, MACs, MTU and FDB were in order: look at the rules of nftables' "
	    "family bridge, ebtables and tc; if there are none, the kernel's bridge lost them";

	if (s->first->replied)
		return mem_printf("%s for %s left br0 from %s s on and came out of no port, %s",
		    s->answers, s->name, s->from, why);
	return mem_printf("%s of %s entered port %s from %s s on and did not reach br0, %s",
	    s->lookups, s->name, s->name, s->from, why);
}

static char *not_forwarded_text(const struct facts *f, const struct outage *o, const struct sum *s)
{
	const char *hint = "look at the router's firewall and routes";

	if (bridge_address_lost(f->t, facts_family(f, o), s->first->t_ns))
		hint = s->v6 ? "br0 had lost its IPv6 address" : "br0 had lost its IPv4 address";
	else if (s->v6 && s->first->replied && bridge_no_link_local(f->t, s->first->reply_ns))
		hint =
		    "br0 had lost its link-local address, without which a router sends no solicitations";
	if (s->first->replied)
		return mem_printf(
		    "%s for %s reached the uplink from %s s on and %s not forwarded to br0: "
		    "%s",
		    s->answers, s->name, s->from, s->were, hint);
	return mem_printf("br0 took %s of %s from %s s on and forwarded none to the uplink: %s",
	    s->lookups, s->name, s->from, hint);
}

/* "2 ARP requests", those in [from, to]. */
static char *asked_words(
    const struct sum *s, const struct moments *m, int64_t from_ns, int64_t to_ns, char *out)
{
	size_t n = 0;

	for (size_t i = 0; m && i < m->n; i++)
		n += m->items[i] >= from_ns && m->items[i] <= to_ns;
	return words_of(n, s->v6 ? "solicitation" : "ARP request", out);
}

static char *unresolved_text(
    const struct facts *f, const struct outage *o, const struct sum *s, const struct neigh *n)
{
	const struct trace_meta *meta = &f->t->meta;
	bool gone = bridge_address_lost(f->t, facts_family(f, o), s->first->t_ns);
	char asked[WORDS_TEXT], ip[INET6_ADDRSTRLEN] = "";

	/* nobody answers for an address that br0 no longer has */
	if (gone)
		inet_ntop(s->v6 ? AF_INET6 : AF_INET, s->v6 ? meta->gateway_ip6 : meta->gateway_ip4,
		    ip, sizeof(ip));
	return mem_printf("br0 answered none of %s of %s from %s s on, so %s never left it%s%s",
	    asked_words(s, n ? &n->heard : NULL, o->from_ns - NS_PER_S, o->to_ns, asked), s->name,
	    s->from, s->lookups, gone ? ": br0 no longer had " : "", ip);
}

static char *unfound_text(
    const struct facts *f, const struct outage *o, const struct sum *s, const struct neigh *n)
{
	const struct event *end = f->bridge_state.at_end;
	char asked[WORDS_TEXT], drops[64] = "";
	bool left = n && moments_in(&n->sought, o->from_ns, o->to_ns);

	if (left && end && end->u.state.backlog_drops)
		snprintf(drops, sizeof(drops), " (this machine's queues dropped %u frames)",
		    end->u.state.backlog_drops);
	return mem_printf("br0 sent %s for %s from %s s on; none of them %s %s%s, so %s %s dropped",
	    asked_words(s, n ? &n->looked_for : NULL, o->from_ns, o->to_ns, asked), s->name,
	    s->from, left ? "reached" : "left port", s->name, drops, s->answers, s->were);
}

/* Its link surely is up while its port forwards; was it set down before? */
static const char *no_route_text(const struct facts *f, const struct sum *s)
{
	const struct bridge_state *m = &f->bridge_state;

	if (bridge_port_forwards(m, s->first->t_ns, s->client) != YES)
		return "no route (its link may be down)";
	for (size_t i = 0; i < m->change_windows.n; i++) {
		const struct event *ev = m->change_windows.items[i].begin;

		if (ev->u.churn.op == OP_DOWN && ev->where == WHERE_CLIENT + s->client &&
		    ev->t_ns < s->first->t_ns)
			return "no route; its link is up again, but lost its routes when it was set down";
	}
	return "no route, though its link is up";
}

static char *what(const struct facts *f, const struct outage *o, const struct sum *s)
{
	const struct attempt *a = s->first;
	char mac[MAC_TEXT], own[MAC_TEXT];
	const struct neigh *n =
	    s->client < f->neighs.n ? neigh_of(&f->neighs, s->client, facts_family(f, o)) : NULL;
	const struct history_span *last;

	switch (o->cause) {
	case CAUSE_STALE_GATEWAY:
		return stale_text(f, o, s);
	case CAUSE_UNRESOLVED_GATEWAY:
		return unresolved_text(f, o, s, n);
	case CAUSE_DEAD_GATEWAY:
		return dead_text(f, s);
	case CAUSE_PORT_NOT_FORWARDING:
		return port_text(f, o, s);
	case CAUSE_NOT_FORWARDED:
		return not_forwarded_text(f, o, s);
	case CAUSE_UPSTREAM_SILENT:
		return mem_printf("the upstream got %s of %s from %s s on and answered none",
		    s->lookups, s->name, s->from);
	case CAUSE_STALE_CLIENT:
		last = n ? history_last_at(&n->own, a->t_ns, a->reply_ns) : NULL;
		return mem_printf("the gateway sent %s for %s to %s, but its MAC is %s", s->answers,
		    s->name, mac_text(a->reply_dst, mac),
		    last ? mac_text(last->mac, own) : "another");
	case CAUSE_UNRESOLVED_CLIENT:
		return unfound_text(f, o, s, n);
	case CAUSE_WRONG_PORT:
		return wrong_port_text(f, s);
	case CAUSE_LOCAL_ENTRY_MISSING:
		return entry_missing_text(f, s);
	case CAUSE_WRONG_VLAN:
		return wrong_vlan_text(f, s);
	case CAUSE_LOST_IN_BRIDGE:
		return lost_in_bridge_text(s);
	case CAUSE_TOO_BIG:
		return big_text(f, s);
	case CAUSE_CLIENT_DOWN:
		return mem_printf("%s could not send %s from %s s on: %s", s->name, s->lookups,
		    s->from,
		    a->err == -ENETUNREACH ? no_route_text(f, s)
		    : a->err == -ENETDOWN  ? "its link was down"
		    : a->err == -ENODEV    ? "no such device"
		                           : "its port had no carrier");
	default:
		return mem_printf(
		    "the frames of %u lost lookup%s of %s show no single cause; look at the packet captures",
		    o->lost, words_plural(o->lost), s->name);
	}
}

char *reason_text(const struct facts *f, const struct outage *o)
{
	struct sum s;
	char at[WORDS_TEXT];

	sum_up(f, o, &s);
	char *text = what(f, o, &s), *end = reason_end(f, o);
	if (!end)
		return text;
	char *whole = mem_printf(
	    "%s; answered again at %s s, when %s", text, words_moment(o->to_ns, at), end);
	free(text);
	free(end);
	return whole;
}
