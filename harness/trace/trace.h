/* SPDX-License-Identifier: GPL-2.0-or-later */
/* trace.h: everything that happened in one play of a case; all that judging and reporting read. */
#ifndef SB_TRACE_H
#define SB_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mac.h"
#include "base/units.h"
#include "trace/play_id.h"

/* Why attempts were lost: the closed list of docs/DESIGN.md. */
enum cause {
	CAUSE_NONE,
	CAUSE_STALE_GATEWAY,
	CAUSE_UNRESOLVED_GATEWAY,
	CAUSE_DEAD_GATEWAY,
	CAUSE_PORT_NOT_FORWARDING,
	CAUSE_NOT_FORWARDED,
	CAUSE_UPSTREAM_SILENT,
	CAUSE_STALE_CLIENT,
	CAUSE_UNRESOLVED_CLIENT,
	CAUSE_WRONG_PORT,
	CAUSE_LOCAL_ENTRY_MISSING,
	CAUSE_WRONG_VLAN,
	CAUSE_LOST_IN_BRIDGE,
	CAUSE_TOO_BIG,
	CAUSE_CLIENT_DOWN,
	CAUSE_UNKNOWN,
	CAUSE_COUNT
};

#define LIMIT_ANY (-1)

/* Maxima of an arm that must hold; LIMIT_ANY where nothing is asked. */
struct limits {
	int64_t lost, outages, outage_ns, gateway_mac_changes;
	double answered; /* minimum in percent, negative = not asked */
};

enum ip_family { IP_V4, IP_V6, IP_FAMILIES };
enum transport {
	TRANSPORT_UDP,
	TRANSPORT_TCP,      /* a connection for each attempt */
	TRANSPORT_TCP_KEPT, /* one connection, made before warm-up, for all of them */
	TRANSPORTS
};

/* A client's lookups of one family over one transport; judged by itself. The reference stream goes
 * from the router to the upstream, without the bridge, and tells the machine from the bridge. */
struct stream {
	char name[48]; /* "c1/ipv4/udp", "reference" */
	int client;    /* index into trace_meta.clients, -1 for the reference */
	bool reference;
	bool closed_loop;          /* pause after each answer instead of start to start */
	uint8_t family, transport; /* enum ip_family, enum transport */
	int64_t interval_ns, timeout_ns;
};

#define NAME_MAX_LEN 16 /* IFNAMSIZ: client and port names are interface names */

enum mac_rule {
	MAC_RULE_UNKNOWN, /* in the traces of older versions */
	MAC_INHERITED,    /* the lowest of the ports */
	MAC_SET,
	MAC_RULES
};

struct client_meta {
	char name[NAME_MAX_LEN]; /* the client, and its port on the bridge */
	uint8_t ip4[4];
	uint8_t ip6[16];     /* zero: it has none */
	struct mac mac;      /* of its eth0 */
	struct mac port_mac; /* of the bridge-side end */
	bool unlearned;      /* its port learns no MACs: what is for it is flooded */
};

/* Where an event was seen. Clients are WHERE_CLIENT + index. */
enum { WHERE_ROUTER = 0, WHERE_UPSTREAM = 1, WHERE_CLIENT = 2 };

/* A failure that is known and tolerated in this case (scenario key `known`). */
struct known_meta {
	enum cause breaks; /* CAUSE_NONE: whatever the cause */
	char *why;
};

