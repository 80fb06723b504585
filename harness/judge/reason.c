/* reason.c: an outage in one sentence: who, which MACs and ports, how many, why it ended. */
#include "judge/reason.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "judge/address.h"
#include "judge/intended.h"
#include "judge/words.h"
#include "trace/names.h"

#define SOON_NS (250 * NS_PER_MS) /* so long after its occasion does a change come at most */

/* What the outage's attempts of its own cause show together. */
struct sum {
	const struct attempt *first; /* of them; or of the outage, when it has no cause */
	unsigned n, bystanders;
	size_t client;
	const char *name;
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
}

static size_t moments_count(const struct moments *m, int64_t from_ns, int64_t to_ns)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->items[i] >= from_ns && m->items[i] <= to_ns;
	return n;
}

bool reason_fault_ends(const struct bridge_state *m, size_t change_window)
{
	const struct event *ev = m->change_windows.items[change_window].begin;

	if (ev->u.churn.op != OP_FAULT || !mac_is_zero(ev->u.churn.mac))
		return false;
	for (size_t i = 0; i < change_window; i++) {
		const struct event *b = m->change_windows.items[i].begin;

		if (b->u.churn.op == OP_FAULT && b->u.churn.cycle == ev->u.churn.cycle &&
		    !strcmp(b->u.churn.port, ev->u.churn.port))
			return true;
	}
	return false;
}

/* The last span that began in (from, to], or NULL. */
static const struct history_span *last_in(const struct history *h, int64_t from_ns, int64_t to_ns)
{
	for (size_t i = h->n; i > 1; i--)
		if (h->items[i - 1].hi_ns > from_ns && h->items[i - 1].hi_ns <= to_ns)
			return &h->items[i - 1];
	return NULL;
}

static enum ip_family family_of(const struct facts *f, const struct outage *o)
{
	return (enum ip_family)f->t->meta.streams[o->stream].family;
}

/* The client's entry was corrected, by whom or what? */
static char *entry_mended(const struct facts *f, const struct outage *o, size_t c, int64_t to_ns)
{
	enum ip_family family = family_of(f, o);
	const struct neigh *n = neigh_of(&f->neighs, c, family);
	int64_t from_ns = o->from_ns;
	const struct history_span *s = last_in(&n->gateway, from_ns, to_ns);
	char mac[MAC_TEXT];
	bool failed = false;

	if (!s || mac_is_zero(s->mac) ||
	    mac_cmp(s->mac, bridge_state_gateway_at(&f->bridge_state, to_ns)))
		return NULL;
	/* the span in which it got that MAC; later ones only confirm it */
	for (; s > n->gateway.items && !mac_cmp(s[-1].mac, s->mac) && s[-1].state; s--)
		if (s->hi_ns <= from_ns)
			return NULL;
	for (const struct history_span *p = s; p > n->gateway.items && p->hi_ns > from_ns; p--)
		failed |= p->state & NUD_IS_FAILED;
	failed |= s > n->gateway.items && (s[-1].state & NUD_IS_FAILED);
	mac_text(s->mac, mac);
	for (size_t i = 0; i < f->gateway_arps.n; i++) {
		const struct gateway_arp *gateway_arp = &f->gateway_arps.items[i];

		if (gateway_arp->family != family || gateway_arp->solicits)
			continue;
		if (gateway_arp->t_ns <= s->hi_ns &&
		    gateway_arp->t_ns >= s->hi_ns - f->bridge_state.slack_ns - SOON_NS)
			return mem_printf("%s of the gateway's told it of %s",
			    family == IP_V6 ? "an advertisement" : "a broadcast ARP", mac);
	}
	if (moments_in(&n->requests, s->hi_ns - f->bridge_state.slack_ns - SOON_NS, s->hi_ns))
		return mem_printf(
		    "%sit asked anew and learned %s", failed ? "its entry had failed, " : "", mac);
	return mem_printf("its entry for the gateway became %s", mac);
}

