/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_setup.c: sets up one play: lab, churner, sockets, timers; everything before warm-up. */
#include "play/lab_setup.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "net/link.h"
#include "net/netns.h"
#include "play/change.h"
#include "play/lab_shell.h"
#include "play/lab_state.h"
#include "scenario/client.h"

#define BATCH_NS (180 * NS_PER_S) /* timeout for all labs of a batch to be ready */
#define RETRY_NS (50 * NS_PER_MS) /* of the first lookup, which is not recorded */

static struct lab_sysctl *lab_sysctls(const struct sysctls *s)
{
	struct lab_sysctl *out = mem_alloc((s->n + 1) * sizeof(*out));

	for (size_t i = 0; i < s->n; i++)
		out[i] = (struct lab_sysctl){.name = s->items[i].name, .value = s->items[i].value};
	return out;
}

static int build_lab(struct player *p, const char *dnsmasq_conf, int64_t deadline, struct err *e)
{
	const struct subject *subject = *p->c->subject ? subject_named(p->c->subject) : NULL;

	if (*p->c->subject && !subject)
		return err_set(e, ENOENT, "%s: no such subject", p->c->subject);
	struct lab_client_spec *clients = mem_alloc(p->meta.n_clients * sizeof(*clients));
	struct lab_sysctl *router = lab_sysctls(&p->c->router_sysctls);
	struct lab_sysctl *client = lab_sysctls(&p->c->client_sysctls);

	for (size_t i = 0; i < p->meta.n_clients; i++) {
		clients[i] = (struct lab_client_spec){
		    .name = p->meta.clients[i].name,
		    .mac = p->meta.clients[i].mac,
		    .port_mac = p->meta.clients[i].port_mac,
		    .mtu = p->c->clients[i].mtu,
		    .silent = p->c->clients[i].silent,
		    .flags = {.unlearned = p->c->clients[i].unlearned,
		        .isolated = p->c->clients[i].isolated,
		        .hairpin = p->c->clients[i].hairpin,
		        .suppressed = p->c->clients[i].suppressed,
		        .vlan = p->c->clients[i].vlan},
		};
		memcpy(clients[i].ip4, p->meta.clients[i].ip4, 4);
		memcpy(clients[i].ip6, p->meta.clients[i].ip6, 16);
	}
	struct lab_spec spec = {
	    .pace = p->s->pace,
	    .bridge = change_new_bridge(p->c, p->s),
	    .clients = clients,
	    .n_clients = p->meta.n_clients,
	    .router_sysctls = router,
	    .n_router_sysctls = p->c->router_sysctls.n,
	    .client_sysctls = client,
	    .n_client_sysctls = p->c->client_sysctls.n,
	    .firewall = {.backend = p->c->firewall_backend == BACKEND_NFT      ? FIREWALL_BY_NFT
	                            : p->c->firewall_backend == BACKEND_LEGACY ? FIREWALL_BY_LEGACY
	                                                                       : FIREWALL_BY_ANY,
	        .drop_too_big = p->c->firewall == FIREWALL_DROP_TOO_BIG,
	        .bridged = p->c->firewall == FIREWALL_BRIDGED},
	    .dnsmasq_conf = dnsmasq_conf,
	    .ip6 = p->c->families & FAMILY_BIT(IP_V6),
	    .upstream_mtu = p->c->upstream_mtu,
	    .upstream_delay_real_ns = player_real(p, p->c->upstream_delay_ns),
	    .answer_size = p->c->answer_size,
	    .subject = {.subject = subject,
	        .udevd = p->c->udevd,
	        .says = p->batch_link->subject_says},
	    .querier = {.there = p->c->querier != QUERIER_NEVER,
	        .every_real_ns = player_real(p, p->c->querier_every_ns)},
	};
	memcpy(spec.gateway_ip6, p->meta.gateway_ip6, 16);
	int r = lab_up(&spec, &p->lab, deadline, e);
	free(clients);
	free(router);
	free(client);
	return r;
}

/* Only a different value counts as set by the user (br_change_mtu() is not called for the present
 * one). */
