/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts.c: a small lab in the test's own sandbox, in which the kernel is asked one question. */
#include "suite/kernel/facts.h"

#include <linux/if_bridge.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/proc.h"
#include "base/units.h"
#include "lab/firewall.h"
#include "lab/lab.h"
#include "net/link.h"
#include "net/netns.h"
#include "net/sysctls.h"
#include "suite/kernel/facts_wire.h"

static void one_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)sched_getcpu(), &set);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(set), &set), 0);
}

void fact_open(struct fact_lab *f)
{
	struct err e = {{0}};

	*f = (struct fact_lab){.ear = -1, .socket4 = -1, .socket6 = -1};
	fact_begin();
	one_cpu();
	ck_assert_msg(sysctls_set_namespace(&e) == 0, "%s", e.text);
	/* Absent without br_netfilter. */
	netns_sysctl("net.bridge.bridge-nf-call-iptables", "0", NULL);
	f->home = netns_own(&e);
	ck_assert_msg(f->home >= 0, "%s", e.text);
	f->nl = fact_nl();
	f->monitor = fact_monitor();
}

void fact_need_ipv6(struct fact_lab *f)
{
	if (access("/proc/sys/net/ipv6", F_OK))
		ctest_skip("IPv6", "boot without ipv6.disable=1");
	f->ipv6 = true;
}

void fact_bridge(struct fact_lab *f, const char *mac)
{
	struct bridge b = {.name = LAB_BRIDGE, .ageing_real_ns = 300 * NS_PER_S};

	if (mac)
		b.mac = fact_mac(mac);
	FACT_OK(link_add_bridge(f->nl, &b, &fact_e));
	f->bridge = (int)if_nametoindex(LAB_BRIDGE);
	ck_assert_int_gt(f->bridge, 0);
	if (f->ipv6)
		FACT_OK(netns_sysctl("net.ipv6.conf." LAB_BRIDGE ".disable_ipv6", "0", &fact_e));
}

/* A new address is taken for the host's own when a work of the kernel's has made its route
 * (addrconf_dad_work()), with duplicate detection or without. */
static void add_address6(struct nl_sock *nl, int monitor, int ifindex, const uint8_t ip6[16])
{
	FACT_OK(link_add_address(nl, ifindex, AF_INET6, ip6, 64, &fact_e));
	FACT_UNTIL(monitor, fact_route_type(nl, AF_INET6, ip6) == RTN_LOCAL);
}

void fact_gateway(struct fact_lab *f)
{
	FACT_OK(link_add_address(f->nl, f->bridge, AF_INET, fact_gateway4, 24, &fact_e));
	f->socket4 = wire_listen(AF_INET);
	if (f->ipv6) {
		add_address6(f->nl, f->monitor, f->bridge, fact_gateway6);
		f->socket6 = wire_listen(AF_INET6);
	}
	f->ear = wire_ear(f->bridge);
}

static int add_port(struct fact_lab *f, const char *name, const char *mac, int ns, const char *peer)
{
	struct veth v = {.name = name,
	    .peer = peer,
	    .peer_ns = ns,
	    .master = f->bridge,
	    .up = true,
	    .mac = fact_mac(mac)};

	FACT_OK(link_add_veth(f->nl, &v, &fact_e));
	return (int)if_nametoindex(name);
}

int fact_port(struct fact_lab *f, const char *name, const char *mac)
{
	char peer[IF_NAMESIZE];

	snprintf(peer, sizeof(peer), "%.14sp", name);
	return add_port(f, name, mac, f->home, peer);
}

static void set_peer_up(struct fact_lab *f, const char *name)
{
	char peer[IF_NAMESIZE];

	snprintf(peer, sizeof(peer), "%.14sp", name);
	fact_set_up(f, (int)if_nametoindex(peer), true);
}

int fact_free_port(struct fact_lab *f, const char *name, const char *mac, bool carrier)
{
	int bridge = f->bridge;

	f->bridge = 0;
	int port = fact_port(f, name, mac);
	f->bridge = bridge;
	if (carrier)
		set_peer_up(f, name);
	FACT_UNTIL(f->monitor, fact_running(f->nl, port) == carrier);
	return port;
}

