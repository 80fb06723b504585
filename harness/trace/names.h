/* SPDX-License-Identifier: GPL-2.0-or-later */
/* names.h: the words of each closed list that traces, verdicts, reports and scenario files share.
 */
#ifndef SB_NAMES_H
#define SB_NAMES_H

#include "trace/trace.h"

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_INCONCLUSIVE,   /* proves nothing */
	VERDICT_NOT_REPRODUCED, /* a control that held although nothing healed it */
	VERDICT_INVALID,        /* machine or lab at fault */
	VERDICT_SKIP,           /* a named prerequisite is missing */
	VERDICT_COUNT
};

/* The two ways to lose a frame to a stale gateway, told apart. */
enum stale_form { STALE_NEITHER, STALE_FLOODED, STALE_NOT_TAKEN };

/* What the scenario never asked to change. A bit each. */
enum invariant {
	INVARIANT_GATEWAY_MAC = 1,
	INVARIANT_ASSIGN_TYPE = 2,
	INVARIANT_MTU = 4,
	INVARIANT_ADDRESS = 8,
	INVARIANT_CARRIER = 16,
	INVARIANT_LOCAL_FDB = 32,
	INVARIANT_BYSTANDER = 64, /* a stream's frames for the gateway reach another port */
	INVARIANT_LAST = INVARIANT_BYSTANDER
};

struct word {
	const char *name; /* NULL ends a table */
	int value;
};

/* What a scenario file may name; words_verdict: the verdicts of what was played. */
extern const struct word words_verdict[], words_form[], words_invariant[];

/* The word for a value, or "?". */
const char *word_name(const struct word *words, int value);
/* The index of the word among n, or -1. */
int word_index(const char *const *names, size_t n, const char *word);

extern const char *const family_names[IP_FAMILIES],
    *const transport_names[TRANSPORTS], *const op_names[OP_COUNT], *const address_names[ADDRESSES];

const char *cause_name(enum cause cause);        /* "stale-gateway"; never NULL */
int cause_parse(const char *s, enum cause *out); /* 0 or -EINVAL; "none" is CAUSE_NONE */
const char *event_type_name(enum event_type type);
int event_type_parse(const char *s);                 /* -1: there is no such type */
const char *event_op_name(unsigned op);              /* of enum churn_op: "set-mac" */
const char *verdict_name(enum verdict v);            /* "pass", "not-reproduced", ... */
const char *invariant_name(enum invariant i);        /* "gateway-mac", "local-fdb", ... */
const char *stale_form_name(enum stale_form form);   /* "flooded", "not-taken", or "none" */
const char *stale_form_suffix(enum stale_form form); /* " (flooded)", " (not taken)", or "" */

/* NUD_* as a trace has it ("reachable") and as `ip neigh` writes it ("REACHABLE"); NULL for what is
 * not one of them. */
const char *nud_name(unsigned state);
const char *nud_title(unsigned state);
/* The NUD_* of a word of nud_name(), or -1. */
int nud_parse(const char *s);
/* BR_STATE_* as `bridge link` writes it, or `otherwise`. */
const char *port_state_name(unsigned state, const char *otherwise);

#endif
