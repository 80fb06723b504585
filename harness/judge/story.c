/* SPDX-License-Identifier: GPL-2.0-or-later */
/* story.c: the decisive events of a case, in the order of time, for a person.
 *
 * Not a log: what was exposed, what the bridge did, what the first lost lookup met, what ended it,
 * and whatever nobody asked for. A handful of lines; the trace has the rest. */
#include "judge/reason.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/words.h"
#include "judge/drops.h"
#include "judge/reason_end.h"
#include "observed/bridge_ask.h"
#include "observed/intended.h"

#define FINDINGS_MAX 16
#define EACH_MAX 3 /* of faults, ARP of the gateway, breaches of one kind */

/* Takes over text. */
static void add_finding(struct judgement *j, int64_t t_ns, char *text)
{
	struct finding *f;

	for (size_t i = 0; i < j->n_findings; i++) {
		if (j->findings[i].t_ns == t_ns && !strcmp(j->findings[i].text, text)) {
			free(text);
			return;
		}
	}
	j->findings = mem_grow(j->findings, j->n_findings + 1, sizeof(*j->findings));
	f = &j->findings[j->n_findings++];
	*f = (struct finding){t_ns, text};
}

static void tell_faults(const struct facts *f, struct judgement *j)
{
	size_t told = 0;

	for (size_t i = 0; i < f->bridge_state.change_windows.n && told < EACH_MAX; i++) {
		const struct change_window *b = &f->bridge_state.change_windows.items[i];

		if (b->begin->u.churn.op != OP_FAULT)
			continue;
		add_finding(j, b->begin_ns,
		    mem_printf("the deliberate defect '%.15s' %s", b->begin->u.churn.port,
		        change_window_ends_fault(&f->bridge_state.change_windows, i) ? "ended"
		                                                                     : "began"));
		told++;
	}
}

static void tell_breaches(const struct facts *f, struct judgement *j)
{
	size_t told = 0;

	for (size_t i = 0; i < f->breaches.n; i++) {
		const struct breach *x = &f->breaches.items[i];

		told = i && x[-1].what == x->what ? told + 1 : 0;
		if (told < EACH_MAX)
			add_finding(j, x->t_ns, mem_strdup(x->text));
	}
}

static void tell_talk(const struct facts *f, struct judgement *j)
{
	char text[GATEWAY_ARP_TEXT];
	size_t told = 0;

	for (size_t i = 0; i < f->gateway_arps.n && told < EACH_MAX; i++) {
		const struct gateway_arp *gateway_arp = &f->gateway_arps.items[i];

		if (gateway_arp->why != GATEWAY_ARP_UNPROMPTED ||
		    gateway_arp->t_ns < f->seen_exposure_ns)
			continue;
		add_finding(j, gateway_arp->t_ns,
		    mem_printf("the gateway %s, which nothing prompted",
		        gateway_arp_text(gateway_arp, text)));
		told++;
	}
}

/* The last exposure, and the gateway's last change of MAC, at or before t_ns. */
static void tell_change(const struct facts *f, struct judgement *j, int64_t t_ns)
{
	const struct exposure *x = NULL;
	const struct history_span *s = NULL;
	char a[MAC_TEXT], b[MAC_TEXT];

	t_ns += f->bridge_state.slack_ns; /* told late */
	for (size_t i = 0;
	     i < f->bridge_state.n_exposures && f->bridge_state.exposures[i].t_ns <= t_ns; i++)
		x = &f->bridge_state.exposures[i];
	for (size_t i = 1;
	     i < f->bridge_state.gateway.n && f->bridge_state.gateway.items[i].hi_ns <= t_ns; i++)
		s = &f->bridge_state.gateway.items[i];
	if (x && x->intended)
		add_finding(j, x->t_ns, intended_words(x));
	else if (x)
		add_finding(j, x->t_ns,
		    mem_printf(
		        "port %s (%s) %s", x->port, mac_text(x->mac, a), port_verb_name(x->verb)));
	if (s && s->hi_ns > 0)
		add_finding(j, s->hi_ns,
		    mem_printf("br0 changed %s -> %s%s", mac_text(s[-1].mac, a),
		        mac_text(s->mac, b), f->pinned ? " although pinned" : ""));
}

