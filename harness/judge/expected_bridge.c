/* SPDX-License-Identifier: GPL-2.0-or-later */
/* expected_bridge.c: what br0 must be by the kernel's rules, and where it is something else.
 *
 * Two histories are compared: what br0 had, and what it must have had by its ports and by what was
 * set. Only moments count around which neither was changing: notifications of a port and of the
 * bridge come one after the other. */
#include "judge/expected_bridge.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "observed/bridge_ask.h"
#include "observed/intended.h"

/* What was set, at one moment. */
struct rule {
	const struct trace *t;
	bool mac_set;
	bool mac_either; /* set or inherited: it is not known which */
	struct mac mac;
	uint32_t mtu; /* 0: inherited */
};

/* The value of the only span that may have held within [t_ns - settle, t_ns]; NULL: there are more,
 * or none. */
static const struct history_span *settled(
    const struct bridge_state *m, const struct history *h, int64_t t_ns)
{
	size_t first, n = history_at(h, t_ns - invariant_settle_ns(m), t_ns, &first);

	return n == 1 ? &h->items[first] : NULL;
}

static const struct history_span *last(const struct history *h)
{
	return h->n ? &h->items[h->n - 1] : NULL;
}

static uint32_t bridge_mtu_at(const struct bridge_state *m, int64_t t_ns)
{
	size_t first, n = history_at(&m->bridge_mtu, t_ns, t_ns, &first);

	return n ? m->bridge_mtu.items[first].state : 0;
}

static void rule_after(
    const struct bridge_state *m, const struct change_window *w, struct rule *rule)
{
	const struct event *ev = w->begin;
	struct mac before = bridge_gateway_at(m, w->begin_ns);

	switch ((enum churn_op)ev->u.churn.op) {
	case OP_SET_MAC:
		rule->mac_set = true;
		rule->mac_either = false;
		rule->mac = mac_is_zero(ev->u.churn.mac) ? before : ev->u.churn.mac;
		break;
	case OP_SET_MTU: /* dev_set_mtu() ends at once for the value that is there */
		if (ev->u.churn.mtu != (rule->mtu ? rule->mtu : bridge_mtu_at(m, w->begin_ns)))
			rule->mtu = ev->u.churn.mtu;
		break;
	case OP_RECREATE:
		rule->mac_either = mac_is_zero(ev->u.churn.mac);
		rule->mac_set = true;
		rule->mac = rule->mac_either ? before : ev->u.churn.mac;
		rule->mtu = 0;
		break;
	default:
		break;
	}
}

/* False when it is not known whether something was set. While it is being set, the history of what
 * br0 had is not settled. */
static bool rule_at(
    const struct trace *t, const struct bridge_state *m, int64_t t_ns, struct rule *rule)
{
	*rule = (struct rule){.t = t,
	    .mac_set = t->meta.bridge_mac_rule == MAC_SET,
	    .mac = t->meta.bridge_mac,
	    .mtu = t->meta.bridge_mtu};
	if (rule->mac_set && mac_is_zero(rule->mac) && m->baseline)
		rule->mac = m->baseline->u.state.mac;
	for (size_t i = 0; i < m->change_windows.n; i++) {
		const struct change_window *w = &m->change_windows.items[i];

		if (w->begin_ns > t_ns)
			break;
		if (!intended_is_of_bridge(
		        w, OP_BIT(OP_SET_MAC) | OP_BIT(OP_SET_MTU) | OP_BIT(OP_RECREATE)))
			continue;
		if (w->failed || w->end_ns == INT64_MAX)
			return false;
		rule_after(m, w, rule);
	}
	return true;
}

/* In an arm, what has changed unasked says the same already. Takes over text. */
static void violated(
    const struct trace *t, struct breaches *out, int64_t t_ns, enum invariant what, char *text)
{
	if ((out->rule_bits | (t->meta.breaks == CAUSE_NONE ? out->bits : 0)) & what) {
		free(text);
		return;
	}
	out->rule_bits |= what;
	breaches_add(out, t_ns, what, text);
	out->items[out->n - 1].of_rule = true;
}

static const char *since_text(int64_t t_ns)
{
	return t_ns > 0 ? "" : " from the start";
}

static void compare_mac(const struct rule *rule, const struct history_span *has,
    const struct history_span *lowest, int64_t t_ns, struct breaches *out)
{
	char is[MAC_TEXT], expected[MAC_TEXT];

	if (!has || (rule->mac_set && (mac_is_zero(rule->mac) || !mac_cmp(has->mac, rule->mac))))
		return;
	if ((!rule->mac_set || rule->mac_either) && (!lowest || !mac_cmp(has->mac, lowest->mac)))
		return;
	violated(rule->t, out, t_ns, INVARIANT_GATEWAY_MAC,
	    mem_printf("br0's MAC is %s%s; %s expected, %s", mac_text(has->mac, is),
	        since_text(t_ns), mac_text(rule->mac_set ? rule->mac : lowest->mac, expected),
	        rule->mac_set ? "to which it was set" : "the lowest of its ports"));
}

static void compare_mtu(const struct rule *rule, const struct history_span *has,
    const struct history_span *least, int64_t t_ns, struct breaches *out)
{
	uint32_t expected = rule->mtu ? rule->mtu : least ? least->state : 0;

	if (!has || !expected || has->state == expected)
		return;
	violated(rule->t, out, t_ns, INVARIANT_MTU,
	    mem_printf("br0's MTU is %u%s; %u expected, %s", has->state, since_text(t_ns), expected,
	        rule->mtu ? "to which it was set" : "the smallest of its ports"));
}

