/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change.c: one-off changes: what they are called, and what they must be to the rest of a case. */
#include "scenario/change.h"

#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "scenario/churn.h"
#include "scenario/macs.h"
#include "scenario/words.h"

enum churn_op change_op(const struct change *what)
{
	static const enum churn_op ops[] = {
	    [CHANGE_SET_MAC] = OP_SET_MAC,
	    [CHANGE_SET_MTU] = OP_SET_MTU,
	    [CHANGE_UP] = OP_UP,
	    [CHANGE_DOWN] = OP_DOWN,
	    [CHANGE_JOINS] = OP_JOIN,
	    [CHANGE_LEAVES] = OP_LEAVE,
	    [CHANGE_SENDS_AS] = OP_SENDS_AS,
	    [CHANGE_RECREATE] = OP_RECREATE,
	    [CHANGE_DELETE_ADDRESS] = OP_DELETE_ADDRESS,
	    [CHANGE_ADD_ADDRESS] = OP_ADD_ADDRESS,
	    [CHANGE_ADD_ROUTE] = OP_ADD_ROUTE,
	    [CHANGE_FILTER_VLANS] = OP_FILTER_VLANS,
	};

	return ops[what->what];
}

void change_device(const struct scenario_case *c, const struct change *what, char *out)
{
	switch (what->whose) {
	case WHOSE_BRIDGE:
		strcpy(out, "br0");
		break;
	case WHOSE_PORT:
		churn_port_name(&c->churns[what->index], what->sub, out);
		break;
	case WHOSE_CLIENT_PORT:
		memcpy(out, c->clients[what->index].name, NAME_MAX_LEN);
		break;
	case WHOSE_CLIENT_END:
		strcpy(out, "eth0");
		break;
	}
}

void change_text(
    const struct scenario_case *c, const struct change *what, struct mac mac, struct buf *out)
{
	static const char *const words[] = {
	    [CHANGE_SET_MAC] = "set-mac",
	    [CHANGE_SET_MTU] = "set-mtu",
	    [CHANGE_UP] = "set up",
	    [CHANGE_DOWN] = "set down",
	    [CHANGE_JOINS] = "joins",
	    [CHANGE_LEAVES] = "leaves",
	    [CHANGE_SENDS_AS] = "sends-as",
	    [CHANGE_RECREATE] = "recreate",
	    [CHANGE_DELETE_ADDRESS] = "delete-address",
	    [CHANGE_ADD_ADDRESS] = "add-address",
	    [CHANGE_ADD_ROUTE] = "add-route",
	    [CHANGE_FILTER_VLANS] = "set-vlan-filtering",
	};
	char device[NAME_MAX_LEN], text[MAC_TEXT];

	change_device(c, what, device);
	buf_printf(out, "event  %-15s  %s", device, words[what->what]);
	if (what->what == CHANGE_SET_MAC)
		buf_printf(out, " %s", mac_is_zero(mac) ? "to-current" : mac_text(mac, text));
	else if (what->what == CHANGE_SENDS_AS)
		buf_printf(out, " %s", mac_text(mac, text));
	else if (what->what == CHANGE_SET_MTU)
		buf_printf(out, " %u", (unsigned)what->mtu);
	else if (what->what == CHANGE_RECREATE)
		buf_printf(out, " %s", word_name(words_recreate, (int)what->by));
	else if (what->address)
		buf_printf(out, " %s", word_name(words_address, (int)what->address));
	if (what->what == CHANGE_RECREATE && what->by == RECREATE_OTHER_MAC)
		buf_printf(out, " %s", mac_text(mac, text));
	if (what->whose == WHOSE_CLIENT_END)
		buf_printf(out, "  of %s", c->clients[what->index].name);
	buf_puts(out, "\n");
}

/* What a port is at a moment, as far as churn goes. */
enum being { AWAY, THERE, NO_SAYING };

static enum being churn_being(const struct churn *churn, int64_t t)
{
	int64_t join, leave;

	if (churn->joins_ns < 0 || churn->leaves_ns < 0)
		return THERE; /* not read: an error already */
	if (churn->joins == JOIN_EVERY)
		return NO_SAYING;
	join = churn_join_ns(churn, 0);
	if (join >= t) /* at one time events come before joins, and after leaves */
		return AWAY;
	return churn_leave_ns(churn, 0, &leave) && leave <= t ? AWAY : THERE;
}

static bool same_port(const struct change *a, const struct change *b)
{
	return a->whose == b->whose && a->index == b->index && a->sub == b->sub;
}

/* Has an earlier event taken the port off the bridge? */
static bool released(const struct scenario_case *c, const struct change *what)
{
	const struct change *last = NULL;

	for (const struct change *o = c->changes; o < c->changes + c->n_changes; o++)
		if ((o->what == CHANGE_JOINS || o->what == CHANGE_LEAVES) && same_port(o, what) &&
		    (o->at_ns < what->at_ns || (o->at_ns == what->at_ns && o < what)) &&
		    (!last || o->at_ns >= last->at_ns))
			last = o;
	return last && last->what == CHANGE_LEAVES;
}

static void check_port(struct errors *e, struct place at, const struct scenario_case *c,
    const struct change *what, const char *device)
{
	if (what->whose == WHOSE_PORT)
		switch (churn_being(&c->churns[what->index], what->at_ns)) {
		case NO_SAYING:
			errors_add(e, at, "a port with joins: before, or joins: at",
			    "port '%s' comes and goes by itself: it cannot have events", device);
			return;
		case AWAY:
			errors_add(e, at, "a time between its joining and its leaving",
			    "port '%s' is not there when its event comes", device);
			return;
		case THERE:
			break;
		}
	if (what->what == CHANGE_JOINS && !released(c, what))
		errors_add(e, at, "an event before it by which it leaves",
		    "'%s' joins the bridge and has not left it", device);
	if (what->what == CHANGE_LEAVES && released(c, what))
		errors_add(e, at, "an event before it by which it joins",
		    "'%s' leaves the bridge and has left it already", device);
}

