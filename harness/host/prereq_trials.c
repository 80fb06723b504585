/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereq_trials.c: what can only be known by trying it, in a sandbox. */
#include "host/prereq_trials.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/drop_tracepoint.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"
#include "host/prereq_found.h"
#include "lab/firewall.h"
#include "net/link.h"
#include "net/netns.h"
#include "net/sandbox.h"

#define FORWARD "/proc/sys/net/ipv4/ip_forward"
#define NF_CALL "/proc/sys/net/bridge/bridge-nf-call-iptables"

static void look_for_file(struct prereq *p, const char *path, const char *missing)
{
	int error = access(path, F_OK) ? errno : 0;

	prereq_found(p, error, error ? missing : "yes");
}

/* Can the rules of a lab be loaded? */
static int try_firewall(const struct firewall_rules *rules, int64_t deadline, struct err *e)
{
	struct firewall_load load;

	if (rules->ip6)
		return firewall_ip6(rules, deadline, e);
	int r = firewall_start(rules, &load, e);
	return r ? r : firewall_wait(&load, deadline, e);
}

static void try_firewalls(struct prereq *p, const struct prereq_set *set)
{
#define RULES .bridge = "br0", .uplink = "up0", .network = "192.0.2.0/24"
	static const struct {
		int which;
		struct firewall_rules rules;
	} tries[] = {
	    {P_IPTABLES, {RULES, .backend = FIREWALL_BY_ANY}},
	    {P_NFT, {RULES, .backend = FIREWALL_BY_NFT, .drop_too_big = true}},
	    {P_LEGACY, {RULES, .backend = FIREWALL_BY_LEGACY, .drop_too_big = true}},
	    {P_IP6TABLES, {RULES, .backend = FIREWALL_BY_ANY, .drop_too_big = true, .ip6 = true}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		if (!set->of[tries[i].which])
			continue;
		bool any = tries[i].which == P_IPTABLES;
		struct err e = {{0}};
		int64_t began = clock_now_ns();
		int r = try_firewall(&tries[i].rules, prereq_deadline(began), &e);

		if (!r && any && !firewall_is_there())
			r = err_set(&e, ENODATA, "%s ended with status 0 and loaded no rules",
			    firewall_program());
		prereq_found_by(&p[tries[i].which], r, &e, any ? firewall_program() : "yes", began);
	}
}

static void try_drops(struct prereq *p)
{
	struct drop_tracepoint drops;
	struct err e = {{0}};
	int64_t began = clock_now_ns();
	int r = drop_tracepoint_open(&drops, &e);

	prereq_found_by(&p[P_DROPS], r, &e, "skb:kfree_skb", began);
	if (!r)
		drop_tracepoint_close(&drops);
}

/* Each may load a module. */
static void try_links(struct prereq *p, const struct prereq_set *set, struct nl_sock *nl, int other)
{
	struct bridge bridge = {.name = "sbtest0", .ageing_real_ns = 300 * NS_PER_S};
	struct veth veth = {.name = "sbtest1", .peer = "sbtest2", .peer_ns = other};
	struct err e = {{0}};
	int64_t began = clock_now_ns();
	int r = link_add_bridge(nl, &bridge, &e);

	prereq_found_by(&p[P_BRIDGE], r, &e, "yes", began);
	began = clock_now_ns();
	r = link_add_veth(nl, &veth, &e);
	prereq_found_by(&p[P_VETH], r, &e, "yes", began);
	if (set->of[P_TAP]) {
		began = clock_now_ns();
		r = link_add_tap("sbtest3", &e);
		prereq_found_by(&p[P_TAP], r, &e, "yes", began);
	}
	if (set->of[P_VLANS]) {
		bridge.name = "sbtest4";
		bridge.filters_vlans = true;
		began = clock_now_ns();
		r = link_add_bridge(nl, &bridge, &e);
		prereq_found_by(&p[P_VLANS], r, &e, "yes", began);
	}
}

int prereq_trials(struct prereq *p, const struct prereq_set *set)
{
	bool rootless = geteuid() != 0;
	struct err e = {{0}};
	struct nl_sock *nl = NULL;
	int r = sandbox_enter(&e), home = r ? r : netns_own(&e);
	int other = home < 0 ? home : netns_make(home, &e);

	r = other < 0 ? other : nl_open(&nl, &e);
	if (r) {
		prereq_found(&p[P_NAMESPACES], -r, e.text);
		return r;
	}
	/* The first process of a pid namespace takes it along when it ends: it must not be one of
	 * the programs that are tried. */
	int parent = proc_pidfd(getpid());
	pid_t pid = fork();
	if (pid < 0) {
		r = -errno;
		prereq_found_errno(&p[P_NAMESPACES], errno);
		return r;
	}
	if (pid) {
		int status = proc_reap(pid);

		if (status > 128) {
			raise(status - 128); /* so ends this one too */
			_exit(1);
		}
		return 0;
	}
	if (proc_die_with(parent))
		_exit(1);
	prereq_found(&p[P_NAMESPACES], 0,
	    rootless ? "without root: in a user namespace" : "root: mount, pid, network");
	try_links(p, set, nl, other);
	prereq_found_errno(&p[P_SYSCTL], open(FORWARD, O_WRONLY | O_CLOEXEC) < 0 ? errno : 0);
	prereq_found_errno(
	    &p[P_PACKET], socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) < 0 ? errno : 0);
	try_firewalls(p, set);
	if (set->of[P_DROPS])
		try_drops(p);
	look_for_file(&p[P_BR_NETFILTER], NF_CALL, "not in this kernel");
	look_for_file(&p[P_IPV6], "/proc/sys/net/ipv6", "not in this kernel or namespace");
	look_for_file(
	    &p[P_SYSFS], "/sys/class/net/sbtest0", "/sys of the sandbox cannot be mounted");
	return 0;
}
