/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts_ask.c: what the lab of facts.h asks the kernel: links, FDB, neighbours, addresses. */
#include "suite/kernel/facts_ask.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/data.h"
#include "base/mem.h"
#include "lab/lab.h"
#include "net/link.h"
#include "net/netns.h"
#include "test/kit/ctest.h"

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

bool fact_running(struct nl_sock *nl, int ifindex)
{
	return (fact_link(nl, ifindex).flags & IFF_RUNNING) != 0;
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
	/* Where /sys cannot be mounted anew, it shows another namespace. */
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

bool fact_knows(struct fact_lab *f, int n, int family, const char *mac)
{
	return !mac_cmp(fact_gateway_of(f, n, family).mac, fact_mac(mac));
}

void fact_until_gateway_of(struct fact_lab *f, int n, int family, const char *mac)
{
	FACT_UNTIL(f->clients[n].monitor, fact_knows(f, n, family, mac));
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

bool fact_has_gateway(struct fact_lab *f, int family)
{
	return fact_has_address(f->nl, f->bridge, family, gateway_ip(family));
}

int fact_number_in(const char *path)
{
	struct buf text = {0};

	FACT_OK(data_read(path, 64, &text, &fact_e));
	int n = atoi(text.s);
	buf_free(&text);
	return n;
}

void fact_set_mac(struct fact_lab *f, int ifindex, const char *mac)
{
	FACT_OK(link_set_mac(f->nl, ifindex, fact_mac(mac), &fact_e));
}

void fact_set_up(struct fact_lab *f, int ifindex, bool up)
{
	FACT_OK(link_set_up(f->nl, ifindex, up, &fact_e));
}

void fact_down_and_up(struct fact_lab *f, int ifindex)
{
	fact_set_up(f, ifindex, false);
	fact_set_up(f, ifindex, true);
}

void fact_enslave(struct fact_lab *f, int port)
{
	FACT_OK(link_set_master(f->nl, port, f->bridge, &fact_e));
}

void fact_release(struct fact_lab *f, int port)
{
	FACT_OK(link_set_master(f->nl, port, 0, &fact_e));
}

void fact_delete(struct fact_lab *f, int ifindex)
{
	FACT_OK(link_delete(f->nl, ifindex, &fact_e));
}

void fact_client_sysctl(struct fact_lab *f, int n, const char *name, const char *value)
{
	FACT_OK(netns_enter(f->clients[n].ns, &fact_e));
	FACT_OK(netns_sysctl(name, value, &fact_e));
	FACT_OK(netns_enter(f->home, &fact_e));
}

const char *fact_client_mac(struct fact_lab *f, int n, char text[MAC_TEXT])
{
	return mac_text(fact_link(f->clients[n].nl, f->clients[n].eth0).mac, text);
}

void fact_set_mtu(struct fact_lab *f, int ifindex, unsigned mtu)
{
	struct ifinfomsg h = {.ifi_index = ifindex};
	struct nl_msg *msg = nl_message(RTM_NEWLINK, 0, &h, sizeof(h));

	nla_put_u32(msg, IFLA_MTU, mtu);
	FACT_OK(nl_talk(f->nl, msg, "set MTU", &fact_e));
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

int fact_mac_changes(struct fact_lab *f, int monitor, const char *before)
{
	struct mac last = fact_mac(before);
	char text[32768] __attribute__((aligned(8)));
	int changes = 0, n;

	while ((n = (int)recv(monitor, text, sizeof(text), 0)) > 0)
		for (struct nlmsghdr *h = (void *)text; nlmsg_ok(h, n); h = nlmsg_next(h, &n)) {
			const struct ifinfomsg *i = nlmsg_data(h);
			struct nlattr *a;

			if (h->nlmsg_type != RTM_NEWLINK || i->ifi_index != f->bridge ||
			    !(a = nlmsg_find_attr(h, sizeof(*i), IFLA_ADDRESS)))
				continue;
			changes += memcmp(nla_data(a), last.b, 6) != 0;
			memcpy(last.b, nla_data(a), 6);
		}
	ck_assert_msg(errno == EAGAIN, "the monitor lost messages");
	return changes;
}

static int on_route(struct nlmsghdr *h, void *arg)
{
	const struct rtmsg *r = nlmsg_data(h);

	*(int *)arg = r->rtm_type;
	return 0;
}

int fact_route_type(struct nl_sock *nl, int family, const void *ip)
{
	int size = family == AF_INET6 ? 16 : 4, type = -1;
	struct rtmsg h = {
	    .rtm_family = (unsigned char)family, .rtm_dst_len = (unsigned char)(8 * size)};
	struct nl_msg *msg = nl_message(RTM_GETROUTE, 0, &h, sizeof(h));

	nla_put(msg, RTA_DST, size, ip);
	return nl_ask(nl, msg, on_route, &type, "route", NULL) ? -1 : type;
}
