/* SPDX-License-Identifier: GPL-2.0-or-later */
/* builder.h: synthetic traces for the tests of trace, judge and report. Times in
 * milliseconds.
 *
 * The lab: bridge br0 (192.0.2.1) with ports c1, c2 (fe:...) and `lowest` (02:...:01); client c1
 * looks up every 250 ms with a timeout of 1 s, c2 only stands by; the reference asks every second.
 */
#ifndef SB_CHECK_BUILDER_H
#define SB_CHECK_BUILDER_H

#include "base/macros.h"
#include "test/kit/ctest.h"
#include "trace/trace.h"

enum { BR = 10, PORT_C1 = 11, PORT_C2 = 12, PORT_LOWEST = 13 }; /* ifindexes */
enum { STREAM_C1, STREAM_REF };

#define MAC_LOWEST mac_from_number(0x020000000001)
#define MAC_PORT1 mac_from_number(0xfe0000000011)
#define MAC_PORT2 mac_from_number(0xfe0000000012)
#define MAC_CLIENT1 mac_from_number(0x020000000c11)
#define MAC_CLIENT2 mac_from_number(0x020000000c12)
#define MAC_PINNED mac_from_number(0x02000000aaaa)
#define MAC_OTHER mac_from_number(0x02000000bbbb)

/* Where a lookup was last seen before it was lost; ANSWERED: it was not lost. */
enum last_seen {
	LAST_SEEN_NOWHERE,
	LAST_SEEN_CLIENT, /* the query left the client */
	LAST_SEEN_PORT,   /* ... and was seen on its port */
	LAST_SEEN_BRIDGE,
	LAST_SEEN_UPLINK,
	LAST_SEEN_UPSTREAM,
	LAST_SEEN_BACK_UPSTREAM, /* the reply left the upstream */
	LAST_SEEN_BACK_UPLINK,
	LAST_SEEN_BACK_BRIDGE,
	LAST_SEEN_BACK_PORT,
	LAST_SEEN_BACK_CLIENT,
	LAST_SEEN_ANSWERED
};

/* An event at `ms`, to be filled; order follows the calls. */
struct event *build(struct trace *t, int64_t ms, enum event_type type, uint8_t where);

/* Goes through the events of a type. */
#define EACH_EVENT(ev, t, of)                                                                      \
	for (struct event *ev = (t)->events; ev < (t)->events + (t)->n; ev++)                      \
		if (ev->type == (of))

/* The case's meta; breaks CAUSE_NONE: an arm. */
void build_meta(struct trace *t, const char *arm, enum cause breaks);
/* Lab, baseline and a warm-up without loss, up to t=0. The bridge has `mac`. */
void build_begin(struct trace *t, struct mac mac, uint8_t assign_type);
/* The last phases and the state at rest; the trace is sorted. */
void build_end(struct trace *t, int64_t last_ms);
/* Only what was there by then, as a killed play leaves it. */
void build_cut(struct trace *t, int64_t ms);

void build_phase(struct trace *t, int64_t ms, enum phase phase, const char *text);
/* Each of these returns its event, valid until the next is built. */
struct event *build_bridge(struct trace *t, int64_t ms, struct mac mac);
struct event *build_port(
    struct trace *t, int64_t ms, const char *name, int ifindex, struct mac mac);
struct event *build_port_state(
    struct trace *t, int64_t ms, const char *name, int ifindex, uint8_t state);
struct event *build_port_released(struct trace *t, int64_t ms, const char *name, int ifindex);
struct event *build_port_gone(struct trace *t, int64_t ms, const char *name, int ifindex);
struct event *build_fdb(struct trace *t, int64_t ms, const char *port, struct mac mac, bool gone);
struct event *build_churn(
    struct trace *t, int64_t ms, enum churn_op op, const char *port, bool end);
struct event *build_neigh(struct trace *t, int64_t ms, int client, uint16_t state, struct mac mac);
struct event *build_router_neigh(
    struct trace *t, int64_t ms, int client, uint16_t state, struct mac mac);
struct event *build_arp(struct trace *t, int64_t ms, enum hop hop, int client, enum frame_kind kind,
    bool from_gateway, uint8_t last_byte_of_target);
struct event *build_state(
    struct trace *t, int64_t ms, struct mac mac, uint8_t assign_type, bool at_end);

/* One lookup; `dst` is what the client takes for the gateway's MAC. */
void build_lookup(
    struct trace *t, int64_t ms, int stream, enum last_seen last_seen, struct mac dst);
/* c1's lookups every 250 ms in [from, to), with the reference's every second, answered. */
void build_traffic(
    struct trace *t, int64_t from_ms, int64_t to_ms, enum last_seen last_seen, struct mac dst);
uint32_t build_seq(int64_t ms); /* the attempt sent then */

/* `lowest` leaves at 5 s: FDB deletion, the bridge's new MAC (unless pinned), the port's end. */
void build_lowest_leaves(struct trace *t, bool pinned);
/* c1's lookups up to a moment: how far each came, and what c1 took for the gateway's MAC. */
struct traffic {
	int64_t until_ms;
	enum last_seen last_seen;
	struct mac dst;
};
#define TRAFFIC(...)                                                                               \
	(const struct traffic[]){__VA_ARGS__}, ARRAY_SIZE(((const struct traffic[]){__VA_ARGS__}))

/* A whole arm, pinned, of this traffic from 0 on. */
void build_arm(struct trace *t, const struct traffic *of, size_t n);
/* A whole control: answered until `lowest` has left, then of this traffic from 5.25 s on. */
void build_control(struct trace *t, const struct traffic *of, size_t n);
/* A whole control: broken from 5.25 to 36 s. */
void build_broken_control(struct trace *t);
/* A whole arm, pinned, nothing lost. */
void build_held_arm(struct trace *t);
/* A pinned arm whose bridge changed its MAC all the same. */
void build_failed_arm(struct trace *t);
/* A control in which nothing was lost: its client learned the new MAC in time. */
void build_quiet_control(struct trace *t);
/* A pinned arm that lost what was sent in [from, to). */
void build_lossy_arm(
    struct trace *t, int64_t from_ms, int64_t to_ms, enum last_seen last_seen, struct mac dst);

#endif
