/* SPDX-License-Identifier: GPL-2.0-or-later */
/* facts_base.h: the parts, the deadline and the waits that the files of the lab share. */
#ifndef SB_FACTS_BASE_H
#define SB_FACTS_BASE_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/mac.h"
#include "net/nl.h"

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

extern const uint8_t fact_gateway4[4], fact_gateway6[16];

void fact_begin(void);          /* the test's deadline counts from now */
int64_t fact_deadline_ns(void); /* of the test, on the monotonic clock */
/* A route socket of the caller's namespace, or any other one: freed by the end of the process, like
 * all of the lab. */
struct nl_sock *fact_nl(void);
struct nl_sock *fact_keep(struct nl_sock *nl);
struct mac fact_mac(const char *text);

/* A socket that reports changes in the caller's namespace. */
int fact_monitor(void);
/* Evaluates the condition, and again after each notification of the monitor, until it is true. */
#define FACT_UNTIL(monitor, condition)                                                             \
	while (!(condition))                                                                       \
	fact_wait((monitor), #condition, __FILE__, __LINE__)
void fact_wait(int monitor, const char *what, const char *file, int line);

#endif
