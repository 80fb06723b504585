/* SPDX-License-Identifier: GPL-2.0-or-later */
/* capture.c: packets of lookups, ARP and ICMP as they pass a hop, put on the tape and on the packet
 * buffer.
 */
#include "play/capture.h"

#include <pthread.h>
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "play/stamp.h"

#define LOOPBACK 1     /* the ifindex of lo in every namespace */
#define ROOM (4 << 20) /* bytes of receive buffer, where they are granted */
#define SNAP 320       /* headers, the question and some answers */
/* pcap does not look behind IPv6's fragment header by itself. */
#define FILTER "arp or udp port 53 or tcp port 53 or icmp or icmp6 or (ip6 and ip6[6] == 44)"

static int attach_filter(int fd, struct err *e)
{
	pcap_t *p = pcap_open_dead(DLT_EN10MB, SNAP);
	struct bpf_program prog;
	int r = 0;

	if (!p || pcap_compile(p, &prog, FILTER, 1, PCAP_NETMASK_UNKNOWN)) {
		r = err_set(e, EINVAL, "capture filter: %s", p ? pcap_geterr(p) : "no memory");
	} else {
		struct sock_fprog f = {
		    .len = (unsigned short)prog.bf_len, .filter = (void *)prog.bf_insns};

		if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &f, sizeof(f)))
			r = err_set(e, errno, "capture filter:");
		pcap_freecode(&prog);
	}
	if (p)
		pcap_close(p);
	return r;
}

int capture_open(struct capture *c, const struct capture_hop *hops, size_t n_hops, struct err *e)
{
	int room = ROOM, r;

	c->n_hops = n_hops;
	/* Protocol 0 receives nothing until bind(): no packet passes before the filter is there. */
	c->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return err_set(e, errno, "packet socket:");
	if (setsockopt(c->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	r = stamp_enable(c->fd);
	if (r)
		return err_set(e, -r, "packet stamps:");
	r = attach_filter(c->fd, e);
	if (r)
		return r;
	struct sockaddr_ll ll = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
	if (bind(c->fd, (struct sockaddr *)&ll, sizeof(ll)))
		return err_set(e, errno, "packet socket:");
	c->hops = mem_alloc(n_hops * sizeof(*hops));
	memcpy(c->hops, hops, n_hops * sizeof(*hops));
	for (size_t i = 0; c->packets && i < n_hops; i++)
		c->hops[i].buffer_hop = packet_buffer_hop(c->packets, hops[i].name);
	return 0;
}

/* A port of the router that is not a hop. Its name comes in a notification that may not have been
 * read yet. */
static struct capture_hop bystander(struct capture *c, int ifindex)
{
	struct capture_hop hop = {
	    .ifindex = ifindex, .hop = HOP_PORT, .client = 255, .buffer_hop = -1};
	const char *name = observer_name(c->router, ifindex);

	if (!name) {
		observer_read(c->router);
		name = observer_name(c->router, ifindex);
	}
	if (name)
		snprintf(hop.name, sizeof(hop.name), "%.15s", name);
	else
		snprintf(hop.name, sizeof(hop.name), "if%d", ifindex);
	if (c->packets)
		hop.buffer_hop = packet_buffer_hop(c->packets, hop.name);
	return hop;
}

static bool hop_of(struct capture *c, int ifindex, struct capture_hop *out)
{
	for (size_t i = 0; i < c->n_hops; i++) {
		if (c->hops[i].ifindex == ifindex) {
			*out = c->hops[i];
			return true;
		}
	}
	if (!c->router || ifindex == LOOPBACK)
		return false;
	*out = bystander(c, ifindex);
	return true;
}

/* Lookups that reach a bystander were flooded; ARP is broadcast and says nothing there. */
static bool worth_it(struct capture *c, const struct capture_hop *hop, const struct event *ev)
{
	if (hop->hop != HOP_PORT || hop->client != 255)
		return true;
	return ev->u.frame.kind <= FRAME_REPLY && c->bystander_packets++ < CAPTURE_BYSTANDER_MAX;
}

static void on_packet(struct capture *c, const uint8_t *p, size_t len, size_t wire,
    const struct sockaddr_ll *ll, struct msghdr *m)
{
	struct event ev = {.t_ns = stamp_of(m), .type = EV_FRAME, .where = c->where};
	struct packet packet = {.bytes = p, .len = len};
	struct capture_hop hop;

	if (!hop_of(c, ll->sll_ifindex, &hop))
		return;
	if (c->packets)
		packet_buffer_put(
		    c->packets, hop.buffer_hop, stamp_real(m), p, (uint32_t)len, (uint32_t)wire);
	ev.u.frame.hop = hop.hop;
	ev.u.frame.client = hop.client;
	if (hop.hop == HOP_PORT && hop.client == 255)
		snprintf(ev.u.frame.port, sizeof(ev.u.frame.port), "%.15s", hop.name);
	ev.u.frame.out = ll->sll_pkttype == PACKET_OUTGOING;
	while (packet_next(&packet, c->ports, &ev))
		if (worth_it(c, &hop, &ev))
			tape_put(c->tape, &ev);
}

void capture_read(struct capture *c)
{
	for (;;) {
		uint8_t packet[SNAP] __attribute__((aligned(8)));
		char control[128] __attribute__((aligned(8)));
		struct sockaddr_ll ll;
		struct iovec iov = {packet, sizeof(packet)};
		struct msghdr m = {.msg_name = &ll,
		    .msg_namelen = sizeof(ll),
		    .msg_iov = &iov,
		    .msg_iovlen = 1,
		    .msg_control = control,
		    .msg_controllen = sizeof(control)};
		ssize_t n = recvmsg(c->fd, &m, MSG_DONTWAIT | MSG_TRUNC);

		if (n < 0 && errno == EINTR)
			continue;
		/* ENETDOWN is reported once when a device goes away; reading clears it. */
		if (n < 0 && errno != EAGAIN && errno != ENETDOWN) {
			struct event ev = {
			    .t_ns = clock_now_ns(), .type = EV_OVERRUN, .where = c->where};

			strcpy(ev.u.overrun.what, "packets");
			tape_put(c->tape, &ev);
		}
		if (n <= 0)
			return;
		size_t len = (size_t)n < sizeof(packet) ? (size_t)n : sizeof(packet);
		on_packet(c, packet, len, (size_t)n, &ll, &m);
	}
}

static void *run_close(void *arg)
{
	close((int)(intptr_t)arg);
	return NULL;
}

/* Closing a packet socket waits for an RCU grace period, 8 ms or more (packet_release()). The
 * sockets of a case are closed in parallel, while the rest of the lab is still read. */
static void close_aside(int fd)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run_close, (void *)(intptr_t)fd))
		close(fd);
	else
		pthread_detach(thread);
}

void capture_close(struct capture *c)
{
	struct tpacket_stats stats = {0};
	socklen_t len = sizeof(stats);

	if (c->fd < 0)
		return;
	if (!getsockopt(c->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len) && stats.tp_drops) {
		struct event ev = {.t_ns = clock_now_ns(), .type = EV_OVERRUN, .where = c->where};

		strcpy(ev.u.overrun.what, "packets");
		ev.u.overrun.lost = stats.tp_drops;
		tape_put(c->tape, &ev);
	}
	close_aside(c->fd);
	c->fd = -1;
	free(c->hops);
	c->hops = NULL;
}
