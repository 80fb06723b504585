/* SPDX-License-Identifier: GPL-2.0-or-later */
/* reason_end.c: what ended an outage. */
#include "judge/reason_end.h"

#include "base/mem.h"
#include "observed/bridge_ask.h"
#include "observed/fdb.h"
#include "observed/intended.h"

/* Had there been one just before this change was read? */
static bool just_before(
    const struct facts *f, const struct moments *m, const struct history_span *s)
{
	return moments_in(m, s->hi_ns - f->bridge_state.slack_ns - INTENDED_SOON_NS, s->hi_ns);
}

/* The client's entry was corrected, by whom or what? */
static char *entry_mended(const struct facts *f, const struct outage *o, size_t c, int64_t to_ns)
{
	enum ip_family family = facts_family(f, o);
	const struct neigh *n = neigh_of(&f->neighs, c, family);
	int64_t from_ns = o->from_ns;
	const struct history_span *s = history_last_change(&n->gateway, from_ns, to_ns);
	char mac[MAC_TEXT];
	bool failed = false;

	if (!s || mac_is_zero(s->mac) ||
	    mac_cmp(s->mac, bridge_gateway_at(&f->bridge_state, to_ns)))
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
		const struct gateway_arp *arp = &f->gateway_arps.items[i];

		if (arp->family == family && !arp->solicits && arp->t_ns <= s->hi_ns &&
		    arp->t_ns >= s->hi_ns - f->bridge_state.slack_ns - INTENDED_SOON_NS)
			return mem_printf("it learned %s from %s of the gateway", mac,
			    family == IP_V6 ? "an advertisement" : "a broadcast ARP");
	}
	if (just_before(f, &n->requests, s))
		return mem_printf(
		    "%sit asked again and learned %s", failed ? "its entry had failed, " : "", mac);
	return mem_printf("its entry for the gateway became %s", mac);
}

static char *mtu_mended(const struct history *h, const char *dev, int64_t from_ns, int64_t to_ns)
{
	const struct history_span *s = history_last_change(h, from_ns, to_ns);

	return s && s->state > s[-1].state ? mem_printf("%s's MTU became %u", dev, s->state) : NULL;
}

/* The gateway has found the client again: by whom or what? */
static char *client_found(const struct facts *f, const struct outage *o, size_t c, int64_t to_ns)
{
	const struct neigh *n = neigh_of(&f->neighs, c, facts_family(f, o));
	const struct history_span *s = history_last_change(&n->client, o->from_ns, to_ns);
	char mac[MAC_TEXT];

	if (!s || mac_is_zero(s->mac))
		return NULL;
	/* the span in which it got a MAC; later ones only confirm it */
	for (; s > n->client.items && !mac_is_zero(s[-1].mac) && s[-1].hi_ns > o->from_ns; s--)
		;
	mac_text(s->mac, mac);
	if (just_before(f, &n->heard, s))
		return mem_printf("the gateway learned %s from its request", mac);
	if (just_before(f, &n->sought, s))
		return mem_printf("it answered the gateway's request with %s", mac);
	return mem_printf("the gateway's entry for it became %s", mac);
}

static char *state_mended(const struct facts *f, const struct outage *o, size_t c, int64_t to_ns)
{
	const struct history_span *s;
	char *text, mac[MAC_TEXT];
	const struct event *ev;

	switch (o->cause) {
	case CAUSE_PORT_NOT_FORWARDING:
		s = history_last_change(&f->bridge_state.client_ports[c], o->from_ns, to_ns);
		return s && s->state == PORT_FORWARDING ? mem_strdup("its port forwarded again")
		                                        : NULL;
	case CAUSE_TOO_BIG:
		text = mtu_mended(&f->bridge_state.bridge_mtu, BRIDGE_NAME, o->from_ns, to_ns);
		return text ? text
		            : mtu_mended(
		                  &f->bridge_state.uplink_mtu, "the uplink", o->from_ns, to_ns);
	case CAUSE_STALE_CLIENT:
		s = history_last_change(
		    &neigh_of(&f->neighs, c, facts_family(f, o))->client, o->from_ns, to_ns);
		if (s && neigh_own_is(&f->neighs.items[c], o->to_ns, o->to_ns, s->mac) == YES)
			return mem_printf(
			    "the gateway's entry for it became %s", mac_text(s->mac, mac));
		return NULL;
	case CAUSE_UNRESOLVED_CLIENT:
		return client_found(f, o, c, to_ns);
	case CAUSE_WRONG_PORT:
		ev = fdb_entry(
		    f->t, f->t->meta.clients[c].mac, f->t->meta.clients[c].name, true, to_ns);
		return ev && ev->t_ns > o->from_ns
		           ? mem_strdup("the bridge had its MAC at its own port")
		           : NULL;
	case CAUSE_DEAD_GATEWAY:
		s = history_last_change(&f->bridge_state.gateway, o->from_ns, to_ns);
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
	const struct change_windows *w = &f->bridge_state.change_windows;
	int64_t to_ns = o->to_ns + f->bridge_state.slack_ns;
	char *text = NULL;

	if (o->open)
		return NULL;
	if (c < f->neighs.n)
		text = state_mended(f, o, c, to_ns);
	for (size_t i = 0; !text && i < w->n; i++)
		if (change_window_ends_fault(w, i) && w->items[i].begin_ns > o->from_ns &&
		    w->items[i].begin_ns <= o->to_ns)
			text = mem_strdup("the defect was removed");
	return text;
}
