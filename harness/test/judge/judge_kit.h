/* judge_kit.h: a synthetic trace judged in one line, for the tests of judge. */
#ifndef SB_JUDGE_KIT_H
#define SB_JUDGE_KIT_H

#include <string.h>

#include "base/units.h"
#include "judge/judge.h"
#include "test/kit/builder.h"

#define S NS_PER_S
#define MS NS_PER_MS
#define NO_MAC ((struct mac){0})

/* Sorts the trace, judges it, and takes it over: it and its judgement live until the next
 * call, and nothing more may be built into it. */
const struct judgement *judged(struct trace *t);

/* The verdict, and a part of its reason ("": any). */
#define ASSERT_VERDICT(j, want, part)                                                              \
	do {                                                                                       \
		const struct judgement *is_ = (j);                                                 \
		ck_assert_msg(!strcmp(verdict_name(is_->verdict), want) && strstr(is_->why, part), \
		    "%s: %s; expected %s: %s", verdict_name(is_->verdict), is_->why, want, part);  \
	} while (0)

/* The first finding with this text, or NULL. */
const struct finding *finding_with(const struct judgement *j, const char *part);

/* Leaves out the events for which `out` is true. */
void leave_out(struct trace *t, bool (*out)(const struct event *ev));

/* The address `last` of 192.0.2.0/24 comes to br0, or goes. */
void build_address(struct trace *t, int64_t ms, uint8_t last, bool gone);

/* Judges a trace that has lost something once: that outage. */
const struct outage *the_outage(struct trace *t);

/* The cause of a pinned arm's loss from 10 to 12 s. What follows `dst` is done to the trace `t`
 * before it is judged. */
#define ASSERT_CAUSE(name, last_seen, dst, ...)                                                    \
	do {                                                                                       \
		struct trace t;                                                                    \
		build_lossy_arm(&t, 10000, 12000, last_seen, dst);                                 \
		__VA_ARGS__;                                                                       \
		ck_assert_str_eq(cause_name(the_outage(&t)->cause), name);                         \
	} while (0)

#endif
