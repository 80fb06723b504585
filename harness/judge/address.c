/* address.c: the gateway's addresses as the notifications told them. */
#include "judge/address.h"

#include <string.h>
#include <sys/socket.h>

#include "judge/bridge_state.h"

static bool of_bridge(const struct event *ev, int family)
{
	return ev->type == EV_ADDR && ev->where == WHERE_ROUTER && ev->u.addr.family == family &&
	       !strncmp(ev->u.addr.dev, BRIDGE_NAME, NAME_MAX_LEN);
}

bool address_lost(const struct trace *t, enum ip_family family, int64_t t_ns)
{
	const uint8_t *own = family == IP_V6 ? t->meta.gateway_ip6 : t->meta.gateway_ip4;
	int wanted = family == IP_V6 ? AF_INET6 : AF_INET;
	size_t len = family == IP_V6 ? 16 : 4;
	bool lost = false;

	for (const struct event *ev = t->events; ev < t->events + t->n && ev->t_ns <= t_ns; ev++)
		if (of_bridge(ev, wanted) && !memcmp(ev->u.addr.addr, own, len))
			lost = ev->u.addr.gone;
	return lost;
}

bool address_no_local(const struct trace *t, int64_t t_ns)
{
	int there = 0;
	bool lost = false;

	for (const struct event *ev = t->events; ev < t->events + t->n && ev->t_ns <= t_ns; ev++)
		if (of_bridge(ev, AF_INET6) && ev->u.addr.addr[0] == 0xfe &&
		    (ev->u.addr.addr[1] & 0xc0) == 0x80) {
			there += ev->u.addr.gone ? -(there > 0) : 1;
			lost = ev->u.addr.gone && !there;
		}
	return lost;
}
