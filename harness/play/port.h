/* port.h: one churn port: how it joins and how it leaves. */
#ifndef SB_PORT_H
#define SB_PORT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/mac.h"
#include "lab/nl.h"
#include "scenario/scenario.h"

struct port {
	char name[NAME_MAX_LEN];
	const struct churn *churn;
	int ifindex;  /* 0: no such link now */
	bool leaving; /* its link is being deleted; port_gone() ends that */
	int guest;    /* namespace of the peer, or -1 */
	int tap;      /* fd, or -1 */
};

struct port_home {
	struct nl_sock *nl; /* of the router */
	int router, guests; /* namespaces; guests holds the peers that die with no namespace */
	int bridge;         /* ifindex */
};

/* A namespace for peers (fd, caller closes), or -errno. Guests are silent: what they would say of
 * themselves by IPv6 is not part of the story. */
int port_make_guest(const struct port_home *home, struct err *e);
/* Makes the link if need be and enslaves it; a zero MAC is the kernel's choice. */
int port_join(struct port *p, const struct port_home *home, struct mac mac, struct err *e);
/* Lets go of the bridge, or starts to delete the link: then p->leaving is set until port_gone(). */
int port_leave(struct port *p, const struct port_home *home, struct err *e);
/* The kernel has told that the link is gone. */
void port_gone(struct port *p);

#endif
