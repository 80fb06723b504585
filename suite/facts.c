/* facts.c: a small lab in the test's own sandbox, in which the kernel is asked one question. */
#include "suite/facts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/firewall.h"
#include "lab/lab.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "lab/quiet.h"
#include "suite/ctest.h"
#include "suite/data.h"
#include "suite/facts_wire.h"

#define DEADLINE_NS (30 * NS_PER_S) /* of a whole test; a hang ends in a failure */

const uint8_t fact_gateway4[4] = {192, 0, 2, 1};
const uint8_t fact_gateway6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};

static int64_t deadline_ns;

int64_t fact_deadline_ns(void)
{
	return deadline_ns;
}

struct mac fact_mac(const char *text)
{
	struct mac m;

	ck_assert_msg(mac_parse(text, &m) == 0, "%s is no MAC", text);
	return m;
}

int fact_monitor(void)
{
	struct sockaddr_nl a = {.nl_family = AF_NETLINK,
	    .nl_groups = RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR |
	                 RTMGRP_IPV6_ROUTE};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

void fact_wait(int monitor, const char *what, const char *file, int line)
{
	char text[32768];

	ck_assert_msg(clock_wait_readable(monitor, deadline_ns) == 1, "%s:%d: never came true: %s",
	    file, line, what);
	/* What is told does not matter, and may be lost: whoever waits looks for itself. */
	while (recv(monitor, text, sizeof(text), 0) > 0)
		;
}

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
	deadline_ns = clock_now_ns() + DEADLINE_NS;
	one_cpu();
	ck_assert_msg(quiet_namespace(&e) == 0, "%s", e.text);
	/* Absent without br_netfilter. */
	netns_sysctl("net.bridge.bridge-nf-call-iptables", "0", NULL);
	f->home = netns_own(&e);
	ck_assert_msg(f->home >= 0 && nl_open(&f->nl, &e) == 0, "%s", e.text);
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

static int on_route(struct nlmsghdr *h, void *arg)
{
	const struct rtmsg *r = nlmsg_data(h);

	*(int *)arg = r->rtm_type;
	return 0;
}

static bool is_local(struct nl_sock *nl, const uint8_t ip6[16])
{
	struct rtmsg h = {.rtm_family = AF_INET6, .rtm_dst_len = 128};
	struct nl_msg *msg = nl_message(RTM_GETROUTE, 0, &h, sizeof(h));
	int type = RTN_UNSPEC;

	nla_put(msg, RTA_DST, 16, ip6);
	/* Without a route it is refused. */
	return nl_ask(nl, msg, on_route, &type, "route", NULL) == 0 && type == RTN_LOCAL;
}

/* A new address is taken for the host's own when a work of the kernel's has made its route
 * (addrconf_dad_work()), with duplicate detection or without. */
static void add_address6(struct nl_sock *nl, int monitor, int ifindex, const uint8_t ip6[16])
{
	FACT_OK(link_add_address(nl, ifindex, AF_INET6, ip6, 64, &fact_e));
	FACT_UNTIL(monitor, is_local(nl, ip6));
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

static bool running(struct nl_sock *nl, int ifindex)
{
	return (fact_link(nl, ifindex).flags & IFF_RUNNING) != 0;
}

int fact_live_port(struct fact_lab *f, const char *name, const char *mac)
{
	char peer[IF_NAMESIZE];
	int port = fact_port(f, name, mac);

	snprintf(peer, sizeof(peer), "%.14sp", name);
	FACT_OK(link_set_up(f->nl, (int)if_nametoindex(peer), true, &fact_e));
	FACT_UNTIL(f->monitor,
	    running(f->nl, port) && fact_link(f->nl, port).state == BR_STATE_FORWARDING);
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
	c->ns = quiet_make(f->home, &e);
	ck_assert_msg(c->ns >= 0, "%s", e.text);
	c->port = add_port(f, c->name, port_mac, c->ns, LAB_CLIENT_DEV);
	FACT_OK(netns_enter(c->ns, &fact_e));
	FACT_OK(nl_open(&c->nl, &fact_e));
	c->monitor = fact_monitor();
	c->eth0 = (int)if_nametoindex(LAB_CLIENT_DEV);
	if (f->ipv6)
		FACT_OK(netns_sysctl("net.ipv6.conf.eth0.disable_ipv6", "0", &fact_e));
	/* Else an entry that has just been made is not corrected by ARP for a second. */
	FACT_OK(netns_sysctl("net.ipv4.neigh.eth0.locktime", "0", &fact_e));
	FACT_OK(link_add_address(c->nl, c->eth0, AF_INET, ip4, 24, &fact_e));
	FACT_OK(link_set_up(c->nl, c->eth0, true, &fact_e));
	FACT_UNTIL(c->monitor, running(c->nl, c->eth0));
	if (f->ipv6)
		add_address6(c->nl, c->monitor, c->eth0, ip6);
	c->ear = wire_ear(c->eth0);
	c->socket4 = wire_talk(AF_INET);
	c->socket6 = f->ipv6 ? wire_talk(AF_INET6) : -1;
	FACT_OK(netns_enter(f->home, &fact_e));
	FACT_UNTIL(f->monitor, running(f->nl, c->port) && running(f->nl, f->bridge));
	return n;
}

static int on_link(struct nlmsghdr *h, void *arg)
{
	const struct ifinfomsg *i = nlmsg_data(h);
	struct fact_link *out = arg;
	struct nlattr *a;

	out->flags = i->ifi_flags;
	if ((a = nlmsg_find_attr(h, sizeof(*i), IFLA_ADDRESS)) && nla_len(a) == 6)
		memcpy(out->mac.b, nla_data(a), 6);
	if ((a = nlmsg_find_attr(h, sizeof(*i), IFLA_MTU)))
		out->mtu = nla_get_u32(a);
	if ((a = nlmsg_find_attr(h, sizeof(*i), IFLA_CARRIER)))
		out->carrier = nla_get_u8(a) != 0;
	struct nlattr *info = nlmsg_find_attr(h, sizeof(*i), IFLA_LINKINFO);
	struct nlattr *slave =
	    info ? nla_find(nla_data(info), nla_len(info), IFLA_INFO_SLAVE_DATA) : NULL;
	struct nlattr *own = info ? nla_find(nla_data(info), nla_len(info), IFLA_INFO_DATA) : NULL;
	if (own && (a = nla_find(nla_data(own), nla_len(own), IFLA_BR_FORWARD_DELAY)) &&
	    nla_len(a) == 4)
		out->forward_delay = nla_get_u32(a);
	if (slave && (a = nla_find(nla_data(slave), nla_len(slave), IFLA_BRPORT_STATE)))
		out->state = nla_get_u8(a);
	return 0;
}

struct fact_link fact_link(struct nl_sock *nl, int ifindex)
{
	struct ifinfomsg h = {.ifi_index = ifindex};
	struct fact_link out = {.state = -1};

	FACT_OK(
	    nl_ask(nl, nl_message(RTM_GETLINK, 0, &h, sizeof(h)), on_link, &out, "link", &fact_e));
	return out;
}

void fact_assert_mac(struct fact_lab *f, const char *want, const char *file, int line)
{
	char text[MAC_TEXT];

	mac_text(fact_link(f->nl, f->bridge).mac, text);
	ck_assert_msg(
	    !strcmp(text, want), "%s:%d: br0 has %s, expected %s", file, line, text, want);
}

static int sysfs_number(const char *name)
{
	char *path = mem_printf("/sys/class/net/" LAB_BRIDGE "/%s", name);
	struct buf text = {0};
	int n = data_read(path, 64, &text, NULL) ? -1 : atoi(text.s);

	buf_free(&text);
	free(path);
	return n;
}

int fact_assign_type(const struct fact_lab *f)
{
	/* Where it cannot be mounted anew it shows another namespace. */
	if (sysfs_number("ifindex") != f->bridge)
		ctest_skip("/sys of the sandbox", "in a container: --privileged");
	return sysfs_number("addr_assign_type");
}

struct fdb_question {
	struct mac mac;
	int bridge, ifindex;
	bool local;
};

static int on_fdb(struct nlmsghdr *h, void *arg)
{
	struct fdb_question *q = arg;
	const struct ndmsg *d = nlmsg_data(h);
	struct nlattr *mac = nlmsg_find_attr(h, sizeof(*d), NDA_LLADDR);
	struct nlattr *master = nlmsg_find_attr(h, sizeof(*d), NDA_MASTER);
	int owner = master ? (int)nla_get_u32(master) : d->ndm_ifindex;

	if (owner != q->bridge || (d->ndm_flags & NTF_SELF && d->ndm_ifindex != q->bridge) ||
	    !mac || nla_len(mac) != 6 || memcmp(nla_data(mac), q->mac.b, 6))
		return 0;
	q->ifindex = d->ndm_ifindex;
	q->local = (d->ndm_state & NUD_PERMANENT) != 0;
	return 0;
}

int fact_fdb(struct fact_lab *f, struct mac mac, bool *local)
{
	struct ndmsg h = {.ndm_family = AF_BRIDGE};
	struct fdb_question q = {.mac = mac, .bridge = f->bridge};

	FACT_OK(nl_ask(f->nl, nl_message(RTM_GETNEIGH, NLM_F_DUMP, &h, sizeof(h)), on_fdb, &q,
	    "FDB", &fact_e));
	if (local)
		*local = q.local;
	return q.ifindex;
}

struct neighbour_question {
	struct fact_neighbour *out;
	const void *ip;
	int ifindex, family;
};

static int on_neighbour(struct nlmsghdr *h, void *arg)
{
	struct neighbour_question *q = arg;
	const struct ndmsg *d = nlmsg_data(h);
	struct nlattr *ip = nlmsg_find_attr(h, sizeof(*d), NDA_DST);
	struct nlattr *mac = nlmsg_find_attr(h, sizeof(*d), NDA_LLADDR);

	if (d->ndm_ifindex != q->ifindex || d->ndm_family != q->family || !ip ||
	    memcmp(nla_data(ip), q->ip, (size_t)nla_len(ip)))
		return 0;
	q->out->there = true;
	q->out->state = d->ndm_state;
	if (mac && nla_len(mac) == 6)
		memcpy(q->out->mac.b, nla_data(mac), 6);
	return 0;
}

struct fact_neighbour fact_neighbour(struct nl_sock *nl, int ifindex, int family, const void *ip)
{
	struct ndmsg h = {.ndm_family = (uint8_t)family};
	struct fact_neighbour out = {0};
	struct neighbour_question q = {&out, ip, ifindex, family};

	FACT_OK(nl_ask(nl, nl_message(RTM_GETNEIGH, NLM_F_DUMP, &h, sizeof(h)), on_neighbour, &q,
	    "neighbours", &fact_e));
	return out;
}

void fact_set_neighbour(
    struct nl_sock *nl, int ifindex, int family, const void *ip, const char *mac, int state)
{
	struct ndmsg h = {
	    .ndm_family = (uint8_t)family, .ndm_ifindex = ifindex, .ndm_state = (uint16_t)state};
	struct nl_msg *msg =
	    mac ? nl_message(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, &h, sizeof(h))
	        : nl_message(RTM_DELNEIGH, 0, &h, sizeof(h));

	nla_put(msg, NDA_DST, family == AF_INET ? 4 : 16, ip);
	if (mac)
		nla_put(msg, NDA_LLADDR, 6, fact_mac(mac).b);
	FACT_OK(nl_talk(nl, msg, "neighbour", &fact_e));
}

static const void *gateway_ip(int family)
{
	return family == AF_INET ? (const void *)fact_gateway4 : fact_gateway6;
}

struct fact_neighbour fact_gateway_of(struct fact_lab *f, int n, int family)
{
	return fact_neighbour(f->clients[n].nl, f->clients[n].eth0, family, gateway_ip(family));
}

void fact_set_gateway_of(struct fact_lab *f, int n, int family, const char *mac, int state)
{
	fact_set_neighbour(
	    f->clients[n].nl, f->clients[n].eth0, family, gateway_ip(family), mac, state);
}

void fact_until_gateway_of(struct fact_lab *f, int n, int family, const char *mac)
{
	struct mac want = fact_mac(mac);

	FACT_UNTIL(f->clients[n].monitor, !mac_cmp(fact_gateway_of(f, n, family).mac, want));
}

static int on_address(struct nlmsghdr *h, void *arg)
{
	struct neighbour_question *q = arg;
	const struct ifaddrmsg *a = nlmsg_data(h);
	struct nlattr *ip = nlmsg_find_attr(h, sizeof(*a), IFA_ADDRESS);

	if ((int)a->ifa_index == q->ifindex && a->ifa_family == q->family && ip &&
	    !memcmp(nla_data(ip), q->ip, (size_t)nla_len(ip)))
		q->out->there = true;
	return 0;
}

bool fact_has_address(struct nl_sock *nl, int ifindex, int family, const void *ip)
{
	struct ifaddrmsg h = {.ifa_family = (uint8_t)family};
	struct fact_neighbour out = {0};
	struct neighbour_question q = {&out, ip, ifindex, family};

	FACT_OK(nl_ask(nl, nl_message(RTM_GETADDR, NLM_F_DUMP, &h, sizeof(h)), on_address, &q,
	    "addresses", &fact_e));
	return out.there;
}

void fact_set_mtu(struct nl_sock *nl, int ifindex, unsigned mtu)
{
	struct ifinfomsg h = {.ifi_index = ifindex};
	struct nl_msg *msg = nl_message(RTM_NEWLINK, 0, &h, sizeof(h));

	nla_put_u32(msg, IFLA_MTU, mtu);
	FACT_OK(nl_talk(nl, msg, "set MTU", &fact_e));
}

int fact_set_bridge(struct fact_lab *f, int attribute, uint32_t value)
{
	struct ifinfomsg h = {.ifi_index = f->bridge};
	struct nl_msg *msg = nl_message(RTM_NEWLINK, 0, &h, sizeof(h));
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO);

	nla_put_string(msg, IFLA_INFO_KIND, "bridge");
	struct nlattr *data = nla_nest_start(msg, IFLA_INFO_DATA);
	nla_put_u32(msg, attribute, value);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return nl_talk(f->nl, msg, "set bridge", NULL);
}

unsigned fact_forward_delay(struct fact_lab *f)
{
	return fact_link(f->nl, f->bridge).forward_delay;
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
	ck_assert_msg(firewall_wait(pid, deadline_ns, &e) == 0, "%s", e.text);
	close(in);
}

int fact_mac_changes(struct fact_lab *f, int monitor, struct mac before)
{
	char text[32768] __attribute__((aligned(8)));
	int changes = 0, n;

	while ((n = (int)recv(monitor, text, sizeof(text), 0)) > 0)
		for (struct nlmsghdr *h = (void *)text; nlmsg_ok(h, n); h = nlmsg_next(h, &n)) {
			const struct ifinfomsg *i = nlmsg_data(h);
			struct nlattr *a;

			if (h->nlmsg_type != RTM_NEWLINK || i->ifi_index != f->bridge ||
			    !(a = nlmsg_find_attr(h, sizeof(*i), IFLA_ADDRESS)))
				continue;
			changes += memcmp(nla_data(a), before.b, 6) != 0;
			memcpy(before.b, nla_data(a), 6);
		}
	ck_assert_msg(errno == EAGAIN, "the monitor lost messages");
	return changes;
}
