/* fault.c: the deliberate defect of a fault file, and what it must lead to. */
#include "scenario/fault.h"

#include <stdio.h>

#include "base/units.h"
#include "scenario/grammar.h"
#include "scenario/values.h"

#define HOUR (3600 * NS_PER_S)

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
    [FAULT_PIN_NOW] = {.at = MUST},
};

/* The key's value when it is there and may be. */
static const struct node *shaped(
    struct errors *e, const struct node *map, const char *key, const char *what, unsigned rule)
{
	const struct node_item *item = node_item(map, key);

	if (!item && rule == MUST)
		errors_add(e, map->at, key, "fault: '%s' needs '%s'", what, key);
	if (item && !rule)
		errors_add(
		    e, item->key_at, "to leave it out", "fault: '%s' has no '%s'", what, key);
	return item && rule ? item->value : NULL;
}

static void read_time(
    struct errors *e, const struct node *n, const char *what, int64_t least, int64_t *ns)
{
	const char *text;

	if (n && value_text(e, n, what, &text))
		value_duration(e, n, text, what, least, HOUR, ns);
}

static void read_fault(
    struct errors *e, const struct node *map, const struct node *arms, struct fault_plan *plan)
{
	const struct node *n = node_get(map, "arm");
	const char *text;
	int what;

	grammar_check(map, grammar_fault, "fault", false, e);
	if (!n)
		errors_add(e, map->at, "arm: NAME", "fault: 'arm' is missing");
	else if (value_text(e, n, "fault.arm", &text)) {
		if (node_item(arms, text))
			plan->arm = text;
		else
			errors_add(e, n->at, "one of `arms`",
			    "fault.arm names '%s', which is no arm", text);
	}
	n = node_get(map, "what");
	if (!n)
		errors_add(e, map->at, "what: DEFECT", "fault: 'what' is missing");
	if (!n || !value_word(e, n, "fault.what", words_fault, &what))
		return;
	plan->fault.what = (enum fault_what)what;
	const char *name = fault_name(plan->fault.what);
	read_time(
	    e, shaped(e, map, "at", name, shapes[what].at), "fault.at", 0, &plan->fault.at_ns);
	read_time(e, shaped(e, map, "for", name, shapes[what].for_), "fault.for", NS_PER_MS,
	    &plan->fault.for_ns);
	read_time(e, shaped(e, map, "every", name, shapes[what].every), "fault.every", NS_PER_MS,
	    &plan->fault.every_ns);
	n = shaped(e, map, "set", name, shapes[what].set);
	if (n && n->kind != NODE_MAP) {
		errors_add(e, n->at, "a map", "fault.set must be a map, not %s", node_kind_name(n));
	} else if (n) {
		grammar_check(n, grammar_file, "fault.set", true, e);
		plan->set = node_get(map, "set");
	}
}

static void expect_word(struct errors *e, const struct node *map, const char *key, const char *what,
    const struct word *words, char **out)
{
	const struct node *n = node_get(map, key);
	int value;

	if (n && value_word(e, n, what, words, &value))
		*out = mem_strdup(n->text);
}

static void read_expect(struct errors *e, const struct node *map, struct expect *out)
{
	const struct node *n = node_get(map, "cause");
	enum cause cause;

	grammar_check(map, grammar_expect, "expect", false, e);
	if (!node_get(map, "verdict"))
		errors_add(e, map->at, "verdict: WORD", "expect: 'verdict' is missing");
	expect_word(e, map, "verdict", "expect.verdict", words_verdict, &out->verdict);
	expect_word(e, map, "form", "expect.form", words_form, &out->form);
	expect_word(e, map, "invariant", "expect.invariant", words_invariant, &out->invariant);
	if (n && value_cause(e, n, "expect.cause", &cause))
		out->cause = mem_strdup(cause_name(cause));
}

/* A map under the key, or NULL. */
static const struct node *part(struct errors *e, const struct node *file, const char *key)
{
	const struct node *n = node_get(file, key);

	if (n && n->kind != NODE_MAP) {
		errors_add(e, n->at, "a map", "%s must be a map, not %s", key, node_kind_name(n));
		return NULL;
	}
	return n;
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