static char *mtu_mended(const struct history *h, const char *dev, int64_t from_ns, int64_t to_ns)
{
	const struct history_span *s = last_in(h, from_ns, to_ns);

	return s && s->state > s[-1].state ? mem_printf("%s's MTU became %u", dev, s->state) : NULL;
}

/* The gateway has found the client again: by whom or what? */
static char *client_found(const struct facts *f, const struct outage *o, size_t c, int64_t to_ns)
{
	const struct neigh *n = neigh_of(&f->neighs, c, family_of(f, o));
	const struct history_span *s = last_in(&n->client, o->from_ns, to_ns);
	char mac[MAC_TEXT];

	if (!s || mac_is_zero(s->mac))
		return NULL;
	/* the span in which it got a MAC; later ones only confirm it */
	for (; s > n->client.items && !mac_is_zero(s[-1].mac) && s[-1].hi_ns > o->from_ns; s--)
		;
	mac_text(s->mac, mac);
	if (moments_in(&n->heard, s->hi_ns - f->bridge_state.slack_ns - SOON_NS, s->hi_ns))
		return mem_printf("it asked for the gateway, which so learned %s", mac);
	if (moments_in(&n->sought, s->hi_ns - f->bridge_state.slack_ns - SOON_NS, s->hi_ns))
		return mem_printf(
		    "the gateway's question reached it and was answered with %s", mac);
	return mem_printf("the gateway's entry for it became %s", mac);
}

static char *state_mended(const struct facts *f, const struct outage *o, size_t c, int64_t to_ns)
{
	const struct history_span *s;
	char *text, mac[MAC_TEXT];

	switch (o->cause) {
	case CAUSE_PORT_NOT_FORWARDING:
		s = last_in(&f->bridge_state.client_ports[c], o->from_ns, to_ns);
		return s && s->state == PORT_FORWARDING ? mem_strdup("its port forwarded again")
		                                        : NULL;
	case CAUSE_TOO_BIG:
		text = mtu_mended(&f->bridge_state.bridge_mtu, BRIDGE_NAME, o->from_ns, to_ns);
		return text ? text
		            : mtu_mended(
		                  &f->bridge_state.uplink_mtu, "the uplink", o->from_ns, to_ns);
	case CAUSE_STALE_CLIENT:
		s = last_in(&neigh_of(&f->neighs, c, family_of(f, o))->client, o->from_ns, to_ns);
		if (s && neigh_own_is(&f->neighs.items[c], o->to_ns, o->to_ns, s->mac) == YES)
			return mem_printf(
			    "the gateway's entry for it became %s", mac_text(s->mac, mac));
		return NULL;
	case CAUSE_UNRESOLVED_CLIENT:
		return client_found(f, o, c, to_ns);
	case CAUSE_DEAD_GATEWAY:
		s = last_in(&f->bridge_state.gateway, o->from_ns, to_ns);
		return s ? mem_printf("br0's MAC became %s", mac_text(s->mac, mac)) : NULL;
	case CAUSE_STALE_GATEWAY:
	case CAUSE_UNRESOLVED_GATEWAY:
		return entry_mended(f, o, c, to_ns);
	default:
		return NULL;
	}
}

char *reason_end(const struct facts *f, const struct outage *o)
{
	size_t c = (size_t)f->t->meta.streams[o->stream].client;
	int64_t to_ns = o->to_ns + f->bridge_state.slack_ns;
	char *text = NULL;

	if (o->open)
		return NULL;
	if (c < f->neighs.n)
		text = state_mended(f, o, c, to_ns);
	for (size_t i = 0; !text && i < f->bridge_state.change_windows.n; i++)
		if (reason_fault_ends(&f->bridge_state, i) &&
		    f->bridge_state.change_windows.items[i].begin_ns > o->from_ns &&
		    f->bridge_state.change_windows.items[i].begin_ns <= o->to_ns)
			text = mem_strdup("the defect was taken back");
	return text;
}

/* Takes over words. */
static char *words_after(char *words)
{
	char *text = mem_printf(" after %s", words);

	free(words);
	return text;
}

