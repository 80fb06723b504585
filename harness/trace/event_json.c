/* SPDX-License-Identifier: GPL-2.0-or-later */
/* event_json.c: one event as a JSON object: "t" (scenario ns), "e" (type), "at", then its own keys.
 */
#include "trace/event_json.h"

#include <errno.h>

#include "base/macros.h"
#include "trace/names.h"

#define MEMBER(m) offsetof(struct event, m), sizeof(((struct event *)0)->m)
#define KEY(key, kind, m)                                                                          \
	{                                                                                          \
		key, FIELD_##kind, MEMBER(m), OMIT_NEVER, NULL, 0                                  \
	}
#define KEY_OR(key, kind, m, omit)                                                                 \
	{                                                                                          \
		key, FIELD_##kind, MEMBER(m), OMIT_##omit, NULL, 0                                 \
	}
#define KEY_NAME(key, m, names)                                                                    \
	{                                                                                          \
		key, FIELD_NAME, MEMBER(m), OMIT_NEVER, names, ARRAY_SIZE(names)                   \
	}
#define KEY_NAME_OR(key, m, names)                                                                 \
	{                                                                                          \
		key, FIELD_NAME, MEMBER(m), OMIT_ZERO, names, ARRAY_SIZE(names)                    \
	}
#define KEY_IP(key, m, fam)                                                                        \
	{                                                                                          \
		key, FIELD_IP, MEMBER(m), OMIT_NEVER, NULL, offsetof(struct event, fam)            \
	}
#define KEY_IP_OR(key, m, fam)                                                                     \
	{                                                                                          \
		key, FIELD_IP, MEMBER(m), OMIT_ZERO, NULL, offsetof(struct event, fam)             \
	}

static const char *const phases[] = {
    "lab", "warmup", "start", "last", "end", "lab-failed", "paused"};
static const char *const results[] = {"right", "wrong", "refused", "cut"};
static const char *const hops[] = {"client", "port", "bridge", "uplink", "upstream"};
static const char *const kinds[] = {
    "query", "reply", "arp-request", "arp-reply", "ns", "na", "icmp-too-big"};
static const char *const whos[] = {"loop", "churner"};
static const char *const protocols[DROP_PROTOCOLS] = {"ipv4", "ipv6", "arp"};

static const struct field head[] = {
    KEY("t", INT, t_ns),
    KEY("at", WHERE, where),
};

static const struct field phase[] = {
    KEY_NAME("phase", u.phase.phase, phases),
    KEY_OR("text", CHARS, u.phase.text, ZERO),
};

static const struct field churn[] = {
    KEY_NAME("op", u.churn.op, op_names),
    KEY("end", BOOL, u.churn.end),
    KEY("port", CHARS, u.churn.port),
    KEY("cycle", UINT, u.churn.cycle),
    KEY("mac", MAC, u.churn.mac),
    KEY("due", INT, u.churn.due_ns),
    KEY_OR("event", BOOL, u.churn.event, ZERO),
    KEY_OR("mtu", UINT, u.churn.mtu, ZERO),
    KEY_NAME_OR("address", u.churn.address, address_names),
    KEY_OR("err", INT, u.churn.err, ZERO),
};

static const struct field link_[] = {
    KEY("name", CHARS, u.link.name),
    KEY("gone", BOOL, u.link.gone),
    KEY("bridge-msg", BOOL, u.link.bridge_msg),
    KEY("ifindex", INT, u.link.ifindex),
    KEY("master", INT, u.link.master),
    KEY("mac", MAC, u.link.mac),
    KEY("mtu", UINT, u.link.mtu),
    KEY("flags", UINT, u.link.flags),
    KEY("carrier", BOOL, u.link.carrier),
    KEY_OR("port-state", UINT, u.link.port_state, ONES),
    KEY_OR("filters-vlans", BOOL, u.link.filters_vlans, ZERO),
    KEY_OR("vlans", CHARS, u.link.vlans, ZERO),
    KEY_OR("pvid", UINT, u.link.pvid, ZERO),
};

static const struct field neigh[] = {
    KEY_IP("ip", u.neigh.ip, u.neigh.family),
    KEY("gone", BOOL, u.neigh.gone),
    KEY("state", NUD, u.neigh.state),
    KEY("mac", MAC, u.neigh.mac),
    KEY("dev", CHARS, u.neigh.dev),
};

static const struct field fdb[] = {
    KEY("port", CHARS, u.fdb.port),
    KEY("gone", BOOL, u.fdb.gone),
    KEY("mac", MAC, u.fdb.mac),
    KEY("state", NUD, u.fdb.state),
    KEY_OR("vlan", UINT, u.fdb.vlan, ZERO),
};

static const struct field addr[] = {
    KEY("dev", CHARS, u.addr.dev),
    KEY("gone", BOOL, u.addr.gone),
    KEY_IP("ip", u.addr.addr, u.addr.family),
    KEY("prefix", UINT, u.addr.prefix),
};

static const struct field sent[] = {
    KEY("stream", UINT, u.sent.stream),
    KEY("seq", UINT, u.sent.seq),
    KEY("due", INT, u.sent.due_ns),
    KEY_OR("err", INT, u.sent.err, ZERO),
};

static const struct field answer[] = {
    KEY("stream", UINT, u.answer.stream),
    KEY("seq", UINT, u.answer.seq),
    KEY_NAME("result", u.answer.result, results),
    KEY("rcode", UINT, u.answer.rcode),
    KEY("read", INT, u.answer.read_ns),
    KEY_OR("err", INT, u.answer.err, ZERO),
};