static int pin_mtu(struct player *p, struct err *e)
{
	uint32_t mtu = p->c->mtu ? p->c->mtu : LAB_MTU;
	int r = link_set_mtu(p->lab.nl, p->lab.bridge, mtu - 1, e);

	return r ? r : link_set_mtu(p->lab.nl, p->lab.bridge, mtu, e);
}

static int pin_later(struct player *p, struct err *e)
{
	int r = p->c->mtu_via_other ? pin_mtu(p, e) : 0;

	if (r)
		return r;
	if (p->c->pin == PIN_TO_OTHER)
		return lab_pin(&p->lab, p->s->bridge_other_mac, e);
	if (p->c->pin == PIN_TO_CURRENT)
		return lab_pin(&p->lab, (struct mac){{0}}, e);
	return 0;
}

/* Clients with a permanent entry for the gateway. */
static int tell_gateway(struct player *p, struct err *e)
{
	struct mac mac;
	int r = link_mac(p->lab.nl, p->lab.bridge_name, &mac, e);

	for (size_t i = 0; !r && i < p->lab.n_clients; i++)
		if (p->c->clients[i].knows_gateway)
			r = neighbour_set_permanent(
			    p->lab.clients[i].nl, p->lab.clients[i].eth0, lab_gateway_ip4, mac, e);
	return r;
}

static int in_client(struct player *p, int client, struct err *e)
{
	return netns_enter(client < 0 ? p->lab.router : p->lab.clients[client].ns, e);
}

static int open_probers(struct player *p, int64_t deadline, struct err *e)
{
	int r = 0;

	p->probers = mem_alloc(p->meta.n_streams * sizeof(*p->probers));
	packet_ports_init(p->ports);
	for (size_t i = 0; !r && i < p->meta.n_streams; i++) {
		const struct stream *st = &p->meta.streams[i];
		struct prober *pr = &p->probers[i];

		*pr = (struct prober){
		    .stream = (uint16_t)i,
		    .where = (uint8_t)(st->reference ? WHERE_ROUTER : WHERE_CLIENT + st->client),
		    .closed_loop = st->closed_loop || p->c->rounds, /* the stepper waits for each */
		    .interval_ns = player_real(p, st->interval_ns),
		    .timeout_ns = player_real(p, st->timeout_ns),
		    .family = st->family,
		    .transport = st->transport,
		    .answer_size = (uint16_t)(p->c->answer_size ? DNS_EDNS_BYTES : 0),
		    .tcp = {.home = p->lab.router, .ports = p->ports},
		};
		pr->tcp.ns = st->client < 0 ? p->lab.router : p->lab.clients[st->client].ns;
		r = in_client(p, st->client, e);
		if (!r)
			r = prober_open(pr, p->tape,
			    st->family == IP_V6 ? lab_upstream_ip6 : lab_upstream_ip4, 0, e);
		if (!r) /* TCP returns to `home`; in_client() enters again */
			r = prober_first_answer(
			    pr, RETRY_NS + player_real(p, p->c->upstream_delay_ns), deadline, e);
	}
	int back = netns_enter(p->lab.router, e);
	return r ? r : back;
}

static int open_observers(struct player *p, struct err *e)
{
	p->observers = mem_alloc((p->lab.n_clients + 1) * sizeof(*p->observers));
	int r =
	    observer_open(&p->observers[p->n_observers++], p->tape, WHERE_ROUTER, p->lab.bridge, e);

	if (!r && clients_use_vlans(p->c))
		r = observer_ask_vlans(&p->observers[0], e);
	for (size_t i = 0; !r && i < p->lab.n_clients; i++) {
		r = in_client(p, (int)i, e);
		if (!r)
			r = observer_open(&p->observers[p->n_observers++], p->tape,
			    (uint8_t)(WHERE_CLIENT + i), 0, e);
	}
	int back = netns_enter(p->lab.router, e);
	return r ? r : back;
}

static struct capture_hop hop(int ifindex, enum hop at, size_t client, const char *name)
{
	struct capture_hop h = {.ifindex = ifindex, .hop = (uint8_t)at, .client = (uint8_t)client};

