/* lab_test.c: tests of the lab room, each in a fresh sandbox. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/rtnl_idle.h"
#include "lab/dns.h"
#include "lab/lab.h"
#include "lab/link.h"
#include "lab/neighbour.h"
#include "lab/netns.h"
#include "lab/sandbox.h"
#include "lab/upstream.h"
#include "play/change.h"
#include "base/data.h"

static struct mac mac_of(const char *text)
{
	struct mac m;

	ck_assert_int_eq(mac_parse(text, &m), 0);
	return m;
}

#define EDNS_BYTES 11 /* that a query of ours asks for more with */

#define OK(call, e) ck_assert_msg((call) == 0, "%s: %s", #call, (e).text)

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

START_TEST(a_sandbox_starts_with_nothing_but_lo)
{
	struct if_nameindex *links = if_nameindex();

	ck_assert_ptr_nonnull(links);
	ck_assert_str_eq(links[0].if_name, "lo");
	ck_assert_int_eq((int)links[1].if_index, 0);
	if_freenameindex(links);
	ck_assert_int_eq(getpid(), 1);
}
END_TEST

START_TEST(a_netlink_error_says_what_the_kernel_said)
{
	struct err e = {{0}};
	struct nl_sock *nl;

	OK(nl_open(&nl, &e), e);
	ck_assert_int_eq(link_index(nl, "nothere", &e), -ENODEV);
	ck_assert_ptr_nonnull(strstr(e.text, "No such device"));
	add_bridge(nl);
	struct bridge twin = {.name = LAB_BRIDGE, .ageing_real_ns = NS_PER_S};
	ck_assert_int_eq(link_add_bridge(nl, &twin, &e), -EEXIST);
	nl_socket_free(nl);
}
END_TEST

/* What is set is what the kernel holds, at every pace that is used. */
START_TEST(neighbour_timers_are_what_was_set)
{
	static const double paces[] = {1, 5, 10, 20, 50};
	struct err e = {{0}};
	struct nl_sock *nl;

	OK(nl_open(&nl, &e), e);
	int bridge = add_bridge(nl);
	for (unsigned i = 0; i < ARRAY_SIZE(paces); i++) {
		struct neighbour_timers want = neighbour_paced(paces[i], clock_jiffy_ns()), got;
		double jiffy = (double)clock_jiffy_ns() / NS_PER_MS;

		OK(neighbour_set(nl, AF_INET, bridge, &want, &e), e);
		OK(neighbour_get(nl, AF_INET, bridge, &got, &e), e);
		ck_assert_int_eq((long)got.base_reachable, (long)want.base_reachable);
		/* Stages are kept in jiffies. */
		ck_assert_double_le((double)got.delay_probe - (double)want.delay_probe, jiffy);
		ck_assert_double_ge((double)got.delay_probe - (double)want.delay_probe, -jiffy);
		ck_assert_double_le((double)got.retrans - (double)want.retrans, jiffy);
		ck_assert_double_ge((double)got.retrans - (double)want.retrans, -jiffy);
		ck_assert_double_le((double)got.locktime - (double)want.locktime, jiffy);
		ck_assert_double_ge((double)got.locktime - (double)want.locktime, -jiffy);
		ck_assert_uint_eq(got.ucast_probes, want.ucast_probes);
		ck_assert_uint_eq(got.mcast_probes, want.mcast_probes);
		ck_assert_double_le((double)got.reachable, 1.015 * (double)want.base_reachable + 2);
		ck_assert_double_ge((double)got.reachable, 0.985 * (double)want.base_reachable - 2);
	}
	nl_socket_free(nl);
}
END_TEST

START_TEST(a_short_retrans_does_not_draw_reachable_anew)
{
	struct neighbour_timers want = neighbour_paced(20, clock_jiffy_ns()), before, after;
	struct err e = {{0}};
	struct nl_sock *nl;

	OK(nl_open(&nl, &e), e);
	int bridge = add_bridge(nl);
	OK(neighbour_set(nl, AF_INET, bridge, &want, &e), e);
	OK(neighbour_get(nl, AF_INET, bridge, &before, &e), e);
	OK(neighbour_set_retrans(nl, AF_INET, bridge, 20, &e), e);
	OK(neighbour_get(nl, AF_INET, bridge, &after, &e), e);
	ck_assert_int_eq((long)before.reachable, (long)after.reachable);
	ck_assert_int_eq((long)after.retrans, 20);
	nl_socket_free(nl);
}
END_TEST

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

