/* address.c: the gateway's addresses as the notifications told them. */
#include "judge/address.h"

#include <string.h>
#include <sys/socket.h>

#include "judge/mirror.h"

bool address_lost(const struct trace *t, enum ip_family family, int64_t t_ns)
{
	const uint8_t *own = family == IP_V6 ? t->meta.gateway_ip6 : t->meta.gateway_ip4;
	int wanted = family == IP_V6 ? AF_INET6 : AF_INET;
	size_t len = family == IP_V6 ? 16 : 4;
	bool lost = false;

	for (const struct event *ev = t->events; ev < t->events + t->n && ev->t_ns <= t_ns; ev++)
		if (ev->type == EV_ADDR && ev->where == WHERE_ROUTER &&
		    ev->u.addr.family == wanted && !memcmp(ev->u.addr.addr, own, len) &&
		    !strncmp(ev->u.addr.dev, BRIDGE_NAME, NAME_MAX_LEN))
			lost = ev->u.addr.gone;
	return lost;
}
