/* SPDX-License-Identifier: GPL-2.0-or-later */
/* link.c: bridges, ports, addresses and routes, by rtnetlink. */
#include "net/link.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"

static struct nl_msg *link_message(int type, int flags, int ifindex, unsigned set)
{
	struct ifinfomsg h = {.ifi_index = ifindex, .ifi_flags = set, .ifi_change = set};

	return nl_message(type, flags, &h, sizeof(h));
}

static void put_mac(struct nl_msg *msg, struct mac mac)
{
	if (!mac_is_zero(mac))
		nla_put(msg, IFLA_ADDRESS, sizeof(mac.b), mac.b);
}

/* The kernel takes a bridge's times in clock_t, USER_HZ a second, whatever HZ is. Rounded up,
 * because an ageing time of 0 is no short one: such a bridge does not learn. */
static uint32_t bridge_clock(int64_t ns)
{
	int64_t tick = NS_PER_S / sysconf(_SC_CLK_TCK);

	return (uint32_t)((ns + tick - 1) / tick);
}

int link_add_bridge(struct nl_sock *s, const struct bridge *b, struct err *e)
{
	struct nl_msg *msg =
	    link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, b->ifindex, IFF_UP);

	nla_put_string(msg, IFLA_IFNAME, b->name);
	put_mac(msg, b->mac);
	if (b->mtu)
		nla_put_u32(msg, IFLA_MTU, b->mtu);
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, "bridge");
	struct nlattr *data = nla_nest_start(msg, IFLA_INFO_DATA);
	if (b->forward_delay_real_ns)
		nla_put_u32(msg, IFLA_BR_FORWARD_DELAY, bridge_clock(b->forward_delay_real_ns));
	nla_put_u32(msg, IFLA_BR_STP_STATE, b->stp);
	nla_put_u32(msg, IFLA_BR_AGEING_TIME, bridge_clock(b->ageing_real_ns));
	if (b->floods_multicast)
		nla_put_u8(msg, IFLA_BR_MCAST_SNOOPING, 0);
	if (b->filters_vlans)
		nla_put_u8(msg, IFLA_BR_VLAN_FILTERING, 1);
	if (b->default_pvid)
		nla_put_u16(msg, IFLA_BR_VLAN_DEFAULT_PVID,
		    b->default_pvid == LINK_NO_PVID ? 0 : (uint16_t)b->default_pvid);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return nl_talk(s, msg, "add bridge", e);
}

static void put_one_queue(struct nl_msg *msg)
{
	nla_put_u32(msg, IFLA_NUM_TX_QUEUES, 1);
	nla_put_u32(msg, IFLA_NUM_RX_QUEUES, 1);
}

static void put_mtu(struct nl_msg *msg, uint32_t mtu)
{
	if (mtu)
		nla_put_u32(msg, IFLA_MTU, mtu);
}

/* What the kernel calls "Exchange full". */
static int full(int r, struct err *e)
{
	return r == -EXFULL ? err_set(e, EXFULL, "the bridge is full: it takes 1023 ports:") : r;
}

int link_add_veth(struct nl_sock *s, const struct veth *v, struct err *e)
{
	struct nl_msg *msg =
	    link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, v->up ? IFF_UP : 0);
	struct ifinfomsg none = {0};

	nla_put_string(msg, IFLA_IFNAME, v->name);
	put_mac(msg, v->mac);
	put_mtu(msg, v->mtu);
	put_one_queue(msg);
	if (v->master)
		nla_put_u32(msg, IFLA_MASTER, (uint32_t)v->master);
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO);
	nla_put_string(msg, IFLA_INFO_KIND, "veth");
	struct nlattr *data = nla_nest_start(msg, IFLA_INFO_DATA);
	struct nlattr *peer = nla_nest_start(msg, VETH_INFO_PEER);
	memcpy(nlmsg_reserve(msg, sizeof(none), NLMSG_ALIGNTO), &none, sizeof(none));
	nla_put_string(msg, IFLA_IFNAME, v->peer);
	put_mac(msg, v->peer_mac);
	put_mtu(msg, v->mtu);
	put_one_queue(msg);
	nla_put_u32(msg, IFLA_NET_NS_FD, (uint32_t)v->peer_ns);
	nla_nest_end(msg, peer);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return full(nl_talk(s, msg, "add veth", e), e);
}