START_TEST(a_whole_lab_stands_and_answers)
{
	const struct scenario_case c = {.ageing_ns = 10 * NS_PER_S};
	const struct schedule schedule = {.pace = 20};
	struct lab_client_spec client = {
	    .name = "c1", .ip4 = {192, 0, 2, 11}, .port_mac = mac_of("fe:00:00:00:00:01")};
	char *conf = data_path("fixtures/dnsmasq.conf");
	struct lab_spec spec = {.pace = schedule.pace,
	    .bridge = change_new_bridge(&c, &schedule),
	    .clients = &client,
	    .n_clients = 1,
	    .dnsmasq_conf = conf};
	int64_t deadline = clock_now_ns() + 60 * NS_PER_S;
	struct err e = {{0}};
	struct lab lab;

	OK(lab_up(&spec, &lab, deadline, &e), e);
	OK(lab_wait_ready(&lab, deadline, &e), e);
	/* The client's own way: over the bridge, through NAT and FORWARD. */
	OK(netns_enter(lab.clients[0].ns, &e), e);
	OK(upstream_wait(lab.dnsmasq, lab.dnsmasq_says, lab_upstream_ip4, deadline, &e), e);
	OK(netns_enter(lab.router, &e), e);
	ck_assert_int_eq(lab_assign_type(&lab), 1);
	ck_assert_uint_eq(ageing_time(lab.nl, lab.bridge), 50); /* 10 s, paced */
	OK(lab_pin(&lab, (struct mac){{0}}, &e), e);
	ck_assert_int_eq(lab_assign_type(&lab), 3);
	assert_bridge_mac(lab.nl, "fe:00:00:00:00:01");
	OK(lab_arm_timers(&lab, &e), e);
	lab_close(&lab);
	free(conf);
}
END_TEST

START_TEST(a_missing_dnsmasq_conf_is_told)
{
	struct lab_client_spec client = {.name = "c1", .ip4 = {192, 0, 2, 11}};
	struct lab_spec spec = {
	    .pace = 20, .clients = &client, .n_clients = 1, .dnsmasq_conf = "/nonexistent.conf"};
	int64_t deadline = clock_now_ns() + 60 * NS_PER_S;
	struct err e = {{0}};
	struct lab lab;

	OK(lab_up(&spec, &lab, deadline, &e), e);
	ck_assert_int_eq(lab_wait_ready(&lab, deadline, &e), -ECHILD);
	ck_assert_ptr_nonnull(strstr(e.text, "dnsmasq ended"));
	lab_close(&lab);
}
END_TEST

/* In place of dnsmasq, on 127.0.0.1: answers as it is told, and counts what it was asked. */
struct fake {
	void (*spoil)(uint8_t *reply, size_t len);
	_Atomic unsigned asked;
};

static void keep(uint8_t *reply, size_t len)
{
	(void)reply;
	(void)len;
}

static void refuse(uint8_t *reply, size_t len)
{
	(void)len;
	reply[3] = 5;
}

static void truncate_it(uint8_t *reply, size_t len)
{
	(void)len;
	reply[2] |= 2;
}

static void change_the_address(uint8_t *reply, size_t len)
{
	reply[len - 1] ^= 1;
}

/* The reply holds the query's header and question, then the address; what else it asked is left. */
static void serve(int sock, struct fake *f)
{
	const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 53};
	uint8_t packet[DNS_QUERY_MAX + sizeof(record)];
	struct sockaddr_in from;
	socklen_t size = sizeof(from);
	ssize_t n;

	while ((n = recvfrom(sock, packet, DNS_QUERY_MAX, 0, (struct sockaddr *)&from, &size)) >
	       EDNS_BYTES) {
		atomic_fetch_add(&f->asked, 1);
		packet[2] |= 0x80;
		packet[7] = 1;  /* answers */
		packet[11] = 0; /* additional records */
		size_t len = (size_t)n - EDNS_BYTES + sizeof(record);
		memcpy(packet + n - EDNS_BYTES, record, sizeof(record));
		f->spoil(packet, len);
		sendto(sock, packet, len, 0, (struct sockaddr *)&from, size);
	}
	_exit(1);
}