/* On what occasion the gateway's MAC was no longer what the client had. */
static char *occasion(const struct facts *f, const struct outage *o)
{
	const struct bridge_state *m = &f->bridge_state;
	const struct history_span *s = NULL;
	char mac[MAC_TEXT];

	for (size_t i = 1; i < m->gateway.n && m->gateway.items[i].lo_ns <= o->from_ns; i++)
		s = &m->gateway.items[i];
	if (!s)
		return mem_strdup("");
	for (size_t i = m->n_exposures; i > 0; i--) {
		const struct exposure *x = &m->exposures[i - 1];

		if (x->t_ns >= s->lo_ns - SOON_NS && x->t_ns <= s->hi_ns + m->slack_ns)
			return words_after(intended_words(x));
	}
	return mem_printf(" after br0's MAC became %s", mac_text(s->mac, mac));
}

static char *stale_text(const struct facts *f, const struct outage *o, const struct sum *s)
{
	const struct attempt *a = s->first;
	struct mac dst = a->asked & HOP_BIT(HOP_BRIDGE) ? a->bridge_dst : a->client_dst;
	char mac[MAC_TEXT], span[WORDS_TEXT], ports[32] = "", *when = occasion(f, o), *text;
	const char *whose = "a MAC that br0 did not have,", *at = "a port";

	for (size_t i = 0; i < f->bridge_state.gateway.n; i++)
		if (!mac_cmp(f->bridge_state.gateway.items[i].mac, dst))
			whose = "br0's old MAC";
	for (size_t i = 0; i < f->t->meta.n_clients; i++)
		if (!mac_cmp(f->t->meta.clients[i].port_mac, dst))
			at = f->t->meta.clients[i].name;
	words_span(o->to_ns - o->from_ns, span);
	if (s->bystanders)
		snprintf(ports, sizeof(ports), " to %u port%s", s->bystanders,
		    words_plural(s->bystanders));
	mac_text(dst, mac);
	if (o->form == STALE_FLOODED)
		text = mem_printf("%s kept %s %s for %s%s; no FDB entry had it, so %u lookup%s "
		                  "flooded%s",
		    s->name, whose, mac, span, when, s->n, s->n == 1 ? " was" : "s were", ports);
	else if (o->form == STALE_NOT_TAKEN)
		text =
		    mem_printf("%s kept %s %s for %s%s; it is local to %s%s, so br0 did not take "
		               "%u lookup%s",
		        s->name, whose, mac, span, when, strcmp(at, "a port") ? "port " : "", at,
		        s->n, words_plural(s->n));
	else
		text = mem_printf("%s kept %s %s for %s%s; %u lookup%s lost", s->name, whose, mac,
		    span, when, s->n, s->n == 1 ? " was" : "s were");
	free(when);
	return text;
}

static char *dead_text(const struct facts *f, const struct outage *o, const struct sum *s)
{
	const struct attempt *a = s->first;
	int64_t at = a->reply_ns ? a->reply_ns : a->client_ns ? a->client_ns : a->t_ns;
	struct mac own = bridge_state_gateway_at(&f->bridge_state, at);
	char mac[MAC_TEXT], from[WORDS_TEXT];

	if (mac_is_zero(own) || (a->asked && mac_is_zero(a->client_dst)))
		return mem_printf(
		    "br0's MAC was 00:00:00:00:00:00, which is nobody's: %u lookup%s of %s "
		    "from %s s on could not reach it or come back",
		    s->n, words_plural(s->n), s->name, words_moment(o->from_ns, from));
	return mem_printf(
	    "br0 had %s, which is a client's own MAC, and kept for itself what was for "
	    "that client: %u lookup%s of %s from %s s on",
	    mac_text(own, mac), s->n, words_plural(s->n), s->name, words_moment(o->from_ns, from));
}

