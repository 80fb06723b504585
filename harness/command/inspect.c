/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inspect.c: `steadybridge inspect`: are bridges of this host pinned? */
#include "host/inspect.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/status.h"
#include "base/utf8.h"
#include "command/command.h"
#include "command/help.h"

static void put_json(const struct bridge_views *all, struct buf *out)
{
	json_t *list = json_array();

	for (size_t i = 0; i < all->n; i++)
		json_array_append_new(list, inspect_json(&all->items[i]));
	json_t *o = json_pack("{so}", "bridges", list);
	char *text = json_dumps(o, JSON_INDENT(1));
	buf_printf(out, "%s\n", text);
	free(text);
	json_decref(o);
}

static void put_text(const struct bridge_views *all, struct buf *out)
{
	for (size_t i = 0; i < all->n; i++)
		inspect_text(&all->items[i], out);
	if (!all->n)
		buf_puts(out, "no bridge in this network namespace\n");
	utf8_clean(out->s, true);
}

/* 0, or -errno with a message. */
static int tell(const struct options *o, const struct bridge_views *all, struct err *e)
{
	struct buf out = {0};
	int r = 0;

	if (o->prom)
		inspect_prom(all, &out);
	else if (o->json)
		put_json(all, &out);
	else
		put_text(all, &out);
	if (o->prom && strcmp(o->prom, "-"))
		r = data_write(o->prom, out.s, strlen(out.s), e);
	else
		fputs(out.s, stdout);
	buf_free(&out);
	return r;
}

static int run(struct options *o)
{
	struct bridge_views all = {0};
	struct nl_sock *sock = NULL;
	struct err e = {{0}};
	bool pinned = true;

	if (o->all == (o->n_names > 0))
		return help_usage_error(&command_inspect, "expected BRIDGE, or --all");
	if (o->json && o->prom)
		return help_usage_error(&command_inspect, "--json cannot be combined with --prom");
	int r = nl_open(&sock, &e);
	if (!r)
		r = bridge_views_look(sock, o->all ? NULL : o->names[0], &all, &e);
	if (!r)
		r = tell(o, &all, &e);
	for (size_t i = 0; i < all.n; i++)
		pinned = pinned && all.items[i].pinned;
	bridge_views_free(&all);
	if (sock)
		nl_socket_free(sock);
	if (!r)
		return pinned ? 0 : 1;
	fprintf(stderr, "steadybridge: %s\n", e.text);
	return r == -ENODEV || r == -EINVAL ? STATUS_USAGE : STATUS_CANNOT;
}

const struct command command_inspect = {"inspect", "[BRIDGE]", 0, 1,
    "show whether bridges of this host are pinned (status 0) or not (1)",
    OPTION_ALL_BRIDGES | OPTION_JSON | OPTION_PROM, "docker0", run};