/* Waits for such a server; what was asked, and what became of the wait. */
static unsigned wait_for_fake(void (*spoil)(uint8_t *reply, size_t len), int *r, struct err *e)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
	    .sin_port = htons(53),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
	    says = memfd_create("says", MFD_CLOEXEC);
	struct fake *f =
	    mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	ck_assert(sock >= 0 && says >= 0 && f != MAP_FAILED);
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&at, sizeof(at)), 0);
	f->spoil = spoil;
	pid_t pid = fork();
	if (!pid)
		serve(sock, f);
	ck_assert_int_gt(pid, 0);
	*r = upstream_wait(
	    pid, says, (const uint8_t *)&at.sin_addr.s_addr, clock_now_ns() + 60 * NS_PER_S, e);
	kill(pid, SIGKILL);
	ck_assert_int_eq(proc_wait(pid, clock_now_ns() + 60 * NS_PER_S), 128 + SIGKILL);
	close(sock);
	close(says);
	unsigned asked = atomic_load(&f->asked);
	munmap(f, sizeof(*f));
	return asked;
}

static void lo_up(void)
{
	struct nl_sock *nl = NULL;
	struct err e = {{0}};

	OK(nl_open(&nl, &e), e);
	OK(link_set_up(nl, 1, true, &e), e);
	nl_socket_free(nl);
}

START_TEST(a_wrong_answer_ends_the_wait_and_is_described)
{
	static const struct {
		void (*spoil)(uint8_t *reply, size_t len);
		int r;
		const char *says;
	} cases[] = {
	    {keep, 0, ""},
	    {refuse, -EBADMSG, "dnsmasq answers wrongly: rcode 5 (REFUSED)"},
	    {truncate_it, -EBADMSG, "dnsmasq answers wrongly: truncated (TC) at "},
	    {change_the_address, -EBADMSG,
	        "dnsmasq answers wrongly: 1 answer records, none of them A 203.0.113.53"},
	};

	lo_up();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct err e = {{0}};
		int r;
		unsigned asked = wait_for_fake(cases[i].spoil, &r, &e);

		ck_assert_int_ge((int)asked, 1);
		ck_assert_int_eq(r, cases[i].r);
		ck_assert_msg(strstr(e.text, cases[i].says) == e.text, "%s", e.text);
	}
}
END_TEST

static unsigned long closed_ports_met(void)
{
	char line[512];
	unsigned long in, no_port = 0;
	FILE *f = fopen("/proc/self/net/snmp", "re");

	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "Udp: %lu %lu", &in, &no_port) == 2)
			break;
	fclose(f);
	return no_port;
}

/* The error comes back at once, and the next query goes out after a pause all the same. */
START_TEST(waiting_for_a_closed_port_does_not_spin)
{
	const uint8_t here[4] = {127, 0, 0, 1};
	int64_t limit_ns = 300 * NS_PER_MS, pause_ns = 3 * NS_PER_MS;
	struct err e = {{0}};
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(1);
	}
	lo_up();
	ck_assert_int_eq(upstream_wait(pid, -1, here, clock_now_ns() + limit_ns, &e), -ETIMEDOUT);
	ck_assert_str_eq(e.text, "dnsmasq did not answer in time: Connection refused");
	kill(pid, SIGKILL);
	ck_assert_uint_ge(closed_ports_met(), 2);
	ck_assert_uint_le(closed_ports_met(), (unsigned long)(limit_ns / pause_ns) + 1);
}
END_TEST

static int port_state(const char *port)
{
	char path[96];

	snprintf(path, sizeof(path), "/sys/class/net/" LAB_BRIDGE "/brif/%s/state", port);
	return (int)data_number(path, -1);
}

/* br_set_port_state() ends in br_port_state_selection(): without STP every port but a disabled one
 * is designated and forwards at once. So a cut made on purpose disables the port. */
START_TEST(without_stp_a_blocked_port_forwards_and_a_disabled_one_does_not)
{
	struct lab_client_spec client = {.name = "c1", .ip4 = {192, 0, 2, 11}};
	char *conf = data_path("fixtures/dnsmasq.conf");
	struct lab_spec spec = {
	    .pace = 20, .clients = &client, .n_clients = 1, .dnsmasq_conf = conf};
	int64_t deadline = clock_now_ns() + 60 * NS_PER_S;
	struct err e = {{0}};
	struct lab lab;

	OK(lab_up(&spec, &lab, deadline, &e), e);
	OK(lab_wait_ready(&lab, deadline, &e), e);
	ck_assert_int_eq(port_state("c1"), BR_STATE_FORWARDING);
	OK(link_set_port_state(lab.nl, lab.clients[0].port, BR_STATE_BLOCKING, &e), e);
	ck_assert_int_eq(port_state("c1"), BR_STATE_FORWARDING);
	OK(link_set_port_state(lab.nl, lab.clients[0].port, BR_STATE_DISABLED, &e), e);
	ck_assert_int_eq(port_state("c1"), BR_STATE_DISABLED);
	OK(link_set_port_state(lab.nl, lab.clients[0].port, BR_STATE_FORWARDING, &e), e);
	ck_assert_int_eq(port_state("c1"), BR_STATE_FORWARDING);
	lab_close(&lab);
	free(conf);
}
END_TEST