struct trace_meta {
	char *scenario, *arm, *name, *slug, *summary;
	char *group;  /* scenario + matrix values without the arm: shared with its control */
	char *kernel; /* uname -r */
	char *tool;   /* the program that made the bridge, with its version; NULL: the harness */
	char *file;   /* the scenario's, as it was given */
	int line;     /* of the arm there; 0: not known */
	char *fault;  /* the deliberate defect of a harness test, or NULL */
	char *config; /* whole scenario text that plays this very case again */
	char *t0;     /* t=0 on the wall clock, seconds since 1970 with nine decimals, or NULL */
	uint64_t seed;
	double pace;
	struct play_id play;
	int rounds;        /* played by events: so many rounds, which must agree; 0: by the clock */
	enum cause breaks; /* a control's cause; CAUSE_NONE for an arm that must hold */
	bool exposures_none; /* a negative control: nothing inherited may change */
	struct limits limits;
	int64_t warmup_ns, duration_ns;
	int64_t min_outage_ns; /* the shortest outage that shows a control broke */
	uint8_t gateway_ip4[4], gateway_ip6[16]; /* IPv6: zero where the case uses none */
	uint8_t bridge_mac_rule;                 /* enum mac_rule; how br0 has its MAC at t=0 */
	struct mac bridge_mac;      /* MAC_SET: to which value; zero: to the one that it had */
	bool bridge_learns_nothing; /* its ageing time is 0: it floods what is for a client */
	uint32_t bridge_mtu;        /* br0's own, set and kept; 0: the smallest of its ports */
	int64_t upstream_delay_ns;  /* how long the upstream keeps a query */
	struct client_meta *clients;
	size_t n_clients;
	struct stream *streams; /* the last one is the reference */
	size_t n_streams;
	struct known_meta *known; /* those that apply to this arm and this kernel */
	size_t n_known;
};

enum event_type {
	EV_PHASE,  /* the play reached a phase */
	EV_CHURN,  /* begin or end of one scheduled churn event; the change lies between them */
	EV_LINK,   /* RTM_NEWLINK or RTM_DELLINK */
	EV_NEIGH,  /* neighbour entry of a client or of the router */
	EV_FDB,    /* FDB entry of the bridge */
	EV_ADDR,   /* address of the bridge added or gone */
	EV_SENT,   /* an attempt was sent, or could not be */
	EV_ANSWER, /* something came back for an attempt */
	EV_FRAME,  /* a packet seen on a hop */
	EV_STATE,  /* the bridge as read at rest: baseline before t=0, and after the last attempt */
	EV_LATE,   /* the loop or the churner was late */
	EV_OVERRUN, /* notifications or packets were lost (ENOBUFS, drops) */
	EV_TIMERS,  /* neighbour timers as read back from the kernel */
	EV_HOP,     /* the namespace and the device of a hop */
	EV_DROP,    /* the kernel dropped a packet, whosever it was */
	EV_COUNT
};

enum phase {
	PHASE_LAB,        /* the lab is being built */
	PHASE_WARMUP,     /* lookups without churn */
	PHASE_START,      /* t=0: churn begins */
	PHASE_LAST,       /* the last attempt was sent */
	PHASE_END,        /* every deadline has passed */
	PHASE_LAB_FAILED, /* the lab could not be built; text says why */
	PHASE_PAUSED      /* somebody looked into the lab, and the case ended there */
};

enum churn_op {
	OP_JOIN,
	OP_LEAVE,
	OP_FAULT, /* a deliberate defect, by its text */
	OP_SET_MAC,
	OP_SET_MTU,
	OP_UP,
	OP_DOWN,
	OP_RECREATE, /* the bridge is deleted and made again, with its ports */
	OP_DELETE_ADDRESS,
	OP_ADD_ADDRESS,
	OP_ADD_ROUTE,    /* a client's default route */
	OP_SENDS_AS,     /* a client sends a frame from another's MAC */
	OP_FILTER_VLANS, /* the bridge begins to filter VLANs */
	OP_COUNT
};

/* One of the bridge's own; of a route its family. */
enum bridge_address {
	ADDRESS_NONE,
	ADDRESS_IPV4,
	ADDRESS_IPV6,
	ADDRESS_LINK_LOCAL, /* of IPv6 */
	ADDRESSES
};

enum answer_result {
	ANSWER_RIGHT,   /* id, name, rcode and data are right */
	ANSWER_WRONG,   /* an answer to this attempt with wrong rcode or data */
	ANSWER_REFUSED, /* the socket reported err (an ICMP error) */
	ANSWER_CUT      /* the server truncated the answer (TC) */
};

