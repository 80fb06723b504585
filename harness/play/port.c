/* SPDX-License-Identifier: GPL-2.0-or-later */
/* port.c: one churn port: how it joins and how it leaves. */
#include "play/port.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "lab/lab.h"
#include "lab/subject_links.h"
#include "net/link.h"
#include "net/netns.h"
#include "scenario/churn.h"

static bool goes_up(const struct port *p)
{
	return p->churn->kind == KIND_VETH || p->churn->kind == KIND_TAP;
}

int port_make_guest(const struct port_home *home, struct err *e)
{
	int ns = netns_make(home->router, e);
	int r = ns < 0 ? ns : netns_enter(ns, e);

	if (r)
		return r;
	netns_sysctl("net.ipv6.conf.default.disable_ipv6", "1", NULL); /* absent without IPv6 */
	r = netns_enter(home->router, e);
	return r ? r : ns;
}

/* The peer's end is set up in its own namespace, so that the port has carrier. */
static int set_peer_up(const struct port *p, const struct port_home *home, int ns, struct err *e)
{
	struct nl_sock *nl = NULL;
	int r = netns_enter(ns, e);

	if (r)
		return r;
	r = nl_open(&nl, e);
	int peer = r ? r : link_index(nl, p->name, e);
	r = peer < 0 ? peer : link_set_up(nl, peer, true, e);
	if (nl)
		nl_socket_free(nl);
	int back = netns_enter(home->router, e);
	return r ? r : back;
}

static int join_veth(struct port *p, const struct port_home *home, struct mac mac, struct err *e)
{
	int ns = home->guests;

	if (p->churn->by == BY_NAMESPACE_DEATH) {
		ns = port_make_guest(home, e);
		if (ns < 0)
			return ns;
		p->guest = ns;
	}
	struct veth v = {
	    .name = p->name,
	    .peer = p->name,
	    .mac = mac,
	    .peer_ns = ns,
	    .master = home->bridge,
	    .mtu = p->churn->mtu,
	    .up = goes_up(p),
	};
	int r = link_add_veth(home->nl, &v, e);

	if (!r)
		r = link_index(home->nl, p->name, e);
	if (r < 0)
		return r;
	p->ifindex = r;
	return goes_up(p) ? set_peer_up(p, home, ns, e) : 0;
}

static int join_tap(struct port *p, const struct port_home *home, struct mac mac, struct err *e)
{
	p->tap = link_add_tap(p->name, e);
	if (p->tap < 0)
		return p->tap;
	int r = link_index(home->nl, p->name, e);
	if (r < 0)
		return r;
	p->ifindex = r;
	r = p->churn->mtu == LAB_MTU ? 0 : link_set_mtu(home->nl, p->ifindex, p->churn->mtu, e);
	return r ? r : link_enslave(home->nl, p->ifindex, home->bridge, mac, goes_up(p), e);
}

/* Runs the verb, waits until the port has come or gone, and then until the links are quiet. */
static int change_by_subject(
    struct port *p, const struct port_home *home, bool attach, struct err *e)
{
	const char *verb = attach ? "attach" : "detach";
	struct subject_ports before;
	struct nl_sock *events = NULL;
	char what[SUBJECT_NAME_MAX + 16];

	snprintf(what, sizeof(what), "%s %s", home->subject->subject->name, verb);
	int r = subject_links_ports(home->nl, home->bridge, &before, e);
	if (!r)
		r = nl_open_monitor(RTNLGRP_LINK, &events, e);
	if (!r)
		r = subject_verb(home->subject, verb, SUBJECT_VERB_NS, e);
	if (!r)
		r = subject_links_wait(
		    home->nl, events, home->bridge, &before, what, &p->ifindex, e);
	if (events)
		nl_socket_free(events);
	return r;
}

int port_join(struct port *p, const struct port_home *home, struct mac mac, struct err *e)
{
	if (home->subject->subject)
		return change_by_subject(p, home, true, e);
	if (p->ifindex)
		return link_enslave(home->nl, p->ifindex, home->bridge, mac, goes_up(p), e);
	return churn_is_tap(p->churn) ? join_tap(p, home, mac, e) : join_veth(p, home, mac, e);
}

struct deletion {
	int ifindex; /* 0: close fd instead */
	int fd;
};

static void *run_deletion(void *arg)
{
	struct deletion *d = arg;
	struct nl_sock *nl = NULL;

	/* The reply does not matter; the notification (or its absence) counts. */
	if (d->ifindex && !nl_open(&nl, NULL))
		link_delete(nl, d->ifindex, NULL);
	if (nl)
		nl_socket_free(nl);
	if (d->fd >= 0)
		close(d->fd);
	free(d);
	return NULL;
}

int port_start_deletion(int ifindex, int fd, struct err *e)
{
	struct deletion *d = mem_alloc(sizeof(*d));
	pthread_attr_t attr;
	pthread_t thread;

	*d = (struct deletion){.ifindex = ifindex, .fd = fd};
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	int error = pthread_create(&thread, &attr, run_deletion, d);
	pthread_attr_destroy(&attr);
	if (error)
		free(d);
	return error ? err_set(e, error, "thread:") : 0;
}

int port_leave(struct port *p, const struct port_home *home, struct err *e)
{
	int r;

	if (!p->ifindex)
		return err_set(e, ENODEV, "port %s does not exist", p->name);
	if (home->subject->subject)
		return change_by_subject(p, home, false, e);
	if (p->churn->by == BY_RELEASE) {
		r = link_enslave(home->nl, p->ifindex, 0, (struct mac){{0}}, false, e);
		/* If the next join takes a new MAC from the kernel, it needs a new link: this one
		 * is released on time and deleted later. */
		if (r || p->churn->port_mac.rule != PORT_MAC_KERNEL)
			return r;
	}
	p->leaving = true;
	if (p->guest >= 0) {
		close(p->guest); /* the last reference: the kernel takes the namespace down by
		                    itself */
		p->guest = -1;
		return 0;
	}
	r = churn_is_tap(p->churn) ? port_start_deletion(0, p->tap, e)
	                           : port_start_deletion(p->ifindex, -1, e);
	p->tap = -1;
	return r;
}

void port_gone(struct port *p)
{
	p->ifindex = 0;
	p->leaving = false;
}
