/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab.c: the namespaces, links, NAT and dnsmasq of one case. */
#include "lab/lab.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "lab/firewall.h"
#include "lab/lab_ip6.h"
#include "lab/lab_subject.h"
#include "lab/lab_upstream.h"
#include "net/link.h"
#include "net/netns.h"
#include "net/running.h"
#include "net/sysctls.h"

#define NF_CALL "net.bridge.bridge-nf-call-iptables"
/* Until the first answer: an ARP lost before a link is active costs this. */
#define FIRST_RETRANS_MS 20

/* Has this kernel, or a container's /proc/sys, no such sysctl to write? */
static bool is_no_sysctl(int r)
{
	return r == -ENOENT || r == -EROFS || r == -EACCES || r == -EPERM;
}

static int set_if_there(const char *name, const char *value, struct err *e)
{
	int r = netns_sysctl(name, value, e);

	return is_no_sysctl(r) ? 0 : r;
}

int lab_make_bridge(struct nl_sock *nl, const struct lab_bridge *how, int ifindex, struct err *e)
{
	struct bridge b = {.name = LAB_BRIDGE,
	    .mac = how->mac,
	    .ageing_real_ns = how->ageing_real_ns,
	    .ifindex = ifindex,
	    .stp = how->stp,
	    .forward_delay_real_ns = how->forward_delay_real_ns,
	    .mtu = how->mtu,
	    .floods_multicast = how->floods_multicast,
	    .filters_vlans = how->filters_vlans,
	    .default_pvid = how->default_pvid};
	int r = link_add_bridge(nl, &b, e);
	int bridge = r ? r : link_index(nl, LAB_BRIDGE, e);

	if (bridge > 0 && how->vlan)
		r = link_set_vlan(nl, bridge, true, how->vlan, e);
	return r ? r : bridge;
}

int lab_address_bridge(struct nl_sock *nl, int ifindex, struct err *e)
{
	int r = link_add_address(nl, ifindex, AF_INET, lab_gateway_ip4, LAB_PREFIX, e);

	if (r)
		return r;
	r = netns_sysctl("net.ipv6.conf." LAB_BRIDGE ".disable_ipv6", "0", e);
	if (is_no_sysctl(r))
		return 0; /* no IPv6, or none to be had */
	return r ? r : link_add_address(nl, ifindex, AF_INET6, lab_gateway_ip6, 64, e);
}

static int up_bridge(struct lab *lab, const struct lab_spec *spec, struct err *e)
{
	int r = lab_make_bridge(lab->nl, &spec->bridge, 0, e);

	lab->bridge = r;
	lab->snoops = !spec->bridge.floods_multicast;
	return r < 0 ? r : lab_address_bridge(lab->nl, lab->bridge, e);
}

int lab_port_flags(const struct lab *lab, const struct lab_client *c, struct err *e)
{
	const struct {
		bool differs;
		int flag;
	} all[] = {
	    {c->flags.unlearned, IFLA_BRPORT_LEARNING},
	    {c->flags.isolated, IFLA_BRPORT_ISOLATED},
	    {c->flags.hairpin, IFLA_BRPORT_MODE},
	    {c->flags.suppressed, IFLA_BRPORT_NEIGH_SUPPRESS},
	};
	int r = 0;

	for (size_t i = 0; !r && i < ARRAY_SIZE(all); i++)
		if (all[i].differs)
			r = link_set_port_flag(
			    lab->nl, c->port, all[i].flag, all[i].flag != IFLA_BRPORT_LEARNING, e);
	if (!r && c->flags.vlan)
		r = link_set_vlan(lab->nl, c->port, false, c->flags.vlan, e);
	return r ? r : c->port;
}

static int up_client(
    struct lab *lab, const struct lab_client_spec *spec, struct lab_client *c, struct err *e)
{
	struct veth v = {
	    .name = spec->name,
	    .peer = LAB_CLIENT_DEV,
	    .mac = spec->port_mac,
	    .peer_mac = spec->mac,
	    .peer_ns = c->ns,
	    .master = lab->bridge,
	    .mtu = spec->mtu,
	    .up = true,
	};
	int r = link_add_veth(lab->nl, &v, e);

	if (!r)
		r = c->port = link_index(lab->nl, spec->name, e);
	c->flags = spec->flags;
	if (r > 0)
		r = lab_port_flags(lab, c, e);
	if (r > 0)
		r = c->eth0 = link_index(c->nl, LAB_CLIENT_DEV, e);
	if (r > 0)
		r = link_add_address(c->nl, c->eth0, AF_INET, spec->ip4, LAB_PREFIX, e);
	if (!r)
		r = link_set_up(c->nl, c->eth0, true, e);
	if (!r)
		r = link_add_default_route(c->nl, AF_INET, lab_gateway_ip4, c->eth0, e);
	return r;
}