/* The client's entry for the gateway, in the stream's family. */
static const struct history_span *entry_at(
    const struct facts *f, size_t client, const struct stream *s, int64_t t_ns)
{
	const struct history *h = &neigh_of(&f->neighs, client, (enum ip_family)s->family)->gateway;

	return history_last_at(h, t_ns, t_ns);
}

static const char *farthest(const struct attempt *a)
{
	static const char *const hops[] = {
	    "the client", "its port", "br0", "the uplink", "the upstream"};

	for (int hop = HOP_CLIENT; hop < HOP_COUNT; hop++)
		if (a->replied & HOP_BIT(hop))
			return hop == HOP_CLIENT ? "the client, as a reply" : hops[hop];
	for (int hop = HOP_UPSTREAM; hop >= HOP_CLIENT; hop--)
		if (a->asked & HOP_BIT(hop))
			return hops[hop];
	return NULL;
}

static char *first_loss(const struct facts *f, const struct outage *o, const struct attempt *a)
{
	size_t c = (size_t)f->t->meta.streams[a->stream].client;
	bool has_client = c < f->t->meta.n_clients;
	const char *name = has_client ? f->t->meta.clients[c].name : "the client";
	const struct history_span *entry =
	    has_client ? entry_at(f, c, &f->t->meta.streams[a->stream], a->t_ns) : NULL;
	const char *state = neigh_state_name(entry ? entry->state : 0);
	const char *open = entry && entry->state ? " (" : "", *close = *open ? ")" : "";
	struct mac dst = a->asked & HOP_BIT(HOP_BRIDGE) ? a->bridge_dst : a->client_dst;
	char mac[MAC_TEXT], own[MAC_TEXT] = "another";

	switch (a->cause) {
	case CAUSE_STALE_GATEWAY:
		return mem_printf("%s still sent to %s%s%s%s; %u lookup%s %s, none answered", name,
		    mac_text(dst, mac), open, *open ? state : "", close, o->lost,
		    words_plural(o->lost),
		    o->form == STALE_FLOODED     ? "flooded"
		    : o->form == STALE_NOT_TAKEN ? "not taken by the bridge"
		                                 : "lost");
	case CAUSE_UNRESOLVED_GATEWAY:
		return mem_printf("%s had no MAC for the gateway (%s); %u lookup%s never left it",
		    name, state, o->lost, words_plural(o->lost));
	case CAUSE_DEAD_GATEWAY:
		if (mac_is_zero(dst) && a->asked)
			return mem_printf(
			    "%s had %s for the gateway, which no frame can be sent to", name,
			    mac_text(dst, mac));
		return mem_printf("br0 was %s; %u lookup%s of %s lost",
		    mac_text(bridge_gateway_at(&f->bridge_state, a->t_ns), mac), o->lost,
		    words_plural(o->lost), name);
	case CAUSE_PORT_NOT_FORWARDING:
		return mem_printf("the port of %s did not forward; %u lookup%s lost", name, o->lost,
		    words_plural(o->lost));
	case CAUSE_NOT_FORWARDED:
		return mem_printf("a lookup of %s reached %s and was not forwarded; %u lost", name,
		    a->replied ? "the uplink as a reply" : "br0", o->lost);
	case CAUSE_UPSTREAM_SILENT:
		return mem_printf(
		    "a lookup of %s reached the upstream, which did not answer; %u lost", name,
		    o->lost);
	case CAUSE_STALE_CLIENT:
		if (has_client && f->neighs.items[c].own.n) {
			entry = history_last_at(&f->neighs.items[c].own, a->t_ns, a->reply_ns);
			mac_text(entry->mac, own);
		}
		return mem_printf("the gateway sent the reply to %s, but %s has %s; %u lost",
		    mac_text(a->reply_dst, mac), name, own, o->lost);
	case CAUSE_UNRESOLVED_CLIENT:
		return mem_printf("the gateway had no MAC for %s and its %s did not reach it; %u "
		                  "answer%s lost",
		    name,
		    f->t->meta.streams[a->stream].family == IP_V6 ? "solicitations"
		                                                  : "ARP requests",
		    o->lost, words_plural(o->lost));
	case CAUSE_WRONG_PORT:
		return mem_printf("the bridge sent %s for %s to another port; %u lost",
		    a->replied ? "the reply" : "what br0 answered", name, o->lost);
	case CAUSE_LOCAL_ENTRY_MISSING:
		return mem_printf(
		    "br0's MAC %s had no local FDB entry; br0 did not take %u lookup%s of %s",
		    mac_text(a->port_dst, mac), o->lost, words_plural(o->lost), name);
	case CAUSE_WRONG_VLAN:
		return mem_printf(
		    "br0 and the port of %s were in different VLANs; %u lost", name, o->lost);
	case CAUSE_LOST_IN_BRIDGE:
		if (a->replied)
			return mem_printf(
			    "an answer for %s left br0 and came out of no port; %u lost", name,
			    o->lost);
		return mem_printf("a lookup of %s entered its port and did not reach br0; %u lost",
		    name, o->lost);
	case CAUSE_TOO_BIG:
		return mem_printf("a lookup of %s, of %u bytes, %s; %u lost", name,
		    a->replied ? a->reply_len : a->len,
		    a->replied ? "was too big on its way back" : "was too big", o->lost);
	case CAUSE_CLIENT_DOWN:
		return mem_printf("%s could not send: %s", name,
		    a->err == -ENETDOWN      ? "its link was down"
		    : a->err == -ENETUNREACH ? "it had no route"
		    : a->err == -ENODEV      ? "it had no such device"
		                             : "its port had no carrier");
	default:
		if (!a->asked && !a->replied)
			return mem_printf("a lookup of %s was lost; no hop saw it", name);
		return mem_printf(
		    "a lookup of %s was lost; it was last seen at %s", name, farthest(a));
	}
}

