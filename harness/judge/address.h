/* address.h: the gateway's addresses as the notifications told them. */
#ifndef SB_ADDRESS_H
#define SB_ADDRESS_H

#include "trace/trace.h"

/* Had the bridge lost its address of this family (the clients' gateway) by t_ns? */
bool address_lost(const struct trace *t, enum ip_family family, int64_t t_ns);
/* Had it lost its last link-local address by then? Without one a router solicits nobody for what it
 * forwards (ndisc_send_ns()). */
bool address_no_local(const struct trace *t, int64_t t_ns);

#endif
