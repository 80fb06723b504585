/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault.c: the deliberate defect of a fault file, and what it must lead to. */
#include "scenario/fault.h"

#include <stdio.h>

#include "base/units.h"
#include "scenario/grammar.h"
#include "scenario/read.h"
#include "trace/names.h"

enum { MUST = 1, MAY = 2 };

/* Which times each fault has. */
static const struct {
	unsigned char at, for_, every, set;
} shapes[] = {
    [FAULT_RE_ADDRESS] = {.at = MUST},
    [FAULT_STOP_UPSTREAM] = {.at = MUST},
    [FAULT_FORWARD_DROP] = {.at = MUST, .for_ = MAY},
    [FAULT_GATEWAY_TALKS] = {.every = MUST},
    [FAULT_SHRINK_MTU] = {.at = MUST},
    [FAULT_DELETE_FDB] = {.at = MUST},
    [FAULT_DELETE_IPV6] = {.at = MUST},
    [FAULT_BLOCK_PORT] = {.at = MUST, .for_ = MAY},
    [FAULT_OVERRIDE] = {.set = MUST},
    [FAULT_MUTE_ARP] = {.at = MUST, .for_ = MAY},
    [FAULT_ZERO_MAC] = {.at = MUST, .for_ = MAY},
    [FAULT_DUPLICATE_MAC] = {.at = MUST, .for_ = MAY},
    [FAULT_WRONG_CLIENT] = {.at = MUST, .for_ = MAY},
    [FAULT_SHRINK_UPLINK] = {.at = MUST, .for_ = MAY},
    [FAULT_SHRINK_BRIDGE] = {.at = MUST, .for_ = MAY},
    [FAULT_CLIENT_DOWN] = {.at = MUST, .for_ = MAY},
    [FAULT_PORT_DOWN] = {.at = MUST, .for_ = MAY},
    [FAULT_FORWARD_OFF] = {.at = MUST, .for_ = MAY},
    [FAULT_NO_ROUTE] = {.at = MUST, .for_ = MAY},
    [FAULT_NO_WAY_BACK] = {.at = MUST, .for_ = MAY},
    [FAULT_PATH_MTU] = {.at = MUST},
    [FAULT_UPSTREAM_DROP] = {.at = MUST, .for_ = MAY},
    [FAULT_CLIENT_DROP] = {.at = MUST, .for_ = MAY},
    [FAULT_FLOOD] = {.at = MUST, .for_ = MAY},
    [FAULT_CLIENT_REMAC] = {.at = MUST},
    [FAULT_ADD_IPV4] = {.at = MUST},
    [FAULT_MISLEAD_FDB] = {.at = MUST, .for_ = MAY},
    [FAULT_PIN_NOW] = {.at = MUST},
    [FAULT_DELETE_PVID] = {.at = MUST, .for_ = MAY},
    [FAULT_DROP_TO_BR0] = {.at = MUST, .for_ = MAY},
    [FAULT_DROP_FROM_BR0] = {.at = MUST, .for_ = MAY},
};

/* Is the key there, and may it be? */
static bool has(
    struct errors *e, const struct node *map, const char *key, const char *what, unsigned rule)
{
	const struct node_item *item = node_item(map, key);

	if (!item && rule == MUST)
		errors_add(e, map->at, key, "fault: '%s' needs '%s'", what, key);
	if (item && !rule)
		errors_add(
		    e, item->key_at, "to leave it out", "fault: '%s' has no '%s'", what, key);
	return item && rule;
}

static void read_time(
    const struct section *s, const char *key, const char *what, unsigned rule, int64_t *ns)
{
	int64_t t_ns = has(s->errors, s->map, key, what, rule) ? read_duration(s, key) : 0;

	*ns = t_ns == UNREAD ? 0 : t_ns;
}

static void read_fault(
    struct errors *e, const struct node *map, const struct node *arms, struct fault_plan *plan)
{
	const struct section s = {e, map, keys_fault, "fault", map->at, false};
	const char *arm, *name;
	struct fault *f = &plan->fault;