	snprintf(h.name, sizeof(h.name), at == HOP_PORT ? "%.15s-port" : "%.15s", name);
	return h;
}

/* Where tools beside the play find the hop. */
static void put_hop(struct player *p, uint8_t where, int ns, const struct capture_hop *hop)
{
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_HOP, .where = where};

	ev.u.hop.hop = hop->hop;
	ev.u.hop.ifindex = hop->ifindex;
	ev.u.hop.netns = netns_inode(ns);
	if_indextoname((unsigned)hop->ifindex, ev.u.hop.dev);
	tape_put(p->tape, &ev);
}

/* In the caller's namespace, which is `ns`. */
static int add_capture(struct player *p, uint8_t where, int ns, const struct capture_hop *hops,
    size_t n, struct err *e)
{
	struct capture *c = &p->captures[p->n_captures++];

	*c = (struct capture){.fd = -1,
	    .tape = p->tape,
	    .packets = p->batch_link->packets,
	    .router = where == WHERE_ROUTER ? &p->observers[0] : NULL,
	    .where = where,
	    .ports = p->ports};
	for (size_t i = 0; i < n; i++)
		put_hop(p, where, ns, &hops[i]);
	return capture_open(c, hops, n, e);
}

static int open_captures(struct player *p, struct err *e)
{
	const struct lab *lab = &p->lab;
	struct capture_hop *hops = mem_alloc((lab->n_clients + 2) * sizeof(*hops));
	size_t n = 0;

	p->captures = mem_alloc((lab->n_clients + 2) * sizeof(*p->captures));
	hops[n++] = hop(lab->bridge, HOP_BRIDGE, 255, LAB_BRIDGE);
	hops[n++] = hop(lab->uplink, HOP_UPLINK, 255, "uplink");
	for (size_t i = 0; i < lab->n_clients; i++)
		hops[n++] = hop(lab->clients[i].port, HOP_PORT, i, p->meta.clients[i].name);
	int r = add_capture(p, WHERE_ROUTER, lab->router, hops, n, e);
	if (!r)
		r = netns_enter(lab->upstream, e);
	if (!r) {
		hops[0] = hop(lab->upstream_eth0, HOP_UPSTREAM, 255, "upstream");
		r = add_capture(p, WHERE_UPSTREAM, lab->upstream, hops, 1, e);
	}
	for (size_t i = 0; !r && i < lab->n_clients; i++) {
		r = in_client(p, (int)i, e);
		hops[0] = hop(lab->clients[i].eth0, HOP_CLIENT, i, p->meta.clients[i].name);
		if (!r)
			r = add_capture(
			    p, (uint8_t)(WHERE_CLIENT + i), lab->clients[i].ns, hops, 1, e);
	}
	free(hops);
	int back = netns_enter(lab->router, e);
	return r ? r : back;
}

static int watch(struct player *p, int fd, enum source source, size_t i, struct err *e)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.u64 = (uint64_t)source << 32 | i};

	return epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &ev) ? err_set(e, errno, "epoll:") : 0;
}

static int watch_all(struct player *p, struct err *e)
{
	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (p->epoll < 0 || p->timer < 0)
		return err_set(e, errno, "event loop:");
	int r = watch(p, p->timer, SRC_TIMER, 0, e);
	if (!r)
		r = watch(p, p->churner.channel, SRC_CHURNER, 0, e);
	for (size_t i = 0; !r && i < p->meta.n_streams; i++)
		r = watch(p, p->probers[i].fd, SRC_PROBER, i, e);
	p->upstream = proc_pidfd(p->lab.dnsmasq);
	if (!r && p->upstream < 0)
		r = err_set(e, -p->upstream, "dnsmasq:");
	if (!r)
		r = watch(p, p->upstream, SRC_UPSTREAM, 0, e);
	for (size_t i = 0; !r && i < p->n_observers; i++)
		r = watch(p, observer_fd(&p->observers[i]), SRC_OBSERVER, i, e);
	for (size_t i = 0; !r && i < p->n_captures; i++)
		r = watch(p, p->captures[i].fd, SRC_CAPTURE, i, e);
	for (size_t i = 0; !r && i < p->drops.n_rings; i++)
		r = watch(p, p->drops.rings[i].fd, SRC_DROPS, i, e);
	if (!r && p->batch_link->shell && p->batch_link->shell->pause >= 0)
		r = watch(p, p->batch_link->shell->pause, SRC_PAUSE, 0, e);
	return r;
}