static const struct field frame[] = {
    KEY_NAME("kind", u.frame.kind, kinds),
    KEY_NAME("hop", u.frame.hop, hops),
    KEY("out", BOOL, u.frame.out),
    KEY_OR("client", UINT, u.frame.client, ONES),
    KEY_OR("stream", UINT, u.frame.stream, ONES),
    KEY("seq", UINT, u.frame.seq),
    KEY("src", MAC, u.frame.src),
    KEY("dst", MAC, u.frame.dst),
    KEY_OR("port", CHARS, u.frame.port, ZERO),
    KEY_OR("len", UINT, u.frame.len, ZERO),
    KEY_OR("df", BOOL, u.frame.df, ZERO),
    KEY_OR("handshake", BOOL, u.frame.handshake, ZERO),
    KEY_IP_OR("arp-from", u.frame.sip, u.frame.family),
    KEY_IP_OR("arp-for", u.frame.tip, u.frame.family),
};

static const struct field state[] = {
    KEY("at-end", BOOL, u.state.at_end),
    KEY("mac", MAC, u.state.mac),
    KEY("mtu", UINT, u.state.mtu),
    KEY("carrier", BOOL, u.state.carrier),
    KEY_OR("assign-type", UINT, u.state.assign_type, ONES),
    KEY_OR("local-fdb", UINT, u.state.local_fdb, ONES),
    KEY_OR("backlog-drops", UINT, u.state.backlog_drops, ZERO),
};

static const struct field late[] = {
    KEY_NAME("who", u.late.who, whos),
    KEY_OR("stream", UINT, u.late.stream, ONES),
    KEY("late", INT, u.late.late_ns),
    KEY_OR("skipped", UINT, u.late.skipped, ZERO),
};

static const struct field overrun[] = {
    KEY("what", CHARS, u.overrun.what),
    KEY_OR("lost", UINT, u.overrun.lost, ZERO),
};

static const struct field timers[] = {
    KEY("dev", CHARS, u.timers.dev),
    KEY_OR("ipv6", BOOL, u.timers.ip6, ZERO),
    KEY("reachable-real-ms", UINT, u.timers.reachable_real_ms),
    KEY("delay-real-ms", UINT, u.timers.delay_real_ms),
    KEY("retrans-real-ms", UINT, u.timers.retrans_real_ms),
    KEY("locktime-real-ms", UINT, u.timers.locktime_real_ms),
    KEY_OR("redrawn", UINT, u.timers.redrawn, ZERO),
};

static const struct field hop[] = {
    KEY_NAME("hop", u.hop.hop, hops),
    KEY("dev", CHARS, u.hop.dev),
    KEY("ifindex", INT, u.hop.ifindex),
    KEY("netns", UINT, u.hop.netns),
};

static const struct field drop[] = {
    KEY_NAME("protocol", u.drop.protocol, protocols),
    KEY("function", CHARS, u.drop.function),
    KEY_OR("caller", CHARS, u.drop.caller, ZERO),
    KEY_OR("reason", CHARS, u.drop.reason, ZERO),
};

static const struct {
	const struct field *fields;
	size_t n;
} bodies[EV_COUNT] = {
    [EV_PHASE] = {phase, ARRAY_SIZE(phase)},
    [EV_CHURN] = {churn, ARRAY_SIZE(churn)},
    [EV_LINK] = {link_, ARRAY_SIZE(link_)},
    [EV_NEIGH] = {neigh, ARRAY_SIZE(neigh)},
    [EV_FDB] = {fdb, ARRAY_SIZE(fdb)},
    [EV_ADDR] = {addr, ARRAY_SIZE(addr)},
    [EV_SENT] = {sent, ARRAY_SIZE(sent)},
    [EV_ANSWER] = {answer, ARRAY_SIZE(answer)},
    [EV_FRAME] = {frame, ARRAY_SIZE(frame)},
    [EV_STATE] = {state, ARRAY_SIZE(state)},
    [EV_LATE] = {late, ARRAY_SIZE(late)},
    [EV_OVERRUN] = {overrun, ARRAY_SIZE(overrun)},
    [EV_TIMERS] = {timers, ARRAY_SIZE(timers)},
    [EV_HOP] = {hop, ARRAY_SIZE(hop)},
    [EV_DROP] = {drop, ARRAY_SIZE(drop)},
};

const struct field *event_fields(enum event_type type, size_t *n)
{
	bool known = (unsigned)type < EV_COUNT;

	*n = known ? bodies[type].n : 0;
	return known ? bodies[type].fields : NULL;
}

json_t *event_to_json(const struct event *ev)
{
	json_t *o = json_object();

	fields_put(o, head, 1, ev);
	json_object_set_new(o, "e", json_string(event_type_name(ev->type)));
	fields_put(o, head + 1, ARRAY_SIZE(head) - 1, ev);
	if (ev->type < EV_COUNT)
		fields_put(o, bodies[ev->type].fields, bodies[ev->type].n, ev);
	return o;
}

int event_from_json(const json_t *object, struct event *ev, struct err *e)
{
	const char *type = json_string_value(json_object_get(object, "e"));
	size_t found = 1;
	int i;

	*ev = (struct event){0};
	if (!type)
		return err_set(e, EINVAL, "no event: there is no key 'e'");
	i = event_type_parse(type);
	if (i < 0)
		return err_set(e, EINVAL, "no event is called '%.32s'", type);
	ev->type = (uint8_t)i;
	if (fields_get(object, head, ARRAY_SIZE(head), ev, &found, e) ||
	    fields_get(object, bodies[i].fields, bodies[i].n, ev, &found, e))
		return -EINVAL;
	if (found != json_object_size(object))
		return err_set(e, EINVAL, "an event '%s' has no such key", type);
	return 0;
}
