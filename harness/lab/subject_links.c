/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subject_links.c: the links that a subject made, found by what they are and not by their names. */
#include "lab/subject_links.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/units.h"
#include "lab/lab_names.h"

#define COMES_NS (2 * NS_PER_S)
#define QUIET_NS (50 * NS_PER_MS)
#define QUIET_MOST_NS NS_PER_S

struct dump {
	const uint8_t *ip4;
	int owner, owners; /* of that address */
	int prefix;        /* its length, of the last owner */
	struct buf found;  /* every address but loopback's: "br0 192.0.2.7/24" */
	int bridge;        /* whose ports are wanted */
	bool bridge_seen;
	struct subject_ports *ports;
	size_t more;               /* ports that have no place */
	struct subject_link *link; /* that is wanted by its ifindex */
};

static int on_address(struct nlmsghdr *h, void *arg)
{
	struct dump *d = arg;
	const struct ifaddrmsg *a = nlmsg_data(h);
	struct nlattr *ip = nlmsg_find_attr(h, sizeof(*a), IFA_LOCAL),
	              *label = nlmsg_find_attr(h, sizeof(*a), IFA_LABEL);
	char text[INET_ADDRSTRLEN];

	if (h->nlmsg_type != RTM_NEWADDR || !ip || nla_len(ip) != 4)
		return 0;
	if (a->ifa_scope != RT_SCOPE_HOST)
		buf_printf(&d->found, "%s%s %s/%u", d->found.len ? ", " : "",
		    label ? nla_get_string(label) : "?",
		    inet_ntop(AF_INET, nla_data(ip), text, sizeof(text)), a->ifa_prefixlen);
	if (!memcmp(nla_data(ip), d->ip4, 4)) {
		d->owner = (int)a->ifa_index;
		d->prefix = a->ifa_prefixlen;
		d->owners++;
	}
	return 0;
}

static int on_link(struct nlmsghdr *h, void *arg)
{
	struct dump *d = arg;
	const struct ifinfomsg *i = nlmsg_data(h);
	struct nlattr *tb[IFLA_MAX + 1], *kind;
	struct subject_link link = {.ifindex = i->ifi_index};
	char text[16] = "";

	if (nlmsg_parse(h, sizeof(*i), tb, IFLA_MAX, NULL))
		return 0;
	if (tb[IFLA_IFNAME])
		nla_strlcpy(link.name, tb[IFLA_IFNAME], sizeof(link.name));
	kind = tb[IFLA_LINKINFO] ? nla_find(nla_data(tb[IFLA_LINKINFO]), nla_len(tb[IFLA_LINKINFO]),
	                               IFLA_INFO_KIND)
	                         : NULL;
	if (kind)
		nla_strlcpy(text, kind, sizeof(text));
	link.is_bridge = !strcmp(text, "bridge");
	d->bridge_seen |= i->ifi_index == d->bridge;
	if (d->link && i->ifi_index == d->owner)
		*d->link = link;
	if (!d->ports || (int)nl_u32(tb[IFLA_MASTER]) != d->bridge)
		return 0;
	if (d->ports->n < SUBJECT_PORTS_MAX)
		d->ports->items[d->ports->n++] = link;
	else
		d->more++;
	return 0;
}

static int dump_links(struct nl_sock *s, struct dump *d, struct err *e)
{
	struct ifinfomsg all = {.ifi_family = AF_UNSPEC};

	return nl_ask(
	    s, nl_message(RTM_GETLINK, NLM_F_DUMP, &all, sizeof(all)), on_link, d, "links", e);
}

/* What is wrong with the link that was found; 0: nothing. */
static int check_bridge(
    const struct dump *d, const struct subject_link *link, const char *ip, struct err *e)
{
	const char *found = d->found.len ? d->found.s : "no address";

	if (d->owners > 1)
		return err_set(e, EEXIST, "%d links have the gateway's address %s: found %s",
		    d->owners, ip, found);
	if (!d->owner || !link->ifindex)
		return err_set(
		    e, ENODEV, "no link has the gateway's address %s: found %s", ip, found);
	if (!link->is_bridge)
		return err_set(
		    e, ENODEV, "%s has the gateway's address %s, but is no bridge", link->name, ip);
	if (d->prefix != LAB_PREFIX)
		return err_set(e, EINVAL, "%s has %s/%d, expected %s/%d", link->name, ip, d->prefix,
		    ip, LAB_PREFIX);
	return 0;
}