	grammar_check(map, keys_fault, "fault", false, e);
	arm = read_text(&s, "arm");
	if (arm && node_item(arms, arm))
		plan->arm = arm;
	else if (arm)
		errors_add(e, node_get(map, "arm")->at, "one of `arms`",
		    "fault.arm names '%s', but there is no such arm", arm);
	f->what = (enum fault_what)read_word(&s, "what");
	if (f->what == FAULT_NONE)
		return;
	name = fault_name(f->what);
	read_time(&s, "at", name, shapes[f->what].at, &f->at_ns);
	read_time(&s, "for", name, shapes[f->what].for_, &f->for_ns);
	read_time(&s, "every", name, shapes[f->what].every, &f->every_ns);
	if (!has(e, map, "set", name, shapes[f->what].set))
		return;
	struct node *set = node_get(map, "set");
	if (!value_is(e, set, NODE_MAP, "fault.set", "a map"))
		return;
	grammar_check(set, keys_file, "fault.set", true, e);
	plan->set = set;
}

/* The word as text, or NULL. */
static char *word_of(const struct section *s, const char *key)
{
	int value = read_word(s, key);

	return value < 0 ? NULL : mem_strdup(word_name(key_find(s->keys, key)->words, value));
}

static void read_expect(struct errors *e, const struct node *map, struct expect *out)
{
	const struct section s = {e, map, keys_expect, "expect", map->at, false};

	grammar_check(map, keys_expect, "expect", false, e);
	out->verdict = word_of(&s, "verdict");
	out->form = word_of(&s, "form");
	out->invariant = word_of(&s, "invariant");
	enum cause cause = read_cause(&s, "cause");
	if (cause != CAUSE_NONE)
		out->cause = mem_strdup(cause_name(cause));
}

/* A map under the key, or NULL. */
static const struct node *part(struct errors *e, const struct node *file, const char *key)
{
	const struct node *n = node_get(file, key);

	return n && value_is(e, n, NODE_MAP, key, "a map") ? n : NULL;
}

void fault_read(struct errors *e, const struct node *file, const struct node *arms, bool allowed,
    struct fault_plan *plan, struct scenario *s)
{
	const struct node_item *fault = node_item(file, "fault"),
	                       *expect = node_item(file, "expect");
	const struct node *map;

	*plan = (struct fault_plan){0};
	if (!allowed) {
		static const char out[] = "to leave it out";

		if (fault)
			errors_add(
			    e, fault->key_at, out, "'fault' is for the harness's own tests only");
		if (expect)
			errors_add(
			    e, expect->key_at, out, "'expect' is for the harness's own tests only");
		return;
	}
	if (fault && !expect)
		errors_add(e, fault->key_at, "expect: {verdict: ...}",
		    "a fault without 'expect' proves nothing");
	if (expect && !fault)
		errors_add(e, expect->key_at, "fault: {...}", "'expect' without a fault");
	map = part(e, file, "fault");
	if (map)
		read_fault(e, map, arms, plan);
	map = part(e, file, "expect");
	if (map)
		read_expect(e, map, &s->expect);
	if (plan->arm && plan->fault.what != FAULT_NONE) {
		s->has_fault = true;
		s->expect.arm = mem_strdup(plan->arm);
	} else {
		plan->arm = NULL;
	}
}

void fault_check(
    struct errors *e, const struct node *file, const struct fault *f, int64_t duration_ns)
{
	char text[DURATION_TEXT], expected[2 * DURATION_TEXT];

	if (duration_ns < 0)
		return;
	snprintf(expected, sizeof(expected), "within %s", duration_text(duration_ns, text));
	if (f->at_ns + f->for_ns > duration_ns)
		errors_add(e, place_of(file, "fault", f->for_ns ? "for" : "at", NULL), expected,
		    "the fault goes on when the case is over");
	if (f->every_ns && duration_ns / f->every_ns > 100000)
		errors_add(e, place_of(file, "fault", "every", NULL), "at most 100000 in a case",
		    "the fault comes too often");
}
