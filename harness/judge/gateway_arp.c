/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gateway_arp.c: what the gateway sends to all (ARP, NS, NA), which corrects clients' entries.
 *
 * A client that has an entry for the gateway takes the sender's MAC of any ARP broadcast, whichever
 * address the broadcast asks for. So a control breaks only while the gateway sends none. It sends
 * for three reasons. It looks for a client whose reply it holds: the client's lookup prompted that,
 * up to three seconds earlier. It announces a new MAC, or itself when it was set up (arp_notify,
 * ndisc_notify). Or something in the lab made it send.
 *
 * A router solicits a host that it forwards to from its link-local address. Only that host takes
 * the sender's MAC from the solicitation (ndisc_recv_ns()), so it corrects an entry for that
 * address only. An advertisement to all nodes corrects every client. */
#include "judge/gateway_arp.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "base/words.h"
#include "observed/intended.h"

#define PROMPT_NS (4 * NS_PER_S)
#define SOON_NS (100 * NS_PER_MS)

/* Has a client solicited just before? The router forwards a packet for an address that br0 no
 * longer has. It then solicits that address, and the client, to send it an error (ip6_forward()).
 */
static bool was_solicited(const struct neighs *n, int64_t now)
{
	for (size_t c = 0; c < n->n; c++)
		if (moments_in(&neigh_of(n, c, IP_V6)->heard, now - PROMPT_NS, now))
			return true;
	return false;
}

static enum gateway_arp_why why(const struct trace *t, const struct bridge_state *m,
    const struct neighs *n, const struct event *ev)
{
	enum ip_family family = frame_family(ev);
	int client = client_by_ip(t, family, ev->u.frame.tip);
	int64_t now = ev->t_ns;

	if (ev->u.frame.kind == FRAME_NS && was_solicited(n, now))
		return GATEWAY_ARP_PROMPTED;
	/* an advertisement is about one of its own addresses */
	if (ev->u.frame.kind == FRAME_NA || is_gateway_ip(t, family, ev->u.frame.tip)) {
		size_t first, count = history_at(&m->gateway, now - SOON_NS, now, &first);

		/* more than one span: the MAC changed in that window */
		return count > 1 ||
		               intended_for_bridge(m, now,
		                   OP_BIT(OP_UP) | OP_BIT(OP_RECREATE) | OP_BIT(OP_ADD_ADDRESS))
		           ? GATEWAY_ARP_ANNOUNCED
		           : GATEWAY_ARP_UNPROMPTED;
	}
	if (client >= 0 &&
	    moments_in(&neigh_of(n, (size_t)client, family)->crossed, now - PROMPT_NS, now))
		return GATEWAY_ARP_PROMPTED;
	return GATEWAY_ARP_UNPROMPTED;
}

/* The client's streams of that family; *out: one of them had an outage. */
static bool looks_up(const struct trace *t, size_t client, enum ip_family family,
    const struct outage *outages, size_t n, bool *out)
{
	bool any = false;

	*out = false;
	for (size_t s = 0; s < t->meta.n_streams; s++)
		any |=
		    t->meta.streams[s].client == (int)client && t->meta.streams[s].family == family;
	for (size_t i = 0; i < n; i++)
		*out |= t->meta.streams[outages[i].stream].client == (int)client &&
		        t->meta.streams[outages[i].stream].family == family;
	return any;
}

/* The entry changed to the gateway's present MAC in (t_ns, t_ns + soon]. */
static bool corrected(const struct history *h, int64_t t_ns, int64_t soon, struct mac mac)
{
	size_t first, n = history_at(h, t_ns, t_ns + soon, &first);

	for (size_t i = first; i < first + n; i++)
		if (i && h->items[i].hi_ns >= t_ns && h->items[i].hi_ns <= t_ns + soon &&
		    !mac_cmp(h->items[i].mac, mac) && mac_cmp(h->items[i - 1].mac, mac))
			return true;
	return false;
}

/* Did the gateway send this, to all or, as an NS, to a solicited-node group? */
static bool is_talk(const struct trace *t, const struct event *ev)
{
	return ev->type == EV_FRAME && ev->u.frame.kind >= FRAME_ARP_REQUEST &&
	       ev->u.frame.kind <= FRAME_NA && ev->u.frame.hop == HOP_BRIDGE && ev->u.frame.out &&
	       (ev->u.frame.dst.b[0] & 1) && is_by_gateway(t, ev);
}

