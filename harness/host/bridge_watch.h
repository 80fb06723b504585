/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_watch.h: what changes of a bridge of the host, and which port did it. No socket, no clock.
 */
#ifndef SB_BRIDGE_WATCH_H
#define SB_BRIDGE_WATCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "host/bridge_view.h"
#include "trace/trace.h"

enum bridge_change_what {
	CHANGE_JOINED, /* a port */
	CHANGE_LEFT,
	CHANGE_READDRESSED, /* a port has another MAC */
	CHANGE_RESIZED,     /* a port has another MTU */
	CHANGE_MAC,         /* the bridge's */
	CHANGE_PINNED,      /* it has a MAC of its own now, or no longer */
	CHANGE_MTU,
	CHANGE_CARRIER,
	CHANGE_ADDRESS, /* of IPv4 or IPv6 */
	CHANGE_GONE,    /* the bridge */
	CHANGE_WHATS
};

struct bridge_change {
	enum bridge_change_what what;
	int64_t real_ns;
	char port[IF_NAMESIZE];      /* the port, or the one that caused it; "": none is known */
	enum bridge_change_what why; /* what that port did; CHANGE_GONE: nothing is known */
	struct mac from, to;
	unsigned mtu_from, mtu_to;
	bool on; /* came, not went */
	char address[sizeof(struct view_address)];
};

struct bridge_watch {
	struct bridge_view view; /* as it is now; the caller's */
	struct bridge_change *changes;
	size_t n, cap;
	bool gone;
};

/* Takes in what a message of the kernel said (notice.h). Sees what it changed; which port did it
 * may show only in one of the next. */
void bridge_watch_take(struct bridge_watch *w, const struct event *ev, int64_t real_ns);
/* Sees what is different from the view, where messages were lost. */
void bridge_watch_compare(struct bridge_watch *w, const struct bridge_view *now, int64_t real_ns);
/* The same of addr_assign_type, which no message tells. */
void bridge_watch_pinned(struct bridge_watch *w, bool pinned, int64_t real_ns);
/* Finds which port did what, when all that belongs together has been taken in. */
void bridge_watch_explain(struct bridge_watch *w);
/* For a person, one line: what changed, and what did it. */
void bridge_change_text(
    const struct bridge_watch *w, const struct bridge_change *c, struct buf *out);
/* For scripts; the caller's. */
json_t *bridge_change_json(const struct bridge_change *c);
/* Forgets the changes. */
void bridge_watch_clear(struct bridge_watch *w);

#endif
