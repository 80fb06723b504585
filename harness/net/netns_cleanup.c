/* SPDX-License-Identifier: GPL-2.0-or-later */
/* netns_cleanup.c: waits until network namespaces that died are taken down.
 *
 * cleanup_net() takes all that have died by then, in a work item of which one runs at a time. So a
 * namespace that dies now is taken down with those before it or after them, and its end of a veth
 * pair takes ours along. That shows that its run has begun to delete links; a second namespace,
 * that dies then, belongs to the next run, which begins when that one is over. */
#include "net/netns_cleanup.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/link.h"
#include "net/netns.h"
#include "net/nl.h"

#define SENTINEL "sentinel"

/* Until our end is gone; whatever the monitor tells is a reason to look. */
static int wait_until_gone(
    struct nl_sock *s, struct nl_sock *monitor, int64_t deadline_ns, struct err *e)
{
	char text[16384];
	int fd = nl_socket_get_fd(monitor), r;

	while ((r = link_index(s, SENTINEL, NULL)) > 0) {
		r = clock_wait_readable(fd, deadline_ns);
		if (r <= 0)
			return err_set(e, r ? -r : ETIMEDOUT, "namespaces are not taken down:");
		if (recv(fd, text, sizeof(text), 0) < 0 && errno != ENOBUFS && errno != EINTR)
			return err_set(e, errno, "link monitor:");
	}
	return r == -ENODEV ? 0 : err_set(e, -r, SENTINEL ":");
}

int netns_cleanup_wait(int64_t deadline_ns, struct err *e)
{
	struct nl_sock *s = NULL, *monitor = NULL;
	int home = netns_own(e), r = home < 0 ? home : nl_open(&s, e);

	if (!r)
		r = nl_open_monitor(RTNLGRP_LINK, &monitor, e);
	for (int run = 0; !r && run < 2; run++) {
		int ns = netns_make(home, e);
		struct veth pair = {.name = SENTINEL, .peer = SENTINEL, .peer_ns = ns};

		r = ns < 0 ? ns : link_add_veth(s, &pair, e);
		if (ns >= 0)
			close(ns);
		if (!r)
			r = wait_until_gone(s, monitor, deadline_ns, e);
	}
	nl_socket_free(monitor);
	nl_socket_free(s);
	if (home >= 0)
		close(home);
	return r;
}
