/* carrier.c: facts of the kernel: when a bridge has carrier. */
#include "test/kit/ctest.h"

#include <linux/if_bridge.h>
#include <net/if.h>

#include "lab/lab.h"
#include "lab/link.h"
#include "suite/kernel/facts.h"

static bool carrier(struct fact_lab *f)
{
	return fact_link(f->nl, f->bridge).carrier;
}

START_TEST(a_fresh_bridge_that_never_had_a_port_has_carrier)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	ck_assert(carrier(&f));
	FACT_OK(link_set_up(f.nl, f.bridge, false, &fact_e));
	FACT_OK(link_set_up(f.nl, f.bridge, true, &fact_e));
	ck_assert(carrier(&f));
}
END_TEST

START_TEST(a_bridge_has_carrier_while_one_of_its_ports_forwards)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, NULL);
	int first = fact_live_port(&f, "first", HIGH),
	    second = fact_live_port(&f, "second", MIDDLE);
	ck_assert(carrier(&f));
	FACT_OK(link_delete(f.nl, first, &fact_e));
	ck_assert(carrier(&f));
	/* The last one stays, but does not forward: down, without carrier, disabled. */
	FACT_OK(link_set_up(f.nl, second, false, &fact_e));
	ck_assert(!carrier(&f));
	FACT_OK(link_set_up(f.nl, second, true, &fact_e));
	FACT_UNTIL(f.monitor, carrier(&f));
	FACT_OK(link_set_up(f.nl, (int)if_nametoindex("secondp"), false, &fact_e));
	FACT_UNTIL(f.monitor, !carrier(&f));
	FACT_OK(link_set_up(f.nl, (int)if_nametoindex("secondp"), true, &fact_e));
	FACT_UNTIL(f.monitor, carrier(&f));
}
END_TEST

/* Not a port yet. A link that is created as a port forwards until its want of carrier is noticed
 * (its state is unknown until linkwatch has run). */
static int link_without_carrier(struct fact_lab *f, const char *name, const char *mac)
{
	int bridge = f->bridge;

	f->bridge = 0;
	int port = fact_port(f, name, mac);
	f->bridge = bridge;
	FACT_UNTIL(f->monitor, !(fact_link(f->nl, port).flags & IFF_RUNNING));
	return port;
}

START_TEST(a_bridge_loses_carrier_with_its_last_port_pinned_or_not)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, MIDDLE);
	int port = fact_live_port(&f, "port", HIGH);
	ck_assert(carrier(&f));
	FACT_OK(link_delete(f.nl, port, &fact_e));
	ck_assert(!carrier(&f));
	/* Nor does it come back without a port that forwards. */
	int dead = link_without_carrier(&f, "dead", HIGH);
	FACT_OK(link_enslave(f.nl, dead, f.bridge, (struct mac){{0}}, false, &fact_e));
	ck_assert_int_ne(fact_link(f.nl, dead).state, BR_STATE_FORWARDING);
	ck_assert(!carrier(&f));
	fact_live_port(&f, "live", HIGHER);
	FACT_UNTIL(f.monitor, carrier(&f));
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "facts", CTEST_SANDBOX, a_fresh_bridge_that_never_had_a_port_has_carrier);
	ctest_add(
	    list, "facts", CTEST_SANDBOX, a_bridge_has_carrier_while_one_of_its_ports_forwards);
	ctest_add(
	    list, "facts", CTEST_SANDBOX, a_bridge_loses_carrier_with_its_last_port_pinned_or_not);
}
