/* SPDX-License-Identifier: GPL-2.0-or-later */
/* case.h: what a scenario file says, as plain values: its cases, and what all of them share. */
#ifndef SB_CASE_H
#define SB_CASE_H

#include "base/err.h"
#include "base/mem.h"
#include "trace/trace.h"

enum port_mac_rule {
	PORT_MAC_RANDOM,
	PORT_MAC_BELOW_ALL,
	PORT_MAC_ABOVE_ALL,
	PORT_MAC_KERNEL,
	PORT_MAC_EACH_TIME, /* as random, and another one at each join; of churn only */
	PORT_MAC_FIXED
};
enum bridge_pin { PIN_NEVER, PIN_AT_CREATE, PIN_TO_OTHER, PIN_TO_CURRENT };
enum port_kind { KIND_VETH, KIND_VETH_DOWN, KIND_TAP, KIND_TAP_DOWN };
enum join_rule { JOIN_BEFORE, JOIN_AT, JOIN_EVERY };
enum leave_rule { LEAVE_NEVER, LEAVE_AT, LEAVE_AFTER };
enum leaves_by { BY_DELETE, BY_RELEASE, BY_NAMESPACE_DEATH };

#define CLIENTS_MAX 64
#define CHURN_PORTS_MAX 1022 /* the kernel takes 1023 on a bridge, a client at least among them */
#define MTU_USUAL 1500
#define PVID_USUAL 1
#define PVID_NONE (-1)

#define FAMILY_BIT(family) (1u << (family))
#define TRANSPORT_BIT(transport) (1u << (transport))
enum change_what {
	CHANGE_SET_MAC,
	CHANGE_SET_MTU,
	CHANGE_UP,
	CHANGE_DOWN,
	CHANGE_JOINS,
	CHANGE_LEAVES,
	CHANGE_SENDS_AS,
	CHANGE_RECREATE,
	CHANGE_DELETE_ADDRESS,
	CHANGE_ADD_ADDRESS,
	CHANGE_ADD_ROUTE,
	CHANGE_FILTER_VLANS
};
enum change_whose { WHOSE_BRIDGE, WHOSE_PORT, WHOSE_CLIENT_PORT, WHOSE_CLIENT_END };
enum change_mac {
	CHANGE_MAC_RANDOM,
	CHANGE_MAC_BELOW_ALL,
	CHANGE_MAC_ABOVE_ALL,
	CHANGE_MAC_TO_CURRENT,
	CHANGE_MAC_FIXED
};
enum advice { ADVICE_NONE, ADVICE_REMEDY, ADVICE_IN_VAIN };
enum querier_asks { QUERIER_NEVER, QUERIER_BEFORE, QUERIER_EVERY };
enum recreate_with { RECREATE_WITHOUT_MAC, RECREATE_SAME_MAC, RECREATE_OTHER_MAC };

struct port_mac {
	enum port_mac_rule rule;
	struct mac fixed; /* for PORT_MAC_FIXED */
};

struct client {
	char name[NAME_MAX_LEN];
	char group[NAME_MAX_LEN]; /* its key in the file; with count > 1 they are group-1, ... */
	struct port_mac port_mac; /* default: random with first byte fe, so that it is an anchor */
	uint32_t mtu;             /* of both of its ends */
	bool knows_gateway;       /* by a permanent entry, not by ARP */
	bool silent;              /* it reports no multicast groups */
	bool unlearned;           /* its port learns no MACs */
	uint16_t vlan;            /* its port's PVID; 0: the bridge's default */
	bool isolated, hairpin, suppressed; /* flags of its port; suppressed: neigh-suppress */
	bool looks_up;                      /* in lookups.from */
};

struct churn {
	char name[NAME_MAX_LEN]; /* with count > 1 the ports are name-1, name-2, ... */
	struct port_mac port_mac;
	enum join_rule joins;
	int64_t joins_ns; /* JOIN_AT: when; JOIN_EVERY: start to start */
	enum leave_rule leaves;
	int64_t leaves_ns; /* LEAVE_AT: when; LEAVE_AFTER: after that join */
	enum leaves_by by;
	enum port_kind kind;
	uint32_t mtu; /* of the port */
	unsigned count;
};