static void compare_at(
    const struct trace *t, const struct bridge_state *m, int64_t t_ns, struct breaches *out)
{
	struct rule rule;

	if (t_ns < 0 || t_ns > m->end_ns || !rule_at(t, m, t_ns, &rule))
		return;
	compare_mac(
	    &rule, settled(m, &m->gateway, t_ns), settled(m, &m->lowest_mac, t_ns), t_ns, out);
	compare_mtu(
	    &rule, settled(m, &m->bridge_mtu, t_ns), settled(m, &m->least_mtu, t_ns), t_ns, out);
}

/* After each change of one of the two, when it has settled. */
static void compare_history(const struct trace *t, const struct bridge_state *m,
    const struct history *h, enum invariant what, struct breaches *out)
{
	for (size_t i = 1; i < h->n && !(out->rule_bits & what); i++)
		if (h->items[i].hi_ns > 0)
			compare_at(t, m, h->items[i].hi_ns + invariant_settle_ns(m) + 1, out);
}

static void compare_local_entry(
    const struct trace *t, const struct event *rest, struct breaches *out)
{
	int64_t t_ns = rest->u.state.at_end ? rest->t_ns : 0;
	char mac[MAC_TEXT];

	if (!rest->u.state.local_fdb && !mac_is_zero(rest->u.state.mac) && rest->u.state.mtu)
		violated(t, out, t_ns, INVARIANT_LOCAL_FDB,
		    mem_printf("br0's MAC %s has no local FDB entry%s",
		        mac_text(rest->u.state.mac, mac), since_text(t_ns)));
}

/* As it was read at rest, before t=0. */
static void compare_baseline(
    const struct trace *t, const struct bridge_state *m, struct breaches *out)
{
	const struct event *rest = m->baseline;
	bool set = t->meta.bridge_mac_rule == MAC_SET;
	const struct history_span *open = settled(m, &m->open_ports, 0);

	if (!rest || !rest->u.state.mtu)
		return;
	if (rest->u.state.assign_type != STATE_NOT_READ &&
	    (rest->u.state.assign_type == ADDR_ASSIGN_SET) != set)
		violated(t, out, 0, INVARIANT_ASSIGN_TYPE,
		    mem_printf("br0's addr_assign_type is %u from the start, though %s",
		        rest->u.state.assign_type,
		        set ? "its MAC was set" : "nothing in the lab set its MAC"));
	if (!rest->u.state.carrier && open && open->state)
		violated(t, out, 0, INVARIANT_CARRIER,
		    mem_strdup("br0 has no carrier from the start, though a port forwards"));
	compare_local_entry(t, rest, out);
}

static bool has_address(const struct trace *t, int family, const uint8_t *ip, bool *told)
{
	size_t len = family == AF_INET ? 4 : 16;
	bool there = false;

	for (const struct event *ev = t->events; ev < t->events + t->n && ev->t_ns <= 0; ev++) {
		if (!bridge_is_address(ev))
			continue;
		*told = true;
		if (ev->u.addr.family == family && !memcmp(ev->u.addr.addr, ip, len))
			there = !ev->u.addr.gone;
	}
	return there;
}

static void compare_addresses(const struct trace *t, struct breaches *out)
{
	static const uint8_t none[16];
	const struct {
		int family;
		const uint8_t *ip;
	} given[] = {{AF_INET, t->meta.gateway_ip4}, {AF_INET6, t->meta.gateway_ip6}};
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < ARRAY_SIZE(given); i++) {
		bool told = false;

		if (given[i].family == AF_INET6 && !memcmp(given[i].ip, none, sizeof(none)))
			continue;
		if (has_address(t, given[i].family, given[i].ip, &told) || !told)
			continue;
		inet_ntop(given[i].family, given[i].ip, text, sizeof(text));
		violated(t, out, 0, INVARIANT_ADDRESS,
		    mem_printf("br0 does not have its address %s from the start", text));
	}
}

/* The lab did not come up: the trace does not say what was set by then, so either will do; so will
 * the value on the way to which an MTU is pinned. */
static void compare_unbuilt(
    const struct trace *t, const struct bridge_state *m, struct breaches *out)
{
	struct rule rule = {.t = t,
	    .mac_set = t->meta.bridge_mac_rule == MAC_SET,
	    .mac_either = true,
	    .mac = t->meta.bridge_mac};
	const struct history_span *mtu = last(&m->bridge_mtu), *least = last(&m->least_mtu);

	if (!least || !mtu) /* without ports yet: br0's MAC is a random one */
		return;
	compare_mac(&rule, last(&m->gateway), last(&m->lowest_mac), 0, out);
	if (mtu->state != t->meta.bridge_mtu && mtu->state + 1 != t->meta.bridge_mtu)
		compare_mtu(&rule, mtu, least, 0, out);
}

void expected_bridge_find(const struct trace *t, const struct bridge_state *m, struct breaches *out)
{
	bool came_up = false;

	if (t->meta.bridge_mac_rule == MAC_RULE_UNKNOWN)
		return;
	for (const struct event *ev = t->events; ev < t->events + t->n && !came_up; ev++)
		came_up = ev->type == EV_PHASE && ev->u.phase.phase == PHASE_WARMUP;
	if (!came_up) {
		compare_unbuilt(t, m, out);
		return;
	}
	compare_baseline(t, m, out);
	compare_addresses(t, out);
	compare_at(t, m, 0, out);
	compare_history(t, m, &m->gateway, INVARIANT_GATEWAY_MAC, out);
	compare_history(t, m, &m->lowest_mac, INVARIANT_GATEWAY_MAC, out);
	compare_history(t, m, &m->bridge_mtu, INVARIANT_MTU, out);
	compare_history(t, m, &m->least_mtu, INVARIANT_MTU, out);
	compare_at(t, m, m->end_ns, out);
	if (m->at_end)
		compare_local_entry(t, m->at_end, out);
	breaches_sort(out);
}
