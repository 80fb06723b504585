/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export.c: a case as one shell script that needs nothing of steadybridge.
 *
 * The script plays the case's rounds (schedule/rounds.h) with ip and ping. Its shell code is fixed
 * text. What differs from case to case are values at the top, in single quotes, and the lines that
 * the tables below choose. A case that has more to it than these lines show is refused. */
#include "explain/export.h"

#include <errno.h>
#include <string.h>

#include "base/words.h"
#include "base/utf8.h"
#include "explain/export_text.h"
#include "scenario/churn.h"
#include "scenario/client.h"
#include "scenario/keys.h"
#include "scenario/macs.h"
#include "schedule/rounds.h"

struct script {
	const struct scenario_case *c;
	const struct macs *macs;
	const struct export_options *o;
	struct buf *out;
};

/* How a port is made and raised. Its far end, where it has one, is in the namespace $far. */
static const struct kind {
	const char *make, *join;
} kinds[] = {
    [KIND_VETH] = {EXPORT_MAKE_VETH, EXPORT_JOIN_UP " &&\n" EXPORT_FAR_UP},
    [KIND_VETH_DOWN] = {EXPORT_MAKE_VETH, EXPORT_JOIN},
    [KIND_TAP] = {EXPORT_MAKE_TAP, EXPORT_JOIN_UP},
    [KIND_TAP_DOWN] = {EXPORT_MAKE_TAP, EXPORT_JOIN},
};

static const struct way {
	const char *says, *leave;
} ways[] = {
    [BY_DELETE] = {"is deleted", EXPORT_LEAVE_DELETE},
    [BY_RELEASE] = {"is released from br0", EXPORT_LEAVE_RELEASE},
    [BY_NAMESPACE_DEATH] = {"dies with the namespace of its far end", NULL},
};

static const struct pin {
	const char *says, *create, *later;
} pins[] = {
    [PIN_NEVER] = {"br0 is not given a MAC. It takes the lowest one of its ports.", "", ""},
    [PIN_AT_CREATE] = {"br0 is given its MAC when it is created, and keeps it.",
        " address \"$bridge_mac\"", ""},
    [PIN_TO_OTHER] = {"br0 is given a MAC of its own after its first ports have joined.", "",
        EXPORT_PIN("\"$bridge_mac\"")},
    [PIN_TO_CURRENT] = {"br0 is set to the MAC that it has after its first ports have joined.", "",
        EXPORT_PIN("\"$(gateway_mac)\"")},
};

static bool sets_mtu(const struct scenario_case *c)
{
	bool sets = c->mtu || c->mtu_via_other || c->upstream_mtu != MTU_USUAL ||
	            c->churns[0].mtu != MTU_USUAL;

	for (size_t i = 0; i < c->n_clients; i++)
		sets = sets || c->clients[i].mtu != MTU_USUAL;
	return sets;
}

/* What the script does not show, though `check --quick` plays it. */
static const char *not_shown(const struct scenario_case *c)
{
	if (*c->subject)
		return "a program makes its bridge";
	if (sets_mtu(c))
		return "it sets MTUs";
	if (c->ageing_ns != key_find(keys_bridge, "ageing-time")->normal)
		return "it sets how long br0 remembers MACs";
	if (clients_some_have_flags(c))
		return "it sets flags of a client's port";
	if (clients_use_vlans(c))
		return "it is about VLANs";
	if (c->floods_multicast || c->querier != QUERIER_NEVER || clients_some_silent(c))
		return "it is about multicast";
	if (c->firewall != FIREWALL_NONE || c->firewall_backend != BACKEND_ANY)
		return "it sets firewall rules";
	if (c->limits.gateway_mac_changes > 0)
		return "it counts changes of the gateway's MAC";
	return NULL;
}

static bool is_control(const struct script *x)
{
	return x->c->breaks != CAUSE_NONE;
}

static void put_quoted(const struct script *x, const char *name, const char *value)
{
	buf_printf(x->out, "%s=", name);
	words_quote(value, x->out);
	buf_puts(x->out, "\n");
}

static void put_mac(const struct script *x, const char *name, struct mac mac)
{
	char text[MAC_TEXT];

	put_quoted(x, name, mac_text(mac, text));
}

/* A line of the comment on top: nothing in `text` ends the line. */
static void put_comment(const struct script *x, const char *before, const char *text)
{
	buf_printf(x->out, "# %s", before);
	utf8_add(x->out, text, false);
	buf_puts(x->out, "\n");
}

