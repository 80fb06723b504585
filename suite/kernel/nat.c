/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat.c: facts of the kernel: what ends a masqueraded flow, and what does not. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/neighbour.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "lab/lab.h"
#include "net/link.h"
#include "net/netns.h"
#include "net/sysctls.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

/* Behind an uplink of the gateway: up0 with 198.51.100.1/24, up1 with 203.0.113.1/24. */
struct server {
	uint8_t own[4], router[4];
	int ns, uplink, eth0, socket;
	struct nl_sock *nl;
	struct sockaddr_in flow; /* where the client's datagrams come from, as the server sees it */
};

struct nat {
	struct fact_lab *f;
	struct server servers[2];
	int client;              /* the client's UDP socket */
	struct nl_sock *tracked; /* to ask for flows */
	int ended;               /* reports each flow that ends */
};

static struct sockaddr_in address(const uint8_t ip[4])
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(4000)};

	memcpy(&a.sin_addr, ip, 4);
	return a;
}

static void add_server(struct fact_lab *f, struct server *s, int n)
{
	static const uint8_t nets[2][4] = {{198, 51, 100}, {203, 0, 113}};
	const char *const names[2] = {"up0", "up1"};
	struct err e = {{0}};

	memcpy(s->own, nets[n], 4);
	memcpy(s->router, nets[n], 4);
	s->own[3] = 2;
	s->router[3] = 1;
	s->ns = sysctls_make_netns(f->home, &e);
	ck_assert_msg(s->ns >= 0, "%s", e.text);
	struct veth v = {.name = names[n], .peer = "eth0", .peer_ns = s->ns, .up = true};
	FACT_OK(link_add_veth(f->nl, &v, &fact_e));
	s->uplink = (int)if_nametoindex(names[n]);
	FACT_OK(link_add_address(f->nl, s->uplink, AF_INET, s->router, 24, &fact_e));
	FACT_OK(netns_enter(s->ns, &fact_e));
	s->nl = fact_nl();
	s->eth0 = (int)if_nametoindex("eth0");
	FACT_OK(link_add_address(s->nl, s->eth0, AF_INET, s->own, 24, &fact_e));
	int monitor = fact_monitor();
	FACT_OK(link_set_up(s->nl, s->eth0, true, &fact_e));
	FACT_UNTIL(monitor, fact_running(s->nl, s->eth0));
	s->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = address(s->own);
	ck_assert_int_eq(bind(s->socket, (struct sockaddr *)&a, sizeof(a)), 0);
	FACT_OK(netns_enter(f->home, &fact_e));
	FACT_UNTIL(f->monitor, fact_running(f->nl, s->uplink));
}

static void receive(int socket, struct sockaddr_in *from, const char *what)
{
	socklen_t len = sizeof(*from);
	char byte;

	ck_assert_msg(
	    clock_wait_readable(socket, fact_deadline_ns()) == 1, "a datagram was lost: %s", what);
	ck_assert_int_eq(recvfrom(socket, &byte, 1, 0, (struct sockaddr *)from, &len), 1);
}

/* The client sends to a server, which sees the gateway's address. */
static void send_query(struct nat *t, struct server *s)
{
	struct sockaddr_in to = address(s->own);

	ck_assert_int_eq(sendto(t->client, "q", 1, 0, (struct sockaddr *)&to, sizeof(to)), 1);
	receive(s->socket, &s->flow, "to the server");
	ck_assert_int_eq(memcmp(&s->flow.sin_addr, s->router, 4), 0);
}

/* The server's answer reaches the client, so the gateway still knows the flow. */
static void send_answer(struct nat *t, struct server *s)
{
	struct sockaddr_in from;

	ck_assert_int_eq(
	    sendto(s->socket, "a", 1, 0, (struct sockaddr *)&s->flow, sizeof(s->flow)), 1);
	receive(t->client, &from, "to the client");
	ck_assert_int_eq(memcmp(&from.sin_addr, s->own, 4), 0);
}

struct count {
	const uint8_t *router;
	int n;
};

static struct nlattr *inside(struct nlattr *a, int type)
{
	return a ? nla_find(nla_data(a), nla_len(a), type) : NULL;
}

static int on_flow(struct nlmsghdr *h, void *arg)
{
	struct count *c = arg;
	struct nlattr *reply = nlmsg_find_attr(h, sizeof(struct nfgenmsg), CTA_TUPLE_REPLY);
	struct nlattr *to = inside(inside(reply, CTA_TUPLE_IP), CTA_IP_V4_DST);

	c->n += to && !memcmp(nla_data(to), c->router, 4);
	return 0;
}

