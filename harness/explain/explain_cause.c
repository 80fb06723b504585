/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain_cause.c: why a case breaks by each cause, in the words of the documents.
 *
 * A sentence is printed if the case has everything that the sentence is about: a case with IPv4
 * lookups gets no sentence about IPv6. */
#include "explain/explain_cause.h"

#include "base/macros.h"
#include "scenario/macs.h"

enum fact {
	IP4 = 1 << 0,
	IP6 = 1 << 1,
	UDP = 1 << 2,
	TCP = 1 << 3,
	KEPT = 1 << 4,        /* a TCP connection that is kept */
	LEARNED = 1 << 5,     /* a client that looks up has a learned entry for the gateway, */
	PERMANENT = 1 << 6,   /* a permanent one */
	LEAVES = 1 << 7,      /* a port leaves, */
	JOINS = 1 << 8,       /* joins, */
	READDRESSED = 1 << 9, /* gets another MAC */
	BRIDGE_SET = 1 << 10, /* the bridge gets another MAC */
	ZERO = 1 << 11,       /* no device gets a client's MAC, */
	DUPLICATE = 1 << 12,  /* one is */
	STP = 1 << 13,
	NO_STP = 1 << 14,
	SAYS_TOO_BIG = 1 << 15,  /* the router reports by ICMP what was too big, */
	DROPS_TOO_BIG = 1 << 16, /* does not */
	NO_ADDRESS4 = 1 << 17,   /* the bridge loses its IPv4 address */
	END_DOWN = 1 << 18,      /* a client's own end is set down */
};

