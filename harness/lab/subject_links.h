/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subject_links.h: the links that a subject made, found by what they are and not by their names. */
#ifndef SB_SUBJECT_LINKS_H
#define SB_SUBJECT_LINKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/nl.h"

#define SUBJECT_PORTS_MAX 16

struct subject_link {
	int ifindex;
	char name[16]; /* IFNAMSIZ */
	bool is_bridge;
};

struct subject_ports {
	struct subject_link items[SUBJECT_PORTS_MAX];
	size_t n;
};

/* The bridge that has this IPv4 address: exactly one link has it, with LAB_PREFIX, and is a bridge.
 * 0 or -errno. */
int subject_links_bridge(
    struct nl_sock *s, const uint8_t ip4[4], struct subject_link *out, struct err *e);
/* The ports of a bridge. 0 or -errno; -ENODEV: the bridge is gone. */
int subject_links_ports(struct nl_sock *s, int bridge, struct subject_ports *out, struct err *e);
/* With *port 0: waits until one port more is enslaved, and sets *port to its ifindex. Else waits
 * until that port is no longer enslaved, and sets *port to 0. All other ports of `before` must
 * stay. Then waits until no link of the namespace has changed for 50 ms, for at most 1 s. `events`
 * has listened to RTNLGRP_LINK since before the change. 0, or -errno with a message that begins
 * with `what`. */
int subject_links_wait(struct nl_sock *s, struct nl_sock *events, int bridge,
    const struct subject_ports *before, const char *what, int *port, struct err *e);

#endif
