/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sentences.c: what a case has and does, a sentence for each thing. */
#include "explain/sentences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "explain/change_sentence.h"
#include "scenario/churn.h"
#include "scenario/client.h"
#include "scenario/keys.h"

/* Takes over the text. */
static void add_text(struct sentences *out, enum sentence_about about, char *text)
{
	*MEM_PUSH(out->items, out->n, out->cap) = (struct sentence){about, text};
}

static void __attribute__((format(printf, 3, 4)))
add(struct sentences *out, enum sentence_about about, const char *fmt, ...)
{
	struct buf b = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	add_text(out, about, b.s);
}

static void put_mac(const struct port_mac *m, struct buf *b)
{
	static const char *const words[] = {
	    [PORT_MAC_RANDOM] = "a random MAC",
	    [PORT_MAC_BELOW_ALL] = "a MAC below all others",
	    [PORT_MAC_ABOVE_ALL] = "a MAC above all others",
	    [PORT_MAC_KERNEL] = "a MAC that the kernel chooses",
	    [PORT_MAC_EACH_TIME] = "another random MAC at each join",
	    [PORT_MAC_FIXED] = "MAC ",
	};
	char text[MAC_TEXT];

	buf_printf(
	    b, "%s%s", words[m->rule], m->rule == PORT_MAC_FIXED ? mac_text(m->fixed, text) : "");
}

static void add_client(const struct client *cl, struct sentences *out)
{
	struct buf b = {0};

	buf_printf(&b, "%s, behind a port with ", cl->name);
	put_mac(&cl->port_mac, &b);
	buf_printf(&b, "%s, %s", cl->port_mac.rule == PORT_MAC_RANDOM ? " (fe:..)" : "",
	    cl->looks_up ? "looks up names" : "sends no lookups");
	if (cl->knows_gateway)
		buf_puts(&b, "; it has a permanent neighbour entry for the gateway");
	if (cl->mtu != MTU_USUAL)
		buf_printf(&b, "; MTU %u", (unsigned)cl->mtu);
	if (cl->silent)
		buf_puts(&b, "; it reports no multicast groups");
	if (cl->unlearned)
		buf_puts(&b, "; its port learns no MACs");
	if (cl->vlan)
		buf_printf(&b, "; its port has PVID %u", cl->vlan);
	if (cl->isolated)
		buf_puts(&b, "; its port is isolated");
	if (cl->hairpin)
		buf_puts(&b, "; its port is in hairpin mode");
	if (cl->suppressed)
		buf_puts(&b, "; neighbour suppression is on at its port");
	add_text(out, ABOUT_CLIENTS, b.s);
}

static void add_churn(const struct scenario_case *c, const struct churn *ch, struct sentences *out)
{
	bool many = ch->count > 1;
	char first[NAME_MAX_LEN], last[NAME_MAX_LEN], span[DURATION_TEXT];
	struct buf b = {0};

	if (*c->subject) {
		add(out, ABOUT_CHURN,
		    "the subject attaches a port and detaches it again, in three rounds, by "
		    "events: each change follows when the one before is over; with --pace N, as "
		    "often as the churn says, by the clock");
		return;
	}
	churn_port_name(ch, 0, first);
	churn_port_name(ch, ch->count - 1, last);
	if (many)
		buf_printf(&b, "ports %s to %s (%s, ", first, last, port_kind_name(ch->kind));
	else
		buf_printf(&b, "port %s (%s, ", first, port_kind_name(ch->kind));
	put_mac(&ch->port_mac, &b);
	if (ch->mtu != MTU_USUAL)
		buf_printf(&b, ", MTU %u", (unsigned)ch->mtu);
	if (ch->joins == JOIN_BEFORE)
		buf_printf(&b, ") %s before the warm-up", many ? "join" : "joins");
	else
		buf_printf(&b, ") %s %s %s", many ? "join" : "joins",
		    ch->joins == JOIN_AT ? "at" : "every", sentence_span(ch->joins_ns, span));
	if (ch->leaves == LEAVE_NEVER)
		buf_printf(&b, " and never %s", many ? "leave" : "leaves");
	else
		buf_printf(&b, " and %s by %s %s%s%s", many ? "leave" : "leaves",
		    leaves_by_name(ch->by), ch->leaves == LEAVE_AT ? "at " : "",
		    sentence_span(ch->leaves_ns, span), ch->leaves == LEAVE_AT ? "" : " later");
	if (ch->joins == JOIN_EVERY)
		buf_printf(
		    &b, ", %llu times", (unsigned long long)churn_cycles(ch, c->duration_ns));
	add_text(out, ABOUT_CHURN, b.s);
}

