/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stp.c: facts of the kernel: when a port that joins forwards, without STP and with it. */
#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/units.h"
#include "net/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

#define SECOND 100 /* of the bridge's clock_t, as userland has it */

static void set_bridge(struct fact_lab *f, int attribute, uint32_t value)
{
	ck_assert_int_eq(fact_set_bridge(f, attribute, value), 0);
}

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

FACT(without_stp_a_port_that_joins_forwards_at_once_whatever_forward_delay_says)
{
	fact_bridge(f, MIDDLE);
	set_bridge(f, IFLA_BR_FORWARD_DELAY, 15 * SECOND);
	int port = fact_free_port(f, "port", HIGH, true);
	fact_enslave(f, port);
	ck_assert_int_eq(state(f, port), BR_STATE_FORWARDING);
	ck_assert(fact_link(f->nl, f->bridge).carrier);
}

static uint32_t mark_from(struct fact_lab *f, int n)
{
	FACT_OK(netns_enter(f->clients[n].ns, &fact_e));
	uint32_t mark = wire_mark(f->clients[n].eth0);
	FACT_OK(netns_enter(f->home, &fact_e));
	return mark;
}

FACT(with_stp_a_port_that_joins_listens_first_and_passes_nothing)
{
	/* The clients' ports forward before STP is turned on; then the first one is enslaved anew.
	 */
	fact_two_clients(f, MIDDLE, MIDDLE);
	ck_assert(wire_send(f, 0, AF_INET).taken);
	set_bridge(f, IFLA_BR_FORWARD_DELAY, 15 * SECOND);
	set_bridge(f, IFLA_BR_STP_STATE, 1);
	int port = f->clients[0].port;
	fact_release(f, port);
	fact_enslave(f, port);
	ck_assert_int_eq(state(f, port), BR_STATE_LISTENING);
	/* Nothing gets from the gateway to it; what is sent on the port itself comes after. */
	uint32_t flood = wire_mark(f->bridge), first = wire_mark(port),
	         second = wire_mark(f->clients[1].port);
	ck_assert(!wire_passed(f->clients[0].ear, flood, first));
	ck_assert(wire_passed(f->clients[1].ear, flood, second));
	/* And nothing from it to the gateway. */
	first = mark_from(f, 0);
	second = mark_from(f, 1);
	ck_assert(!wire_passed(f->ear, first, second));
}

/* It takes 4 s: the kernel has no shorter forward_delay with STP. */
FACT(with_stp_a_port_listens_and_learns_for_forward_delay_each_before_it_forwards)
{
	const int64_t delay_ns = 2 * NS_PER_S;

	fact_bridge(f, MIDDLE);
	set_bridge(f, IFLA_BR_FORWARD_DELAY, 2 * SECOND);
	set_bridge(f, IFLA_BR_STP_STATE, 1);
	int port = fact_free_port(f, "port", HIGH, true);
	int64_t began = clock_now_ns();
	fact_enslave(f, port);
	ck_assert_int_eq(state(f, port), BR_STATE_LISTENING);
	/* A bridge without a forwarding port has no carrier. */
	ck_assert(!fact_link(f->nl, f->bridge).carrier);
	ck_assert_int_eq(next_state(f, port, BR_STATE_LISTENING), BR_STATE_LEARNING);
	ck_assert_int_ge(clock_now_ns() - began, delay_ns - clock_jiffy_ns());
	ck_assert(!fact_link(f->nl, f->bridge).carrier);
	ck_assert_int_eq(next_state(f, port, BR_STATE_LEARNING), BR_STATE_FORWARDING);
	/* A timer of the kernel never ends early; how late it ends proves nothing. */
	ck_assert_int_ge(clock_now_ns() - began, 2 * (delay_ns - clock_jiffy_ns()));
	FACT_UNTIL(f->monitor, fact_link(f->nl, f->bridge).carrier);
}

FACT(stp_has_no_forward_delay_below_two_seconds)
{
	fact_bridge(f, MIDDLE);
	/* Without STP, any value is accepted. */
	set_bridge(f, IFLA_BR_FORWARD_DELAY, 0);
	ck_assert_uint_eq(fact_forward_delay(f), 0);
	set_bridge(f, IFLA_BR_STP_STATE, 1);
	ck_assert_uint_eq(fact_forward_delay(f), 2 * SECOND);
	ck_assert_int_eq(fact_set_bridge(f, IFLA_BR_FORWARD_DELAY, SECOND), -ERANGE);
	set_bridge(f, IFLA_BR_FORWARD_DELAY, 2 * SECOND);
}
