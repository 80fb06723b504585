/* bridge.c: how a case's bridge is made. */
#include "play/bridge.h"

struct lab_bridge bridge_of(const struct scenario_case *c, const struct schedule *s)
{
	return (struct lab_bridge){
	    .mac = c->pin == PIN_AT_CREATE ? s->bridge_create_mac : (struct mac){{0}},
	    .stp = c->stp,
	    .forward_delay_real_ns = (int64_t)((double)c->forward_delay_ns / s->pace),
	    .ageing_real_ns = (int64_t)((double)c->ageing_ns / s->pace),
	    .mtu = c->mtu,
	    .floods_multicast = c->floods_multicast,
	};
}