/* "udp and tcp": the words for each bit. */
static void put_set(const struct word *words, unsigned bits, struct buf *b)
{
	const char *between = "";

	for (; words->name; words++) {
		unsigned bit = (unsigned)words->value;

		if (!(bit & bits) || (bit & (bit - 1)))
			continue;
		buf_printf(b, "%s%s", between, words->name);
		between = " and ";
	}
}

static void add_lookups(const struct scenario_case *c, struct sentences *out)
{
	char every[DURATION_TEXT], timeout[DURATION_TEXT];
	struct buf b = {0};

	sentence_span(c->every_ns ? c->every_ns : c->pause_ns, every);
	buf_printf(&b,
	    c->every_ns ? "one lookup every %s" : "one lookup %s after the end of the one before",
	    every);
	buf_puts(&b, ", over ");
	put_set(words_family, c->families, &b);
	buf_puts(&b, ", ");
	put_set(words_transport, c->transports, &b);
	if ((c->families & (c->families - 1)) || (c->transports & (c->transports - 1)))
		buf_puts(&b, ", each judged by itself");
	buf_printf(&b, "; lost without an answer within %s", sentence_span(c->timeout_ns, timeout));
	if (c->answer_size)
		buf_printf(&b, "; answers of %u bytes", c->answer_size);
	add_text(out, ABOUT_LOOKUPS, b.s);
	if (*c->subject)
		add(out, ABOUT_LOOKUPS,
		    "lookups go on all the time; a client that has lost the gateway's MAC "
		    "forgets it before the next change");
	else
		add(out, ABOUT_LOOKUPS, "lookups go on for %s, after a warm-up of %s without churn",
		    sentence_span(c->duration_ns, every), sentence_span(c->warmup_ns, timeout));
}

static void add_sysctls(const struct sysctls *list, const char *where, struct sentences *out)
{
	for (size_t i = 0; i < list->n; i++)
		add(out, ABOUT_BRIDGE, "%s is %s %s", list->items[i].name, list->items[i].value,
		    where);
}

/* A querier is only told of where an arm of the scenario has one. */
static void add_snooping(const struct scenario_case *c, bool any_querier, struct sentences *out)
{
	char span[DURATION_TEXT];

	if (c->floods_multicast)
		add(out, ABOUT_BRIDGE,
		    "multicast snooping is off: br0 floods multicast packets to all ports");
	if (!any_querier)
		return;
	if (c->querier == QUERIER_EVERY)
		add(out, ABOUT_BRIDGE,
		    "a multicast querier, behind a port of its own, asks every %s",
		    sentence_span(c->querier_every_ns, span));
	else if (c->querier == QUERIER_BEFORE)
		add(out, ABOUT_BRIDGE,
		    "a multicast querier, behind a port of its own, asks once, before the warm-up");
	else
		add(out, ABOUT_BRIDGE, "there is no multicast querier");
}

/* Nothing where it is the default. */
static void add_ageing(const struct scenario_case *c, struct sentences *out)
{
	char span[DURATION_TEXT];

	if (c->ageing_ns == key_find(keys_bridge, "ageing-time")->normal)
		return;
	if (c->ageing_ns)
		add(out, ABOUT_BRIDGE,
		    "br0 forgets a MAC that it has learned and has not seen for %s",
		    sentence_span(c->ageing_ns, span));
	else
		add(out, ABOUT_BRIDGE, "br0 learns no MACs and floods frames for clients");
}

/* Nothing where the case is not about VLANs. */
static void add_vlans(const struct scenario_case *c, struct sentences *out)
{
	struct buf b = {0};

	if (!clients_use_vlans(c))
		return;
	buf_puts(&b, c->filters_vlans ? "br0 filters VLANs" : "br0 does not filter VLANs at first");
	if (c->default_pvid != PVID_NONE)
		buf_printf(&b, "; br0 and its ports are in VLAN %d, as their PVID",
		    c->default_pvid ? c->default_pvid : PVID_USUAL);
	else
		buf_puts(&b, "; br0 and its ports are in no VLAN by default");
	if (c->vlan)
		buf_printf(&b, "; br0 itself has PVID %u", c->vlan);
	add_text(out, ABOUT_BRIDGE, b.s);
}

