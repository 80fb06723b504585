/* talk.c: broadcast ARP of the gateway's, which corrects every client's entry.
 *
 * A client that has an entry for the gateway takes the sender's MAC of any ARP broadcast, whoever
 * it looks for. So a control breaks only where the gateway keeps quiet. It speaks for three
 * reasons: it looks for a client whose reply it holds (its lookup prompted that, up to
 * retransmissions three seconds on); it announces a MAC that changed (arp_notify); or something in
 * the lab made it talk. */
#include "judge/talk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#define PROMPT_NS (4 * NS_PER_S)
#define SOON_NS (100 * NS_PER_MS)

static enum talk_why why(
    const struct trace *t, const struct mirror *m, const struct neighs *n, const struct event *ev)
{
	int client = client_by_ip(t, ev->u.frame.arp_tip);
	int64_t now = ev->t_ns;

	if (!memcmp(ev->u.frame.arp_tip, t->meta.gateway_ip4, 4)) {
		size_t first, count = history_at(&m->gateway, now - SOON_NS, now, &first);

		/* more than one stage: the MAC changed in that window */
		return count > 1 ? TALK_ANNOUNCED : TALK_UNPROMPTED;
	}
	if (client >= 0 && moments_in(&n->items[client].crossed, now - PROMPT_NS, now))
		return TALK_PROMPTED;
	return TALK_UNPROMPTED;
}

static bool looks_up(
    const struct trace *t, size_t client, const struct outage *outages, size_t n, bool *out)
{
	bool any = false;

	*out = false;
	for (size_t s = 0; s < t->meta.n_streams; s++)
		any |= t->meta.streams[s].client == (int)client;
	for (size_t i = 0; i < n; i++)
		*out |= t->meta.streams[outages[i].stream].client == (int)client;
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

void talks_find(const struct trace *t, const struct mirror *m, const struct neighs *n,
    const struct outage *outages, size_t n_outages, struct talks *out)
{
	int64_t soon = m->slack_ns > SOON_NS ? m->slack_ns : SOON_NS;
	bool *looking = mem_alloc(2 * n->n), *suffered = looking + n->n;

	*out = (struct talks){0};
	for (size_t c = 0; c < n->n; c++)
		looking[c] = looks_up(t, c, outages, n_outages, &suffered[c]);
	for (const struct event *ev = t->events; ev < t->events + t->n; ev++) {
		if (ev->type != EV_FRAME || ev->t_ns <= 0 || ev->t_ns > m->end_ns ||
		    ev->u.frame.kind < FRAME_ARP_REQUEST || ev->u.frame.hop != HOP_BRIDGE ||
		    !ev->u.frame.out || !mac_is_broadcast(ev->u.frame.dst) ||
		    memcmp(ev->u.frame.arp_sip, t->meta.gateway_ip4, 4))
			continue;
		struct talk *talk = MEM_PUSH(out->items, out->n, out->cap);
		*talk = (struct talk){.t_ns = ev->t_ns, .why = why(t, m, n, ev), .healed = -1};
		memcpy(talk->tip, ev->u.frame.arp_tip, 4);
		for (size_t c = 0; c < n->n && talk->healed < 0; c++)
			if (looking[c] &&
			    corrected(&n->items[c].gateway, ev->t_ns, soon, ev->u.frame.src))
				talk->healed = (int)c;
		for (size_t c = 0; c < n->n && talk->healed < 0 && talk->why == TALK_UNPROMPTED;
		     c++)
			if (looking[c] && !suffered[c])
				talk->healed = (int)c;
	}
	free(looking);
}

void talks_free(struct talks *talks)
{
	free(talks->items);
	*talks = (struct talks){0};
}