/* The hops a lookup passes, in the order of the way out. */
enum hop { HOP_CLIENT, HOP_PORT, HOP_BRIDGE, HOP_UPLINK, HOP_UPSTREAM, HOP_COUNT };

/* What is kept of the packets: lookups (of TCP the segments that carry a message, SYN, SYN+ACK and
 * RST, not ACK and FIN), ARP, neighbour solicitations and advertisements, and the ICMP errors that
 * say a lookup's packet was too big. */
enum frame_kind {
	FRAME_QUERY, /* on its way to the upstream */
	FRAME_REPLY, /* and back */
	FRAME_ARP_REQUEST,
	FRAME_ARP_REPLY,
	FRAME_NS,
	FRAME_NA,
	FRAME_TOO_BIG, /* about the packet of `stream` and `seq` */
	FRAME_KINDS
};

enum late_who { LATE_LOOP, LATE_CHURNER };
/* A notification is read this late at most (8.5 ms were seen), or an EV_LATE of the player's says
 * otherwise: it wakes so often. */
#define TRACE_READ_LATE_REAL_NS (10 * NS_PER_MS)

/* Of a dropped packet. */
enum drop_protocol { DROP_IPV4, DROP_IPV6, DROP_ARP, DROP_PROTOCOLS };

/* EV_OVERRUN of what only explains: dropped packets that were not recorded. */
#define OVERRUN_DROPS "drops"

/* One event. On the tape t_ns is CLOCK_MONOTONIC; in a trace it is scenario time, 0 at the end of
 * warm-up. All *_ns fields are of the same clock as t_ns, but for real_ns, which is never scaled.
 */
enum {
	ADDR_ASSIGN_SET = 3,  /* NET_ADDR_SET of linux/netdevice.h: the MAC is pinned */
	STATE_NOT_READ = 255, /* of addr_assign_type and local_fdb */
};

