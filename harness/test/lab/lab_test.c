/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_test.c: tests of the lab room, each in a fresh sandbox. */
#include "test/kit/ctest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/macros.h"
#include "base/units.h"
#include "lab/dns.h"
#include "lab/lab.h"
#include "lab/upstream.h"
#include "net/link.h"
#include "net/neighbour.h"
#include "net/netns.h"
#include "net/netns_cleanup.h"
#include "net/rtnl_idle.h"
#include "net/sandbox.h"
#include "play/change.h"

static struct mac mac_of(const char *text)
{
	struct mac m;

	ck_assert_int_eq(mac_parse(text, &m), 0);
	return m;
}

#define OK(call, e) ck_assert_msg((call) == 0, "%s: %s", #call, (e).text)

static struct nl_sock *own_nl(void)
{
	struct nl_sock *nl;
	struct err e = {{0}};

	OK(nl_open(&nl, &e), e);
	return nl;
}

static int add_bridge(struct nl_sock *nl)
{
	struct bridge b = {.name = LAB_BRIDGE, .ageing_real_ns = 300 * NS_PER_S};
	struct err e = {{0}};

	OK(link_add_bridge(nl, &b, &e), e);
	int i = link_index(nl, LAB_BRIDGE, &e);
	ck_assert_msg(i > 0, "%s", e.text);
	return i;
}

static void assert_bridge_mac(struct nl_sock *nl, const char *want)
{
	struct err e = {{0}};
	char text[MAC_TEXT];
	struct mac m;

	OK(link_mac(nl, LAB_BRIDGE, &m, &e), e);
	ck_assert_str_eq(mac_text(m, text), want);
}

CTEST("lab", CTEST_SANDBOX, NULL, a_sandbox_starts_with_nothing_but_lo)
{
	struct if_nameindex *links = if_nameindex();

	ck_assert_ptr_nonnull(links);
	ck_assert_str_eq(links[0].if_name, "lo");
	ck_assert_int_eq((int)links[1].if_index, 0);
	if_freenameindex(links);
	ck_assert_int_eq(getpid(), 1);
}

CTEST("lab", CTEST_SANDBOX, NULL, a_netlink_error_says_what_the_kernel_said)
{
	struct err e = {{0}};
	struct nl_sock *nl = own_nl();

	ck_assert_int_eq(link_index(nl, "nothere", &e), -ENODEV);
	ck_assert_ptr_nonnull(strstr(e.text, "No such device"));
	add_bridge(nl);
	struct bridge twin = {.name = LAB_BRIDGE, .ageing_real_ns = NS_PER_S};
	ck_assert_int_eq(link_add_bridge(nl, &twin, &e), -EEXIST);
	nl_socket_free(nl);
}

/* What is set is what the kernel holds, at every pace that is used. */
CTEST("lab", CTEST_SANDBOX, NULL, neighbour_timers_are_what_was_set)
{
	static const double paces[] = {1, 5, 10, 20, 50};
	struct err e = {{0}};
	struct nl_sock *nl = own_nl();

	int bridge = add_bridge(nl);
	for (unsigned i = 0; i < ARRAY_SIZE(paces); i++) {
		struct neighbour_timers want = neighbour_paced(paces[i], clock_jiffy_ns()), got;
		double jiffy = (double)clock_jiffy_ns() / NS_PER_MS;

		OK(neighbour_set(nl, AF_INET, bridge, &want, &e), e);
		OK(neighbour_get(nl, AF_INET, bridge, &got, &e), e);
		ck_assert_int_eq((long)got.base_reachable, (long)want.base_reachable);
		/* Stages are kept in jiffies. */
		ck_assert_double_eq_tol(got.delay_probe, want.delay_probe, jiffy);
		ck_assert_double_eq_tol(got.retrans, want.retrans, jiffy);
		ck_assert_double_eq_tol(got.locktime, want.locktime, jiffy);
		ck_assert_uint_eq(got.ucast_probes, want.ucast_probes);
		ck_assert_uint_eq(got.mcast_probes, want.mcast_probes);
		ck_assert_double_eq_tol(
		    got.reachable, want.base_reachable, 0.015 * (double)want.base_reachable + 2);
	}
	nl_socket_free(nl);
}

