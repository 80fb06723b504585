/* stp.c: facts of the kernel: when a port that joins forwards, without STP and with it.
 */
#include "test/kit/ctest.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/units.h"
#include "lab/lab.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

#define SECOND 100 /* of the bridge's clock_t, as userland has it */

static int state(struct fact_lab *f, int port)
{
	return fact_link(f->nl, port).state;
}

/* The next state of a port that is not this one. */
static int next_state(struct fact_lab *f, int port, int now)
{
	FACT_UNTIL(f->monitor, state(f, port) != now);
	return state(f, port);
}

/* A port whose link is ready, but which has not joined yet. */
static int ready_port(struct fact_lab *f)
{
	int bridge = f->bridge;

	f->bridge = 0;
	int port = fact_port(f, "port", HIGH);
	f->bridge = bridge;
	FACT_OK(link_set_up(f->nl, (int)if_nametoindex("portp"), true, &fact_e));
	FACT_UNTIL(f->monitor, fact_link(f->nl, port).flags & IFF_RUNNING);
	return port;
}

static void join(struct fact_lab *f, int port)
{
	FACT_OK(link_enslave(f->nl, port, f->bridge, (struct mac){{0}}, false, &fact_e));
}

START_TEST(without_stp_a_port_that_joins_forwards_at_once_whatever_forward_delay_says)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, MIDDLE);
	ck_assert_int_eq(fact_set_bridge(&f, IFLA_BR_FORWARD_DELAY, 15 * SECOND), 0);
	int port = ready_port(&f);
	join(&f, port);
	ck_assert_int_eq(state(&f, port), BR_STATE_FORWARDING);
	ck_assert(fact_link(f.nl, f.bridge).carrier);
}
END_TEST

static uint32_t mark_from(struct fact_lab *f, int n)
{
	FACT_OK(netns_enter(f->clients[n].ns, &fact_e));
	uint32_t mark = wire_mark(f->clients[n].eth0);
	FACT_OK(netns_enter(f->home, &fact_e));
	return mark;
}

START_TEST(with_stp_a_port_that_joins_listens_first_and_passes_nothing)
{
	struct fact_lab f;

	fact_open(&f);
	/* They talk before STP is turned on, and the first leaves and comes again. */
	fact_two_clients(&f, MIDDLE);
	fact_set_gateway_of(&f, 0, AF_INET, MIDDLE, NUD_PERMANENT);
	fact_set_gateway_of(&f, 1, AF_INET, MIDDLE, NUD_PERMANENT);
	ck_assert(wire_send(&f, 0, AF_INET).taken);
	ck_assert_int_eq(fact_set_bridge(&f, IFLA_BR_FORWARD_DELAY, 15 * SECOND), 0);
	ck_assert_int_eq(fact_set_bridge(&f, IFLA_BR_STP_STATE, 1), 0);
	int port = f.clients[0].port;
	FACT_OK(link_enslave(f.nl, port, 0, (struct mac){{0}}, false, &fact_e));
	join(&f, port);
	ck_assert_int_eq(state(&f, port), BR_STATE_LISTENING);
	/* Nothing gets from the gateway to it; what is sent on the port itself comes after. */
	uint32_t flood = wire_mark(f.bridge), first = wire_mark(port),
	         second = wire_mark(f.clients[1].port);
	ck_assert(!wire_passed(f.clients[0].ear, flood, first));
	ck_assert(wire_passed(f.clients[1].ear, flood, second));
	/* And nothing from it to the gateway. */
	first = mark_from(&f, 0);
	second = mark_from(&f, 1);
	ck_assert(!wire_passed(f.ear, first, second));
}
END_TEST

/* Takes as long as it says, 4 s: the kernel has no shorter forward_delay with STP. */
START_TEST(with_stp_a_port_listens_and_learns_for_forward_delay_each_before_it_forwards)
{
	const int64_t delay_ns = 2 * NS_PER_S;
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, MIDDLE);
	ck_assert_int_eq(fact_set_bridge(&f, IFLA_BR_FORWARD_DELAY, 2 * SECOND), 0);
	ck_assert_int_eq(fact_set_bridge(&f, IFLA_BR_STP_STATE, 1), 0);
	int port = ready_port(&f);
	int64_t began = clock_now_ns();
	join(&f, port);
	ck_assert_int_eq(state(&f, port), BR_STATE_LISTENING);
	/* A bridge without a forwarding port has no carrier. */
	ck_assert(!fact_link(f.nl, f.bridge).carrier);
	ck_assert_int_eq(next_state(&f, port, BR_STATE_LISTENING), BR_STATE_LEARNING);
	ck_assert_int_ge(clock_now_ns() - began, delay_ns - clock_jiffy_ns());
	ck_assert(!fact_link(f.nl, f.bridge).carrier);
	ck_assert_int_eq(next_state(&f, port, BR_STATE_LEARNING), BR_STATE_FORWARDING);
	/* A timer of the kernel's never ends early; how late it ends says nothing. */
	ck_assert_int_ge(clock_now_ns() - began, 2 * (delay_ns - clock_jiffy_ns()));
	FACT_UNTIL(f.monitor, fact_link(f.nl, f.bridge).carrier);
}
END_TEST

START_TEST(stp_has_no_forward_delay_below_two_seconds)
{
	struct fact_lab f;

	fact_open(&f);
	fact_bridge(&f, MIDDLE);
	/* Without STP any is taken. */
	ck_assert_int_eq(fact_set_bridge(&f, IFLA_BR_FORWARD_DELAY, 0), 0);
	ck_assert_uint_eq(fact_forward_delay(&f), 0);
	ck_assert_int_eq(fact_set_bridge(&f, IFLA_BR_STP_STATE, 1), 0);
	ck_assert_uint_eq(fact_forward_delay(&f), 2 * SECOND);
	ck_assert_int_eq(fact_set_bridge(&f, IFLA_BR_FORWARD_DELAY, SECOND), -ERANGE);
	ck_assert_int_eq(fact_set_bridge(&f, IFLA_BR_FORWARD_DELAY, 2 * SECOND), 0);
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "facts", CTEST_SANDBOX,
	    without_stp_a_port_that_joins_forwards_at_once_whatever_forward_delay_says);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    with_stp_a_port_that_joins_listens_first_and_passes_nothing);
	ctest_add(list, "facts", CTEST_SANDBOX,
	    with_stp_a_port_listens_and_learns_for_forward_delay_each_before_it_forwards);
	ctest_add(list, "facts", CTEST_SANDBOX, stp_has_no_forward_delay_below_two_seconds);
}
