/* subject_port.c: the port that a subject attaches to its bridge and detaches again. */
#include "play/subject_port.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/units.h"

#define VERB_NS (20 * NS_PER_S)

int subject_port_change(
    struct subject_port *p, const struct lab *lab, struct nl_sock *nl, bool attach, struct err *e)
{
	const char *verb = attach ? "attach" : "detach";
	struct nl_sock *events = NULL;
	char what[64];

	snprintf(what, sizeof(what), "%s %s", lab->subject.subject->name, verb);
	int r = attach ? subject_links_ports(nl, lab->bridge, &p->without, e) : 0;
	if (!r)
		r = nl_open(&events, e);
	if (!r && nl_socket_add_membership(events, RTNLGRP_LINK))
		r = err_set(e, EIO, "link notifications");
	if (!r)
		r = subject_verb(&lab->subject, verb, clock_now_ns() + VERB_NS, e);
	if (!r)
		r = subject_links_wait(
		    nl, events, lab->bridge, &p->without, attach, what, &p->link, e);
	if (!r && !attach)
		p->link.ifindex = 0;
	if (events)
		nl_socket_free(events);
	return r;
}