static int client_namespaces(struct lab *lab, const struct lab_spec *spec, struct err *e)
{
	lab->n_clients = spec->n_clients;
	lab->clients = mem_alloc(spec->n_clients * sizeof(*lab->clients));
	for (size_t i = 0; i < spec->n_clients; i++)
		lab->clients[i].ns = -1;
	for (size_t i = 0; i < spec->n_clients; i++) {
		int r = lab->clients[i].ns = sysctls_make_netns(lab->router, e);

		if (r >= 0)
			r = nl_open_in(r, lab->router, &lab->clients[i].nl, e);
		if (r)
			return r;
	}
	return 0;
}

/* Everything paced but retrans, on every device that resolves neighbours. */
static int set_timers_of(
    struct lab *lab, int family, const struct neighbour_timers *t, struct err *e)
{
	int r = neighbour_set(lab->nl, family, lab->bridge, t, e);

	if (!r)
		r = neighbour_set(lab->nl, family, lab->uplink, t, e);
	if (!r)
		r = neighbour_set(lab->nl_upstream, family, lab->upstream_eth0, t, e);
	for (size_t i = 0; !r && i < lab->n_clients; i++)
		r = neighbour_set(lab->clients[i].nl, family, lab->clients[i].eth0, t, e);
	return r;
}

static int set_timers(struct lab *lab, double pace, struct err *e)
{
	struct neighbour_timers t;

	lab->timers = t = neighbour_paced(pace, clock_jiffy_ns());
	t.retrans = FIRST_RETRANS_MS;
	int r = set_timers_of(lab, AF_INET, &t, e);
	return r || !lab->ip6 ? r : set_timers_of(lab, AF_INET6, &t, e);
}

static int user_sysctls(struct lab *lab, const struct lab_spec *spec, struct err *e)
{
	int r = sysctls_set(spec->router_sysctls, spec->n_router_sysctls, false, e);

	for (size_t i = 0; !r && spec->n_client_sysctls && i < lab->n_clients; i++) {
		r = netns_enter(lab->clients[i].ns, e);
		if (!r)
			r = sysctls_set(spec->client_sysctls, spec->n_client_sysctls, false, e);
		int back = netns_enter(lab->router, e);
		if (!r)
			r = back;
	}
	return r;
}