static char *port_text(const struct facts *f, const struct outage *o, const struct sum *s)
{
	const struct attempt *a = s->first;
	const struct history *h = &f->bridge_state.client_ports[s->client];
	int64_t at = a->reply_ns ? a->reply_ns : a->client_ns ? a->client_ns : a->t_ns;
	size_t first, n = history_at(h, at, at, &first);
	const struct history_span *to = last_in(h, at, o->to_ns + f->bridge_state.slack_ns);
	char from[WORDS_TEXT], until[WORDS_TEXT];

	if (!n)
		return mem_printf("port %s did not forward: %u lookups lost", s->name, s->n);
	const struct history_span *down = &h->items[first + n - 1];
	if (down->state == PORT_FORWARDING && first + n >= 2)
		down--; /* it waited for an answer that was asked for while the port was shut */
	return mem_printf("port %s was %s from %s s%s%s%s: %u lookup%s lost", s->name,
	    port_state_name(
	        down->state, down->state == PORT_AWAY ? "not on the bridge" : "not told"),
	    words_moment(down->hi_ns, from), to ? " to " : " on",
	    to ? words_moment(to->hi_ns, until) : "", to ? " s" : "", s->n,
	    s->n == 1 ? " was" : "s were");
}

static unsigned mtu_at(const struct history *h, int64_t t_ns)
{
	size_t first, n = history_at(h, t_ns, t_ns, &first);

	return n ? h->items[first + n - 1].state : 0;
}

static char *big_text(const struct facts *f, const struct sum *s)
{
	const struct attempt *a = s->first;
	const struct bridge_state *m = &f->bridge_state;
	const char *verb = s->n == 1 ? "was" : "were";

	if (a->replied & HOP_BIT(HOP_BRIDGE))
		return mem_printf("%u answer%s of %u bytes %s dropped by port %s, whose MTU is %u",
		    s->n, words_plural(s->n), a->reply_len, verb, s->name,
		    mtu_at(&m->port_mtus[s->client], a->reply_ns));
	if (a->replied & HOP_BIT(HOP_UPLINK))
		return mem_printf(
		    "%u answer%s of %u bytes, not to be fragmented, %s over br0's MTU %u", s->n,
		    words_plural(s->n), a->reply_len, verb, mtu_at(&m->bridge_mtu, a->reply_ns));
	if (a->replied)
		return mem_printf(
		    "%u answer%s of %u bytes %s dropped by the uplink, whose MTU is %u", s->n,
		    words_plural(s->n), a->reply_len, verb, mtu_at(&m->uplink_mtu, a->reply_ns));
	if (a->err == -EMSGSIZE)
		return mem_printf("%s was told that %u lookup%s of %u bytes %s too big for the way",
		    s->name, s->n, words_plural(s->n), a->len, verb);
	if (a->asked & HOP_BIT(HOP_BRIDGE))
		return mem_printf(
		    "%u lookup%s of %u bytes, not to be fragmented, %s over the uplink's MTU %u",
		    s->n, words_plural(s->n), a->len, verb, mtu_at(&m->uplink_mtu, a->bridge_ns));
	return mem_printf("%u lookup%s of %u bytes %s dropped by port %s, whose MTU is %u", s->n,
	    words_plural(s->n), a->len, verb, s->name,
	    mtu_at(&m->port_mtus[s->client], a->client_ns));
}

static char *not_forwarded_text(const struct facts *f, const struct outage *o, const struct sum *s)
{
	char from[WORDS_TEXT];
	const char *hint = "look at the router's firewall and routes";

	if (address_lost(f->t, family_of(f, o), s->first->t_ns))
		hint = family_of(f, o) == IP_V6 ? "br0 had lost its IPv6 address"
		                                : "br0 had lost its IPv4 address";
	else if (family_of(f, o) == IP_V6 && s->first->replied &&
	         address_no_local(f->t, s->first->reply_ns))
		hint =
		    "br0 had lost its link-local address, without which a router solicits nobody";
	words_moment(o->from_ns, from);
	if (s->first->replied)
		return mem_printf("%u answer%s for %s came to the uplink from %s s on and did not "
		                  "go on to br0: %s",
		    s->n, words_plural(s->n), s->name, from, hint);
	return mem_printf("br0 took %u lookup%s of %s from %s s on and sent none to the uplink: %s",
	    s->n, words_plural(s->n), s->name, from, hint);
}