int link_add_tap(const char *name, struct err *e)
{
	struct ifreq r = {.ifr_flags = IFF_TAP | IFF_NO_PI};
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "/dev/net/tun:");
	strncpy(r.ifr_name, name, sizeof(r.ifr_name) - 1);
	if (ioctl(fd, TUNSETIFF, &r)) {
		int error = errno;

		close(fd);
		return err_set(e, error, "add tap:");
	}
	return fd;
}

struct found {
	int ifindex;
	struct mac mac;
};

static int on_link(struct nlmsghdr *h, void *arg)
{
	struct found *f = arg;
	const struct ifinfomsg *i = nlmsg_data(h);

	f->ifindex = i->ifi_index;
	f->mac = nl_mac(nlmsg_find_attr(h, sizeof(*i), IFLA_ADDRESS));
	return 0;
}

static int find_link(struct nl_sock *s, const char *name, struct found *f, struct err *e)
{
	struct nl_msg *msg = link_message(RTM_GETLINK, 0, 0, 0);

	*f = (struct found){0};
	nla_put_string(msg, IFLA_IFNAME, name);
	int r = nl_ask(s, msg, on_link, f, name, e);
	return r ? r : f->ifindex ? 0 : err_set(e, ENODEV, "%s:", name);
}

int link_index(struct nl_sock *s, const char *name, struct err *e)
{
	struct ifreq r = {.ifr_ifindex = 0};

	strncpy(r.ifr_name, name, sizeof(r.ifr_name) - 1);
	if (ioctl(nl_socket_get_fd(s), SIOCGIFINDEX, &r))
		return err_set(e, errno, "%s:", name);
	return r.ifr_ifindex;
}

int link_mac(struct nl_sock *s, const char *name, struct mac *out, struct err *e)
{
	struct found f;
	int r = find_link(s, name, &f, e);

	*out = f.mac;
	return r;
}

int link_set_mac(struct nl_sock *s, int ifindex, struct mac mac, struct err *e)
{
	struct nl_msg *msg = link_message(RTM_NEWLINK, 0, ifindex, 0);

	nla_put(msg, IFLA_ADDRESS, sizeof(mac.b), mac.b);
	return nl_talk(s, msg, "set MAC", e);
}

int link_set_mtu(struct nl_sock *s, int ifindex, uint32_t mtu, struct err *e)
{
	struct nl_msg *msg = link_message(RTM_NEWLINK, 0, ifindex, 0);

	nla_put_u32(msg, IFLA_MTU, mtu);
	return nl_talk(s, msg, "set MTU", e);
}

int link_set_up(struct nl_sock *s, int ifindex, bool up, struct err *e)
{
	struct ifinfomsg h = {
	    .ifi_index = ifindex, .ifi_flags = up ? IFF_UP : 0, .ifi_change = IFF_UP};

	return nl_talk(s, nl_message(RTM_NEWLINK, 0, &h, sizeof(h)), up ? "set up" : "set down", e);
}

int link_enslave(struct nl_sock *s, int ifindex, int master, struct mac mac, bool up, struct err *e)
{
	struct nl_msg *msg = link_message(RTM_NEWLINK, 0, ifindex, up ? IFF_UP : 0);

	put_mac(msg, mac);
	nla_put_u32(msg, IFLA_MASTER, (uint32_t)master);
	return full(nl_talk(s, msg, master ? "enslave port" : "release port", e), e);
}

int link_set_master(struct nl_sock *s, int ifindex, int master, struct err *e)
{
	return link_enslave(s, ifindex, master, (struct mac){{0}}, false, e);
}

int link_set_port_flag(struct nl_sock *s, int ifindex, int flag, uint8_t value, struct err *e)
{
	struct ifinfomsg h = {.ifi_family = AF_BRIDGE, .ifi_index = ifindex};
	struct nl_msg *msg = nl_message(RTM_SETLINK, 0, &h, sizeof(h));
	struct nlattr *port = nla_nest_start(msg, IFLA_PROTINFO | NLA_F_NESTED);

	nla_put_u8(msg, flag, value);
	nla_nest_end(msg, port);
	return nl_talk(s, msg, flag == IFLA_BRPORT_STATE ? "set port state" : "set port flag", e);
}