CTEST("lab", CTEST_SANDBOX, NULL, a_short_retrans_does_not_draw_reachable_anew)
{
	struct neighbour_timers want = neighbour_paced(20, clock_jiffy_ns()), before, after;
	struct err e = {{0}};
	struct nl_sock *nl = own_nl();

	int bridge = add_bridge(nl);
	OK(neighbour_set(nl, AF_INET, bridge, &want, &e), e);
	OK(neighbour_get(nl, AF_INET, bridge, &before, &e), e);
	OK(neighbour_set_retrans(nl, AF_INET, bridge, 20, &e), e);
	OK(neighbour_get(nl, AF_INET, bridge, &after, &e), e);
	ck_assert_int_eq((long)before.reachable, (long)after.reachable);
	ck_assert_int_eq((long)after.retrans, 20);
	nl_socket_free(nl);
}

static int on_bridge(struct nlmsghdr *h, void *arg)
{
	struct nlattr *a = nlmsg_find_attr(h, sizeof(struct ifinfomsg), IFLA_LINKINFO);

	a = a ? nla_find(nla_data(a), nla_len(a), IFLA_INFO_DATA) : NULL;
	*(uint32_t *)arg =
	    nl_u32(a ? nla_find(nla_data(a), nla_len(a), IFLA_BR_AGEING_TIME) : NULL);
	return 0;
}

/* In clock_t, 1/100 s. */
static uint32_t ageing_time(struct nl_sock *nl, int bridge)
{
	struct ifinfomsg h = {.ifi_index = bridge};
	struct err e = {{0}};
	uint32_t out = 0;

	OK(nl_ask(nl, nl_message(RTM_GETLINK, 0, &h, sizeof(h)), on_bridge, &out, "bridge", &e), e);
	return out;
}

#define DELAY_NS (30 * NS_PER_MS)

/* Builds a lab with one client; what became of it. */
static int stand_with(struct lab *lab, struct lab_spec spec, int64_t deadline, struct err *e)
{
	struct lab_client_spec client = {.name = "c1",
	    .ip4 = {192, 0, 2, 11},
	    .port_mac = mac_of("fe:00:00:00:00:01"),
	    .mtu = spec.upstream_mtu};
	const struct scenario_case c = {.ageing_ns = 10 * NS_PER_S};
	const struct schedule schedule = {.pace = 20};

	spec.pace = schedule.pace;
	spec.bridge = change_new_bridge(&c, &schedule);
	spec.clients = &client;
	spec.n_clients = 1;
	OK(lab_up(&spec, lab, deadline, e), *e);
	return lab_wait_ready(lab, deadline, e);
}

static int stand(struct lab *lab, const char *conf, int64_t deadline, struct err *e)
{
	return stand_with(lab, (struct lab_spec){.dnsmasq_conf = conf}, deadline, e);
}

#define DNSMASQ_CONF SB_SOURCE_DIR "/fixtures/dnsmasq.conf"

CTEST("lab", CTEST_SANDBOX, NULL, a_whole_lab_stands_and_answers)
{
	int64_t deadline = clock_now_ns() + 60 * NS_PER_S;
	struct err e = {{0}};
	struct lab lab;

	OK(stand(&lab, DNSMASQ_CONF, deadline, &e), e);
	/* The client's own way: over the bridge, through NAT and FORWARD. */
	OK(netns_enter(lab.clients[0].ns, &e), e);
	OK(upstream_wait(lab.dnsmasq, lab.dnsmasq_says, lab_upstream_ip4, DNS_PORT, deadline, &e),
	    e);
	OK(netns_enter(lab.router, &e), e);
	ck_assert_int_eq(lab_assign_type(&lab), 1);
	ck_assert_uint_eq(ageing_time(lab.nl, lab.bridge), 50); /* 10 s, paced */
	OK(lab_pin(&lab, (struct mac){{0}}, &e), e);
	ck_assert_int_eq(lab_assign_type(&lab), 3);
	assert_bridge_mac(lab.nl, "fe:00:00:00:00:01");
	OK(lab_arm_timers(&lab, &e), e);
	lab_close(&lab);
}