/* Sentences of docs/SCENARIOS.md, its table of causes, and docs/KERNEL.md. */
static const struct cause_sentence {
	enum cause cause;
	unsigned facts; /* all of which it needs */
	const char *text;
} cause_sentences[] = {
    {CAUSE_STALE_GATEWAY, 0,
        "The client sends to a MAC that the gateway no longer has, and nothing comes back that "
        "could correct it."},
    {CAUSE_STALE_GATEWAY, UDP, "Over UDP every lookup is lost until the entry is right again."},
    {CAUSE_STALE_GATEWAY, TCP, "Over TCP no connection is made until the entry is right again."},
    {CAUSE_STALE_GATEWAY, KEPT,
        "An established connection stalls, and a lookup that waits longer than its timeout is "
        "lost."},
    {CAUSE_STALE_GATEWAY, LEAVES,
        "When the bridge has a port's MAC and that port leaves, its local FDB entry goes with it "
        "(br_fdb_delete_by_port()). The old MAC is then in no FDB entry, and the client's frames "
        "are flooded as unknown unicast (br_flood()). Another client receives them; the gateway "
        "does not."},
    {CAUSE_STALE_GATEWAY, JOINS,
        "When a lower port joins, the old MAC is still local to the port that has it, so the "
        "bridge passes the frame up (br_pass_frame_up()). But eth_type_trans() marked the frame "
        "as another host's when it came in (PACKET_OTHERHOST). br_handle_frame() marks only "
        "frames for the bridge's present MAC as the host's, so ip_rcv() drops this one."},
    {CAUSE_STALE_GATEWAY, READDRESSED,
        "Any change of a port's MAC recalculates the bridge's MAC, not only joining and leaving "
        "(br_device_event(), NETDEV_CHANGEADDR). The old MAC is then in no FDB entry, and frames "
        "for it are flooded."},
    {CAUSE_STALE_GATEWAY, BRIDGE_SET,
        "A late pin to a new MAC is itself the change that it should prevent. A late pin to the "
        "MAC that the bridge has changes nothing."},
    {CAUSE_STALE_GATEWAY, LEARNED,
        "The outage ends when the client's neighbour entry has aged out. That takes what is left "
        "of reachable_time (15 to 45 s), then delay_first_probe_time (5 s), then three probes of "
        "1 s: at least 8 s."},
    {CAUSE_STALE_GATEWAY, LEARNED | KEPT,
        "A client that uses TCP has the freshest entry. Each ACK confirms the entry (tcp_ack(), "
        "dst_confirm). The entry is REACHABLE until the moment when the MAC changes, and then "
        "stale for the whole of reachable_time and 8 s: longer than over UDP."},
    {CAUSE_STALE_GATEWAY, PERMANENT,
        "A permanent entry does not age out: the outage ends when the gateway has that MAC again."},

    {CAUSE_UNRESOLVED_GATEWAY, IP4,
        "Over IPv4 the client asks for the gateway's MAC by ARP, and the gateway does not answer."},
    {CAUSE_UNRESOLVED_GATEWAY, IP6,
        "Over IPv6 the client asks for the gateway's MAC by neighbour solicitation, and the "
        "gateway does not answer."},
    {CAUSE_UNRESOLVED_GATEWAY, 0,
        "Packets that wait for a neighbour are dropped when its entry fails, even if the way is "
        "free again by then. A lookup sent while the entry is INCOMPLETE waits in it "
        "(__neigh_event_send()). When three requests have not been answered, all waiting packets "
        "are dropped (neigh_invalidate()). If a request is answered, the lookup is sent late, and "
        "its answer comes after the deadline."},

    {CAUSE_DEAD_GATEWAY, 0,
        "Nobody can send to the gateway: its MAC is zero, or it is the client's own."},
    {CAUSE_DEAD_GATEWAY, ZERO,
        "A gateway with the zero MAC receives nothing. The bridge makes no FDB entry for it "
        "(fdb_add_local()), so frames for it are flooded. Setting the MAC of an empty bridge to "
        "itself pins zero. A bridge without ports has the MAC 00:00:00:00:00:00. The kernel "
        "accepts a MAC that the device already has, and addr_assign_type becomes 3."},
    {CAUSE_DEAD_GATEWAY, DUPLICATE,
        "A bridge with a client's MAC keeps that client's frames for itself. br_dev_xmit() finds "
        "that the destination is local, and drops what br0 itself sends there. ARP replies are "
        "seen on br0 and on no port. The other clients are not affected."},

    {CAUSE_PORT_NOT_FORWARDING, 0,
        "The client's port is set down, is off the bridge, or does not forward."},
    {CAUSE_PORT_NOT_FORWARDING, STP,
        "With STP a port does not forward for two forward-delays, of 2 s each at least "
        "(br_set_forward_delay(), BR_MIN_FORWARD_DELAY)."},
    {CAUSE_PORT_NOT_FORWARDING, NO_STP,
        "Without STP a port that joins forwards at once, whatever forward_delay is "
        "(br_make_forwarding())."},

    {CAUSE_NOT_FORWARDED, 0,
        "The query reached br0 and was not too big, or the answer reached the uplink, and the "
        "router did not forward it."},
    {CAUSE_NOT_FORWARDED, NO_ADDRESS4,
        "A gateway that has lost its IPv4 address goes on forwarding queries, because no source "
        "address is checked without rp_filter. With the address its route to the clients is gone "
        "(fib_del_ifaddr()), so the answers end at the uplink."},
    {CAUSE_NOT_FORWARDED, IP6,
        "A gateway that has lost its IPv6 address still takes frames for its MAC, and drops the "
        "packets. The cause is not-forwarded, and the report names the lost address beside it."},

    {CAUSE_UPSTREAM_SILENT, 0,
        "The query reached the upstream, and no answer left it, in time or later."},

    {CAUSE_STALE_CLIENT, 0, "The gateway sends the answer to a MAC that the client no longer has."},
    {CAUSE_STALE_CLIENT, IP4,
        "A gateway learns a client's new MAC from the client's own ARP request (arp_process(), "
        "neigh_event_ns()). A client that changes its MAC flushes its entries and asks again."},
    {CAUSE_STALE_CLIENT, IP4 | PERMANENT,
        "An address that is used again therefore harms no client that asks. A client with a "
        "permanent entry for the gateway does not ask, and stays unreachable until the gateway's "
        "entry has aged out."},
    {CAUSE_STALE_CLIENT, IP6,
        "Over IPv6 a gateway learns a client's new MAC from the client's neighbour solicitation."},

    {CAUSE_UNRESOLVED_CLIENT, 0,
        "The gateway has no MAC for the client and asks for it, but the question does not reach it."},
    {CAUSE_UNRESOLVED_CLIENT, IP4,
        "Over IPv4 the gateway asks by ARP, which is broadcast: snooping does not hold it back."},
    {CAUSE_UNRESOLVED_CLIENT, IP6,
        "Neighbour solicitations are multicast, to the group of the address that they ask for "
        "(ff02::1:ff and its last three bytes). Once a querier has been heard, a packet for a "
        "group goes to the ports that have reported the group and to the querier's port. A packet "
        "for a group that no port has reported goes to the querier's port alone "
        "(br_multicast_flood()). A port that leaves loses its groups (br_multicast_del_port()), "
        "and a port that joins has no groups. The link of the client behind it stayed up, so the "
        "client does not report its groups again. Solicitations do not reach the client, and the "
        "gateway's entry for it stays INCOMPLETE. That shows only when the gateway has no entry "
        "for the client. The gateway probes an entry that it has by unicast, and ARP is "
        "broadcast."},

    {CAUSE_WRONG_PORT, 0,
        "The bridge has the client's MAC at another port in its FDB, and sends the answers for the "
        "client there."},
    {CAUSE_WRONG_PORT, 0,
        "A port that learns takes the source of every frame that enters it: the FDB entry moves to "
        "the port that it came by last (br_fdb_update()). It moves back with the client's next "
        "frame, so only answers that come in between are lost."},

    {CAUSE_LOCAL_ENTRY_MISSING, 0,
        "br0's MAC has no local entry in the FDB, so br0 does not take the queries that are for it."},
    {CAUSE_LOCAL_ENTRY_MISSING, 0,
        "Without its local FDB entry a bridge floods frames for its own MAC and does not take them "
        "(br_handle_frame_finish())."},

    {CAUSE_WRONG_VLAN, 0,
        "The bridge filters VLANs. The client's port has no PVID, or has one whose VLAN br0 is not "
        "in; or br0 has none, or has one whose VLAN the client's port is not in."},
    {CAUSE_WRONG_VLAN, 0,
        "A bridge that filters drops an untagged frame where it enters by a port without a PVID "
        "(br_allowed_ingress()). A frame leaves only by ports that are in its VLAN, and comes up "
        "to br0 only if br0 is in it (br_allowed_egress())."},

    {CAUSE_LOST_IN_BRIDGE, 0,
        "The query entered the client's port, which forwarded, and did not reach br0; or the "
        "answer left br0 and came out of no port. The MACs, the MTU and the FDB were in order, so "
        "nothing that the bridge reports explains it."},
    {CAUSE_LOST_IN_BRIDGE, 0,
        "The filters of the bridge (nftables' family bridge, ebtables) stand between the captures "
        "of a port and of br0. What they drop is seen at the port and not on br0, or on br0 and at "
        "no port."},

    {CAUSE_TOO_BIG, 0,
        "The query or the answer is larger than the MTU of the next device, and may not be "
        "fragmented there."},
    {CAUSE_TOO_BIG, 0,
        "A veth drops a packet that is more than 4 bytes larger than its MTU when the packet "
        "arrives (__is_skb_forwardable(), which leaves room for a VLAN tag), before any capture. "
        "A bridge port that the packet is to leave by does the same."},
    {CAUSE_TOO_BIG, SAYS_TOO_BIG,
        "The gateway tells the sender by ICMP that the answer was too big. The sender then sends "
        "fragments, and one answer is lost: over IPv4 one for all clients together, because behind "
        "masquerading they are one destination; over IPv6 one for each client."},
    {CAUSE_TOO_BIG, DROPS_TOO_BIG,
        "With ICMP dropped every large answer is lost, even when the port was never up."},

    {CAUSE_CLIENT_DOWN, 0, "The client cannot send: its eth0 is down, or it has no route."},
    {CAUSE_CLIENT_DOWN, 0,
        "Setting a client's eth0 down removes its routes, so that sends fail at once with "
        "ENETUNREACH. Its port is disabled as well, because it has no carrier "
        "(br_port_carrier_check())."},
    {CAUSE_CLIENT_DOWN, END_DOWN,
        "A client whose eth0 is set up again has no default route. The kernel makes the route to "
        "its own network again (fib_add_ifaddr(), over IPv6 addrconf_prefix_route()), and no "
        "other."},

    {CAUSE_UNKNOWN, 0, "No other cause is certain."},
};

