/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctls.c: sysctls of the lab's namespaces: none is inherited from the host. */
#include "net/sysctls.h"

#include <errno.h>
#include <unistd.h>

#include "base/macros.h"
#include "net/netns.h"

/* New namespaces take these from the host; the lab says each one that matters. */
static const struct lab_sysctl base_sysctls[] = {
    {"net.ipv4.icmp_ratelimit", "0"},
    {"net.ipv4.conf.all.rp_filter", "0"},
    {"net.ipv4.conf.default.rp_filter", "0"},
    {"net.ipv4.conf.all.arp_notify", "0"},
    {"net.ipv4.conf.default.arp_notify", "0"},
    {"net.ipv4.conf.all.arp_accept", "0"},
    {"net.ipv4.conf.default.arp_accept", "0"},
    {"net.ipv4.conf.all.arp_announce", "0"},
    {"net.ipv4.conf.default.arp_announce", "0"},
    {"net.ipv4.conf.all.arp_ignore", "0"},
    {"net.ipv4.conf.default.arp_ignore", "0"},
    {"net.ipv4.conf.all.arp_filter", "0"},
    {"net.ipv4.conf.default.arp_filter", "0"},
    {"net.ipv4.conf.all.proxy_arp", "0"},
    {"net.ipv4.conf.default.proxy_arp", "0"},
    {"net.ipv4.conf.all.drop_gratuitous_arp", "0"},
    {"net.ipv4.conf.default.drop_gratuitous_arp", "0"},
    {"net.ipv4.conf.all.ignore_routes_with_linkdown", "0"},
    {"net.ipv4.conf.default.ignore_routes_with_linkdown", "0"},
    {"net.ipv4.conf.all.send_redirects", "0"},
    {"net.ipv4.conf.default.send_redirects", "0"},
};

/* Without IPv6 in the kernel there is nothing to silence. */
static const struct lab_sysctl ipv6_sysctls[] = {
    {"net.ipv6.conf.default.disable_ipv6", "1"},
    {"net.ipv6.conf.default.addr_gen_mode", "1"},
    {"net.ipv6.conf.default.accept_dad", "0"},
    {"net.ipv6.conf.all.accept_ra", "0"},
    {"net.ipv6.conf.default.accept_ra", "0"},
    {"net.ipv6.conf.default.router_solicitations", "0"},
    {"net.ipv6.conf.all.accept_redirects", "0"},
    {"net.ipv6.conf.default.accept_redirects", "0"},
    {"net.ipv6.conf.all.ndisc_notify", "0"},
    {"net.ipv6.conf.default.ndisc_notify", "0"},
    {"net.ipv6.icmp.ratelimit", "0"},
};

int sysctls_set(const struct lab_sysctl *s, size_t n, bool may_miss, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		int r = netns_sysctl(s[i].name, s[i].value, e);

		if (r && !(may_miss && r == -ENOENT))
			return r;
	}
	return 0;
}

#define SET(list, may_miss, e) sysctls_set((list), ARRAY_SIZE(list), (may_miss), (e))

/* In the caller's namespace, before it has links. */
int sysctls_set_namespace(struct err *e)
{
	int r = SET(base_sysctls, true, e);

	return r ? r : SET(ipv6_sysctls, true, e);
}

int sysctls_make_netns(int home, struct err *e)
{
	int ns = netns_make(home, e);
	int r = ns < 0 ? ns : netns_enter(ns, e);

	if (!r)
		r = sysctls_set_namespace(e);
	if (ns >= 0) {
		int back = netns_enter(home, e);

		if (r || back)
			close(ns);
		if (back)
			r = back;
	}
	return r ? r : ns;
}
