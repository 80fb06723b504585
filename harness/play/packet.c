/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet.c: reads one captured packet into events.
 *
 * The name in a UDP message identifies the attempt; of a fragmented message, only the first
 * fragment has it and the others are ignored. TCP segments with messages are identified by the
 * names in them, SYN, SYN+ACK and RST by the client's port; ACK and FIN add nothing to these. Of
 * IPv6 extension headers only the fragment header is parsed: the lab sends no other before UDP, TCP
 * or ICMPv6, except in MLD. An ICMP "too big" error quotes its packet, which identifies the
 * attempt. */
#include "play/packet.h"

#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <string.h>

#include "base/macros.h"
#include "lab/dns.h"

#define DNS_PORT 53
#define FIRST_PORT 10000
#define LAST_PORT 60999

void packet_ports_init(struct packet_ports *ports)
{
	for (size_t i = 0; i < ARRAY_SIZE(ports->of); i++)
		ports->of[i] = (struct packet_owner){.stream = DNS_STREAM_NONE};
	ports->last = LAST_PORT;
}

uint16_t packet_port(struct packet_ports *ports, uint16_t stream, uint32_t seq)
{
	ports->last = ports->last >= LAST_PORT ? FIRST_PORT : (uint16_t)(ports->last + 1);
	ports->of[ports->last] = (struct packet_owner){.seq = seq, .stream = stream};
	return ports->last;
}

static bool read_arp(const struct packet *p, struct event *ev)
{
	struct ether_arp a;

	if (p->len < ETH_HLEN + sizeof(a))
		return false;
	memcpy(&a, p->bytes + ETH_HLEN, sizeof(a));
	switch (ntohs(a.arp_op)) {
	case ARPOP_REQUEST:
		ev->u.frame.kind = FRAME_ARP_REQUEST;
		break;
	case ARPOP_REPLY:
		ev->u.frame.kind = FRAME_ARP_REPLY;
		break;
	default:
		return false;
	}
	ev->u.frame.family = AF_INET;
	memcpy(ev->u.frame.sip, a.arp_spa, 4);
	memcpy(ev->u.frame.tip, a.arp_tpa, 4);
	ev->u.frame.stream = DNS_STREAM_NONE;
	return true;
}

/* An IP packet's transport part, at an offset of the frame. */
struct part {
	size_t at, end; /* within the captured bytes */
	uint8_t proto;
	bool df;
	uint16_t len; /* of the IP packet */
	const uint8_t *src6;
};

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool find_ip4(const struct packet *p, size_t at, struct part *out)
{
	struct ip ip;

	if (p->len < at + sizeof(ip))
		return false;
	memcpy(&ip, p->bytes + at, sizeof(ip));
	size_t head = ip.ip_hl * 4U;
	if (ip.ip_v != 4 || head < sizeof(ip) || ntohs(ip.ip_len) < head ||
	    (ntohs(ip.ip_off) & IP_OFFMASK))
		return false;
	*out = (struct part){
	    .at = at + head,
	    .end = least(p->len, at + ntohs(ip.ip_len)),
	    .proto = ip.ip_p,
	    .df = (ntohs(ip.ip_off) & IP_DF) != 0,
	    .len = ntohs(ip.ip_len),
	};
	return out->at <= out->end;
}

static bool find_ip6(const struct packet *p, size_t at, struct part *out)
{
	struct ip6_hdr ip;
	struct ip6_frag frag;

	if (p->len < at + sizeof(ip))
		return false;
	memcpy(&ip, p->bytes + at, sizeof(ip));
	if (ip.ip6_vfc >> 4 != 6)
		return false;
	unsigned len = ntohs(ip.ip6_plen) + (unsigned)sizeof(ip);
	*out = (struct part){
	    .at = at + sizeof(ip),
	    .end = least(p->len, at + len),
	    .proto = ip.ip6_nxt,
	    .df = true, /* no router fragments it */
	    .len = (uint16_t)(len < UINT16_MAX ? len : UINT16_MAX),
	    .src6 = p->bytes + at + offsetof(struct ip6_hdr, ip6_src),
	};
	if (out->proto == IPPROTO_FRAGMENT) {
		if (out->end < out->at + sizeof(frag))
			return false;
		memcpy(&frag, p->bytes + out->at, sizeof(frag));
		if (frag.ip6f_offlg & IP6F_OFF_MASK)
			return false;
		out->proto = frag.ip6f_nxt;
		out->at += sizeof(frag);
	}
	return out->at <= out->end;
}

static bool find_ip(const struct packet *p, size_t at, struct part *out)
{
	return at < p->len &&
	       (p->bytes[at] >> 4 == 6 ? find_ip6(p, at, out) : find_ip4(p, at, out));
}

static bool read_neighbour(const struct packet *p, const struct part *ip, struct event *ev)
{
	struct nd_neighbor_solicit nd; /* an advertisement has the same layout */

	if (!ip->src6 || ip->end < ip->at + sizeof(nd))
		return false;
	memcpy(&nd, p->bytes + ip->at, sizeof(nd));
	if (nd.nd_ns_hdr.icmp6_code)
		return false;
	ev->u.frame.kind = nd.nd_ns_hdr.icmp6_type == ND_NEIGHBOR_SOLICIT ? FRAME_NS : FRAME_NA;
	ev->u.frame.family = AF_INET6;
	memcpy(ev->u.frame.sip, ip->src6, 16);
	memcpy(ev->u.frame.tip, &nd.nd_ns_target, 16);
	ev->u.frame.stream = DNS_STREAM_NONE;
	return true;
}