static int wait_for_batch(const struct batch_link *batch_link, struct err *e)
{
	const uint64_t one = 1;

	if (batch_link->ready < 0)
		return 0;
	if (write(batch_link->ready, &one, sizeof(one)) != sizeof(one))
		return err_set(e, errno, "signalling that the lab is ready:");
	int r = clock_wait_readable(batch_link->go, clock_now_ns() + BATCH_NS);
	if (r <= 0)
		return err_set(e, r ? -r : ETIMEDOUT, "waiting for the other labs:");
	struct itimerspec at = {.it_value = {.tv_sec = batch_link->after_ns / NS_PER_S,
	                            .tv_nsec = batch_link->after_ns % NS_PER_S}};
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	uint64_t ticks;
	if (timer < 0 || timerfd_settime(timer, 0, &at, NULL) ||
	    (batch_link->after_ns && read(timer, &ticks, sizeof(ticks)) < 0))
		r = -errno;
	if (timer >= 0)
		close(timer);
	return r < 0 ? err_set(e, -r, "timer:") : 0;
}

/* From here on the play has priority over ordinary load, because a delay would not be the bridge's
 * fault. Not earlier: while it waits for dnsmasq, the first ports and the other labs it must not
 * take the processor from them. */
static void prefer_all(const struct player *p)
{
	proc_prefer(0);
	proc_prefer(p->churner.pid);
	proc_prefer(p->lab.dnsmasq);
	if (p->lab.relay)
		proc_prefer(p->lab.relay);
}

int lab_setup(struct player *p, const char *dnsmasq_conf, struct err *e)
{
	int64_t deadline = clock_now_ns() + player_patience(p, PLAYER_PATIENCE_NS);
	struct churner_word word;

	if (p->c->stp) /* until the ports forward */
		deadline += 2 * player_real(p, p->c->forward_delay_ns);
	p->ports = mem_alloc(sizeof(*p->ports));
	int r = build_lab(p, dnsmasq_conf, deadline, e);

	if (r)
		return r;
	netns_keep(p->batch_link->keep, p->lab.router);
	netns_keep(p->batch_link->keep, p->lab.upstream);
	if (p->lab.querier.ns >= 0)
		netns_keep(p->batch_link->keep, p->lab.querier.ns);
	for (size_t i = 0; i < p->lab.n_clients; i++)
		netns_keep(p->batch_link->keep, p->lab.clients[i].ns);
	r = churner_start(&p->churner, p->c, p->s, &p->lab, p->tape, p->batch_link->keep, e);
	if (!r)
		r = churner_hear_by(
		    &p->churner, deadline, "the first ports did not join", &word, e);
	if (r == -ETIMEDOUT && proc_is_stopped(p->churner.pid))
		r = err_set(e, ETIMEDOUT, "the first ports did not join: the churner is stopped");
	if (!r)
		r = pin_later(p, e);
	if (!r)
		r = lab_wait_ready(&p->lab, deadline, e);
	/* From here on the client's neighbour entry ages, so no time may be lost. */
	if (!r)
		atomic_store(&p->tape->stands_ns, clock_now_ns());
	if (!r)
		r = wait_for_batch(p->batch_link, e);
	if (!r)
		r = tell_gateway(p, e);
	if (!r)
		r = open_observers(p, e);
	if (!r && !PLAYER_BLIND)
		r = open_captures(p, e);
	if (!r)
		prefer_all(p);
	if (!r)
		r = open_probers(p, clock_now_ns() + player_patience(p, PLAYER_PATIENCE_NS / 3), e);
	p->asked_ns = clock_now_ns();
	if (!r)
		r = lab_arm_timers(&p->lab, e);
	if (!r)
		r = lab_state_read_timers(p, 0, e);
	return r ? r : watch_all(p, e);
}
