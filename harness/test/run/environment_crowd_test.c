/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environment_crowd_test.c: notifications that were lost, a neighbour table that is full, a
 * dnsmasq that is slow: the bridge gets no verdict for what they did. */
#include "test/kit/builder.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/units.h"
#include "judge/judge.h"
#include "net/link.h"
#include "net/neighbour.h"
#include "net/netns.h"
#include "play/observer.h"
#include "run/play_job.h"

#define OK(call, e) ck_assert_msg((call) == 0, "%s: %s", #call, (e).text)

static void assert_verdict(struct trace *t, const char *verdict, const char *part)
{
	AUTO_JUDGEMENT j = {0};

	trace_sort(t);
	judge_case(t, &j);
	ck_assert_msg(!strcmp(verdict_name(j.verdict), verdict) && strstr(j.why, part),
	    "%s: %s; expected %s, '%s'", verdict_name(j.verdict), j.why, verdict, part);
	trace_free(t);
}

static void put_overrun(struct trace *t, const char *what)
{
	struct event *ev = build(t, 61500, EV_OVERRUN, WHERE_ROUTER);

	snprintf(ev->u.overrun.what, sizeof(ev->u.overrun.what), "%s", what);
	ev->u.overrun.lost = 3;
}

PURE_TEST("environment", removed_neighbour_entries_excuse_and_prove_nothing)
{
	static const char *const tables[] = {"arp_cache thrown out", "ndisc_cache thrown out"};
	struct trace t;

	for (size_t i = 0; i < 2; i++) {
		build_lossy_arm(&t, 10000, 12000, LAST_SEEN_PORT, MAC_OTHER);
		put_overrun(&t, tables[i]);
		assert_verdict(
		    &t, "invalid", "the kernel removed entries from its neighbour table");
		build_quiet_control(&t);
		put_overrun(&t, tables[i]);
		assert_verdict(
		    &t, "invalid", "the kernel removed entries from its neighbour table");
		build_held_arm(&t);
		put_overrun(&t, tables[i]);
		assert_verdict(&t, "pass", "held");
		build_broken_control(&t);
		put_overrun(&t, tables[i]);
		assert_verdict(&t, "pass", "it broke as it must");
		/* No table takes a pin back. */
		build_failed_arm(&t);
		put_overrun(&t, tables[i]);
		assert_verdict(&t, "fail", "");
	}
}

/* The upstream had it in time and answered later than the lookup waits: nothing of a bridge. */
PURE_TEST("environment", a_slow_upstream_is_not_the_fault_of_the_bridge)
{
	/* on a kept connection it may have waited for another one that the bridge lost */
	static const bool excused[TRANSPORTS] = {
	    [TRANSPORT_UDP] = true, [TRANSPORT_TCP] = true, [TRANSPORT_TCP_KEPT] = false};
	struct trace t;

	for (unsigned transport = 0; transport < TRANSPORTS; transport++) {
		build_lossy_arm(&t, 10000, 10250, LAST_SEEN_UPSTREAM, MAC_PINNED);
		t.meta.streams[STREAM_C1].transport = (uint8_t)transport;
		assert_verdict(&t, "fail", "upstream-silent");
		build_lossy_arm(&t, 10000, 10250, LAST_SEEN_UPSTREAM, MAC_PINNED);
		t.meta.streams[STREAM_C1].transport = (uint8_t)transport;
		struct event *ev = build(&t, 11500, EV_FRAME, WHERE_UPSTREAM);
		ev->u.frame.kind = FRAME_REPLY;
		ev->u.frame.hop = HOP_UPSTREAM;
		ev->u.frame.client = 255;
		ev->u.frame.out = 1;
		ev->u.frame.stream = STREAM_C1;
		ev->u.frame.seq = build_seq(10000);
		if (excused[transport])
			assert_verdict(
			    &t, "invalid", "dnsmasq answered 1 lookup later than the timeout");
		else
			assert_verdict(&t, "fail", "unknown");
	}
}