START_TEST(a_query_carries_its_attempt)
{
	uint8_t packet[DNS_QUERY_MAX], rcode;
	unsigned stream;
	uint32_t seq;
	int len = dns_query(3, 4000000000U, 0x1234, packet);

	ck_assert_int_gt(len, 12);
	ck_assert_int_eq(packet[0], 0x12);
	ck_assert_int_eq(packet[1], 0x34);
	ck_assert_int_eq(dns_attempt(packet, (size_t)len, &stream, &seq), 0);
	ck_assert_uint_eq(stream, 3);
	ck_assert_uint_eq(seq, 4000000000U);
	/* A query is no reply, and half a query names nobody. */
	ck_assert_int_eq(
	    dns_reply(packet, (size_t)len, 0x1234, upstream_answer_ip4, &rcode), DNS_NOT_OURS);
	ck_assert_int_eq(dns_attempt(packet, 14, &stream, &seq), -EINVAL);
	packet[2] |= 0x80; /* a reply without data */
	ck_assert_int_eq(
	    dns_reply(packet, (size_t)len, 0x1234, upstream_answer_ip4, &rcode), DNS_WRONG);
	ck_assert_int_eq(
	    dns_reply(packet, (size_t)len, 0x1235, upstream_answer_ip4, &rcode), DNS_NOT_OURS);
}
END_TEST

START_TEST(a_sysctl_stays_in_its_namespace)
{
	struct err e = {{0}};
	int home = netns_own(&e), other = netns_make(home, &e);

	OK(netns_enter(other, &e), e);
	OK(netns_sysctl("net.ipv4.ip_forward", "1", &e), e);
	OK(netns_enter(home, &e), e);
	ck_assert_int_eq(data_number("/proc/sys/net/ipv4/ip_forward", -1), 0);
	ck_assert_int_eq(netns_sysctl("net.ipv4.nothing", "1", &e), -ENOENT);
	ck_assert_int_eq(netns_sysctl("net/../kernel/hostname", "x", &e), -EINVAL);
}
END_TEST

START_TEST(rtnl_is_calm_or_it_is_told)
{
	struct err e = {{0}};

	OK(rtnl_idle_wait(20 * NS_PER_MS, 10 * NS_PER_S, clock_now_ns() + 60 * NS_PER_S, &e), e);
	/* No answer comes within no time. */
	ck_assert_int_eq(
	    rtnl_idle_wait(20 * NS_PER_MS, 0, clock_now_ns() + 50 * NS_PER_MS, &e), -ETIMEDOUT);
}
END_TEST

/* /run is this test's own: "/" of the chroot is no mount point there. */
START_TEST(a_sandbox_can_be_made_in_a_chroot)
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
END_TEST

CTESTS(list)
{
	ctest_add(list, "lab", CTEST_SANDBOX, rtnl_is_calm_or_it_is_told);
	ctest_add(list, "lab", CTEST_SANDBOX, a_sandbox_can_be_made_in_a_chroot);
	ctest_add(list, "lab", CTEST_SANDBOX, a_sandbox_starts_with_nothing_but_lo);
	ctest_add(list, "lab", CTEST_SANDBOX, a_netlink_error_says_what_the_kernel_said);
	ctest_add(list, "lab", CTEST_SANDBOX, neighbour_timers_are_what_was_set);
	ctest_add(list, "lab", CTEST_SANDBOX, a_short_retrans_does_not_draw_reachable_anew);
	ctest_add(list, "lab", CTEST_SANDBOX, a_whole_lab_stands_and_answers);
	ctest_add(list, "lab", CTEST_SANDBOX, a_missing_dnsmasq_conf_is_told);
	ctest_add(list, "lab", CTEST_SANDBOX, a_wrong_answer_ends_the_wait_and_is_described);
	ctest_add(list, "lab", CTEST_SANDBOX, waiting_for_a_closed_port_does_not_spin);
	ctest_add(list, "lab", CTEST_SANDBOX,
	    without_stp_a_blocked_port_forwards_and_a_disabled_one_does_not);
	ctest_add(list, "lab", CTEST_PURE, a_query_carries_its_attempt);
	ctest_add(list, "lab", CTEST_SANDBOX, a_sysctl_stays_in_its_namespace);
}
