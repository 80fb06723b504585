/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inspect.c: what `steadybridge inspect` and `steadybridge watch` say of a bridge of the host.
 *
 * The rules are br_stp_recalculate_bridge_id()'s: with addr_assign_type NET_ADDR_SET (3) the bridge
 * keeps its MAC; otherwise it takes the lowest of its ports', whatever their state. */
#include "host/inspect.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/utf8.h"
#include "base/words.h"
#include "host/bridge_maker.h"

static void say_inherits(const struct bridge_view *b, struct buf *out)
{
	char text[MAC_TEXT], other[MAC_TEXT];
	const char *name = b->name;
	const struct view_port *from = bridge_view_lowest(b, NULL),
	                       *next = bridge_view_lowest(b, from);

	buf_printf(out, "%s is NOT pinned: its MAC follows its ports\n", name);
	if (!from) {
		buf_printf(out,
		    "  now    %s, with no port; the first port that joins gives it another MAC\n",
		    mac_text(b->mac, text));
	} else {
		buf_printf(out, "  now    %s, from port %s, the lowest of %zu\n",
		    mac_text(b->mac, text), from->name, b->n_ports);
		buf_printf(out,
		    "  join   a port with a MAC below %s changes it, even one that is down\n",
		    text);
		if (!next)
			buf_printf(out,
			    "  leave  when %s leaves, no port is left and the MAC becomes 00:00:00:00:00:00\n",
			    from->name);
		else
			buf_printf(out, "  leave  when %s leaves, it becomes %s (port %s)\n",
			    from->name, mac_text(next->mac, other), next->name);
	}
	buf_printf(out,
	    "  so     clients that use it as their gateway lose it at such a change, until their\n"
	    "         neighbour entry has aged out (8 to 50 s by default)\n");
	char *word = words_shell(name);
	if (!from)
		buf_printf(out,
		    "  pin    ip link set dev %s address 02:xx:xx:xx:xx:xx (a MAC of your own)\n",
		    word);
	else
		buf_printf(out,
		    "  pin    ip link set dev %s address %s\n"
		    "         (the MAC it has: no client notices)\n",
		    word, text);
	free(word);
}

/* The lines that the tool wants, each below the one before. */
static void say_maker(const struct bridge_view *b, struct buf *out)
{
	const struct mac none = {{0}};
	struct bridge_maker m;
	const char *head = "  config ";

	if (bridge_maker_find("", b->name, b->ifindex, b->pinned ? none : b->mac, &m)) {
		buf_printf(out, "  made   by %s, as %s says\n", m.tool, m.known_by);
		for (char *left = m.config, *line; left && (line = strsep(&left, "\n"));) {
			buf_printf(out, "%s%s\n", head, line);
			head = "         ";
		}
	}
	bridge_maker_free(&m);
}

void inspect_text(const struct bridge_view *b, struct buf *out)
{
	char text[MAC_TEXT];

	if (!b->pinned) {
		say_inherits(b, out);
	} else {
		buf_printf(out, "%s is pinned: %s stays whatever its %zu port%s\n", b->name,
		    mac_text(b->mac, text), b->n_ports, b->n_ports == 1 ? " does" : "s do");
		if (mac_is_zero(b->mac))
			buf_printf(out,
			    "  BUT    it is pinned to zero: no client can reach it; set a MAC of your own\n");
	}
	say_maker(b, out);
}

static json_t *json_ports(const struct bridge_view *b)
{
	json_t *list = json_array();
	char text[MAC_TEXT];

	for (const struct view_port *p = b->ports; p < b->ports + b->n_ports; p++)
		json_array_append_new(list, json_pack("{so,ss,si}", "name", utf8_json(p->name),
		                                "mac", mac_text(p->mac, text), "mtu", (int)p->mtu));
	return list;
}

static json_t *json_addresses(const struct bridge_view *b)
{
	json_t *list = json_array();

	for (size_t i = 0; i < b->n_addresses; i++)
		json_array_append_new(list, json_string(b->addresses[i].text));
	return list;
}

json_t *inspect_json(const struct bridge_view *b)
{
	const struct view_port *from = b->pinned ? NULL : bridge_view_lowest(b, NULL);
	struct bridge_maker m;
	char text[MAC_TEXT];

	bridge_maker_find("", b->name, b->ifindex, b->mac, &m);
	json_t *o = json_pack("{so,sb,ss,so,si,sb,so,so,so,so,so}", "bridge", utf8_json(b->name),
	    "pinned", b->pinned, "mac", mac_text(b->mac, text), "mac-from-port",
	    utf8_json(from ? from->name : NULL), "mtu", (int)b->mtu, "carrier", b->carrier, "ports",
	    json_ports(b), "addresses", json_addresses(b), "made-by", utf8_json(m.tool), "known-by",
	    utf8_json(m.known_by), "pins", utf8_json(m.config));
	bridge_maker_free(&m);
	return o;
}

/* A label of Prometheus: quotes, backslashes and ends of lines are escaped. */
static void put_label(const char *name, struct buf *out)
{
	struct buf clean = {0};

	utf8_add(&clean, name, true);
	for (const char *s = clean.s; *s; s++)
		if (*s == '\n')
			buf_puts(out, "\\n");
		else
			buf_printf(out, "%s%c", *s == '"' || *s == '\\' ? "\\" : "", *s);
	buf_free(&clean);
}

static unsigned long metric_pinned(const struct bridge_view *b)
{
	return b->pinned;
}

static unsigned long metric_ports(const struct bridge_view *b)
{
	return b->n_ports;
}

static unsigned long metric_mtu(const struct bridge_view *b)
{
	return b->mtu;
}

static unsigned long metric_carrier(const struct bridge_view *b)
{
	return b->carrier;
}

void inspect_prom(const struct bridge_views *all, struct buf *out)
{
	static const struct {
		const char *name, *help;
		unsigned long (*of)(const struct bridge_view *);
	} metrics[] = {
	    {"pinned",
	        "1: it keeps its MAC whatever its ports do; 0: it takes the lowest of theirs.",
	        metric_pinned},
	    {"ports", "Number of its ports.", metric_ports},
	    {"mtu_bytes", "Its MTU.", metric_mtu},
	    {"carrier", "1: one of its ports forwards.", metric_carrier},
	};

	for (size_t i = 0; i < ARRAY_SIZE(metrics); i++) {
		buf_printf(out,
		    "# HELP steadybridge_bridge_%s %s\n# TYPE steadybridge_bridge_%s gauge\n",
		    metrics[i].name, metrics[i].help, metrics[i].name);
		for (const struct bridge_view *b = all->items; b < all->items + all->n; b++) {
			buf_printf(out, "steadybridge_bridge_%s{bridge=\"", metrics[i].name);
			put_label(b->name, out);
			buf_printf(out, "\"} %lu\n", metrics[i].of(b));
		}
	}
}