/* A one-off change, of `events`. */
struct change {
	int64_t at_ns;
	enum change_what what;
	enum change_whose whose;
	size_t index;                /* of the client, or of the churn */
	unsigned sub;                /* which of the churn's ports, from 0 */
	enum change_mac mac;         /* CHANGE_SET_MAC */
	struct mac fixed;            /* CHANGE_MAC_FIXED, CHANGE_SENDS_AS */
	uint32_t mtu;                /* CHANGE_SET_MTU */
	enum recreate_with by;       /* CHANGE_RECREATE */
	enum bridge_address address; /* CHANGE_DELETE_ADDRESS and the like */
	size_t item;                 /* its place in the list */
};

/* What the router's firewall does besides: masquerade, forward lookups, drop other forwarding. */
enum firewall_mode {
	FIREWALL_NONE,
	FIREWALL_DROP_TOO_BIG, /* the router tells nobody that a packet was too big */
	FIREWALL_BRIDGED       /* frames from port to port meet FORWARD as well */
};

enum firewall_backend { BACKEND_ANY, BACKEND_NFT, BACKEND_LEGACY };

struct sysctl {
	char *name, *value;
};

struct sysctls {
	struct sysctl *items;
	size_t n;
};

/* Deliberate defects, for the harness's own tests (files under harness/test/data/faults). */
enum fault_what {
	FAULT_NONE,
	FAULT_UNDO_PIN,      /* at every join another process gives the bridge that port's MAC */
	FAULT_RE_ADDRESS,    /* at `at` another process gives the bridge another MAC */
	FAULT_STOP_UPSTREAM, /* at `at` dnsmasq gets SIGSTOP */
	FAULT_FORWARD_DROP,  /* from `at`, for `for`, a DROP on top of FORWARD */
	FAULT_GATEWAY_TALKS, /* every `every`, the gateway broadcasts ARP for a host that is not
	                        there */
	FAULT_SHRINK_MTU,    /* at `at` the bridge's MTU is set to 1400 */
	FAULT_DELETE_FDB,    /* at `at` the bridge's own local FDB entry is deleted */
	FAULT_DELETE_IPV6,   /* at `at` the bridge's IPv6 address is deleted */
	FAULT_BLOCK_PORT,    /* from `at`, for `for`, the first client's port is set to disabled */
	FAULT_OVERRIDE,      /* the values of `set` replace the scenario's */
	/* from here on for `for`, or to the end; the first client is meant */
	FAULT_MUTE_ARP,      /* the gateway answers no ARP, and the client forgets its entry */
	FAULT_ZERO_MAC,      /* the bridge is emptied, set to the zero MAC it then has, refilled */
	FAULT_DUPLICATE_MAC, /* the bridge gets the client's MAC, and the client forgets its entry
	                      */
	FAULT_WRONG_CLIENT,  /* the router's entry for the client is replaced by a wrong one */
	FAULT_CLIENT_REMAC,  /* the client's MAC changes and it does not need to ask */
	FAULT_SHRINK_UPLINK, /* the uplink's MTU is 68, and ICMP does not tell of it */
	FAULT_SHRINK_BRIDGE, /* the bridge's likewise */
	FAULT_CLIENT_DOWN,   /* the client's eth0 is set down */
	FAULT_PORT_DOWN,     /* the client's port is set down */
	FAULT_FORWARD_OFF,   /* net.ipv4.ip_forward is 0 */
	FAULT_NO_ROUTE,      /* nothing that comes from the bridge has a route */
	FAULT_NO_WAY_BACK,   /* nothing that comes from the uplink has a route */
	FAULT_PATH_MTU,      /* the route of what comes from the bridge bears 60 bytes */
	FAULT_UPSTREAM_DROP, /* the upstream drops what was forwarded to it */
	FAULT_CLIENT_DROP,   /* the client drops the answers that it gets */
	FAULT_FLOOD,         /* the bridge, listening to all, forgets its own FDB entry */
	FAULT_ADD_IPV4,      /* the bridge gets another IPv4 address */
	FAULT_MISLEAD_FDB, /* the FDB has the client's MAC at the second client's port, for good */
	FAULT_PIN_NOW,     /* the bridge is given the MAC that it has */
	/* a filter of the bridge drops IPv4 between the first client's port and br0, in this
	   direction */
	FAULT_DROP_TO_BR0,
	FAULT_DROP_FROM_BR0,
	FAULT_DELETE_PVID /* the client's port, in VLAN 1, is taken out of it */
};