int subject_links_bridge(
    struct nl_sock *s, const uint8_t ip4[4], struct subject_link *out, struct err *e)
{
	struct ifaddrmsg v4 = {.ifa_family = AF_INET};
	struct dump d = {.ip4 = ip4, .link = out};
	char ip[INET_ADDRSTRLEN];

	*out = (struct subject_link){0};
	inet_ntop(AF_INET, ip4, ip, sizeof(ip));
	int r = nl_ask(s, nl_message(RTM_GETADDR, NLM_F_DUMP, &v4, sizeof(v4)), on_address, &d,
	    "addresses", e);
	if (!r)
		r = dump_links(s, &d, e);
	if (!r)
		r = check_bridge(&d, out, ip, e);
	buf_free(&d.found);
	return r;
}

int subject_links_ports(struct nl_sock *s, int bridge, struct subject_ports *out, struct err *e)
{
	struct dump d = {.bridge = bridge, .ports = out};

	*out = (struct subject_ports){0};
	int r = dump_links(s, &d, e);
	if (r)
		return r;
	if (!d.bridge_seen)
		return err_set(e, ENODEV, "the bridge is gone");
	return d.more ? err_set(e, ENOSPC, "the bridge has over %d ports", SUBJECT_PORTS_MAX) : 0;
}

static bool has(const struct subject_ports *ports, int ifindex)
{
	for (size_t i = 0; i < ports->n; i++)
		if (ports->items[i].ifindex == ifindex)
			return true;
	return false;
}

/* The first of these that is not among those and is not `but`; or NULL. */
static const struct subject_link *first_not_in(
    const struct subject_ports *these, const struct subject_ports *those, int but)
{
	for (size_t i = 0; i < these->n; i++)
		if (these->items[i].ifindex != but && !has(those, these->items[i].ifindex))
			return &these->items[i];
	return NULL;
}

/* Was there a notification by then? All that are there are read. */
static int heard(struct nl_sock *events, int64_t until_ns)
{
	int fd = nl_socket_get_fd(events), r = clock_wait_readable(fd, until_ns);
	char text[16384];

	while (r > 0 && (recv(fd, text, sizeof(text), MSG_DONTWAIT) >= 0 || errno == ENOBUFS ||
	                    errno == EINTR))
		;
	return r;
}

static int wait_quiet(struct nl_sock *events, int64_t until_ns)
{
	int r;

	do {
		int64_t now = clock_now_ns(), quiet = now + QUIET_NS;

		if (now >= until_ns)
			return 0;
		r = heard(events, quiet < until_ns ? quiet : until_ns);
	} while (r > 0);
	return r;
}

int subject_links_wait(struct nl_sock *s, struct nl_sock *events, int bridge,
    const struct subject_ports *before, const char *what, int *port, struct err *e)
{
	int64_t deadline = clock_now_ns() + COMES_NS;
	const struct subject_link *new = NULL, *released = NULL;
	struct subject_ports now;
	struct err why = {{0}};
	size_t want = *port ? before->n - 1 : before->n + 1;

	do {
		int r = subject_links_ports(s, bridge, &now, &why);

		if (r)
			return err_set(e, -r, "%s: %s", what, why.text);
		new = first_not_in(&now, before, 0);
		released = first_not_in(before, &now, *port);
	} while ((*port ? has(&now, *port) : !new) && !released && heard(events, deadline) > 0);
	if (released)
		return err_set(
		    e, EXDEV, "%s: it released port %s from the bridge", what, released->name);
	if (*port && has(&now, *port))
		return err_set(e, EBUSY,
		    "%s exited with status 0, but its port was still enslaved after 2 s", what);
	if (!*port && !new)
		return err_set(e, ENODEV,
		    "%s exited with status 0, but no port was enslaved within 2 s", what);
	if (now.n != want)
		return err_set(
		    e, EEXIST, "%s: the bridge has %zu ports, expected %zu", what, now.n, want);
	*port = *port ? 0 : new->ifindex;
	int r = wait_quiet(events, clock_now_ns() + QUIET_MOST_NS);
	return r < 0 ? err_set(e, -r, "link notifications:") : 0;
}