/* Nobody answers for an address that br0 no longer has. Empty: it had it. */
static const char *address_gone_text(
    const struct facts *f, const struct outage *o, const struct sum *s, char out[80])
{
	const struct trace_meta *meta = &f->t->meta;
	bool v6 = family_of(f, o) == IP_V6;
	char ip[INET6_ADDRSTRLEN];

	if (!address_lost(f->t, family_of(f, o), s->first->t_ns))
		return "";
	inet_ntop(
	    v6 ? AF_INET6 : AF_INET, v6 ? meta->gateway_ip6 : meta->gateway_ip4, ip, sizeof(ip));
	snprintf(out, 80, ": br0 no longer had %s", ip);
	return out;
}

static char *unfound_text(
    const struct facts *f, const struct outage *o, const struct sum *s, const struct neigh *n)
{
	size_t count = n ? moments_count(&n->looked_for, o->from_ns, o->to_ns) : 0;
	char from[WORDS_TEXT];

	return mem_printf(
	    "br0 asked for %s by %zu %s%s from %s s on, none of which came out of port "
	    "%s, so %u answer%s waited for it in vain",
	    s->name, count, family_of(f, o) == IP_V6 ? "solicitation" : "ARP request",
	    words_plural(count), words_moment(o->from_ns, from), s->name, s->n, words_plural(s->n));
}

static char *what(const struct facts *f, const struct outage *o, const struct sum *s)
{
	const struct attempt *a = s->first;
	char from[WORDS_TEXT], mac[MAC_TEXT], own[MAC_TEXT], gone[80];
	const struct neigh *n =
	    s->client < f->neighs.n ? neigh_of(&f->neighs, s->client, family_of(f, o)) : NULL;
	size_t first, count;

	words_moment(o->from_ns, from);
	switch (o->cause) {
	case CAUSE_STALE_GATEWAY:
		return stale_text(f, o, s);
	case CAUSE_UNRESOLVED_GATEWAY:
		count = n ? moments_count(&n->heard, o->from_ns - NS_PER_S, o->to_ns) : 0;
		return mem_printf("br0 answered none of %zu %s%s of %s from %s s on, so %u "
		                  "lookup%s never left it%s",
		    count, family_of(f, o) == IP_V6 ? "solicitation" : "ARP request",
		    words_plural(count), s->name, from, s->n, words_plural(s->n),
		    address_gone_text(f, o, s, gone));
	case CAUSE_DEAD_GATEWAY:
		return dead_text(f, o, s);
	case CAUSE_PORT_NOT_FORWARDING:
		return port_text(f, o, s);
	case CAUSE_NOT_FORWARDED:
		return not_forwarded_text(f, o, s);
	case CAUSE_UPSTREAM_SILENT:
		return mem_printf(
		    "the upstream got %u lookup%s of %s from %s s on and answered none", s->n,
		    words_plural(s->n), s->name, from);
	case CAUSE_STALE_CLIENT:
		count = n ? history_at(&n->own, a->t_ns, a->reply_ns, &first) : 0;
		return mem_printf("the gateway sent %u answer%s for %s to %s, but its MAC is %s",
		    s->n, words_plural(s->n), s->name, mac_text(a->reply_dst, mac),
		    count ? mac_text(n->own.items[first + count - 1].mac, own) : "another");
	case CAUSE_UNRESOLVED_CLIENT:
		return unfound_text(f, o, s, n);
	case CAUSE_TOO_BIG:
		return big_text(f, s);
	case CAUSE_CLIENT_DOWN:
		return mem_printf("%s could not send %u lookup%s from %s s on: it had %s", s->name,
		    s->n, words_plural(s->n), from,
		    a->err == -ENETUNREACH ? "no route, as when its link is down"
		    : a->err == -ENETDOWN  ? "its link down"
		                           : "no such device");
	default:
		return mem_printf(
		    "the frames of %u lost lookup%s of %s show no single cause; the captures may",
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