int fact_live_port(struct fact_lab *f, const char *name, const char *mac)
{
	int port = fact_port(f, name, mac);

	set_peer_up(f, name);
	FACT_UNTIL(f->monitor,
	    fact_running(f->nl, port) && fact_link(f->nl, port).state == BR_STATE_FORWARDING);
	return port;
}

int fact_client(struct fact_lab *f, const char *port_mac)
{
	int n = f->n_clients++;
	struct fact_client *c = &f->clients[n];
	uint8_t ip4[4] = {192, 0, 2, (uint8_t)(11 + n)};
	uint8_t ip6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = (uint8_t)(0x11 + n)};
	struct err e = {{0}};

	ck_assert_int_lt(n, FACT_CLIENTS_MAX);
	snprintf(c->name, sizeof(c->name), "c%d", n + 1);
	c->ns = sysctls_make_netns(f->home, &e);
	ck_assert_msg(c->ns >= 0, "%s", e.text);
	c->port = add_port(f, c->name, port_mac, c->ns, LAB_CLIENT_DEV);
	FACT_OK(netns_enter(c->ns, &fact_e));
	c->nl = fact_nl();
	c->monitor = fact_monitor();
	c->eth0 = (int)if_nametoindex(LAB_CLIENT_DEV);
	if (f->ipv6)
		FACT_OK(netns_sysctl("net.ipv6.conf.eth0.disable_ipv6", "0", &fact_e));
	/* An entry is corrected by ARP when it is more than that old, in jiffies: else not within
	 * the jiffy in which it was made. */
	FACT_OK(netns_sysctl("net.ipv4.neigh.eth0.locktime", "-1", &fact_e));
	FACT_OK(link_add_address(c->nl, c->eth0, AF_INET, ip4, 24, &fact_e));
	FACT_OK(link_set_up(c->nl, c->eth0, true, &fact_e));
	FACT_UNTIL(c->monitor, fact_running(c->nl, c->eth0));
	if (f->ipv6)
		add_address6(c->nl, c->monitor, c->eth0, ip6);
	c->ear = wire_ear(c->eth0);
	c->socket4 = wire_talk(AF_INET);
	c->socket6 = f->ipv6 ? wire_talk(AF_INET6) : -1;
	FACT_OK(netns_enter(f->home, &fact_e));
	FACT_UNTIL(f->monitor, fact_running(f->nl, c->port) && fact_running(f->nl, f->bridge));
	return n;
}

void fact_two_clients(struct fact_lab *f, const char *bridge_mac, const char *gateway_mac)
{
	fact_bridge(f, bridge_mac);
	fact_gateway(f);
	fact_client(f, HIGH);
	fact_client(f, HIGHER);
	for (int i = 0; gateway_mac && i < 2; i++) {
		fact_set_gateway_of(f, i, AF_INET, gateway_mac, NUD_REACHABLE);
		if (f->ipv6)
			fact_set_gateway_of(f, i, AF_INET6, gateway_mac, NUD_REACHABLE);
	}
}

void fact_enter_new_namespace(struct fact_lab *f)
{
	struct err e = {{0}};
	int ns = netns_make(f->home, &e);

	ck_assert_msg(ns >= 0, "%s", e.text);
	FACT_OK(netns_enter(ns, &fact_e));
}

void fact_rules(const char *text)
{
	struct err e = {{0}};
	int in = memfd_create("rules", MFD_CLOEXEC);
	const char *argv[] = {firewall_program(), "-w", NULL};

	ck_assert_int_eq((int)write(in, text, strlen(text)), (int)strlen(text));
	lseek(in, 0, SEEK_SET);
	pid_t pid =
	    proc_start(argv, &(struct proc_options){.netns = -1, .in_fd = in, .out_fd = 2}, &e);
	ck_assert_msg(pid > 0, "%s", e.text);
	ck_assert_int_eq(proc_wait(pid, fact_deadline_ns()), 0);
	close(in);
}
