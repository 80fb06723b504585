/* SPDX-License-Identifier: GPL-2.0-or-later */
/* churner_channel.h: what player and churner tell each other, message by message. */
#ifndef SB_CHURNER_CHANNEL_H
#define SB_CHURNER_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "trace/trace.h"

enum { CHURNER_READY, CHURNER_DONE, CHURNER_HELD };

/* What the churner says: one of these, or -errno with a message. */
struct churner_word {
	int32_t status;
	char text[512];
};

enum churner_what {
	ORDER_BEGIN, /* play the schedule from start_ns on */
	ORDER_NEXT,  /* play its next event now, to its end, and say so; the next one likewise */
	ORDER_HOLD,  /* leave the schedule where it is; from then on only joins and leaves count */
	ORDER_JOIN,
	ORDER_LEAVE
};

struct churner_order {
	int64_t start_ns;
	uint8_t what;
	bool mac_given; /* else a join takes the schedule's */
	struct mac mac;
	char port[NAME_MAX_LEN];
};

struct churner {
	pid_t pid;
	int channel; /* readable when it has something to say, or is gone */
};

/* Sends it an order. */
int churner_tell(const struct churner *ch, const struct churner_order *o, struct err *e);
/* Its next word, for which this waits: 0, or -errno with what went wrong. */
int churner_hear(const struct churner *ch, struct churner_word *word, struct err *e);
/* The same, until a deadline. missed: what that means, "the first ports did not join". */
int churner_hear_by(const struct churner *ch, int64_t deadline_ns, const char *missed,
    struct churner_word *word, struct err *e);
/* When its channel is readable: 1 it has played everything, 0 go on, or -errno with what went
 * wrong. */
int churner_read(const struct churner *ch, struct err *e);

/* The churner's end: says something, and waits for the next order; false: the player has gone. */
void churner_say(int channel, int status, const char *text);
bool churner_next_order(int channel, struct churner_order *o);

#endif
