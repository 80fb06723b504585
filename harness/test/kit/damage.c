/* SPDX-License-Identifier: GPL-2.0-or-later */
/* damage.c: traces with random damage. */
#include "test/kit/damage.h"

#include "base/rand.h"
#include "base/units.h"

void damage_trace(struct trace *t, uint64_t *state)
{
	size_t changes = 1 + rand_next(state) % 200;

	for (size_t i = 0; i < changes && t->n; i++) {
		struct event *ev = &t->events[rand_next(state) % t->n];
		struct event *other = &t->events[rand_next(state) % t->n];
		int64_t any = (int64_t)(rand_next(state) % (140 * NS_PER_S)) - 70 * NS_PER_S;

		switch (rand_next(state) % 8) {
		case 0:
			ev->t_ns = any;
			break;
		case 1:
			ev->t_ns = rand_next(state) % 2 ? INT64_C(1) << 60 : -(INT64_C(1) << 60);
			break;
		case 2:
			*ev = *other;
			break;
		case 3:
			ev->type = EV_COUNT;
			break;
		case 4:
			ev->where = (uint8_t)rand_next(state);
			break;
		case 5:
			if (ev->type == EV_LINK) {
				ev->u.link.mac = mac_from_number(rand_next(state) >> 16);
				ev->u.link.ifindex = (int32_t)(rand_next(state) % 20);
				ev->u.link.name[rand_next(state) % 15] = (char)rand_next(state);
				ev->u.link.gone = rand_next(state) % 2;
			}
			break;
		case 6:
			if (ev->type == EV_NEIGH) {
				ev->u.neigh.state = (uint16_t)rand_next(state);
				ev->u.neigh.mac = mac_from_number(rand_next(state) >> 16);
				ev->u.neigh.ip[3] = (uint8_t)(rand_next(state) % 16);
			} else if (ev->type == EV_FDB) {
				ev->u.fdb.port[rand_next(state) % 15] = (char)rand_next(state);
			} else if (ev->type == EV_SENT) {
				ev->u.sent.stream = (uint16_t)(rand_next(state) % 3);
			}
			break;
		case 7:
			if (ev->type == EV_PHASE)
				ev->u.phase.phase =
				    (uint8_t)(rand_next(state) % (PHASE_LAB_FAILED + 1));
			break;
		}
	}
	if (rand_next(state) % 4 == 0)
		t->n = rand_next(state) % (t->n + 1);
	if (rand_next(state) % 8 == 0)
		t->meta.duration_ns = (int64_t)(rand_next(state) >> 3);
	trace_sort(t);
}