int link_set_port_state(struct nl_sock *s, int ifindex, int state, struct err *e)
{
	return link_set_port_flag(s, ifindex, IFLA_BRPORT_STATE, (uint8_t)state, e);
}

int link_set_vlan(struct nl_sock *s, int ifindex, bool is_bridge, uint16_t vlan, struct err *e)
{
	struct ifinfomsg h = {.ifi_family = AF_BRIDGE, .ifi_index = ifindex};
	struct bridge_vlan_info info = {
	    .flags = BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED, .vid = vlan};
	struct nl_msg *msg = nl_message(RTM_SETLINK, 0, &h, sizeof(h));
	struct nlattr *spec = nla_nest_start(msg, IFLA_AF_SPEC);

	nla_put_u16(msg, IFLA_BRIDGE_FLAGS, is_bridge ? BRIDGE_FLAGS_SELF : BRIDGE_FLAGS_MASTER);
	nla_put(msg, IFLA_BRIDGE_VLAN_INFO, sizeof(info), &info);
	nla_nest_end(msg, spec);
	return nl_talk(s, msg, "set VLAN", e);
}

int link_filter_vlans(struct nl_sock *s, int bridge, struct err *e)
{
	struct nl_msg *msg = link_message(RTM_NEWLINK, 0, bridge, 0);
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO);

	nla_put_string(msg, IFLA_INFO_KIND, "bridge");
	struct nlattr *data = nla_nest_start(msg, IFLA_INFO_DATA);
	nla_put_u8(msg, IFLA_BR_VLAN_FILTERING, 1);
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return nl_talk(s, msg, "filter VLANs", e);
}

int link_delete(struct nl_sock *s, int ifindex, struct err *e)
{
	return nl_talk(s, link_message(RTM_DELLINK, 0, ifindex, 0), "delete link", e);
}

/* type: RTM_NEWADDR or RTM_DELADDR. */
static int set_address(struct nl_sock *s, int type, int ifindex, int family, const void *addr,
    int prefix, struct err *e)
{
	bool add = type == RTM_NEWADDR;
	int size = family == AF_INET6 ? 16 : 4;
	struct ifaddrmsg h = {
	    .ifa_family = (uint8_t)family,
	    .ifa_prefixlen = (uint8_t)prefix,
	    .ifa_index = (uint32_t)ifindex,
	    .ifa_flags = add && family == AF_INET6 ? IFA_F_NODAD : 0,
	};
	struct nl_msg *msg = nl_message(type, add ? NLM_F_CREATE | NLM_F_EXCL : 0, &h, sizeof(h));

	nla_put(msg, IFA_LOCAL, size, addr);
	nla_put(msg, IFA_ADDRESS, size, addr);
	return nl_talk(s, msg, add ? "add address" : "delete address", e);
}

int link_add_address(
    struct nl_sock *s, int ifindex, int family, const void *addr, int prefix, struct err *e)
{
	return set_address(s, RTM_NEWADDR, ifindex, family, addr, prefix, e);
}

int link_delete_address(
    struct nl_sock *s, int ifindex, int family, const void *addr, int prefix, struct err *e)
{
	return set_address(s, RTM_DELADDR, ifindex, family, addr, prefix, e);
}

int link_add_default_route(
    struct nl_sock *s, int family, const void *gateway, int ifindex, struct err *e)
{
	struct rtmsg h = {
	    .rtm_family = (uint8_t)family,
	    .rtm_table = RT_TABLE_MAIN,
	    .rtm_protocol = RTPROT_BOOT,
	    .rtm_scope = RT_SCOPE_UNIVERSE,
	    .rtm_type = RTN_UNICAST,
	};
	struct nl_msg *msg = nl_message(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &h, sizeof(h));

	nla_put(msg, RTA_GATEWAY, family == AF_INET6 ? 16 : 4, gateway);
	nla_put_u32(msg, RTA_OIF, (uint32_t)ifindex);
	return nl_talk(s, msg, "add default route", e);
}