static void add_bridge(const struct scenario_case *c, struct sentences *out)
{
	static const char *const pins[] = {
	    [PIN_NEVER] = "br0 is not pinned: it takes the lowest MAC of its ports",
	    [PIN_AT_CREATE] = "br0 is pinned: its MAC is given in the create request",
	    [PIN_TO_OTHER] = "br0 is pinned before t=0: its MAC is set to a value of its own",
	    [PIN_TO_CURRENT] = "br0 is pinned before t=0: its MAC is set to the MAC that it has",
	};
	const struct scenario *s = c->scenario;
	char span[DURATION_TEXT], mac[MAC_TEXT];
	bool any_querier = false, any_stp = false;

	if (*c->subject) {
		add(out, ABOUT_BRIDGE, "%s makes br0%s", c->subject,
		    c->udevd ? ", and systemd-udevd runs beside it" : "");
		return;
	}
	for (size_t i = 0; i < s->n_cases; i++) {
		any_querier |= s->cases[i].querier != QUERIER_NEVER;
		any_stp |= s->cases[i].stp;
	}
	if (mac_is_zero(c->pin_mac))
		add(out, ABOUT_BRIDGE, "%s", pins[c->pin]);
	else
		add(out, ABOUT_BRIDGE, "br0 is pinned: its MAC, %s, is given in the create request",
		    mac_text(c->pin_mac, mac));
	if (c->mtu || c->mtu_via_other)
		add(out, ABOUT_BRIDGE, "br0 has MTU %u%s", (unsigned)(c->mtu ? c->mtu : MTU_USUAL),
		    c->mtu_via_other
		        ? ", which is pinned: it is set to one byte less and back before t=0"
		        : ", given in the create request, and follows the smallest MTU of its "
		          "ports");
	if (c->upstream_mtu != MTU_USUAL)
		add(out, ABOUT_BRIDGE, "the link to the upstream has MTU %u",
		    (unsigned)c->upstream_mtu);
	if (c->upstream_delay_ns)
		add(out, ABOUT_BRIDGE, "the upstream answers %s after a query",
		    sentence_span(c->upstream_delay_ns, span));
	if (c->link_local_gateway)
		add(out, ABOUT_BRIDGE,
		    "The clients' IPv6 gateway is the link-local address that the kernel makes "
		    "from br0's MAC when the lab is built, and again whenever br0 is set up");
	if (c->stp)
		add(out, ABOUT_BRIDGE,
		    "STP is on: a port listens for %s and learns for %s before it forwards",
		    sentence_span(c->forward_delay_ns, span), span);
	else if (any_stp)
		add(out, ABOUT_BRIDGE, "STP is off: a port that joins forwards at once");
	add_ageing(c, out);
	add_snooping(c, any_querier, out);
	add_vlans(c, out);
	add_sysctls(&c->router_sysctls, "on the router", out);
	add_sysctls(&c->client_sysctls, "on every client", out);
}

void sentences_of(const struct scenario_case *c, struct sentences *out)
{
	for (size_t i = 0; i < c->n_clients; i++)
		add_client(&c->clients[i], out);
	for (size_t i = 0; i < c->n_churns; i++)
		add_churn(c, &c->churns[i], out);
	for (size_t i = 0; i < c->n_changes; i++)
		add_text(out, ABOUT_EVENTS, change_sentence(c, &c->changes[i]));
	add_lookups(c, out);
	add_bridge(c, out);
}

void sentences_limits(const struct limits *l, struct buf *out)
{
	char span[DURATION_TEXT];
	size_t from = out->len;

	if (!l->lost)
		buf_puts(out, ", nothing lost");
	else if (l->lost > 0)
		buf_printf(out, ", at most %lld lost", (long long)l->lost);
	if (l->outages > 0 || (!l->outages && l->lost))
		buf_printf(out, ", at most %lld outage%s", (long long)l->outages,
		    l->outages == 1 ? "" : "s");
	if (l->outage_ns > 0)
		buf_printf(out, ", no outage longer than %s", sentence_span(l->outage_ns, span));
	if (l->answered >= 0)
		buf_printf(out, ", %.4g%% answered", l->answered);
	if (!l->gateway_mac_changes)
		buf_puts(out, ", the gateway's MAC stays");
	else if (l->gateway_mac_changes > 0)
		buf_printf(out, ", at most %lld changes of the gateway's MAC",
		    (long long)l->gateway_mac_changes);
	else
		buf_puts(out, ", the gateway's MAC may change");
	if (from < out->len)
		out->s[from] = ':';
}

bool sentences_have(const struct sentences *s, const struct sentence *one)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->items[i].about == one->about && !strcmp(s->items[i].text, one->text))
			return true;
	return false;
}

void sentences_free(struct sentences *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->items[i].text);
	free(s->items);
	*s = (struct sentences){0};
}
