/* SPDX-License-Identifier: GPL-2.0-or-later */
/* carrier.c: facts of the kernel: when a bridge has carrier. */
#include <net/if.h>
#include <linux/if.h>
#include <linux/if_bridge.h>

#include "suite/kernel/facts.h"

static bool carrier(struct fact_lab *f)
{
	return fact_link(f->nl, f->bridge).carrier;
}

FACT(a_fresh_bridge_that_never_had_a_port_has_carrier)
{
	fact_bridge(f, NULL);
	ck_assert(carrier(f));
	fact_down_and_up(f, f->bridge);
	ck_assert(carrier(f));
}

FACT(a_bridge_has_carrier_while_one_of_its_ports_forwards)
{
	fact_bridge(f, NULL);
	int first = fact_live_port(f, "first", HIGH), second = fact_live_port(f, "second", MIDDLE);
	ck_assert(carrier(f));
	fact_delete(f, first);
	ck_assert(carrier(f));
	/* The last one stays, but does not forward: down, without carrier, disabled. */
	fact_set_up(f, second, false);
	ck_assert(!carrier(f));
	fact_set_up(f, second, true);
	FACT_UNTIL(f->monitor, carrier(f));
	fact_set_up(f, (int)if_nametoindex("secondp"), false);
	FACT_UNTIL(f->monitor, !carrier(f));
	fact_set_up(f, (int)if_nametoindex("secondp"), true);
	FACT_UNTIL(f->monitor, carrier(f));
}

FACT(the_flags_of_a_port_tell_whether_it_or_its_other_end_is_down)
{
	fact_bridge(f, NULL);
	int port = fact_live_port(f, "port", HIGH), end = (int)if_nametoindex("portp");

	fact_set_up(f, end, false);
	FACT_UNTIL(f->monitor, fact_link(f->nl, port).state == BR_STATE_DISABLED);
	ck_assert_uint_eq(fact_link(f->nl, port).flags & (IFF_UP | IFF_LOWER_UP), IFF_UP);
	/* It forwards again when linkwatch has run. */
	fact_set_up(f, end, true);
	FACT_UNTIL(f->monitor, fact_link(f->nl, port).state == BR_STATE_FORWARDING);
	ck_assert_uint_eq(fact_link(f->nl, port).flags & IFF_LOWER_UP, IFF_LOWER_UP);
	fact_set_up(f, port, false);
	ck_assert_int_eq(fact_link(f->nl, port).state, BR_STATE_DISABLED);
	ck_assert_uint_eq(fact_link(f->nl, port).flags & IFF_UP, 0);
}

FACT(a_bridge_loses_carrier_with_its_last_port_pinned_or_not)
{
	fact_bridge(f, MIDDLE);
	int port = fact_live_port(f, "port", HIGH);
	ck_assert(carrier(f));
	fact_delete(f, port);
	ck_assert(!carrier(f));
	/* Nor does it come back without a port that forwards. */
	int dead = fact_free_port(f, "dead", HIGH, false);
	fact_enslave(f, dead);
	ck_assert_int_ne(fact_link(f->nl, dead).state, BR_STATE_FORWARDING);
	ck_assert(!carrier(f));
	fact_live_port(f, "live", HIGHER);
	FACT_UNTIL(f->monitor, carrier(f));
}