static void assert_mtu(const char *name, int mtu)
{
	struct ifreq r = {.ifr_mtu = 0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	strcpy(r.ifr_name, name);
	ck_assert_int_eq(ioctl(fd, SIOCGIFMTU, &r), 0);
	ck_assert_int_eq(r.ifr_mtu, mtu);
	close(fd);
}

static int ask(uint16_t id)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(DNS_PORT)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint8_t query[DNS_QUERY_MAX];
	int len = dns_query(0, id, id, query);

	memcpy(&to.sin_addr, lab_upstream_ip4, 4);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(sendto(fd, query, (size_t)len, 0, (void *)&to, sizeof(to)), len);
	return fd;
}

static void assert_answer(int fd, uint16_t id)
{
	uint8_t packet[DNS_MESSAGE_MAX], rcode;
	ssize_t n = recv(fd, packet, sizeof(packet), 0);

	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(dns_reply(packet, (size_t)n, id, upstream_answer_ip4, &rcode), DNS_RIGHT);
	close(fd);
}

/* Each for itself, not one after the other; and the link has the MTU that it was given. */
CTEST("lab", CTEST_SANDBOX, NULL, a_slow_upstream_keeps_each_query_for_that_long)
{
	int64_t deadline = clock_now_ns() + 60 * NS_PER_S;
	struct lab_spec spec = {
	    .dnsmasq_conf = DNSMASQ_CONF, .upstream_mtu = 9000, .upstream_delay_real_ns = DELAY_NS};
	struct err e = {{0}};
	struct lab lab;
	int first, second;

	OK(stand_with(&lab, spec, deadline, &e), e);
	OK(netns_enter(lab.clients[0].ns, &e), e);
	int64_t from = clock_now_ns();
	first = ask(1);
	second = ask(2);
	assert_answer(second, 2);
	assert_answer(first, 1);
	ck_assert_int_ge(clock_now_ns() - from, DELAY_NS);
	OK(netns_enter(lab.upstream, &e), e);
	assert_mtu(LAB_CLIENT_DEV, 9000);
	OK(netns_enter(lab.router, &e), e);
	assert_mtu(LAB_UPLINK, 9000);
	lab_close(&lab);
}

CTEST("lab", CTEST_SANDBOX, NULL, a_missing_dnsmasq_conf_is_an_error)
{
	struct err e = {{0}};
	struct lab lab;

	ck_assert_int_eq(
	    stand(&lab, "/nonexistent.conf", clock_now_ns() + 60 * NS_PER_S, &e), -ECHILD);
	ck_assert_ptr_nonnull(strstr(e.text, "dnsmasq ended"));
	lab_close(&lab);
}

static int port_state(const char *port)
{
	char path[96];
	struct buf text = {0};
	struct err e = {{0}};

	snprintf(path, sizeof(path), "/sys/class/net/" LAB_BRIDGE "/brif/%s/state", port);
	ck_assert_msg(data_read(path, 16, &text, &e) == 0, "%s", e.text);
	int state = atoi(text.s);
	buf_free(&text);
	return state;
}

/* br_set_port_state() ends in br_port_state_selection(): without STP every port but a disabled one
 * is designated and forwards at once. So a cut made on purpose disables the port. */
