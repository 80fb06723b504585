/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts_base.c: what the files of the lab of facts.h share: its deadline, its waits. */
#include "suite/kernel/facts_base.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/units.h"

#define DEADLINE_NS (30 * NS_PER_S) /* of a whole test; a hang ends in a failure */

const uint8_t fact_gateway4[4] = {192, 0, 2, 1};
const uint8_t fact_gateway6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};

static int64_t deadline_ns;
static struct nl_sock *kept[16];

struct nl_sock *fact_keep(struct nl_sock *nl)
{
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		if (!kept[i])
			return kept[i] = nl;
	ck_abort_msg("too many sockets");
	return NULL;
}

struct nl_sock *fact_nl(void)
{
	struct nl_sock *nl;

	FACT_OK(nl_open(&nl, &fact_e));
	return fact_keep(nl);
}

void fact_begin(void)
{
	deadline_ns = clock_now_ns() + DEADLINE_NS;
}

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
	/* Notifications may be lost: the caller looks again itself. */
	while (recv(monitor, text, sizeof(text), 0) > 0)
		;
}