struct fault {
	enum fault_what what;
	int64_t at_ns, for_ns, every_ns;
};

#define SUBJECT_TEXT 33

/* One case, whole: nothing is left to look up. Owned by its scenario. */
struct scenario_case {
	const struct scenario *scenario;
	char *arm;
	int line;           /* of the arm in the scenario's file */
	char *name;         /* "lowest-port-leaves/pinned-at-create,leaves-by=delete" */
	char *group;        /* the same without the arm: "lowest-port-leaves/leaves-by=delete" */
	char *slug;         /* name as a file name: under 255 bytes, [a-z0-9.,=+_-] only */
	enum cause breaks;  /* not CAUSE_NONE: a control */
	enum advice advice; /* what a report says of the arm */
	bool exposures_none;
	struct client *clients; /* in file order */
	size_t n_clients;
	struct churn *churns;
	size_t n_churns;
	struct change *changes; /* in file order */
	size_t n_changes;
	char subject[SUBJECT_TEXT]; /* the program that makes the bridge; "": the harness does */
	bool udevd;                 /* with a subject: systemd-udevd runs */
	enum bridge_pin pin;
	struct mac pin_mac; /* PIN_AT_CREATE: the MAC that is given; zero: one of the schedule's */
	bool stp;
	int64_t forward_delay_ns;
	int64_t ageing_ns;       /* 0: the bridge learns no MACs */
	uint32_t mtu;            /* of the bridge, given at create; 0: not given */
	bool mtu_via_other;      /* then set to another value and back, which pins it */
	bool link_local_gateway; /* clients go by the address that the kernel makes of br0's MAC */
	bool floods_multicast;   /* multicast snooping is off */
	bool filters_vlans;
	int default_pvid;          /* of br0 and its ports; 0: the kernel's, 1; or PVID_NONE */
	uint16_t vlan;             /* br0's own PVID; 0: the default one */
	enum querier_asks querier; /* when a multicast querier behind a port asks */
	int64_t querier_every_ns;  /* QUERIER_EVERY */
	uint32_t upstream_mtu;     /* of both ends of the link to the upstream */
	int64_t upstream_delay_ns; /* how long it keeps a query */
	int64_t every_ns;          /* lookups: start to start, or 0 */
	int64_t pause_ns;          /* lookups: after each answer, or 0 */
	int64_t timeout_ns;
	unsigned families, transports; /* FAMILY_BIT(), TRANSPORT_BIT() */
	unsigned answer_size;          /* bytes of the DNS message; 0: as small as it is */
	unsigned attempts;             /* of the resolver whose view is shown */
	unsigned rounds; /* played by events, see schedule/rounds.h; 0: by the clock */
	int64_t warmup_ns, duration_ns;
	double max_pace;
	struct limits limits;
	enum firewall_mode firewall;
	enum firewall_backend firewall_backend;
	struct sysctls router_sysctls, client_sysctls;
	struct fault fault;
	char *config; /* YAML text of a scenario with just this case and its control;
	               * schedule_meta() puts seed and pace on top of it as comments */
};

struct known {
	char *arm;
	char *if_text;     /* "kernel < 6.2", or NULL: always */
	enum cause breaks; /* CAUSE_NONE: whatever the cause */
	char *why;
};

/* What a fault file expects of its faulted case. */
struct expect {
	char *verdict;   /* "fail", "inconclusive", "invalid" */
	char *cause;     /* of the verdict, or NULL */
	char *form;      /* of stale-gateway: "flooded", "not-taken", or NULL */
	char *invariant; /* named by the verdict, or NULL */
	char *arm;       /* the arm the fault is played on; its faulted case's is "ARM+fault" */
};

struct scenario {
	char *name;    /* the file's `name`, or the file's own without .yaml and folder */
	char *file;    /* as given */
	uint64_t seed; /* of a case.yaml, when has_seed */
	bool has_seed;
	double pace; /* of a case.yaml; 0: not told */
	char *summary;
	char *symptom; /* the first paragraph of the comment on top, in one line; "" without one */
	char **references;
	size_t n_references;
	struct scenario_case *cases; /* arm by arm within each matrix combination */
	size_t n_cases;
	struct known *known;
	size_t n_known;
	bool has_fault;       /* a fault file: faulted cases stand after their unfaulted twins */
	struct expect expect; /* only with has_fault */
};

#endif
