/* order.h: the churner by hand: its schedule is left where it is, ports join and leave on order. */
#ifndef SB_ORDER_H
#define SB_ORDER_H

#include "play/churner.h"

/* Ends the schedule where it is; for orders by hand. */
int order_hold(struct churner *ch, int64_t deadline_ns, struct err *e);
/* A churn port of the case joins (mac NULL: the schedule's) or leaves; over when it has happened.
 */
int order_join(struct churner *ch, const char *port, const struct mac *mac, struct err *e);
int order_leave(struct churner *ch, const char *port, struct err *e);

#endif
