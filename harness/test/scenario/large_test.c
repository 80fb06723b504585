/* SPDX-License-Identifier: GPL-2.0-or-later */
/* large_test.c: tests of what large cases take: many clients, a full bridge, a tape, a batch. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "lab/lab.h"
#include "net/link.h"
#include "net/netns.h"
#include "play/observer.h"
#include "schedule/demand.h"
#include "test/kit/scenarios.h"

#define OK(call, e) ck_assert_msg((call) == 0, "%s: %s", #call, (e).text)

static struct scenario *large(const char *clients, const char *churn, const char *from)
{
	AUTO_FREE char *lookups = mem_printf("{every: 500ms, from: [%s]}", from);
	AUTO_FREE char *text = SCENARIO_TEXT(.clients = clients, .churn = churn, .lookups = lookups,
	    .duration = "40s", .arms = "{a: {breaks: stale-gateway}}");

	return scenario_read("s.yaml", text, NULL);
}

PURE_TEST("large", clients_by_count)
{
	static const char churn[] = "{g: {joins: at 5s, leaves: never}}";
	AUTO_SCENARIO *few = large("{c: {count: 3}, d: {}}", churn, "c-2, d");
	AUTO_SCENARIO *many = large("{c: {count: 64}}", churn, "c");
	const struct scenario_case *c = &few->cases[0];

	ck_assert_uint_eq(c->n_clients, 4);
	ck_assert_str_eq(c->clients[0].name, "c-1");
	ck_assert_str_eq(c->clients[2].name, "c-3");
	ck_assert_str_eq(c->clients[3].name, "d");
	ck_assert(!c->clients[0].looks_up && c->clients[1].looks_up && c->clients[3].looks_up);
	ck_assert_uint_eq(many->cases[0].n_clients, 64);
	ck_assert(many->cases[0].clients[63].looks_up);
}

PURE_TEST("large", another_mac_each_time)
{
	AUTO_SCENARIO *s = large(
	    "{c: {}}", "{g: {joins: 1/s, leaves: after 300ms, port-mac: random-each-time}}", "c");
	struct schedule a, b;

	schedule_make(&s->cases[0], 7, 20, &a);
	schedule_make(&s->cases[0], 7, 20, &b);
	ck_assert_uint_ge(a.n, 70);
	for (size_t i = 0; i < a.n; i++) {
		ck_assert(!mac_cmp(a.events[i].mac, b.events[i].mac));
		ck_assert_int_lt(mac_cmp(a.events[i].mac, a.client_port_macs[0]), 0);
		ck_assert(mac_is_unicast(a.events[i].mac));
		if (i >= 2) /* a leave has its join's, the next join another */
			ck_assert(mac_cmp(a.events[i].mac, a.events[i - 2].mac));
		if (i % 2)
			ck_assert(!mac_cmp(a.events[i].mac, a.events[i - 1].mac));
	}
	schedule_free(&a);
	schedule_free(&b);
}

PURE_TEST("large", what_a_play_takes)
{
	static const struct {
		const char *clients, *churn;
		double pace;
		bool alone;
		unsigned neighbours;
	} rows[] = {
	    {"{c: {}}", "{g: {joins: 1/s, leaves: after 500ms}}", 20, false, 4},
	    {"{c: {count: 64}}", "{g: {joins: at 1s, leaves: never}}", 20, true, 130},
	    {"{c: {}}", "{g: {joins: before, leaves: at 1s, count: 65}}", 20, true, 4},
	    /* released and enslaved: 2 ms and 5 us a port, of 3 ms; deleted: 10 ms, so never faster
	     */
	    {"{c: {}}", "{g: {joins: 100/s, leaves: after 7ms, leaves-by: release}}", 3.0 / 2.01,
	        true, 4},
	    {"{c: {}}", "{g: {joins: 20/s, leaves: after 30ms}}", 2, false, 4},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_SCENARIO *s = large(rows[i].clients, rows[i].churn, "c");
		struct schedule plan;

		schedule_make(&s->cases[0], 1, 20, &plan);
		struct demand d = demand_of(&s->cases[0], &plan);
		ck_assert_msg(plan.pace == rows[i].pace && d.alone == rows[i].alone &&
		                  d.neighbours4 == rows[i].neighbours,
		    "%s %s: pace %g, alone %d, %u neighbours", rows[i].clients, rows[i].churn,
		    plan.pace, d.alone, d.neighbours4);
		ck_assert_uint_ge(d.tape_slots, 400000);
		/* all of them flooded to all, as under a control */
		size_t n = s->cases[0].n_clients;
		ck_assert_uint_ge(d.tape_slots, plan.n_attempts * n * 2 * n);
		schedule_free(&plan);
	}
}

CTEST("large", CTEST_SANDBOX, NULL, the_1024th_port_finds_the_bridge_full)
{
	struct bridge b = {.name = LAB_BRIDGE, .ageing_real_ns = 300 * NS_PER_S};
	struct nl_sock *nl = NULL;
	struct err e = {{0}};
	int home = netns_own(&e), r = 0;
	unsigned n = 0;

	OK(nl_open(&nl, &e), e);
	OK(link_add_bridge(nl, &b, &e), e);
	int bridge = link_index(nl, LAB_BRIDGE, &e);
	for (; !r && n < 1100; n += !r) {
		char name[16], peer[16];

		snprintf(name, sizeof(name), "p%u", n);
		snprintf(peer, sizeof(peer), "q%u", n);
		struct veth v = {.name = name, .peer = peer, .peer_ns = home, .master = bridge};
		r = link_add_veth(nl, &v, &e);
	}
	ck_assert_int_eq(r, -EXFULL);
	ck_assert_uint_eq(n, 1023);
	ck_assert_msg(strstr(e.text, "the bridge is full: it takes 1023 ports"), "%s", e.text);
	nl_socket_free(nl);
}

/* The observer does not read while there are more notifications than the kernel keeps for it. */
CTEST("large", CTEST_SANDBOX, NULL, what_an_observer_missed_is_told)
{
	size_t bytes = tape_size(50000);
	struct tape *tape = mmap(
	    NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct bridge b = {.name = LAB_BRIDGE, .ageing_real_ns = 300 * NS_PER_S};
	struct nl_sock *nl = NULL;
	struct err e = {{0}};
	struct observer o;
	int room = 4096;
	unsigned overruns = 0;

	ck_assert_ptr_ne(tape, MAP_FAILED);
	tape_init(tape, 50000, 1);
	OK(nl_open(&nl, &e), e);
	OK(link_add_bridge(nl, &b, &e), e);
	int bridge = link_index(nl, LAB_BRIDGE, &e);
	OK(observer_open(&o, tape, WHERE_ROUTER, bridge, &e), e);
	ck_assert_int_eq(
	    setsockopt(observer_fd(&o), SOL_SOCKET, SO_RCVBUF, &room, sizeof(room)), 0);
	for (int i = 0; i < 64; i++)
		OK(link_set_up(nl, bridge, !(i % 2), &e), e);
	observer_read(&o);
	for (uint64_t i = 0; i < atomic_load(&tape->used); i++)
		overruns += tape->slots[i].ev.type == EV_OVERRUN;
	ck_assert_uint_eq(overruns, 1);
	nl_socket_free(nl);
	munmap(tape, bytes);
}
