/* SPDX-License-Identifier: GPL-2.0-or-later */
/* schedule_meta.c: what a trace says of the case that it is a play of. */
#include "schedule/schedule_meta.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "scenario/known.h"
#include "scenario/words.h"
#include "schedule/streams.h"

static void fill_clients(
    const struct scenario_case *c, const struct schedule *s, struct trace_meta *meta)
{
	bool ip6 = c->families & FAMILY_BIT(IP_V6);

	meta->clients = mem_alloc(c->n_clients * sizeof(*meta->clients));
	meta->n_clients = c->n_clients;
	for (size_t i = 0; i < c->n_clients; i++) {
		struct client_meta *m = &meta->clients[i];

		memcpy(m->name, c->clients[i].name, sizeof(m->name));
		memcpy(m->ip4, (uint8_t[]){192, 0, 2, (uint8_t)(11 + i)}, 4);
		if (ip6) /* c1 is 2001:db8::11 */
			memcpy(m->ip6,
			    (uint8_t[16]){0x20, 0x01, 0x0d, 0xb8, [15] = (uint8_t)(0x11 + i)}, 16);
		m->mac = s->client_macs[i];
		m->port_mac = s->client_port_macs[i];
		m->unlearned = c->clients[i].unlearned;
	}
}

/* The link-local one is made when br0 has the clients' ports and no other: of the MAC that it was
 * given, or of the lowest of theirs, as addrconf_ifid_eui48() does it. */
static void fill_gateway_ip6(
    const struct scenario_case *c, const struct schedule *s, struct trace_meta *meta)
{
	struct mac mac = s->bridge_create_mac;

	if (!c->link_local_gateway) {
		memcpy(meta->gateway_ip6, (uint8_t[16]){0x20, 0x01, 0x0d, 0xb8, [15] = 1}, 16);
		return;
	}
	for (size_t i = 0; c->pin != PIN_AT_CREATE && i < c->n_clients; i++)
		if (!i || mac_cmp(s->client_port_macs[i], mac) < 0)
			mac = s->client_port_macs[i];
	memcpy(meta->gateway_ip6,
	    (uint8_t[16]){0xfe, 0x80, [8] = mac.b[0] ^ 2, mac.b[1], mac.b[2], 0xff, 0xfe, mac.b[3],
	        mac.b[4], mac.b[5]},
	    16);
}

/* How br0 has its MAC and MTU once the lab stands; events may change that. */
static void fill_bridge(
    const struct scenario_case *c, const struct schedule *s, struct trace_meta *meta)
{
	if (*c->subject) /* whether it sets a MAC is what is asked */
		return;
	meta->bridge_mac_rule = c->pin == PIN_NEVER ? MAC_INHERITED : MAC_SET;
	if (c->pin == PIN_AT_CREATE)
		meta->bridge_mac = s->bridge_create_mac;
	else if (c->pin == PIN_TO_OTHER)
		meta->bridge_mac = s->bridge_other_mac;
	meta->bridge_learns_nothing = !c->ageing_ns;
	if (c->mtu_via_other)
		meta->bridge_mtu = c->mtu ? c->mtu : MTU_USUAL;
}

static void fill_known(const struct scenario_case *c, struct trace_meta *meta)
{
	const struct scenario *s = c->scenario;

	meta->known = mem_alloc(s->n_known * sizeof(*meta->known));
	for (size_t i = 0; i < s->n_known; i++) {
		const struct known *k = &s->known[i];

		if (!strcmp(k->arm, c->arm) && known_applies(k->if_text, meta->kernel, meta->tool))
			meta->known[meta->n_known++] =
			    (struct known_meta){k->breaks, mem_strdup(k->why)};
	}
}

void schedule_meta(const struct scenario_case *c, const struct schedule *s, const char *kernel,
    const char *tool, struct trace_meta *meta)
{
	*meta = (struct trace_meta){
	    .scenario = mem_strdup(c->scenario->name),
	    .arm = mem_strdup(c->arm),
	    .name = mem_strdup(c->name),
	    .slug = mem_strdup(c->slug),
	    .summary = mem_strdup(c->scenario->summary),
	    .group = mem_strdup(c->group),
	    .kernel = mem_strdup(kernel),
	    .tool = mem_strdup(tool),
	    .file = mem_strdup(c->scenario->file),
	    .line = c->line,
	    .config = mem_printf(
	        "# %s\nseed: 0x%" PRIx64 "\npace: %.12g\n%s", c->name, s->seed, s->pace, c->config),
	    .seed = s->seed,
	    .pace = s->pace,

	    .rounds = (int)c->rounds,
	    .breaks = c->breaks,
	    .exposures_none = c->exposures_none,
	    .limits = c->limits,
	    .warmup_ns = c->warmup_ns,
	    .duration_ns = c->duration_ns,
	    .min_outage_ns = s->min_outage_ns,
	    .upstream_delay_ns = c->upstream_delay_ns,
	    .gateway_ip4 = {192, 0, 2, 1},
	};
	if (c->fault.what != FAULT_NONE)
		meta->fault = mem_strdup(fault_name(c->fault.what));
	fill_clients(c, s, meta);
	fill_bridge(c, s, meta);
	if (c->families & FAMILY_BIT(IP_V6))
		fill_gateway_ip6(c, s, meta);
	streams_make(c, meta);
	fill_known(c, meta);
}
