/* SPDX-License-Identifier: GPL-2.0-or-later */
/* firewall_test.c: the router's firewall: read, loaded by real programs, skipped by name. */
#include "test/kit/ctest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "host/prereqs.h"
#include "lab/firewall.h"
#include "scenario/scenario.h"
#include "test/kit/scenarios.h"

static struct scenario *read_with(const char *lines)
{
	struct scenario_options o = {0};
	struct scenario *s = NULL;
	struct buf messages = {0};
	char *text =
	    mem_printf("summary: A port leaves\n"
	               "clients: {c1: {}}\n"
	               "churn: {low: {joins: before, leaves: at 5s, port-mac: below-all}}\n"
	               "lookups: {every: 250ms, family: both}\n"
	               "duration: 60s\n"
	               "%s"
	               "arms: {inherited: {breaks: stale-gateway}}\n",
	        lines);

	ck_assert_msg(
	    scenario_parse("x.yaml", text, strlen(text), &o, &s, &messages) == 0, "%s", messages.s);
	free(text);
	return s;
}

PURE_TEST("firewall", a_firewall_is_read)
{
	static const struct {
		const char *lines;
		enum firewall_mode mode;
		enum firewall_backend backend;
	} want[] = {
	    {"", FIREWALL_NONE, BACKEND_ANY},
	    {"firewall: none\n", FIREWALL_NONE, BACKEND_ANY},
	    {"firewall: drop-icmp-too-big\nfirewall-backend: nft\n", FIREWALL_DROP_TOO_BIG,
	        BACKEND_NFT},
	    {"firewall-backend: legacy\nfirewall: forward-drop-bridged\n", FIREWALL_BRIDGED,
	        BACKEND_LEGACY},
	};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		struct scenario *s = read_with(want[i].lines);

		ck_assert_int_eq(s->cases[0].firewall, want[i].mode);
		ck_assert_int_eq(s->cases[0].firewall_backend, want[i].backend);
		/* what plays the case again says so too */
		if (i > 1)
			ck_assert_ptr_nonnull(strstr(s->cases[0].config, "firewall-backend: "));
		scenario_free(s);
	}
}

/* What a case of these lines lacks on a machine without `missing` that has all else. */
static const char *lacks(const char *lines, const char *missing)
{
	size_t n;
	const struct prereq *found = prereqs_look(&n);
	struct prereq *list = mem_alloc(n * sizeof(*list));
	struct scenario *s = read_with(lines);
	size_t named = 0;

	memcpy(list, found, n * sizeof(*list));
	for (size_t i = 0; i < n; i++) {
		list[i].there = strcmp(list[i].name, missing) != 0;
		named += !list[i].there;
	}
	ck_assert_uint_eq(named, 1);
	const struct prereq *p = prereqs_missing_for(list, n, &s->cases[0]);
	const char *name = p ? p->name : "nothing";
	ck_assert(!p || p->remedy[0]);
	free(list);
	scenario_free(s);
	return name;
}

CTEST("firewall", CTEST_HOST, NULL, what_a_firewall_needs_is_named)
{
	static const char bridged[] = "firewall: forward-drop-bridged\n",
	                  legacy[] = "firewall-backend: legacy\n",
	                  nft[] = "firewall-backend: nft\n",
	                  too_big[] = "firewall: drop-icmp-too-big\n";

	ck_assert_str_eq(lacks(bridged, "br_netfilter"), "br_netfilter");
	ck_assert_str_eq(lacks(too_big, "br_netfilter"), "nothing");
	ck_assert_str_eq(lacks(legacy, "iptables-legacy"), "iptables-legacy");
	ck_assert_str_eq(lacks(nft, "iptables-legacy"), "nothing");
	ck_assert_str_eq(lacks(nft, "iptables-nft"), "iptables-nft");
	ck_assert_str_eq(lacks(legacy, "iptables-nft"), "nothing");
	ck_assert_str_eq(lacks(too_big, "ip6tables"), "ip6tables");
	ck_assert_str_eq(lacks(bridged, "ip6tables"), "nothing");
}

PURE_TEST("firewall", a_client_that_reports_no_groups_needs_rules_of_ipv6)
{
	static const struct {
		const char *clients, *lookups;
		bool needs;
	} rows[] = {
	    {"{c1: {mld-reports: never}}", "{every: 250ms, family: both}", true},
	    {"{c1: {mld-reports: never}}", "{every: 250ms}", false},
	    {"{c1: {mld-reports: sent}}", "{every: 250ms, family: both}", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *text =
		    SCENARIO_TEXT(.clients = rows[i].clients, .lookups = rows[i].lookups);
		AUTO_SCENARIO *s = scenario_read("x.yaml", text, NULL);
		struct prereq_set set = {0};

		prereqs_add(&set, &s->cases[0]);
		ck_assert(set.of[P_IP6TABLES] == rows[i].needs);
	}
}

static bool has_rule(
    const char *program, const char *protocol, const char *option, const char *type)
{
	const char *argv[] = {
	    program, "-w", "-C", "OUTPUT", "-p", protocol, option, type, "-j", "DROP", NULL};
	struct err e = {{0}};

	return proc_run(argv, clock_now_ns() + 10 * NS_PER_S, &e) == 0;
}

/* Each backend's rules are seen by its own program, and only where they were asked for. */
static void load(enum firewall_by backend, const char *program, const char *program6)
{
	struct firewall_rules rules = {.bridge = "br0",
	    .uplink = "up0",
	    .network = "192.0.2.0/24",
	    .backend = backend,
	    .ip6 = true};
	int64_t deadline = clock_now_ns() + 20 * NS_PER_S;
	struct err e = {{0}};

	for (int drop = 0; drop < 2; drop++) {
		rules.drop_too_big = drop;
		struct firewall_load at_work;
		ck_assert_msg(
		    !firewall_start(&rules, &at_work, &e) && !firewall_wait(&at_work, deadline, &e),
		    "%s", e.text);
		ck_assert_msg(!firewall_ip6(&rules, deadline, &e), "%s", e.text);
		ck_assert_int_eq(
		    has_rule(program, "icmp", "--icmp-type", "fragmentation-needed"), drop);
		ck_assert_int_eq(
		    has_rule(program6, "icmpv6", "--icmpv6-type", "packet-too-big"), drop);
	}
}

static void need(const char *name)
{
	size_t n;
	const struct prereq *list = prereqs_look(&n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].name, name) && !list[i].there)
			ctest_skip(name, list[i].remedy);
}

CTEST("firewall", CTEST_SANDBOX, NULL, nft_drops_what_says_too_big)
{
	need("iptables-nft");
	load(FIREWALL_BY_NFT, "iptables-nft", "ip6tables-nft");
}

CTEST("firewall", CTEST_SANDBOX, NULL, legacy_drops_what_says_too_big)
{
	need("iptables-legacy");
	load(FIREWALL_BY_LEGACY, "iptables-legacy", "ip6tables-legacy");
}
