/* SPDX-License-Identifier: GPL-2.0-or-later */
/* running.c: when is a link ready? */
#include "net/running.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "net/nl.h"

struct carrier {
	int ifindex;
	char name[IF_NAMESIZE];
	bool up, running;
};

static int on_carrier(struct nlmsghdr *h, void *arg)
{
	struct carrier *c = arg;
	const struct ifinfomsg *i = nlmsg_data(h);
	struct nlattr *name = nlmsg_find_attr(h, sizeof(*i), IFLA_IFNAME);

	if (h->nlmsg_type != RTM_NEWLINK || i->ifi_family != AF_UNSPEC ||
	    i->ifi_index != c->ifindex)
		return 0;
	c->up = i->ifi_flags & IFF_UP;
	c->running = c->up && (i->ifi_flags & IFF_RUNNING);
	if (name)
		nla_strlcpy(c->name, name, sizeof(c->name));
	return 0;
}

/* The monitor is opened before the first look, so that no change falls between. */
int link_wait_running(
    int ns, int home, struct nl_sock *ask, int ifindex, int64_t deadline_ns, struct err *e)
{
	struct ifinfomsg q = {.ifi_index = ifindex};
	struct carrier c = {.ifindex = ifindex};
	struct nl_sock *monitor = NULL;
	int r = nl_open_in(ns, home, &monitor, e);

	if (!r && nl_socket_add_membership(monitor, RTNLGRP_LINK))
		r = err_set(e, EIO, "link monitor");
	if (!r)
		r = nl_ask(
		    ask, nl_message(RTM_GETLINK, 0, &q, sizeof(q)), on_carrier, &c, "carrier", e);
	while (!r && !c.running) {
		char text[16384] __attribute__((aligned(8)));
		int got = clock_wait_readable(nl_socket_get_fd(monitor), deadline_ns);

		if (got <= 0) {
			r = err_set(e, got ? -got : ETIMEDOUT, "%s %s:", c.name,
			    c.up ? "has no carrier" : "is down, expected it up");
			break;
		}
		int n = (int)recv(nl_socket_get_fd(monitor), text, sizeof(text), 0);
		if (n < 0) /* some were lost */
			r = nl_ask(ask, nl_message(RTM_GETLINK, 0, &q, sizeof(q)), on_carrier, &c,
			    "carrier", e);
		for (struct nlmsghdr *h = (void *)text; n > 0 && nlmsg_ok(h, n);
		     h = nlmsg_next(h, &n))
			on_carrier(h, &c);
	}
	if (monitor)
		nl_socket_free(monitor);
	return r;
}