/* Flows that are masqueraded as the gateway's address at this uplink. */
static int flows(struct nat *t, const struct server *s)
{
	struct nfgenmsg h = {.nfgen_family = AF_INET};
	struct count c = {.router = s->router};
	struct err e = {{0}};
	int r = nl_ask(t->tracked,
	    nl_message(NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET, NLM_F_DUMP, &h, sizeof(h)),
	    on_flow, &c, "conntrack", &e);

	if (r == -EINVAL || r == -EOPNOTSUPP)
		ctest_skip("nf_conntrack_netlink", "modprobe nf_conntrack_netlink");
	ck_assert_msg(r == 0, "%s", e.text);
	return c.n;
}

static void nat_open(struct nat *t, struct fact_lab *f)
{
	struct sockaddr_nl a = {
	    .nl_family = AF_NETLINK, .nl_groups = 1U << (NFNLGRP_CONNTRACK_DESTROY - 1)};

	t->f = f;
	FACT_OK(netns_sysctl("net.ipv4.ip_forward", "1", &fact_e));
	fact_rules("*nat\n-A POSTROUTING -s 192.0.2.0/24 -j MASQUERADE\nCOMMIT\n");
	/* Before the first flow, or its end is not reported. */
	t->ended = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
	ck_assert_int_eq(bind(t->ended, (struct sockaddr *)&a, sizeof(a)), 0);
	t->tracked = fact_keep(nl_socket_alloc());
	ck_assert_int_eq(nl_connect(t->tracked, NETLINK_NETFILTER), 0);
	fact_bridge(f, NULL);
	fact_gateway(f);
	fact_client(f, HIGH);
	FACT_OK(link_add_default_route(
	    f->clients[0].nl, AF_INET, lab_gateway_ip4, f->clients[0].eth0, &fact_e));
	FACT_OK(netns_enter(f->clients[0].ns, &fact_e));
	t->client = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	FACT_OK(netns_enter(f->home, &fact_e));
	for (int i = 0; i < 2; i++) {
		add_server(f, &t->servers[i], i);
		send_query(t, &t->servers[i]);
		send_answer(t, &t->servers[i]);
		ck_assert_int_eq(flows(t, &t->servers[i]), 1);
	}
}

/* The kernel ends flows in its own time. The second uplink's flow ends by a later change, so by
 * then the first one's would have ended. */
static void assert_only_second_ends(struct nat *t)
{
	FACT_UNTIL(t->ended, flows(t, &t->servers[1]) == 0);
	ck_assert_int_eq(flows(t, &t->servers[0]), 1);
}

FACT(a_change_of_mac_ends_no_masqueraded_flow_and_down_does)
{
	struct nat t;

	nat_open(&t, f);
	fact_port(f, "low", LOW);
	FACT_BRIDGE_MAC(f, LOW);
	fact_set_mac(f, t.servers[0].uplink, "0a:00:00:00:00:77");
	fact_set_neighbour(t.servers[0].nl, t.servers[0].eth0, AF_INET, t.servers[0].router,
	    "0a:00:00:00:00:77", NUD_PERMANENT);
	fact_set_up(f, t.servers[1].uplink, false);
	assert_only_second_ends(&t);
	send_answer(&t, &t.servers[0]);
}

FACT(removing_the_uplinks_address_ends_its_masqueraded_flows)
{
	struct nat t;

	nat_open(&t, f);
	struct ifaddrmsg h = {
	    .ifa_family = AF_INET, .ifa_prefixlen = 24, .ifa_index = (uint32_t)t.servers[1].uplink};
	struct nl_msg *msg = nl_message(RTM_DELADDR, 0, &h, sizeof(h));
	nla_put(msg, IFA_LOCAL, 4, t.servers[1].router);
	FACT_OK(nl_talk(f->nl, msg, "remove address", &fact_e));
	assert_only_second_ends(&t);
	send_answer(&t, &t.servers[0]);
}

/* Flows do not leave by the bridge. */
FACT(the_bridge_down_and_up_ends_no_masqueraded_flow)
{
	struct nat t;

	nat_open(&t, f);
	fact_down_and_up(f, f->bridge);
	fact_set_up(f, t.servers[1].uplink, false);
	assert_only_second_ends(&t);
	FACT_UNTIL(f->monitor, fact_running(f->nl, f->bridge));
	send_answer(&t, &t.servers[0]);
}
