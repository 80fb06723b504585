/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_subject.c: the part of a lab in which a subject makes the bridge. */
#include "lab/lab_subject.h"

#include <string.h>
#include <unistd.h>

#include "lab/lab_names.h"
#include "lab/subject_box.h"
#include "lab/subject_links.h"
#include "net/link.h"
#include "net/netns.h"

static int name_netns(struct lab *lab, const char *name, struct err *e)
{
	int ns = sysctls_make_netns(lab->router, e), r = ns < 0 ? ns : netns_name(name, ns, e);

	if (ns >= 0)
		close(ns);
	return r;
}

int lab_subject_up(struct lab *lab, int64_t deadline_ns, struct err *e)
{
	struct subject_link bridge;
	struct err why = {{0}};
	int r = subject_box_make(&lab->subject, deadline_ns, e);

	if (!r)
		r = name_netns(lab, SUBJECT_GUEST, e);
	if (!r)
		r = name_netns(lab, SUBJECT_KEEPER, e);
	if (!r)
		r = subject_verb(&lab->subject, "up", SUBJECT_VERB_NS, e);
	if (r)
		return r;
	r = subject_links_bridge(lab->nl, lab_gateway_ip4, &bridge, &why);
	if (r)
		return err_set(e, -r, "%s up exited with status 0, but %s",
		    lab->subject.subject->name, why.text);
	lab->bridge = bridge.ifindex;
	memcpy(lab->bridge_name, bridge.name, sizeof(lab->bridge_name));
	return 0;
}

int lab_subject_raise_ports(struct lab *lab, struct err *e)
{
	struct subject_ports ports;
	int r = subject_links_ports(lab->nl, lab->bridge, &ports, e);

	for (size_t i = 0; !r && i < ports.n; i++) {
		bool is_client = false;

		for (size_t k = 0; k < lab->n_clients; k++)
			is_client |= lab->clients[k].port == ports.items[i].ifindex;
		if (!is_client)
			r = link_set_mac(lab->nl, ports.items[i].ifindex,
			    (struct mac){{0xfe, 0xff, 0xff, 0xff, 0xff, (uint8_t)(0x80 + i)}}, e);
	}
	return r;
}
