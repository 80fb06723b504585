/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge_kit.h: rows for the tests of judge: a synthetic trace, and what is said of it. */
#ifndef SB_JUDGE_KIT_H
#define SB_JUDGE_KIT_H

#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "judge/judge.h"
#include "test/kit/builder.h"

#define S NS_PER_S
#define MS NS_PER_MS
#define NO_MAC ((struct mac){0})

/* One row. `edits` are expressions that build the trace `t`; its judgement `j` must have this
 * verdict, this part in its reason, and fulfil the conditions that follow. A row that fails says
 * its name. */
#define JUDGE_ROW(name, edits, verdict, part_of_why, ...)                                          \
	do {                                                                                       \
		struct trace t;                                                                    \
                                                                                                   \
		edits;                                                                             \
		const struct judgement *j = judged(&t);                                            \
		assert_verdict(name, j, verdict, part_of_why);                                     \
		const bool holds[] = {true, ##__VA_ARGS__};                                        \
		assert_holds(name, j, holds, ARRAY_SIZE(holds), #__VA_ARGS__);                     \
	} while (0)

/* One row: the machine or the lab was at fault. */
#define INVALID_ROW(name, edits, why, ...)                                                         \
	JUDGE_ROW(name, edits, "invalid", why, j->so != NULL, ##__VA_ARGS__)

/* One row: the cause, with its form, of a pinned arm's loss from 10 to 12 s, and a part of what the
 * finding at 10 s or `so` says. What follows `dst` is done to the trace `t` before it is judged. */
#define CAUSE_ROW(name, cause, part, last_seen, dst, ...)                                          \
	do {                                                                                       \
		struct trace t;                                                                    \
                                                                                                   \
		build_lossy_arm(&t, 10000, 12000, last_seen, dst);                                 \
		__VA_ARGS__;                                                                       \
		assert_cause(name, judged(&t), cause, part);                                       \
	} while (0)

/* Sorts the trace, judges it, and takes it over: it and its judgement live until the next
 * call, and nothing more may be built into it. */
const struct judgement *judged(struct trace *t);

/* For the rows. */
void assert_verdict(
    const char *name, const struct judgement *j, const char *verdict, const char *part_of_why);
void assert_holds(const char *name, const struct judgement *j, const bool *holds, size_t n,
    const char *conditions);
void assert_cause(const char *name, const struct judgement *j, const char *cause, const char *part);

/* Conditions. A cause is written with its form: "stale-gateway flooded". */
bool has(const char *text, const char *part);
bool cause_is(const struct judgement *j, const char *cause);
bool outage_is(
    const struct judgement *j, size_t i, const char *cause, int64_t from_ms, int64_t to_ms);
/* Is there a finding with this text, and is the first one at this time? */
bool found(const struct judgement *j, int64_t ms, const char *part);
bool not_found(const struct judgement *j, const char *part);

/* ---- edits ---- */

/* In the edits of a row: changes the events `ev` of a type for which `where` is true; leaves out
 * those; or builds something each `step` of [from, to), `ms`. */
#define EDIT(of, where, change)                                                                    \
	({                                                                                         \
		EACH_EVENT (ev, &t, of)                                                            \
			if (where)                                                                 \
				change;                                                            \
	})
#define DROP(of, where)                                                                            \
	({                                                                                         \
		struct event *kept = t.events;                                                     \
                                                                                                   \
		for (struct event *ev = t.events; ev < t.events + t.n; ev++)                       \
			if (ev->type != (of) || !(where))                                          \
				*kept++ = *ev;                                                     \
		t.n = (size_t)(kept - t.events);                                                   \
	})
#define EVERY(step, from, to, built)                                                               \
	({                                                                                         \
		for (int64_t ms = (from); ms < (to); ms += (step))                                 \
			built;                                                                     \
	})
/* The address `last` of 192.0.2.0/24 comes to br0, or goes. */
void build_address(struct trace *t, int64_t ms, uint8_t last, bool gone);
/* The beginning of a pinned arm, answered in [0, to). */
void begin_arm(struct trace *t, int64_t to_ms);
/* The rest of an arm, answered in [from, 60 s]. */
void end_arm(struct trace *t, int64_t from_ms, struct mac mac);
/* ARP, seen at `hop` each second in [from, 12 s): c1's for the gateway, or the gateway's. */
void build_arps(struct trace *t, int64_t from_ms, enum hop hop, enum frame_kind kind,
    bool from_gateway, uint8_t target);
/* c1's requests for the gateway each second, as its end and the bridge see them. */
void build_requests(struct trace *t, int64_t from_ms);
/* The frame of c1's lookup of `ms`, seen at `hop`; at a port, that of `client` (255: another). */
struct event *build_query(struct trace *t, int64_t ms, enum hop hop, uint8_t client);
/* The bridge has another MAC for 100 ms from 10 s on. */
void change_mac(struct trace *t);
/* The case is listed as known to fail by this cause (CAUSE_NONE: by any). */
void make_known(struct trace *t, enum cause cause);
/* The player or the churner was late by so much, and skipped so many lookups. */
void build_late(struct trace *t, int64_t ms, enum late_who who, int64_t late_ms, uint32_t skipped);
/* The reference's lookup at `ms` is not answered. */
void lose_reference(struct trace *t, int64_t ms);
/* A broadcast of the gateway's: a request for 192.0.2.target. */
void build_broadcast(struct trace *t, int64_t ms, uint8_t target);

#endif