CTEST("lab", CTEST_SANDBOX, NULL, without_stp_a_blocked_port_forwards_and_a_disabled_one_does_not)
{
	struct err e = {{0}};
	struct lab lab;

	OK(stand(&lab, DNSMASQ_CONF, clock_now_ns() + 60 * NS_PER_S, &e), e);
	ck_assert_int_eq(port_state("c1"), BR_STATE_FORWARDING);
	OK(link_set_port_state(lab.nl, lab.clients[0].port, BR_STATE_BLOCKING, &e), e);
	ck_assert_int_eq(port_state("c1"), BR_STATE_FORWARDING);
	OK(link_set_port_state(lab.nl, lab.clients[0].port, BR_STATE_DISABLED, &e), e);
	ck_assert_int_eq(port_state("c1"), BR_STATE_DISABLED);
	OK(link_set_port_state(lab.nl, lab.clients[0].port, BR_STATE_FORWARDING, &e), e);
	ck_assert_int_eq(port_state("c1"), BR_STATE_FORWARDING);
	lab_close(&lab);
}

CTEST("lab", CTEST_SANDBOX, NULL, a_sysctl_stays_in_its_namespace)
{
	struct err e = {{0}};
	int home = netns_own(&e), other = netns_make(home, &e);
	struct buf text = {0};

	OK(netns_enter(other, &e), e);
	OK(netns_sysctl("net.ipv4.ip_forward", "1", &e), e);
	OK(netns_enter(home, &e), e);
	OK(data_read("/proc/sys/net/ipv4/ip_forward", 16, &text, &e), e);
	ck_assert_str_eq(text.s, "0\n");
	buf_free(&text);
	ck_assert_int_eq(netns_sysctl("net.ipv4.nothing", "1", &e), -ENOENT);
	ck_assert_int_eq(netns_sysctl("net/../kernel/hostname", "x", &e), -EINVAL);
}

CTEST("lab", CTEST_SANDBOX, NULL, rtnl_is_idle_or_the_wait_times_out)
{
	struct err e = {{0}};

	OK(rtnl_idle_wait(20 * NS_PER_MS, 10 * NS_PER_S, clock_now_ns() + 60 * NS_PER_S, &e), e);
	/* No answer comes within no time. */
	ck_assert_int_eq(
	    rtnl_idle_wait(20 * NS_PER_MS, 0, clock_now_ns() + 50 * NS_PER_MS, &e), -ETIMEDOUT);
}

CTEST("lab", CTEST_SANDBOX, NULL, what_died_before_is_taken_down_when_the_wait_is_over)
{
	struct err e = {{0}};
	int home = netns_own(&e);
	struct nl_sock *s;

	OK(nl_open(&s, &e), e);
	for (int i = 0; i < 10; i++) {
		char name[16];
		int ns = netns_make(home, &e);
		struct veth pair = {.name = name, .peer = "peer", .peer_ns = ns};

		snprintf(name, sizeof(name), "dies%d", i);
		OK(link_add_veth(s, &pair, &e), e);
		close(ns);
	}
	OK(netns_cleanup_wait(clock_now_ns() + 60 * NS_PER_S, &e), e);
	ck_assert_int_eq(link_index(s, "dies0", &e), -ENODEV);
	ck_assert_int_eq(link_index(s, "dies9", &e), -ENODEV);
	ck_assert_int_eq(link_index(s, "sentinel", &e), -ENODEV);
	nl_socket_free(s);
}

/* /run is this test's own: "/" of the chroot is no mount point there. */
CTEST("lab", CTEST_SANDBOX, NULL, a_sandbox_can_be_made_in_a_chroot)
{
	struct err e = {{0}};

	ck_assert_int_eq(mkdir("/run/root", 0755), 0);
	ck_assert_int_eq(mkdir("/run/root/run", 0755), 0);
	ck_assert_int_eq(mkdir("/run/root/sys", 0755), 0);
	ck_assert_int_eq(mkdir("/run/root/proc", 0755), 0);
	ck_assert_int_eq(chroot("/run/root"), 0);
	ck_assert_int_eq(chdir("/"), 0);
	OK(sandbox_enter(&e), e);
	ck_assert_int_eq(access("/run", F_OK), 0);
	ck_assert_int_ne(access("/etc", F_OK), 0); /* back inside */
}
