/* implied.c: the shortest outage that shows that a control broke.
 *
 * A bridge that inherits has the lowest MAC of its ports. Its clients know the gateway by that MAC
 * from the warm-up on. When the lowest MAC goes from X to Y, there are two cases:
 *   - X is on no port any more (its port left): every client's frames to X are flooded to nowhere.
 *   - X is still on a port (a lower one joined): frames to X are not for the bridge and are
 * dropped, but for those of the client behind that very port, which are taken in as its port's own.
 *     That client is answered, and to answer it the gateway asks for it by broadcast with its new
 *     MAC: all clients learn Y. So where it looks up nobody is hurt, and the next change counts.
 * The outage ends with the first of
 *   - the client's neighbour entry dying (Linux defaults): first unused up to the next lookup, then
 *     delayed 5 s, then probed 3 times, a second each: 8 s. An entry that was taken from the
 *     gateway's broadcast is stale from the start, so its 5 s may have begun then: 8 s less its
 * age. One that the client asked for itself is reachable for 15 s at least; 5 s of them are kept
 * for building the lab. An older one may be at the end of its delay: 3 s;
 *   - the bridge having X again: the port comes back with the MAC it had, or the lower one leaves;
 *   - the end of the case.
 * MACs that the kernel chooses never come back. They are taken to be lower than the clients'
 * anchors (63 in 64 are). Against other churn nothing is known of them, so any next change may undo
 * the last. The first change that must hurt counts. Lookups see its outage only as far as their
 * spacing lets them, so two of their intervals are taken off; one is left at least. All other
 * causes: two. */
#include "scenario/implied.h"

#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define DEAD_NS (8 * NS_PER_S)
#define PROBED_NS (3 * NS_PER_S)
#define DELAY_NS (5 * NS_PER_S)
#define SURELY_REACHABLE_NS (10 * NS_PER_S)

/* The bridge's ports, as the schedule has them come and go. */
struct bridge {
	const struct scenario_case *c;
	const struct schedule *s;
	struct mac *ports; /* clients, then churn ports in file order; zero: not there */
	size_t *base;      /* of each churn's ports in `ports` */
	size_t n;
	struct mac lowest;
	size_t next; /* event */
	uint64_t kernel_macs;
};

/* In place of a MAC that the kernel chooses: a new one each time, lower than any anchor. */
static struct mac stand_in(struct bridge *b)
{
	return mac_from_number(UINT64_C(0x020040000000) + b->kernel_macs++);
}

static void find_lowest(struct bridge *b)
{
	b->lowest = mac_from_number(UINT64_C(0xffffffffffff));
	for (size_t i = 0; i < b->n; i++)
		if (!mac_is_zero(b->ports[i]) && mac_cmp(b->ports[i], b->lowest) < 0)
			b->lowest = b->ports[i];
}

static void bridge_init(struct bridge *b, const struct scenario_case *c, const struct schedule *s)
{
	*b = (struct bridge){.c = c, .s = s, .n = c->n_clients};
	b->base = mem_alloc(c->n_churns * sizeof(*b->base));
	for (size_t i = 0; i < c->n_churns; i++) {
		b->base[i] = b->n;
		b->n += c->churns[i].count;
	}
	b->ports = mem_alloc(b->n * sizeof(*b->ports));
	for (size_t i = 0; i < c->n_clients; i++)
		b->ports[i] =
		    mac_is_zero(s->client_port_macs[i]) ? stand_in(b) : s->client_port_macs[i];
	find_lowest(b);
}

static void play_event(struct bridge *b, const struct sched_event *ev)
{
	const struct churn *churn = &b->c->churns[ev->churn];
	size_t k = 0;

	if (churn->count > 1)
		k = strtoul(ev->port + strlen(churn->name) + 1, NULL, 10) - 1;
	struct mac *port = &b->ports[b->base[ev->churn] + k];
	if (ev->op == OP_LEAVE) {
		bool was_lowest = !mac_cmp(*port, b->lowest);

		*port = mac_from_number(0);
		if (was_lowest)
			find_lowest(b);
		return;
	}
	*port = mac_is_zero(ev->mac) ? stand_in(b) : ev->mac;
	if (mac_cmp(*port, b->lowest) < 0)
		b->lowest = *port;
}

/* Plays all churn of the next moment there is any. False at the end. */
static bool step(struct bridge *b, int64_t *t)
{
	bool any = false;

	for (; b->next < b->s->n; b->next++) {
		const struct sched_event *ev = &b->s->events[b->next];

		if (ev->op == OP_FAULT)
			continue;
		if (any && ev->t_ns != *t)
			break;
		*t = ev->t_ns;
		any = true;
		play_event(b, ev);
	}
	return any;
}

/* A client that looks up from behind the port with this MAC. */
static bool is_immune(const struct bridge *b, struct mac m)
{
	for (size_t i = 0; i < b->c->n_clients; i++)
		if (b->c->clients[i].looks_up && !mac_cmp(b->ports[i], m))
			return true;
	return false;
}

static bool kernel_order_unknown(const struct scenario_case *c)
{
	bool kernel = false, client = false;

	for (size_t i = 0; i < c->n_clients; i++)
		client |= c->clients[i].port_mac.rule == PORT_MAC_KERNEL;
	for (size_t i = 0; i < c->n_churns; i++)
		kernel |= c->churns[i].port_mac.rule == PORT_MAC_KERNEL;
	return (kernel && c->n_churns > 1) || (client && c->n_churns);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* How long the frames to `old` are lost, after the change at t. */
static int64_t lost_for(struct bridge *b, struct mac old, int64_t t, int64_t entry_ns)
{
	int64_t lost = least(entry_ns, b->c->duration_ns - t), next;
	bool unsure = kernel_order_unknown(b->c);

	while (step(b, &next) && next - t < lost)
		if (unsure || !mac_cmp(b->lowest, old))
			return next - t;
	return lost;
}

static int64_t stale_gateway_ns(struct bridge *b)
{
	int64_t t = 0, learned = -b->c->warmup_ns;
	bool asked = true; /* the clients asked for the gateway themselves */
	struct mac known;

	while (b->next < b->s->n && b->s->events[b->next].t_ns < 0)
		if (!step(b, &t))
			break;
	known = b->lowest;
	while (step(b, &t)) {
		int64_t age = t - learned, entry_ns = PROBED_NS;

		if (!mac_cmp(b->lowest, known))
			continue;
		if (is_immune(b, known)) {
			known = b->lowest;
			learned = t;
			asked = false;
			continue;
		}
		if (asked && age <= SURELY_REACHABLE_NS)
			entry_ns = DEAD_NS;
		else if (!asked && age < DELAY_NS)
			entry_ns = DEAD_NS - age;
		return lost_for(b, known, t, entry_ns);
	}
	return 0;
}

int64_t implied_outage_ns(const struct scenario_case *c, const struct schedule *s)
{
	int64_t interval = c->every_ns ? c->every_ns : c->pause_ns, lost;
	struct bridge b;

	if (c->breaks == CAUSE_NONE)
		return 0;
	if (c->breaks != CAUSE_STALE_GATEWAY)
		return 2 * interval;
	bridge_init(&b, c, s);
	lost = stale_gateway_ns(&b) - 2 * interval;
	free(b.base);
	free(b.ports);
	return lost > interval ? lost : interval;
}