/* A number of the bridge below /sys/class/net, or -1. */
static int read_number(const struct lab *lab, const char *name)
{
	char text[16] = "", path[48];

	snprintf(path, sizeof(path), "%.15s/%.20s", lab->bridge_name, name);
	int fd = lab->class_net < 0 ? -1 : openat(lab->class_net, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 ? atoi(text) : -1;
}

int lab_up(const struct lab_spec *spec, struct lab *lab, int64_t deadline_ns, struct err *e)
{
	*lab = (struct lab){.upstream = -1,
	    .class_net = -1,
	    .dnsmasq_says = -1,
	    .querier = {.ns = -1},
	    .bridge_name = LAB_BRIDGE,
	    .subject = spec->subject};
	int r = lab->router = netns_own(e);
	if (r < 0)
		return r;
	r = sysctls_set_namespace(e);
	/* Written while no link exists: with RTNL busy it takes up to 94 ms. */
	if (!r)
		r = netns_sysctl("net.ipv4.ip_forward", "1", e);
	if (!r && spec->ip6)
		r = netns_sysctl("net.ipv6.conf.all.forwarding", "1", e);
	if (!r && spec->firewall.bridged)
		r = netns_sysctl(NF_CALL, "1", e);
	else if (!r) /* else port-to-port frames would meet FORWARD; absent without br_netfilter */
		r = set_if_there(NF_CALL, "0", e);
	if (!r)
		r = lab->upstream = sysctls_make_netns(lab->router, e);
	if (r >= 0)
		r = nl_open(&lab->nl, e);
	if (!r)
		r = nl_open_in(lab->upstream, lab->router, &lab->nl_upstream, e);
	if (r)
		return r;

	bool by_subject = lab->subject.subject;
	if (by_subject)
		r = lab_subject_up(lab, deadline_ns, e);
	if (r)
		return r;

	/* The two slow ones run beside the links. */
	bool has_rules = by_subject && lab->subject.subject->own_rules;
	struct firewall_rules rules = spec->firewall;
	rules.bridge = lab->bridge_name;
	rules.uplink = LAB_UPLINK;
	rules.network = LAB_NETWORK;
	rules.ip6 = spec->ip6;
	struct firewall_load firewall;
	r = has_rules ? 0 : firewall_start(&rules, &firewall, e);
	if (r)
		return r;
	r = lab_start_upstream(lab, spec, e);
	if (r)
		return r;

	r = client_namespaces(lab, spec, e);
	if (!r)
		r = lab_up_upstream(lab, spec->upstream_mtu, e);
	if (!r && !by_subject)
		r = up_bridge(lab, spec, e);
	for (size_t i = 0; !r && i < spec->n_clients; i++)
		r = up_client(lab, &spec->clients[i], &lab->clients[i], e);
	if (!r && by_subject)
		r = lab_subject_raise_ports(lab, e);
	if (!r && spec->ip6)
		r = lab_up_ip6(lab, spec, deadline_ns, e);
	if (!r && spec->querier.there)
		r = querier_up(&lab->querier, &spec->querier, lab->nl, lab->router, lab->bridge, e);
	if (!r)
		r = user_sysctls(lab, spec, e);
	if (!r)
		r = set_timers(lab, spec->pace, e);
	if (!r && !has_rules)
		r = firewall_wait(&firewall, deadline_ns, e);
	if (!r)
		r = firewall_ip6(&rules, deadline_ns, e);
	lab->class_net = open("/sys/class/net", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!r && lab->class_net < 0 && err_is_no_room(errno))
		r = err_set(e, errno, "/sys/class/net:");
	/* Where /sys could not be mounted anew it shows another namespace, perhaps with its own
	 * br0. */
	if (lab->class_net >= 0 && read_number(lab, "ifindex") != lab->bridge) {
		close(lab->class_net);
		lab->class_net = -1;
	}
	return r;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void lab_close(struct lab *lab)
{
	nl_socket_free(lab->nl);
	nl_socket_free(lab->nl_upstream);
	for (size_t i = 0; i < lab->n_clients; i++) {
		nl_socket_free(lab->clients[i].nl);
		close_fd(lab->clients[i].ns);
	}
	free(lab->clients);
	querier_close(&lab->querier);
	close_fd(lab->router);
	close_fd(lab->upstream);
	close_fd(lab->class_net);
	close_fd(lab->dnsmasq_says);
	*lab = (struct lab){.router = -1,
	    .upstream = -1,
	    .class_net = -1,
	    .dnsmasq_says = -1,
	    .querier = {.ns = -1}};
}

int lab_pin(struct lab *lab, struct mac mac, struct err *e)
{
	int r = 0;

	if (mac_is_zero(mac))
		r = link_mac(lab->nl, lab->bridge_name, &mac, e);
	return r ? r : link_set_mac(lab->nl, lab->bridge, mac, e);
}

/* The querier asks; what the bridge must then know of: each client's group, and the gateway's. One
 * that does not snoop hears nothing. */
static int ask(struct lab *lab, int64_t deadline_ns, struct err *e)
{
	struct querier_group *groups = mem_alloc((lab->n_clients + 1) * sizeof(*groups));
	size_t n = 0;

	if (lab->snoops) {
		groups[n].port = lab->bridge;
		memcpy(groups[n++].ip6, lab_gateway_ip6, 16);
	}
	for (size_t i = 0; lab->snoops && lab->ip6 && i < lab->n_clients; i++) {
		if (lab->clients[i].silent)
			continue;
		groups[n].port = lab->clients[i].port;
		memcpy(groups[n++].ip6, lab->clients[i].ip6, 16);
	}
	int r = querier_ask(&lab->querier, lab->nl, lab->bridge, groups, n, deadline_ns, e);

	free(groups);
	return r;
}

int lab_wait_ready(struct lab *lab, int64_t deadline_ns, struct err *e)
{
	int r = link_wait_running(lab->router, lab->router, lab->nl, lab->uplink, deadline_ns, e);

	if (!r)
		r = link_wait_running(
		    lab->router, lab->router, lab->nl, lab->bridge, deadline_ns, e);
	if (!r)
		r = link_wait_running(lab->upstream, lab->router, lab->nl_upstream,
		    lab->upstream_eth0, deadline_ns, e);
	for (size_t i = 0; !r && i < lab->n_clients; i++) {
		struct lab_client *c = &lab->clients[i];

		r = link_wait_running(lab->router, lab->router, lab->nl, c->port, deadline_ns, e);
		if (!r)
			r = link_wait_running(c->ns, lab->router, c->nl, c->eth0, deadline_ns, e);
	}
	if (!r)
		r = lab_wait_upstream(lab, deadline_ns, e);
	return r || lab->querier.ns < 0 ? r : ask(lab, deadline_ns, e);
}

static int arm_timers_of(struct lab *lab, int family, struct err *e)
{
	uint64_t ms = lab->timers.retrans;
	int r = neighbour_set_retrans(lab->nl, family, lab->bridge, ms, e);

	if (!r)
		r = neighbour_set_retrans(lab->nl, family, lab->uplink, ms, e);
	if (!r)
		r = neighbour_set_retrans(lab->nl_upstream, family, lab->upstream_eth0, ms, e);
	for (size_t i = 0; !r && i < lab->n_clients; i++)
		r = neighbour_set_retrans(lab->clients[i].nl, family, lab->clients[i].eth0, ms, e);
	return r;
}

int lab_arm_timers(struct lab *lab, struct err *e)
{
	int r = arm_timers_of(lab, AF_INET, e);

	return r || !lab->ip6 ? r : arm_timers_of(lab, AF_INET6, e);
}

uint8_t lab_assign_type(const struct lab *lab)
{
	int n = read_number(lab, "addr_assign_type");

	return n < 0 ? 255 : (uint8_t)n;
}
