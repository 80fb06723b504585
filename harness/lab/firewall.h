/* firewall.h: the router's NAT and FORWARD rules, by one real iptables-restore. */
#ifndef SB_FIREWALL_H
#define SB_FIREWALL_H

#include <sys/types.h>

#include "base/err.h"

/* Starts iptables-restore in the caller's network namespace: masquerade what the bridge's network
 * sends out of the uplink, forward that and its answers, drop every other forwarding. Its pid, or
 * -errno. */
pid_t firewall_start(const char *bridge, const char *uplink, const char *network, struct err *e);
/* Waits for it. 0, -ETIMEDOUT, or -EIO when it refused. */
int firewall_wait(pid_t pid, int64_t deadline_ns, struct err *e);
/* The iptables-restore that is used, or NULL when none is installed. */
const char *firewall_program(void);

#endif
