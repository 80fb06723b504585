/* order.c: the churner by hand: its schedule is left where it is, ports join and leave on order. */
#include "play/order.h"

#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/units.h"

#define ORDER_NS (30 * NS_PER_S) /* longer than the churner itself waits for a link to go */

/* What it says of its schedule comes before it is held, and no longer counts. */
int order_hold(struct churner *ch, int64_t deadline_ns, struct err *e)
{
	struct churner_word word = {.status = CHURNER_READY};
	int r = churner_tell(ch, &(struct churner_order){.what = ORDER_HOLD}, e);

	while (!r && word.status != CHURNER_HELD) {
		r = clock_wait_readable(ch->channel, deadline_ns);
		if (r <= 0)
			return err_set(e, r ? -r : ETIMEDOUT, "the churner did not stop:");
		r = churner_hear(ch, &word, e);
		if (r == -ECHILD)
			return r;
		r = 0;
	}
	return r;
}

static int order(struct churner *ch, enum churner_what what, const char *port,
    const struct mac *mac, struct err *e)
{
	struct churner_order o = {.what = (uint8_t)what, .mac_given = mac != NULL};
	struct churner_word word;

	if (mac)
		o.mac = *mac;
	snprintf(o.port, sizeof(o.port), "%s", port);
	int r = churner_tell(ch, &o, e);
	if (r)
		return r;
	return churner_hear_by(
	    ch, clock_now_ns() + ORDER_NS, "the churner did not answer", &word, e);
}

int order_join(struct churner *ch, const char *port, const struct mac *mac, struct err *e)
{
	return order(ch, ORDER_JOIN, port, mac, e);
}

int order_leave(struct churner *ch, const char *port, struct err *e)
{
	return order(ch, ORDER_LEAVE, port, NULL, e);
}