static void put_story(const struct script *x)
{
	const struct churn *ch = &x->c->churns[0];
	bool joins = rounds_begin_by_join(x->c);

	put_comment(x, "", pins[x->c->pin].says);
	buf_printf(x->out,
	    "# In each round the client learns the gateway's MAC. Then the port \"%s\"\n"
	    "# %s, and one probe follows. Then the change is undone.\n#\n",
	    ch->name, joins ? "joins br0" : ways[ch->by].says);
	if (is_control(x))
		buf_puts(x->out, EXPORT_EXPECT_BREAK);
	else if (x->c->limits.gateway_mac_changes)
		buf_puts(x->out, EXPORT_EXPECT_ANSWERS);
	else
		buf_puts(x->out, EXPORT_EXPECT_HOLD);
	buf_printf(x->out, "#\tRESULT: broke in %u of %u rounds\n",
	    is_control(x) ? x->c->rounds : 0, x->c->rounds);
	buf_puts(x->out, EXPORT_STATUSES);
}

static void put_head(const struct script *x)
{
	const struct scenario *s = x->c->scenario;

	buf_puts(x->out, x->o->kselftest ? "#!/bin/bash\n" : "#!/bin/sh\n");
	buf_puts(x->out, "# SPDX-License-Identifier: GPL-2.0-or-later\n#\n");
	put_comment(x, "", s->summary);
	buf_puts(x->out, EXPORT_DRAWING);
	put_story(x);
	buf_puts(x->out, "#\n");
	put_comment(x, "Case: ", x->c->name);
	for (size_t i = 0; i < s->n_references; i++)
		put_comment(x, "Reported in: ", s->references[i]);
	put_comment(x, "Written by steadybridge ", x->o->version);
}

static void put_values(const struct script *x, size_t asking)
{
	const struct churn *ch = &x->c->churns[0];
	const struct macs *m = x->macs;

	buf_puts(x->out, "\n");
	if (x->o->kselftest)
		put_quoted(x, "name", x->c->name);
	buf_printf(x->out, "rounds=%u\n", x->c->rounds);
	put_quoted(x, "port", ch->name);
	put_mac(x, "port_mac", m->churns[0][0]);
	put_quoted(x, "client_port", x->c->clients[asking].name);
	put_mac(x, "client_port_mac", m->clients[asking]);
	if (x->c->pin == PIN_AT_CREATE)
		put_mac(x, "bridge_mac", m->bridge_create);
	if (x->c->pin == PIN_TO_OTHER)
		put_mac(x, "bridge_mac", m->bridge_other);
	buf_puts(x->out, EXPORT_ADDRESSES);
}

/* The namespaces of a case, by their variables; `first`: only those that are there from the start,
 * to which $far does not belong where the port's way to leave is the end of that namespace. */
static size_t namespaces(const struct script *x, bool first, const char *names[5])
{
	const struct churn *ch = &x->c->churns[0];
	size_t n = 0;

	names[n++] = "router";
	names[n++] = "client";
	names[n++] = "upstream";
	if (x->c->n_clients > 1)
		names[n++] = "silent";
	if (!churn_is_tap(ch) && !(first && ch->by == BY_NAMESPACE_DEATH))
		names[n++] = "far";
	return n;
}

