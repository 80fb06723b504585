/* SPDX-License-Identifier: GPL-2.0-or-later */
/* port.h: one churn port: how it joins and how it leaves. */
#ifndef SB_PORT_H
#define SB_PORT_H

#include <stdbool.h>

#include "base/err.h"
#include "base/mac.h"
#include "lab/subject.h"
#include "net/nl.h"
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
	const struct subject_run *subject; /* attaches and detaches the port, if there is one */
};

/* A namespace for peers (fd, caller closes), or -errno. Guests have no IPv6, because their
 * announcements are not part of the test. */
int port_make_guest(const struct port_home *home, struct err *e);
/* Creates the link if needed and enslaves it; with a zero MAC the kernel chooses. A subject
 * attaches a port of its own choice, which has come when this returns. */
int port_join(struct port *p, const struct port_home *home, struct mac mac, struct err *e);
/* Releases the port, has the subject detach it, or starts to delete the link: then p->leaving is
 * set until port_gone(). */
int port_leave(struct port *p, const struct port_home *home, struct err *e);
/* Deletes a link (ifindex 0: closes fd instead) in a thread: rcu_barrier() in netdev_run_todo()
 * holds the caller long after the link has gone. */
int port_start_deletion(int ifindex, int fd, struct err *e);
/* Call it when the kernel has reported that the link is gone. */
void port_gone(struct port *p);

#endif
