/* explain_cause.c: why a case breaks by each cause, in the words of the documents. */
#include "explain/explain.h"

const char *explain_cause(enum cause cause)
{
	/* Sentences of docs/KERNEL.md, or of the table of causes of docs/DESIGN.md. */
	static const char *const texts[CAUSE_COUNT] = {
	    [CAUSE_STALE_GATEWAY] =
	        "Clients are not told. They go on sending to the old MAC, nothing comes back that "
	        "could correct them, and DNS over UDP is dead until their entry has aged out. "
	        "When the port whose MAC it was leaves, its local FDB entry goes with it "
	        "(br_fdb_delete_by_port()), the old MAC is in no entry, and the client's frames "
	        "are flooded as unknown unicast (br_flood()): another client hears them, the "
	        "gateway does not. When a lower port joins, the old MAC is still local to the port "
	        "that has it, so the bridge passes the frame up (br_pass_frame_up()); but it was "
	        "marked as somebody else's when it came in (eth_type_trans(), PACKET_OTHERHOST), "
	        "br_handle_frame() marks only frames for the bridge's present MAC as the host's, "
	        "and ip_rcv() drops it. It ends when the client's neighbour entry has aged out: "
	        "what is left of reachable_time (15 to 45 s), delay_first_probe_time (5 s), three "
	        "probes of 1 s; so 8 s at the least.",
	    [CAUSE_UNRESOLVED_GATEWAY] =
	        "What waits for a neighbour is dropped when its entry fails, though the way may be "
	        "free again. A lookup sent while the entry is INCOMPLETE waits in it "
	        "(__neigh_event_send()); when three requests went unanswered all that waits is "
	        "dropped (neigh_invalidate()), else it is sent late, and its answer comes after "
	        "the deadline.",
	    [CAUSE_DEAD_GATEWAY] =
	        "A gateway with the zero MAC gets nothing: no FDB entry is made for it "
	        "(fdb_add_local()), so frames for it are flooded. Setting an empty bridge's MAC to "
	        "itself pins zero. With no port the bridge has 00:00:00:00:00:00; what a device "
	        "has already is accepted, and addr_assign_type becomes 3.",
	    [CAUSE_PORT_NOT_FORWARDING] =
	        "With STP a port is deaf for two forward-delays, of 2 s each at least "
	        "(br_set_forward_delay(), BR_MIN_FORWARD_DELAY); without STP it forwards at once "
	        "whatever forward-delay says.",
	    [CAUSE_NOT_FORWARDED] =
	        "it was for br0 and fitted; no look-up of the router's held it up",
	    [CAUSE_UPSTREAM_SILENT] = "no reply left it in time",
	    [CAUSE_STALE_CLIENT] =
	        "A gateway learns a client's new MAC from the client's own ARP request "
	        "(arp_process(), neigh_event_ns()), and a client that changes its MAC flushes its "
	        "entries and asks anew. So a recycled address hurts nobody who asks; only a client "
	        "with a permanent entry for the gateway, which asks nothing, stays unreachable "
	        "until the gateway's entry has aged out.",
	    [CAUSE_UNRESOLVED_CLIENT] =
	        "Neighbour solicitations are multicast, to the group of the address that is looked "
	        "for (ff02::1:ff and its last three bytes). Once a querier has been heard, what is for a group goes to ports "
	        "that have reported it and to the querier's, and what nobody has reported to the "
	        "querier's alone (br_multicast_flood()). A port that leaves loses its groups "
	        "(br_multicast_del_port()), and one that joins has none. The client behind it, whose "
	        "link stayed up, does not report anew, so solicitations do not reach it: the "
	        "gateway's entry stays INCOMPLETE. That shows only when the gateway has no entry: one "
	        "that it has it probes by unicast, and ARP is broadcast.",
	    [CAUSE_TOO_BIG] =
	        "A veth drops what is more than 4 bytes over its MTU when it arrives "
	        "(__is_skb_forwardable(), which leaves room for a VLAN tag), before any capture; so "
	        "does a bridge port that it is to leave by.",
	    [CAUSE_CLIENT_DOWN] =
	        "A client's eth0 that is set down takes its routes along, so that sends fail at "
	        "once with ENETUNREACH; its port is disabled as well, for want of carrier "
	        "(br_port_carrier_check()).",
	    [CAUSE_UNKNOWN] = "none of these is sure",
	};

	return (unsigned)cause < CAUSE_COUNT ? texts[cause] : NULL;
}
