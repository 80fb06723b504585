/* facts.h: a small lab in the test's own sandbox, in which the kernel is asked one question.
 *
 *   c1 eth0 --- c1 [ br0, the gateway, in the sandbox's own namespace ]
 *   c2 eth0 --- c2 [   |    ]
 *          other ports [   ]
 *
 * Everything here fails the test when it fails itself. Waits are for events, with one deadline.
 */
#ifndef SB_FACT_LAB_H
#define SB_FACT_LAB_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/mac.h"
#include "lab/nl.h"

#define FACT_CLIENTS_MAX 3

struct fact_client {
	char name[16]; /* also its port's */
	int ns, port, eth0;
	struct nl_sock *nl;
	int monitor;          /* links and neighbours of its namespace */
	int ear;              /* a packet socket on eth0 */
	int socket4, socket6; /* UDP, to the gateway; 6 is -1 without IPv6 */
};

struct fact_lab {
	struct nl_sock *nl;
	int home;    /* the gateway's namespace */
	int monitor; /* links, addresses and neighbours of it, and bridge ports */
	int bridge;
	int ear;              /* a packet socket on the bridge */
	int socket4, socket6; /* UDP on the gateway's addresses */
	struct fact_client clients[FACT_CLIENTS_MAX];
	int n_clients;
	bool ipv6;
};

#define FACT_OK(call)                                                                              \
	do {                                                                                       \
		struct err fact_e = {{0}};                                                         \
		ck_assert_msg((call) == 0, "%s: %s", #call, fact_e.text);                          \
	} while (0)

/* Quiet namespace, sockets; no bridge yet. The process stays on one CPU: frames are then handled in
 * the order in which they were sent. */
void fact_open(struct fact_lab *f);
/* A bridge br0, up; mac NULL: it inherits. With IPv6 on it when asked for before (f->ipv6). */
void fact_bridge(struct fact_lab *f, const char *mac);
/* Its addresses 192.0.2.1/24 and, with f->ipv6, 2001:db8::1/64; and what hears there. */
void fact_gateway(struct fact_lab *f);
/* A port of br0 with no client: its other end is in the same namespace, called like it with a 'p',
 * and down, so the port has no carrier. Its ifindex. */
int fact_port(struct fact_lab *f, const char *name, const char *mac);
/* The same with carrier, forwarding. */
int fact_live_port(struct fact_lab *f, const char *name, const char *mac);
/* A client 192.0.2.11 (and 2001:db8::11), .12, ..., ready to talk. Its number, from 0. */
int fact_client(struct fact_lab *f, const char *port_mac);
/* Skips the test unless the kernel has IPv6; then turns it on in f. */
void fact_need_ipv6(struct fact_lab *f);

int64_t fact_deadline_ns(void); /* of the test, on the monotonic clock */
/* A route socket of the caller's namespace, or any other one: freed by the end of the process, like
 * all of the lab. */
struct nl_sock *fact_nl(void);
struct nl_sock *fact_keep(struct nl_sock *nl);
struct mac fact_mac(const char *text);

struct fact_link {
	struct mac mac;
	unsigned mtu, flags;
	bool carrier; /* as the kernel has it this moment; IFF_RUNNING follows in a while */
	int state;    /* BR_STATE_* of a port, else -1 */
	unsigned forward_delay; /* of a bridge, in 1/100 s */
};

struct fact_link fact_link(struct nl_sock *nl, int ifindex);
/* The MAC of br0, to compare. */
#define FACT_BRIDGE_MAC(f, want) fact_assert_mac((f), (want), __FILE__, __LINE__)
void fact_assert_mac(struct fact_lab *f, const char *want, const char *file, int line);
/* addr_assign_type of br0; skips the test where sysfs does not tell. */
int fact_assign_type(const struct fact_lab *f);
/* Whose FDB entry is it? The device's ifindex, 0 when there is none; *local: it is an address of
 * the bridge's or a port's own. */
int fact_fdb(struct fact_lab *f, struct mac mac, bool *local);

struct fact_neighbour {
	bool there;
	int state; /* NUD_* */
	struct mac mac;
};

/* What a namespace knows of an address (AF_INET, AF_INET6). */
struct fact_neighbour fact_neighbour(struct nl_sock *nl, int ifindex, int family, const void *ip);
/* Makes or replaces an entry; mac NULL: deletes it. */
void fact_set_neighbour(
    struct nl_sock *nl, int ifindex, int family, const void *ip, const char *mac, int state);
/* What client n has for the gateway. */
struct fact_neighbour fact_gateway_of(struct fact_lab *f, int n, int family);
void fact_set_gateway_of(struct fact_lab *f, int n, int family, const char *mac, int state);
/* Waits until client n has that MAC for the gateway. */
void fact_until_gateway_of(struct fact_lab *f, int n, int family, const char *mac);
extern const uint8_t fact_gateway4[4], fact_gateway6[16];

/* Has the interface this address? */
/* Has linkwatch told that the link runs (IFF_RUNNING)? */
bool fact_running(struct nl_sock *nl, int ifindex);
bool fact_has_address(struct nl_sock *nl, int ifindex, int family, const void *ip);
void fact_set_mtu(struct nl_sock *nl, int ifindex, unsigned mtu);
/* One attribute of a link's own kind ("bridge"), as IFLA_BR_*; 0 or -errno. */
int fact_set_bridge(struct fact_lab *f, int attribute, uint32_t value);
unsigned fact_forward_delay(struct fact_lab *f); /* of br0, in 1/100 s */
/* Gives the rules (of one or more tables, whole) to iptables-restore in the gateway's namespace. */
void fact_rules(const char *text);

/* A socket that tells of changes in the caller's namespace. */
int fact_monitor(void);
/* Looks, and looks again after each thing that the monitor tells, until it is so. */
#define FACT_UNTIL(monitor, condition)                                                             \
	while (!(condition))                                                                       \
	fact_wait((monitor), #condition, __FILE__, __LINE__)
void fact_wait(int monitor, const char *what, const char *file, int line);
/* How often a monitor, opened when br0 had that MAC, has told of another one by now; what the
 * caller asked for before is in it. */
int fact_mac_changes(struct fact_lab *f, int monitor, struct mac before);

#endif
