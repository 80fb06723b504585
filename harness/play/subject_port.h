/* subject_port.h: the port that a subject attaches to its bridge and detaches again. */
#ifndef SB_SUBJECT_PORT_H
#define SB_SUBJECT_PORT_H

#include "lab/lab.h"
#include "lab/subject_links.h"

struct subject_port {
	struct subject_ports without; /* the bridge's ports without it */
	struct subject_link link;     /* ifindex 0: it is not attached */
};

/* Attaches or detaches it, in the caller's (the router's) namespace: runs the verb, waits until the
 * port has come or gone, and then until the links are quiet. 0 or -errno with a message that says
 * what the subject did. */
int subject_port_change(
    struct subject_port *p, const struct lab *lab, struct nl_sock *nl, bool attach, struct err *e);

#endif