static bool comes_before(const struct change *a, const struct change *b)
{
	return a->at_ns < b->at_ns || (a->at_ns == b->at_ns && a < b);
}

/* Does the bridge have the address when the event comes? NO_SAYING after a `set: down`, whose
 * effect on IPv6 addresses depends on a sysctl. */
static enum being address_being(const struct scenario_case *c, const struct change *what)
{
	const struct change *last = NULL;

	for (const struct change *o = c->changes; o < c->changes + c->n_changes; o++)
		if (o->whose == WHOSE_BRIDGE && comes_before(o, what) &&
		    (o->address == what->address || o->what == CHANGE_RECREATE ||
		        (o->what == CHANGE_DOWN && what->address != ADDRESS_IPV4)) &&
		    (!last || comes_before(last, o)))
			last = o;
	if (!last || last->what == CHANGE_RECREATE || last->what == CHANGE_ADD_ADDRESS)
		return THERE;
	return last->what == CHANGE_DELETE_ADDRESS ? AWAY : NO_SAYING;
}

/* Set down, a client's end loses its routes, and set up it does not get back its default ones. */
static void check_route(
    struct errors *e, struct place at, const struct scenario_case *c, const struct change *what)
{
	const struct change *down = NULL, *up = NULL, *added = NULL;
	const char *client = c->clients[what->index].name;

	for (const struct change *o = c->changes; o < c->changes + c->n_changes; o++) {
		const struct change **last = o->what == CHANGE_DOWN        ? &down
		                             : o->what == CHANGE_UP        ? &up
		                             : o->address == what->address ? &added
		                                                           : NULL;

		if (last && same_port(o, what) && comes_before(o, what) &&
		    (!*last || comes_before(*last, o)))
			*last = o;
	}
	if (!down || (added && comes_before(down, added)))
		errors_add(e, at, "an event before it by which the client's own end is set down",
		    "%s has its %s default route already", client,
		    word_name(words_route, (int)what->address));
	else if (!up || comes_before(up, down))
		errors_add(e, at, "an event before it by which it is set up again",
		    "a default route is added to %s, whose own end is down", client);
}

static void check_address(
    struct errors *e, struct place at, const struct scenario_case *c, const struct change *what)
{
	const char *name = word_name(words_address, (int)what->address);

	if (what->address != ADDRESS_IPV4 && !(c->families & FAMILY_BIT(IP_V6)))
		errors_add(e, at, "lookups: {family: ipv6}, or both",
		    "an event of IPv6 (%s) in a case without lookups over IPv6", name);
	else if (what->what == CHANGE_ADD_ROUTE)
		check_route(e, at, c, what);
	else if (what->what == CHANGE_DELETE_ADDRESS && address_being(c, what) == AWAY)
		errors_add(e, at, "an event before it that adds it",
		    "br0's %s address was deleted already", name);
	else if (what->what == CHANGE_ADD_ADDRESS && address_being(c, what) == THERE)
		errors_add(e, at, "an event before it that deletes it",
		    "br0 has its %s address already", name);
}

/* A bridge that is made again filters as it did when it was first made. */
static void check_filtering(
    struct errors *e, struct place at, const struct scenario_case *c, const struct change *what)
{
	const struct change *last = NULL;

	for (const struct change *o = c->changes; o < c->changes + c->n_changes; o++)
		if ((o->what == CHANGE_FILTER_VLANS || o->what == CHANGE_RECREATE) &&
		    comes_before(o, what) && (!last || comes_before(last, o)))
			last = o;
	if (last && last->what == CHANGE_FILTER_VLANS ? true : c->filters_vlans)
		errors_add(e, at, "bridge: {vlan-filtering: false}, and one such event",
		    "br0 filters VLANs already");
}

/* Of all events, also those that could not be read for another error. */
static void check_times(struct errors *e, const struct node *list, int64_t duration_ns)
{
	char text[DURATION_TEXT], expected[2 * DURATION_TEXT];
	int64_t at_ns;

	if (duration_ns < 0 || !list || list->kind != NODE_LIST)
		return;
	snprintf(expected, sizeof(expected), "within %s", duration_text(duration_ns, text));
	for (size_t i = 0; i < list->n; i++) {
		const struct node *event = list->items[i].value, *at = node_get(event, "at");

		if (at && at->kind == NODE_SCALAR && !duration_parse(at->text, &at_ns) &&
		    at_ns >= duration_ns && at_ns <= CHANGE_AT_MAX)
			errors_add(e, event->at, expected, "an event comes when the case is over");
	}
}

void change_check(struct errors *e, const struct node *tree, const struct scenario_case *c)
{
	const struct node *list = node_get(tree, "events");
	char device[NAME_MAX_LEN];

	check_times(e, list, c->duration_ns);
	for (size_t i = 0; i < c->n_changes; i++) {
		const struct change *what = &c->changes[i];
		struct place at = list->items[what->item].value->at;

		change_device(c, what, device);
		if (c->duration_ns < 0 || what->at_ns < c->duration_ns)
			check_port(e, at, c, what, device);
		if (what->address)
			check_address(e, at, c, what);
		if (what->what == CHANGE_FILTER_VLANS)
			check_filtering(e, at, c, what);
	}
}