/* Query or reply, by the server's port; 0 when neither is, else the client's port. */
static uint16_t direction(uint16_t source, uint16_t dest, struct event *ev)
{
	ev->u.frame.kind = dest == DNS_PORT ? FRAME_QUERY : FRAME_REPLY;
	return dest == DNS_PORT ? source : source == DNS_PORT ? dest : 0;
}

static bool read_message(const uint8_t *bytes, size_t len, struct event *ev)
{
	unsigned stream;

	if (dns_attempt(bytes, len, &stream, &ev->u.frame.seq))
		return false;
	ev->u.frame.stream = (uint16_t)stream;
	return true;
}

static bool read_udp(const struct packet *p, const struct part *ip, struct event *ev)
{
	struct udphdr udp;

	if (ip->end < ip->at + sizeof(udp))
		return false;
	memcpy(&udp, p->bytes + ip->at, sizeof(udp));
	size_t at = ip->at + sizeof(udp);
	return direction(ntohs(udp.uh_sport), ntohs(udp.uh_dport), ev) &&
	       read_message(p->bytes + at, ip->end - at, ev);
}

/* The next message of a segment; p->at is where it begins. */
static bool read_segment(struct packet *p, const struct part *ip, struct event *ev)
{
	while (p->at + 2 < ip->end) {
		size_t at = p->at + 2, len = p->bytes[p->at] * 256U + p->bytes[p->at + 1];

		p->at = at + len;
		if (read_message(p->bytes + at, least(len, ip->end - at), ev))
			return true;
	}
	return false;
}

static bool read_tcp(
    struct packet *p, const struct part *ip, const struct packet_ports *ports, struct event *ev)
{
	struct tcphdr tcp;

	if (ip->end < ip->at + sizeof(tcp))
		return false;
	memcpy(&tcp, p->bytes + ip->at, sizeof(tcp));
	uint16_t port = direction(ntohs(tcp.th_sport), ntohs(tcp.th_dport), ev);
	size_t head = tcp.th_off * 4U;
	if (!port || head < sizeof(tcp))
		return false;
	if (!(tcp.th_flags & (TH_SYN | TH_RST))) {
		if (p->at < ip->at + head)
			p->at = ip->at + head;
		return read_segment(p, ip, ev);
	}
	if (!ports || p->at || ports->of[port].stream == DNS_STREAM_NONE)
		return false;
	p->at = p->len;
	ev->u.frame.handshake = 1;
	ev->u.frame.seq = ports->of[port].seq;
	ev->u.frame.stream = ports->of[port].stream;
	return true;
}

/* What an ICMP error quotes, from the IP header on; 0 when it is no "too big". */
static size_t quoted(const struct packet *p, const struct part *ip)
{
	const uint8_t *icmp = p->bytes + ip->at;

	if (ip->end < ip->at + 8)
		return 0;
	if (ip->proto == IPPROTO_ICMP)
		return icmp[0] == ICMP_UNREACH && icmp[1] == ICMP_UNREACH_NEEDFRAG ? ip->at + 8 : 0;
	return icmp[0] == ICMP6_PACKET_TOO_BIG ? ip->at + 8 : 0;
}

static bool read_too_big(
    const struct packet *p, size_t at, const struct packet_ports *ports, struct event *ev)
{
	struct packet inner = {.bytes = p->bytes, .len = p->len};
	struct part ip;

	if (!find_ip(&inner, at, &ip))
		return false;
	bool ours = ip.proto == IPPROTO_UDP   ? read_udp(&inner, &ip, ev)
	            : ip.proto == IPPROTO_TCP ? read_tcp(&inner, &ip, ports, ev)
	                                      : false;
	ev->u.frame.kind = FRAME_TOO_BIG;
	ev->u.frame.handshake = 0;
	ev->u.frame.len = ip.len;
	ev->u.frame.df = ip.df;
	return ours;
}

static bool read_ip(struct packet *p, const struct packet_ports *ports, struct event *ev)
{
	struct part ip;

	if (!find_ip(p, ETH_HLEN, &ip))
		return false;
	if (ip.proto == IPPROTO_TCP) { /* its length covers several segments at once */
		ev->u.frame.df = ip.df;
		return read_tcp(p, &ip, ports, ev);
	}
	if (p->at)
		return false;
	p->at = p->len;
	if (ip.proto == IPPROTO_UDP) {
		ev->u.frame.len = ip.len;
		ev->u.frame.df = ip.df;
		return read_udp(p, &ip, ev);
	}
	if (ip.proto != IPPROTO_ICMP && ip.proto != IPPROTO_ICMPV6)
		return false;
	size_t at = quoted(p, &ip);
	if (at)
		return read_too_big(p, at, ports, ev);
	if (ip.proto == IPPROTO_ICMPV6 && ip.end > ip.at &&
	    (p->bytes[ip.at] == ND_NEIGHBOR_SOLICIT || p->bytes[ip.at] == ND_NEIGHBOR_ADVERT))
		return read_neighbour(p, &ip, ev);
	return false;
}

bool packet_next(struct packet *p, const struct packet_ports *ports, struct event *ev)
{
	struct ether_header eth;

	if (p->len < sizeof(eth))
		return false;
	memcpy(&eth, p->bytes, sizeof(eth));
	memcpy(ev->u.frame.src.b, eth.ether_shost, 6);
	memcpy(ev->u.frame.dst.b, eth.ether_dhost, 6);
	switch (ntohs(eth.ether_type)) {
	case ETHERTYPE_ARP:
		if (p->at)
			return false;
		p->at = p->len;
		return read_arp(p, ev);
	case ETHERTYPE_IP:
	case ETHERTYPE_IPV6:
		return read_ip(p, ports, ev);
	default:
		return false;
	}
}
