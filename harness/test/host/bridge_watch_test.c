/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_watch_test.c: tests of which changes of a bridge `watch` reports. */
#include "test/kit/ctest.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "host/bridge_watch.h"

static const struct view_port v1 = {.ifindex = 11, .name = "v1", .mac = {{2, 0, 0, 0, 0, 1}}},
                              v2 = {.ifindex = 12, .name = "v2", .mac = {{2, 0, 0, 0, 0, 2}}};

/* The bridge has that MAC, that port and that address; freed by bridge_view_free(). */
static struct bridge_view view(struct mac mac, const struct view_port *port, const char *address)
{
	struct bridge_view b = {.ifindex = 10, .name = "br0", .mac = mac, .mtu = 1500};

	*MEM_PUSH(b.ports, b.n_ports, b.cap_ports) = *port;
	struct view_address *a = MEM_PUSH(b.addresses, b.n_addresses, b.cap_addresses);
	snprintf(a->text, sizeof(a->text), "%s", address);
	return b;
}

/* All changes that it reports, a line each; caller frees. */
static char *told(struct bridge_watch *w)
{
	struct buf out = {0};

	bridge_watch_explain(w);
	for (size_t i = 0; i < w->n; i++) {
		bridge_change_text(w, &w->changes[i], &out);
		buf_puts(&out, "\n");
	}
	bridge_watch_clear(w);
	return out.s ? out.s : mem_strdup("");
}

#define ASSERT_TOLD(w, text)                                                                       \
	do {                                                                                       \
		char *all = told(w);                                                               \
                                                                                                   \
		ck_assert_str_eq(all, text);                                                       \
		free(all);                                                                         \
	} while (0)

PURE_TEST("watch", what_changed_while_messages_were_lost_is_told)
{
	struct bridge_watch w = {.view = view(v1.mac, &v1, "192.0.2.1/24")};
	struct bridge_view now = view(v2.mac, &v2, "192.0.2.2/24");

	bridge_watch_compare(&w, &now, 0);
	ASSERT_TOLD(&w, "br0 CHANGED 02:00:00:00:00:01 -> 02:00:00:00:00:02: port v2 joined\n"
	                "port v1 (02:00:00:00:00:01) left\n"
	                "port v2 (02:00:00:00:00:02) joined\n"
	                "br0 lost 192.0.2.1/24\n"
	                "br0 was given 192.0.2.2/24\n");
	bridge_watch_compare(&w, &now, 0);
	ASSERT_TOLD(&w, "");
	bridge_view_free(&now);
	bridge_view_free(&w.view);
	free(w.changes);
}

PURE_TEST("watch", an_address_that_is_renewed_is_nothing_new)
{
	struct bridge_watch w = {.view = view(v1.mac, &v1, "192.0.2.1/24")};
	struct event ev = {.type = EV_ADDR, .u.addr = {.family = AF_INET, .prefix = 24}};

	inet_pton(AF_INET, "192.0.2.1", ev.u.addr.addr);
	bridge_watch_take(&w, &ev, 0);
	ASSERT_TOLD(&w, "");
	ev.u.addr.gone = true;
	bridge_watch_take(&w, &ev, 0);
	ASSERT_TOLD(&w, "br0 lost 192.0.2.1/24\n");
	bridge_watch_take(&w, &ev, 0);
	ASSERT_TOLD(&w, "");
	bridge_view_free(&w.view);
	free(w.changes);
}
