/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_ip6.c: IPv6 on the whole way of a lab. */
#include "lab/lab_ip6.h"

#include <string.h>
#include <sys/socket.h>

#include "lab/lab_names.h"
#include "net/link.h"
#include "net/netns.h"

/* A router solicits for what it forwards from its link-local address, and without one not at all
 * (ndisc_send_ns()); so does everybody who probes. It is fe80:: with the interface's number of ip6,
 * not one made of the MAC: that would not follow the MAC anyway (addrconf knows no CHANGEADDR). */
static int add_both(struct nl_sock *nl, int ifindex, const uint8_t ip6[16], struct err *e)
{
	uint8_t local[16] = {0xfe, 0x80};
	int r = link_add_address(nl, ifindex, AF_INET6, ip6, 64, e);

	memcpy(local + 8, ip6 + 8, 8);
	return r ? r : link_add_address(nl, ifindex, AF_INET6, local, 64, e);
}

/* An address, and a default route where there is a gateway, of a device of another namespace. */
static int add_ip6(struct lab *lab, int ns, struct nl_sock *nl, int ifindex, const uint8_t ip6[16],
    const uint8_t *gateway, struct err *e)
{
	int r = netns_enter(ns, e);

	if (!r)
		r = netns_sysctl("net.ipv6.conf." LAB_CLIENT_DEV ".disable_ipv6", "0", e);
	int back = netns_enter(lab->router, e);
	if (!r)
		r = back;
	if (!r)
		r = add_both(nl, ifindex, ip6, e);
	return r || !gateway ? r : link_add_default_route(nl, AF_INET6, gateway, ifindex, e);
}

/* Of a bridge whose MAC does not make it. */
static const uint8_t fixed_local[16] = {0xfe, 0x80, [15] = 1};

int lab_bridge_link_local(struct nl_sock *nl, int ifindex, struct err *e)
{
	return link_add_address(nl, ifindex, AF_INET6, fixed_local, 64, e);
}

/* Before they have an address, of which they would report the group. */
static int silence(struct lab *lab, const struct lab_spec *spec, int64_t deadline_ns, struct err *e)
{
	int r = 0;

	for (size_t i = 0; !r && i < spec->n_clients; i++) {
		lab->clients[i].silent = spec->clients[i].silent;
		if (!spec->clients[i].silent)
			continue;
		r = netns_enter(lab->clients[i].ns, e);
		if (!r)
			r = firewall_drop_mld(spec->firewall.backend, deadline_ns, e);
		int back = netns_enter(lab->router, e);
		r = r ? r : back;
	}
	return r;
}

int lab_up_ip6(struct lab *lab, const struct lab_spec *spec, int64_t deadline_ns, struct err *e)
{
	bool made = spec->gateway_ip6[0] == 0xfe;
	/* Written, it makes the address at once (addrconf_sysctl_addr_gen_mode()). */
	int r = made ? netns_sysctl("net.ipv6.conf." LAB_BRIDGE ".addr_gen_mode", "0", e)
	             : lab_bridge_link_local(lab->nl, lab->bridge, e);

	if (!r)
		r = silence(lab, spec, deadline_ns, e);
	if (!r)
		r = netns_sysctl("net.ipv6.conf." LAB_UPLINK ".disable_ipv6", "0", e);

	if (!r)
		r = add_both(lab->nl, lab->uplink, lab_uplink_ip6, e);
	if (!r)
		r = add_ip6(lab, lab->upstream, lab->nl_upstream, lab->upstream_eth0,
		    lab_upstream_ip6, lab_uplink_ip6, e);
	for (size_t i = 0; !r && i < spec->n_clients; i++)
		r = add_ip6(lab, lab->clients[i].ns, lab->clients[i].nl, lab->clients[i].eth0,
		    spec->clients[i].ip6, spec->gateway_ip6, e);
	for (size_t i = 0; i < spec->n_clients; i++)
		memcpy(lab->clients[i].ip6, spec->clients[i].ip6, 16);
	memcpy(lab->link_local, made ? spec->gateway_ip6 : fixed_local, 16);
	lab->ip6 = true;
	return r;
}