void gateway_arps_find(const struct trace *t, const struct bridge_state *m, const struct neighs *n,
    const struct outage *outages, size_t n_outages, struct gateway_arps *out)
{
	int64_t soon = m->slack_ns > SOON_NS ? m->slack_ns : SOON_NS;
	size_t all = n->n * IP_FAMILIES;
	bool *looking = mem_alloc(2 * all + 1), *suffered = looking + all;

	*out = (struct gateway_arps){0};
	for (size_t i = 0; i < n->n; i++) {
		size_t v6 = n->n + i;

		looking[i] = looks_up(t, i, IP_V4, outages, n_outages, &suffered[i]);
		looking[v6] = looks_up(t, i, IP_V6, outages, n_outages, &suffered[v6]);
	}
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (!is_talk(t, ev) || ev->t_ns <= 0 || ev->t_ns > m->end_ns)
			continue;
		enum ip_family family = frame_family(ev);
		const bool *looks = looking + (family == IP_V6 ? n->n : 0);
		const bool *suffers = suffered + (family == IP_V6 ? n->n : 0);
		/* -1: any client that receives it */
		int only =
		    ev->u.frame.kind == FRAME_NS ? client_by_ip(t, family, ev->u.frame.tip) : -1;
		struct gateway_arp *gateway_arp = MEM_PUSH(out->items, out->n, out->cap);
		*gateway_arp =
		    (struct gateway_arp){.t_ns = ev->t_ns, .why = why(t, m, n, ev), .healed = -1};
		gateway_arp->family = family;
		gateway_arp->solicits = ev->u.frame.kind == FRAME_NS;
		memcpy(gateway_arp->tip, ev->u.frame.tip, family == IP_V6 ? 16 : 4);
		for (size_t c = 0; c < n->n && gateway_arp->healed < 0; c++)
			if (looks[c] && corrected(&neigh_of(n, c, family)->gateway, ev->t_ns, soon,
			                    ev->u.frame.src))
				gateway_arp->healed = (int)c;
		if (ev->u.frame.kind == FRAME_NS &&
		    (only < 0 || !is_gateway_ip(t, family, ev->u.frame.sip)))
			continue;
		for (size_t c = 0; c < n->n && gateway_arp->healed < 0 &&
		                   gateway_arp->why == GATEWAY_ARP_UNPROMPTED;
		     c++)
			if (looks[c] && !suffers[c] && (only < 0 || only == (int)c))
				gateway_arp->healed = (int)c;
	}
	free(looking);
}

char *gateway_arp_text(const struct gateway_arp *gateway_arp, char *out)
{
	char ip[INET6_ADDRSTRLEN];

	inet_ntop(
	    gateway_arp->family == IP_V6 ? AF_INET6 : AF_INET, gateway_arp->tip, ip, sizeof(ip));
	if (gateway_arp->family == IP_V4)
		snprintf(out, GATEWAY_ARP_TEXT, "broadcast ARP for %s", ip);
	else if (gateway_arp->solicits)
		snprintf(out, GATEWAY_ARP_TEXT, "solicited %s by multicast", ip);
	else
		snprintf(out, GATEWAY_ARP_TEXT, "advertised %s to all nodes", ip);
	return out;
}

const struct gateway_arp *gateway_arps_healing(const struct gateway_arps *all, int64_t since_ns)
{
	const struct gateway_arp *found = NULL;

	for (const struct gateway_arp *arp = all->items; arp < all->items + all->n; arp++) {
		if (arp->t_ns < since_ns)
			continue;
		if (arp->why == GATEWAY_ARP_UNPROMPTED)
			return arp;
		found = found || arp->healed < 0 ? found : arp;
	}
	return found;
}

char *gateway_arp_healing_text(const struct trace_meta *meta, const struct gateway_arp *arp)
{
	const char *who = arp->healed >= 0 ? meta->clients[arp->healed].name : NULL;
	char at[WORDS_TEXT], text[GATEWAY_ARP_TEXT];

	words_moment(arp->t_ns, at);
	if (arp->why == GATEWAY_ARP_ANNOUNCED)
		return mem_printf("%s s the gateway announced its new MAC by %s", at,
		    arp->family == IP_V6 ? "an unsolicited advertisement" : "gratuitous ARP");
	return mem_printf("%s s the gateway %s%s%s%.15s%s", at, gateway_arp_text(arp, text),
	    arp->why == GATEWAY_ARP_PROMPTED ? ", whose lookup was under way," : "",
	    who ? " and so healed '" : "", who ? who : "", who ? "'" : "");
}

void gateway_arps_free(struct gateway_arps *gateway_arps)
{
	free(gateway_arps->items);
	*gateway_arps = (struct gateway_arps){0};
}