/* The kernel dropped notifications because the socket was full: the tape has an event for it. */
CTEST("environment", CTEST_SANDBOX, NULL, lost_notifications_are_recorded)
{
	size_t size = tape_size(4000), told = 0;
	AUTO_FREE struct tape *tape = calloc(1, size);
	struct observer o;
	struct nl_sock *nl;
	struct err e = {{0}};
	int small = 1;

	tape_init(tape, 4000, 1);
	OK(nl_open(&nl, &e), e);
	OK(observer_open(&o, tape, WHERE_ROUTER, 1, &e), e);
	ck_assert_int_eq(
	    setsockopt(observer_fd(&o), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	for (int i = 0; i < 20; i++) {
		struct bridge b = {.name = "flood0", .ageing_real_ns = NS_PER_S};

		OK(link_add_bridge(nl, &b, &e), e);
		OK(link_delete(nl, link_index(nl, "flood0", &e), &e), e);
	}
	observer_read(&o);
	for (uint64_t i = 0; i < tape->used; i++)
		told += tape->slots[i].ev.type == EV_OVERRUN &&
		        !strcmp(tape->slots[i].ev.u.overrun.what, "rtnetlink");
	ck_assert_uint_gt(told, 0);
	nl_socket_free(nl);
}

static int add_neighbour(struct nl_sock *nl, int ifindex, unsigned i, uint16_t state, struct err *e)
{
	struct ndmsg h = {.ndm_family = AF_INET, .ndm_ifindex = ifindex, .ndm_state = state};
	struct nl_msg *msg = nl_message(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &h, sizeof(h));
	const uint8_t ip[4] = {198, 18, (uint8_t)(i / 250), (uint8_t)(i % 250 + 1)};
	const uint8_t mac[6] = {2, 0, 0, 1, (uint8_t)(i >> 8), (uint8_t)i};

	nla_put(msg, NDA_DST, sizeof(ip), ip);
	nla_put(msg, NDA_LLADDR, sizeof(mac), mac);
	return nl_talk(nl, msg, "neighbour", e);
}

static int any_link(struct nl_sock *nl)
{
	struct err e = {{0}};
	int home = netns_own(&e);
	struct veth v = {.name = "crowd0", .peer = "crowd1", .peer_ns = home, .up = true};

	OK(link_add_veth(nl, &v, &e), e);
	close(home);
	return link_index(nl, "crowd0", &e);
}

/* The table is the machine's, and others' entries come and go; permanent ones are not collected
 * (neigh_alloc()). */
CTEST("environment", CTEST_SANDBOX, NULL, the_kernels_table_is_read)
{
	struct neighbour_table table;
	struct err e = {{0}};
	struct nl_sock *nl;

	OK(nl_open(&nl, &e), e);
	int ifindex = any_link(nl);
	for (unsigned i = 0; i < 20; i++)
		OK(add_neighbour(nl, ifindex, i, NUD_PERMANENT, &e), e);
	OK(neighbour_table(nl, AF_INET, &table, &e), e);
	ck_assert_uint_ge(table.entries, 20);
	ck_assert_uint_ge(table.entries_max, 128);
	OK(neighbour_table(nl, AF_INET6, &table, &e), e);
	ck_assert_uint_ge(table.entries_max, 128);
	nl_socket_free(nl);
}

struct filler {
	struct nl_sock *nl;
	int ifindex;
	unsigned next;
	struct neighbour_table table;
};

/* As full as it gets, again and again: namespaces of plays before are still being taken down. */
static void fill(void *arg, size_t running)
{
	struct filler *f = arg;
	(void)running;

	while (f->next < 4 * f->table.entries_max &&
	       !add_neighbour(f->nl, f->ifindex, f->next, NUD_STALE, NULL))
		f->next++;
}

/* The table is the host's as well: for some seconds nobody on this machine finds a new neighbour.
 * After 5 s the kernel takes these out for anybody who needs room, and they go with this test's
 * namespace. So only where somebody said so. */
CTEST("environment", CTEST_PLAY_ALONE, NULL, a_full_table_makes_the_play_invalid)
{
	static const char text[] = "summary: A short one\n"
	                           "clients: {c1: {}}\n"
	                           "churn:\n"
	                           "  lowest: {joins: before, leaves: at 1s, port-mac: below-all}\n"
	                           "lookups: {every: 250ms, timeout: 1s}\n"
	                           "duration: 4s\n"
	                           "arms:\n"
	                           "  inherited: {breaks: stale-gateway}\n";
	struct scenario_options o = {0};
	struct filler f = {0};
	struct buf messages = {0};
	struct scenario *s = NULL;
	struct pool pool = {.at_once = 1, .tick = fill, .tick_arg = &f, .tick_ns = NS_PER_MS};
	struct err e = {{0}};
	struct nl_sock *nl;
	int signal_no;

	if (!getenv("STEADYBRIDGE_FILL_NEIGHBOURS"))
		ctest_skip("leave to fill the machine's neighbour table",
		    "STEADYBRIDGE_FILL_NEIGHBOURS=1, where nobody minds for 5 s");
	ck_assert_msg(
	    !scenario_parse("short.yaml", text, strlen(text), &o, &s, &messages), "%s", messages.s);
	struct play_job *pj = play_job_new(&s->cases[0], 7, 20, (struct play_id){0}, "test");
	struct job *job = &pj->job;
	pj->batch_link.patience_ns = 2 * NS_PER_S;
	OK(nl_open(&nl, &e), e);
	f.nl = nl;
	f.ifindex = any_link(nl);
	OK(neighbour_table(nl, AF_INET, &f.table, &e), e);
	fill(&f, 0);
	OK(pool_run(&pool, &job, 1, &signal_no, &e), e);
	const struct judgement *j = &pj->judged.judgement;
	ck_assert_msg(j->verdict == VERDICT_INVALID &&
	                  strstr(j->why, "the kernel's neighbour table was full"),
	    "%s: %s", verdict_name(j->verdict), j->why);
	play_job_free(pj);
	scenario_free(s);
	nl_socket_free(nl);
}