static bool is_clients_mac(const struct scenario_case *c, const struct change *ch)
{
	uint64_t n = mac_number(ch->fixed);

	return ch->mac == CHANGE_MAC_FIXED && n > MACS_OWN_ENDS &&
	       n <= MACS_OWN_ENDS + c->n_clients;
}

static unsigned facts_of_event(const struct scenario_case *c, const struct change *ch)
{
	unsigned facts = 0;

	if (ch->whose == WHOSE_CLIENT_END)
		return ch->what == CHANGE_DOWN ? END_DOWN : 0;
	if (ch->what == CHANGE_LEAVES)
		facts = LEAVES;
	else if (ch->what == CHANGE_JOINS)
		facts = JOINS;
	else if (ch->what == CHANGE_RECREATE)
		facts = BRIDGE_SET;
	else if (ch->what == CHANGE_DELETE_ADDRESS && ch->address == ADDRESS_IPV4)
		facts = NO_ADDRESS4;
	else if (ch->what == CHANGE_SET_MAC)
		facts = ch->whose == WHOSE_BRIDGE ? BRIDGE_SET : READDRESSED;
	return ch->what == CHANGE_SET_MAC && is_clients_mac(c, ch) ? facts | DUPLICATE : facts;
}

unsigned explain_facts(const struct scenario_case *c)
{
	unsigned facts = c->stp ? STP : NO_STP;

	if (c->families & FAMILY_BIT(IP_V4))
		facts |= IP4;
	if (c->families & FAMILY_BIT(IP_V6))
		facts |= IP6;
	if (c->transports & TRANSPORT_BIT(TRANSPORT_UDP))
		facts |= UDP;
	if (c->transports & TRANSPORT_BIT(TRANSPORT_TCP))
		facts |= TCP;
	if (c->transports & TRANSPORT_BIT(TRANSPORT_TCP_KEPT))
		facts |= KEPT;
	for (size_t i = 0; i < c->n_clients; i++) {
		if (!c->clients[i].looks_up)
			continue;
		/* a permanent entry is an IPv4 entry */
		if ((facts & IP4) && c->clients[i].knows_gateway)
			facts |= PERMANENT;
		if ((facts & IP6) || !c->clients[i].knows_gateway)
			facts |= LEARNED;
	}
	for (size_t i = 0; i < c->n_churns; i++) {
		facts |= c->churns[i].joins != JOIN_BEFORE ? JOINS : 0;
		facts |= c->churns[i].leaves != LEAVE_NEVER ? LEAVES : 0;
	}
	for (size_t i = 0; i < c->n_changes; i++)
		facts |= facts_of_event(c, &c->changes[i]);
	facts |= facts & DUPLICATE ? 0 : ZERO;
	return facts | (c->firewall == FIREWALL_DROP_TOO_BIG ? DROPS_TOO_BIG : SAYS_TOO_BIG);
}

void explain_cause(enum cause cause, unsigned facts, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(cause_sentences); i++) {
		const struct cause_sentence *s = &cause_sentences[i];

		if (s->cause == cause && !(s->facts & ~facts))
			buf_printf(out, "%s%s", out->len ? " " : "", s->text);
	}
}
