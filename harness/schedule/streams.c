/* SPDX-License-Identifier: GPL-2.0-or-later */
/* streams.c: the streams of a case's lookups, and the pace that they can bear.
 *
 * What of TCP cannot be hurried limits the pace. Its first retransmission of a SYN comes after 1 s,
 * of data after 200 ms at the least, whatever the pace. A connection for each attempt: when its
 * timeout is 1 s or less no retransmitted SYN can help at any pace, so nothing is falsified; with a
 * longer one it could, so pace is 1. A kept connection lives by retransmission: its timeout must be
 * worth a second of real time, five times the least wait. */
#include "schedule/streams.h"

#include <stdio.h>

#include "base/mem.h"
#include "base/units.h"
#include "trace/names.h"

#define REFERENCE_NS (250 * NS_PER_MS)
#define SYN_RETRY_REAL_NS NS_PER_S
#define KEPT_TIMEOUT_REAL_NS NS_PER_S
/* dnsmasq answers a connection by a process of its own: with a dozen plays at once, each making one
 * in 12 ms, two cores were late for many of them. */
#define CONNECTION_REAL_NS (40 * NS_PER_MS)
static void add_stream(const struct scenario_case *c, size_t client, enum ip_family family,
    enum transport transport, struct trace_meta *meta)
{
	struct stream *s = &meta->streams[meta->n_streams++];

	snprintf(s->name, sizeof(s->name), "%s/%s/%s", c->clients[client].name,
	    family_names[family], transport_names[transport]);
	s->client = (int)client;
	s->family = (uint8_t)family;
	s->transport = (uint8_t)transport;
	s->closed_loop = !c->every_ns;
	s->interval_ns = c->every_ns ? c->every_ns : c->pause_ns;
	s->timeout_ns = c->timeout_ns;
}

void streams_make(const struct scenario_case *c, struct trace_meta *meta)
{
	meta->streams = mem_alloc((c->n_clients * IP_FAMILIES * 3 + 1) * sizeof(*meta->streams));
	for (size_t i = 0; i < c->n_clients; i++)
		for (int f = IP_V4; c->clients[i].looks_up && f < IP_FAMILIES; f++)
			for (int t = TRANSPORT_UDP; t <= TRANSPORT_TCP_KEPT; t++)
				if ((c->families & FAMILY_BIT(f)) &&
				    (c->transports & TRANSPORT_BIT(t)))
					add_stream(
					    c, i, (enum ip_family)f, (enum transport)t, meta);
	struct stream *s = &meta->streams[meta->n_streams++];
	snprintf(s->name, sizeof(s->name), "reference");
	s->client = -1;
	s->reference = true;
	s->interval_ns = c->every_ns ? c->every_ns : *c->subject ? c->pause_ns : REFERENCE_NS;
	s->timeout_ns = c->timeout_ns;
}

double streams_pace(const struct scenario_case *c)
{
	int64_t interval = c->every_ns ? c->every_ns : c->pause_ns;
	double most = 1e9, kept = (double)c->timeout_ns / KEPT_TIMEOUT_REAL_NS;
	size_t connections = 0;

	for (size_t i = 0; i < c->n_clients; i++)
		connections += c->clients[i].looks_up;
	if (c->families == (FAMILY_BIT(IP_V4) | FAMILY_BIT(IP_V6)))
		connections *= 2;
	if (c->transports & TRANSPORT_BIT(TRANSPORT_TCP)) {
		most = (double)interval / (double)connections / CONNECTION_REAL_NS;
		if (c->timeout_ns > SYN_RETRY_REAL_NS)
			most = 1;
	}
	if ((c->transports & TRANSPORT_BIT(TRANSPORT_TCP_KEPT)) && kept < most)
		most = kept;
	return most;
}
