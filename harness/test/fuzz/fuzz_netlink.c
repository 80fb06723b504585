/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_netlink.c: any bytes as a datagram of rtnetlink. A libFuzzer target.
 *
 * The first byte is the bridge's ifindex, 0 in a client's namespace; the rest is the datagram. */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "play/notice.h"
#include "test/fuzz/fuzz.h"

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static void look_at(const struct notice *n, const struct nlmsghdr *h, const struct event *ev)
{
	const char *name = notice_name(n, ev->u.link.ifindex);

	switch (ev->type) {
	case EV_LINK:
		HOLDS(ends(ev->u.link.name, sizeof(ev->u.link.name)));
		if (ev->u.link.bridge_msg)
			break;
		HOLDS(ev->u.link.gone ? !name : name && !strcmp(name, ev->u.link.name));
		if (ev->u.link.ifindex == n->bridge && !ev->u.link.gone)
			HOLDS(!mac_cmp(n->mac, ev->u.link.mac) && n->mtu == ev->u.link.mtu);
		break;
	case EV_FDB:
		HOLDS(ends(ev->u.fdb.port, sizeof(ev->u.fdb.port)));
		break;
	case EV_NEIGH:
		HOLDS(ends(ev->u.neigh.dev, sizeof(ev->u.neigh.dev)));
		break;
	case EV_ADDR:
		HOLDS(ends(ev->u.addr.dev, sizeof(ev->u.addr.dev)));
		HOLDS(h->nlmsg_type == RTM_NEWADDR || h->nlmsg_type == RTM_DELADDR);
		break;
	default:
		HOLDS(!"an event of another kind");
	}
	fuzz_event(ev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct notice n = {.bridge = size ? data[0] : 0};
	size_t at = 0, was = 0, len = size ? size - 1 : 0, messages = 0;
	void *datagram = fuzz_copy(size ? data + 1 : data, len);
	const struct nlmsghdr *h;

	while ((h = notice_next(datagram, len, &at))) {
		struct event ev = {.where = n.bridge ? WHERE_ROUTER : WHERE_CLIENT};

		HOLDS(at >= was + sizeof(*h));
		was = at;
		messages++;
		if (notice_read(&n, h, &ev))
			look_at(&n, h, &ev);
		HOLDS(n.n_names <= messages);
	}
	for (size_t i = 0; i < n.n_names; i++) /* each index once */
		HOLDS(notice_name(&n, n.names[i].ifindex) == n.names[i].name);
	notice_free(&n);
	free(datagram);
	return 0;
}
