/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.c: the words of each closed list that traces, verdicts, reports and scenario files share.
 */
#include "trace/names.h"

#include <errno.h>
#include <string.h>

#include "base/macros.h"

static const char *const causes[CAUSE_COUNT] = {
    [CAUSE_NONE] = "none",
    [CAUSE_STALE_GATEWAY] = "stale-gateway",
    [CAUSE_UNRESOLVED_GATEWAY] = "unresolved-gateway",
    [CAUSE_DEAD_GATEWAY] = "dead-gateway",
    [CAUSE_PORT_NOT_FORWARDING] = "port-not-forwarding",
    [CAUSE_NOT_FORWARDED] = "not-forwarded",
    [CAUSE_UPSTREAM_SILENT] = "upstream-silent",
    [CAUSE_STALE_CLIENT] = "stale-client",
    [CAUSE_UNRESOLVED_CLIENT] = "unresolved-client",
    [CAUSE_WRONG_PORT] = "wrong-port",
    [CAUSE_LOCAL_ENTRY_MISSING] = "local-entry-missing",
    [CAUSE_WRONG_VLAN] = "wrong-vlan",
    [CAUSE_LOST_IN_BRIDGE] = "lost-in-bridge",
    [CAUSE_TOO_BIG] = "too-big",
    [CAUSE_CLIENT_DOWN] = "client-down",
    [CAUSE_UNKNOWN] = "unknown",
};

static const char *const event_types[EV_COUNT] = {
    [EV_PHASE] = "phase",
    [EV_CHURN] = "churn",
    [EV_LINK] = "link",
    [EV_NEIGH] = "neigh",
    [EV_FDB] = "fdb",
    [EV_ADDR] = "addr",
    [EV_SENT] = "sent",
    [EV_ANSWER] = "answer",
    [EV_FRAME] = "frame",
    [EV_STATE] = "state",
    [EV_LATE] = "late",
    [EV_OVERRUN] = "overrun",
    [EV_TIMERS] = "timers",
    [EV_HOP] = "hop",
    [EV_DROP] = "drop",
};

const char *const family_names[IP_FAMILIES] = {"ipv4", "ipv6"};
const char *const transport_names[TRANSPORTS] = {"udp", "tcp", "tcp-kept"};
const char *const op_names[OP_COUNT] = {"join", "leave", "fault", "set-mac", "set-mtu", "up",
    "down", "recreate", "delete-address", "add-address", "add-route", "sends-as",
    "set-vlan-filtering"};
const char *const address_names[ADDRESSES] = {"none", "ipv4", "ipv6", "link-local"};

const struct word words_verdict[] = {
    {"pass", VERDICT_PASS},
    {"fail", VERDICT_FAIL},
    {"inconclusive", VERDICT_INCONCLUSIVE},
    {"not-reproduced", VERDICT_NOT_REPRODUCED},
    {"invalid", VERDICT_INVALID},
    {0},
};

const struct word words_form[] = {
    {"flooded", STALE_FLOODED},
    {"not-taken", STALE_NOT_TAKEN},
    {0},
};

const struct word words_invariant[] = {
    {"gateway-mac", INVARIANT_GATEWAY_MAC},
    {"assign-type", INVARIANT_ASSIGN_TYPE},
    {"mtu", INVARIANT_MTU},
    {"address", INVARIANT_ADDRESS},
    {"carrier", INVARIANT_CARRIER},
    {"local-fdb", INVARIANT_LOCAL_FDB},
    {"bystander-frames", INVARIANT_BYSTANDER},
    {0},
};

static const struct {
	unsigned state;
	const char *name, *title;
} nud[] = {
    {0x00, "none", "NONE"},
    {0x01, "incomplete", "INCOMPLETE"},
    {0x02, "reachable", "REACHABLE"},
    {0x04, "stale", "STALE"},
    {0x08, "delay", "DELAY"},
    {0x10, "probe", "PROBE"},
    {0x20, "failed", "FAILED"},
    {0x40, "noarp", "NOARP"},
    {0x80, "permanent", "PERMANENT"},
};

const char *word_name(const struct word *words, int value)
{
	for (; words->name; words++)
		if (words->value == value)
			return words->name;
	return "?";
}

int word_index(const char *const *names, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], word))
			return (int)i;
	return -1;
}

const char *cause_name(enum cause cause)
{
	return (unsigned)cause < CAUSE_COUNT ? causes[cause] : causes[CAUSE_UNKNOWN];
}

int cause_parse(const char *s, enum cause *out)
{
	int i = word_index(causes, CAUSE_COUNT, s);

	if (i < 0)
		return -EINVAL;
	*out = (enum cause)i;
	return 0;
}

const char *event_type_name(enum event_type type)
{
	return (unsigned)type < EV_COUNT ? event_types[type] : "unknown";
}

int event_type_parse(const char *s)
{
	return word_index(event_types, EV_COUNT, s);
}

const char *event_op_name(unsigned op)
{
	return op < OP_COUNT ? op_names[op] : "?";
}

const char *verdict_name(enum verdict v)
{
	return v == VERDICT_SKIP ? "skip" : word_name(words_verdict, (int)v);
}

const char *invariant_name(enum invariant i)
{
	return word_name(words_invariant, (int)i);
}

const char *stale_form_name(enum stale_form form)
{
	return form == STALE_NEITHER ? "none" : word_name(words_form, (int)form);
}

const char *stale_form_suffix(enum stale_form form)
{
	return form == STALE_FLOODED ? " (flooded)" : form == STALE_NOT_TAKEN ? " (not taken)" : "";
}

const char *nud_name(unsigned state)
{
	for (size_t i = 0; i < ARRAY_SIZE(nud); i++)
		if (nud[i].state == state)
			return nud[i].name;
	return NULL;
}

const char *nud_title(unsigned state)
{
	for (size_t i = 0; i < ARRAY_SIZE(nud); i++)
		if (nud[i].state == state)
			return nud[i].title;
	return NULL;
}

int nud_parse(const char *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(nud); i++)
		if (!strcmp(s, nud[i].name))
			return (int)nud[i].state;
	return -1;
}

const char *port_state_name(unsigned state, const char *otherwise)
{
	static const char *const names[] = {
	    "disabled", "listening", "learning", "forwarding", "blocking"};

	return state < ARRAY_SIZE(names) ? names[state] : otherwise;
}