/* Where the kernel dropped its lookups, in a play that recorded that. */
static void tell_drops(const struct facts *f, const struct outage *o, struct judgement *j)
{
	struct finding found[DROPS_TOLD];
	uint64_t missed = drops_missed(f->t);
	char packets[WORDS_TEXT];

	for (size_t i = 0, n = drops_find(f, o, found); i < n; i++)
		add_finding(j, found[i].t_ns, found[i].text);
	if (missed)
		add_finding(j, f->bridge_state.end_ns,
		    mem_printf("not recorded: %s that the kernel dropped",
		        words_of(missed, "packet", packets)));
}

/* What ended the outage, or that it ended. */
static char *recovery(const struct facts *f, const struct outage *o)
{
	size_t c = (size_t)f->t->meta.streams[o->stream].client;
	const char *name = c < f->t->meta.n_clients ? f->t->meta.clients[c].name : "the client";
	char *end = reason_end(f, o), *text;

	text = end ? mem_printf("%s was answered again: %s", name, end)
	           : mem_printf("%s was answered again", name);
	free(end);
	return text;
}

static int by_time(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;

	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return strcmp(x->text, y->text);
}

void story_tell(const struct facts *f, const struct outage *o, struct judgement *j)
{
	if (f->fitness.broken)
		add_finding(j, f->fitness.t_ns, mem_strdup(f->fitness.broken));
	tell_faults(f, j);
	tell_breaches(f, j);
	tell_talk(f, j);
	if (o) {
		size_t at = attempts_from(&f->attempts, (size_t)o->stream, o->from_ns);

		tell_change(f, j, o->from_ns);
		while (f->attempts.items[at].cause != o->cause &&
		       at + 1 < f->attempts.first[o->stream + 1] &&
		       f->attempts.items[at + 1].t_ns < o->to_ns)
			at++;
		if (f->attempts.items[at].cause != o->cause)
			at = attempts_from(&f->attempts, (size_t)o->stream, o->from_ns);
		add_finding(
		    j, f->attempts.items[at].t_ns, first_loss(f, o, &f->attempts.items[at]));
		tell_drops(f, o, j);
		add_finding(j, o->to_ns,
		    o->open ? mem_strdup("still lost when the case ended") : recovery(f, o));
	} else if (j->exposures) {
		tell_change(f, j, f->bridge_state.exposures[0].t_ns);
	}
	if (j->n_findings)
		qsort(j->findings, j->n_findings, sizeof(*j->findings), by_time);
	while (j->n_findings > FINDINGS_MAX)
		free(j->findings[--j->n_findings].text);
}