static void put_namespaces(const struct script *x)
{
	const char *all[5], *first[5];
	size_t n = namespaces(x, false, all), n_first = namespaces(x, true, first);

	buf_puts(x->out, "\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(x->out, "%s=sb-%s-$$\n", all[i], all[i]);
	buf_puts(x->out, "\ncleanup()\n{\n\tfor ns in");
	for (size_t i = 0; i < n; i++)
		buf_printf(x->out, " \"$%s\"", all[i]);
	buf_puts(x->out, EXPORT_CLEANUP "for ns in");
	for (size_t i = 0; i < n_first; i++)
		buf_printf(x->out, " \"$%s\"", first[i]);
	buf_puts(x->out, EXPORT_NAMESPACES);
}

static void put_namespaces_kselftest(const struct script *x)
{
	const char *names[5];
	size_t n = namespaces(x, false, names);

	buf_puts(x->out, "\n");
	for (size_t i = 0; i < n; i++)
		buf_printf(x->out, "%s=\"\"\n", names[i]);
	buf_puts(x->out, "trap cleanup_all_ns EXIT\nsetup_ns");
	n = namespaces(x, true, names);
	for (size_t i = 0; i < n; i++)
		buf_printf(x->out, " %s", names[i]);
	buf_puts(x->out, " || exit $?\n");
}

static void put_frame(const struct script *x)
{
	buf_puts(x->out, x->o->kselftest ? EXPORT_GIVE_UP_KSELFTEST : EXPORT_GIVE_UP);
	buf_puts(x->out, EXPORT_NEEDS);
	if (churn_is_tap(&x->c->churns[0]))
		buf_puts(x->out, EXPORT_NEEDS_TUN);
	if (x->o->kselftest)
		put_namespaces_kselftest(x);
	else
		put_namespaces(x);
}

static void put_port(const struct script *x)
{
	const struct churn *ch = &x->c->churns[0];
	const struct kind *kind = &kinds[ch->kind];
	bool dies = ch->by == BY_NAMESPACE_DEATH;
	const char *own = x->o->kselftest ? "\tsetup_ns far &&\n" : "\tip netns add \"$far\" &&\n";
	const char *die = x->o->kselftest ? EXPORT_LEAVE_DEATH("cleanup_ns \"$far\"")
	                                  : EXPORT_LEAVE_DEATH("ip netns del \"$far\"");

	buf_printf(x->out, "\n%smake_port()\n{\n%s%s\n}\n", churn_is_tap(ch) ? EXPORT_ON_TAPS : "",
	    dies ? own : "", kind->make);
	buf_printf(x->out, "\njoin()\n{\n%s%s\n}\n", ch->by == BY_RELEASE ? "" : "\tmake_port &&\n",
	    kind->join);
	buf_printf(x->out, "\nleave()\n{\n%s\n}\n", dies ? die : ways[ch->by].leave);
}

static void put_build(const struct script *x, size_t asking)
{
	const struct churn *ch = &x->c->churns[0];

	buf_printf(x->out, EXPORT_BUILD, pins[x->c->pin].create);
	for (size_t i = 0; i < x->c->n_clients; i++) {
		char mac[MAC_TEXT];

		if (i != asking)
			buf_printf(x->out, " &&\n\tadd_silent '%s' '%s'", x->c->clients[i].name,
			    mac_text(x->macs->clients[i], mac));
	}
	if (ch->by == BY_RELEASE)
		buf_puts(x->out, " &&\n\tmake_port");
	if (!rounds_begin_by_join(x->c))
		buf_puts(x->out, " &&\n\tjoin");
	buf_puts(x->out, pins[x->c->pin].later);
	buf_puts(x->out, "\n}\n");
}

static void put_rounds(const struct script *x)
{
	bool joins = rounds_begin_by_join(x->c);

	buf_printf(x->out, EXPORT_ROUNDS, joins ? "join" : "leave", joins ? "leave" : "join",
	    is_control(x)                      ? EXPORT_BROKE_CONTROL
	    : x->c->limits.gateway_mac_changes ? EXPORT_BROKE_ANSWERS
	                                       : EXPORT_BROKE_HOLD);
	buf_puts(x->out, "[ \"$broke\" -eq ");
	buf_puts(x->out, is_control(x) ? "\"$rounds\" ]" : "0 ]");
	buf_puts(x->out, x->o->kselftest ? EXPORT_END_KSELFTEST : EXPORT_END);
}

int export_script(const struct scenario_case *c, const struct export_options *o, struct buf *out,
    const char **why)
{
	const struct scenario *s = c->scenario;
	struct scenario_case rounds;
	struct macs macs;
	size_t asking = 0;
	int r = rounds_case(c, &rounds, why);

	if (r)
		return r;
	*why = not_shown(c);
	if (*why)
		return -ENOTSUP;
	while (!c->clients[asking].looks_up)
		asking++;
	/* always the same text for a case; that of a case.yaml has the MACs of its play */
	macs_make(c, s->has_seed ? s->seed : 1, &macs);
	struct script x = {.c = &rounds, .macs = &macs, .o = o, .out = out};
	put_head(&x);
	put_values(&x, asking);
	put_frame(&x);
	buf_puts(out, EXPORT_PROBE);
	if (c->n_clients > 1)
		buf_puts(out, EXPORT_SILENT);
	put_port(&x);
	put_build(&x, asking);
	put_rounds(&x);
	macs_free(&macs);
	return 0;
}