struct event {
	int64_t t_ns;
	uint8_t type;  /* enum event_type */
	uint8_t where; /* WHERE_* */
	uint16_t pad;
	uint32_t order; /* position on the tape */
	union {
		struct {
			uint8_t phase;
			char text[71];
		} phase;
		struct {
			char port[NAME_MAX_LEN]; /* interface name, also a client's port's or br0;
			                            eth0 at a client; for OP_FAULT the fault's name
			                          */
			int64_t due_ns;
			struct mac mac;      /* scheduled; zero when the kernel chooses */
			uint8_t op, end;     /* enum churn_op; 0 begin, 1 end */
			uint8_t event;       /* 1: one of the scenario's events, not its churn */
			uint8_t address;     /* enum bridge_address; of OP_ADD_ROUTE the family */
			uint32_t cycle, mtu; /* mtu: OP_SET_MTU */
			int32_t err;         /* end only: 0 or -errno */
		} churn;
		struct {
			char name[NAME_MAX_LEN];
			int32_t ifindex, master; /* master 0: enslaved to nothing */
			uint32_t mtu, flags;     /* IFF_* */
			struct mac mac;
			uint8_t gone, carrier;
			uint8_t port_state; /* BR_STATE_* of an enslaved port, 255 = not told */
			uint8_t bridge_msg; /* the AF_BRIDGE form of the message */
			/* the bridge's, from the other form: it filters VLANs */
			uint8_t filters_vlans;
			/* "1,20": the VLANs of a port, or of br0; "none"; "": not told */
			char vlans[24];
			uint16_t pvid; /* with vlans; 0: none */
		} link;
		struct {
			uint8_t ip[16]; /* the first 4 bytes for AF_INET */
			uint8_t family, gone;
			uint16_t state; /* NUD_* */
			struct mac mac;
			char dev[NAME_MAX_LEN];
		} neigh;
		struct {
			char port[NAME_MAX_LEN]; /* the bridge itself for its own entry */
			struct mac mac;
			uint16_t state, vlan; /* NUD_PERMANENT: local */
			uint8_t gone;
		} fdb;
		struct {
			char dev[NAME_MAX_LEN];
			uint8_t addr[16];
			uint8_t family, prefix, gone;
		} addr;
		struct {
			int64_t due_ns; /* when it should have been sent */
			uint32_t seq;
			uint16_t stream;
			int32_t err; /* 0 or -errno of the send */
		} sent;
		struct {
			uint32_t seq;
			uint16_t stream;
			uint8_t result; /* enum answer_result */
			uint8_t rcode;
			int32_t err;
			int64_t read_ns; /* when the loop read it; t_ns is the kernel's stamp */
		} answer;
		struct {
			uint32_t seq;    /* DNS: of the attempt */
			uint16_t stream; /* DNS: of the attempt; 65535 = none */
			uint8_t hop, out, kind;
			uint8_t client;    /* for HOP_CLIENT and HOP_PORT; 255 otherwise */
			uint8_t df;        /* DNS: the packet must not be fragmented */
			uint16_t len;      /* DNS: of the IP packet, in bytes; 0 = not told */
			uint8_t handshake; /* TCP: SYN, SYN+ACK or RST: no message yet */
			uint8_t family;    /* AF_* of the two addresses; 0 without them */
			struct mac src, dst;
			uint8_t sip[16], tip[16]; /* ARP, NS, NA: sender's and target's */
			char port[NAME_MAX_LEN];  /* HOP_PORT that is no client's: a bystander */
		} frame;
		struct {
			struct mac mac;
			uint32_t mtu;
			uint8_t carrier;
			uint8_t assign_type; /* 255 = sysfs could not be read */
			uint8_t
			    local_fdb;  /* 1 the bridge's MAC is in its FDB as local, 255 unknown */
			uint8_t at_end; /* 0 baseline, 1 after the last attempt */
			/* at_end: frames that the queues of the machine's processors dropped since
			 * the baseline (softnet_data.dropped) */
			uint32_t backlog_drops;
		} state;
		struct {
			uint8_t who;     /* enum late_who */
			uint16_t stream; /* LATE_LOOP: of the lookup; 65535 = none */
			int64_t late_ns;
			uint32_t skipped; /* attempts left out because their time had passed */
		} late;
		struct {
			char what[24];
			uint32_t lost; /* 0 = unknown */
		} overrun;
		struct {
			char dev[NAME_MAX_LEN];
			uint8_t ip6; /* of IPv6 neighbours */
			/* milliseconds of real time, as NDTPA_* tells them */
			uint32_t reachable_real_ms, delay_real_ms, retrans_real_ms,
			    locktime_real_ms;
			uint32_t redrawn; /* 1: the kernel redrew reachable_time during the play */
		} timers;
		struct {
			char dev[NAME_MAX_LEN];
			int32_t ifindex;
			uint32_t netns; /* the inode of its namespace */
			uint8_t hop;    /* enum hop */
		} hop;
		struct {
			char function[28]; /* of the kernel, that dropped it */
			char caller[24];   /* that called it, not netfilter's; empty: not known */
			char reason[26];   /* "NETFILTER_DROP"; empty: the kernel tells none */
			uint8_t protocol;  /* enum drop_protocol */
		} drop;
	} u;
};

struct trace {
	struct trace_meta meta;
	struct event *events; /* by t_ns, then by order */
	size_t n, cap;
	bool whole; /* PHASE_END was reached */
};

void trace_free(struct trace *t);
/* Makes ev tell (PHASE_LAB_FAILED) as much of why a play broke off as one event holds; how many
 * bytes of it that are. */
size_t event_words(struct event *ev, const char *why);
/* Appends a copy; call trace_sort() when all are there. */
void trace_add(struct trace *t, const struct event *ev);
/* So much real time in scenario time. A pace that no play can have, of a damaged trace, counts
 * as 1. */
int64_t trace_scenario_ns(const struct trace *t, int64_t real_ns);
/* By time, then tape order; sets `whole`. */
void trace_sort(struct trace *t);

#endif
