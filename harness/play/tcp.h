/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcp.h: lookups over TCP: a connection for each attempt, or one that is kept for all.
 *
 * Connections are made, used and closed in the event loop: each has an fd of its own, behind one
 * epoll fd for the stream. A connection without an answer is aborted at twice its timeout, so that
 * a late answer is recorded as late. */
#ifndef SB_PLAY_TCP_H
#define SB_PLAY_TCP_H

#include <stdbool.h>
#include <sys/socket.h>

#include "base/err.h"
#include "lab/dns.h"
#include "play/answer.h"
#include "play/packet.h"

struct tcp_conn {
	int fd; /* -1: free */
	bool asked;
	uint32_t seq;
	int64_t give_up_ns;
	int query_len;
	uint8_t query[DNS_QUERY_MAX]; /* sent when the connection is established */
	size_t got;
	uint8_t bytes[2 + DNS_MESSAGE_MAX];
};

struct tcp {
	int epoll;
	int ns, home; /* sockets are made in the namespace ns; the thread then returns to home */
	uint16_t stream;
	bool kept;
	int broken; /* kept: -errno of what ended it */
	struct packet_ports *ports;
	struct sockaddr_storage to;
	socklen_t to_len;
	struct tcp_conn *conns; /* owned */
	size_t n_conns;
};

/* What happened on a connection. */
struct tcp_news {
	uint32_t seq;
	int err;                /* -errno: refused, reset, closed without an answer; 0: a message */
	const uint8_t *message; /* until the next call */
	size_t len;
	int64_t t_ns; /* the kernel's stamp, CLOCK_MONOTONIC */
};

/* With ns, home, stream, kept, ports, to and to_len set: makes room for so many connections at
 * once. 0 or -errno. */
int tcp_open(struct tcp *t, size_t n_conns, struct err *e);
/* Begins an attempt with a query of len bytes, which is sent when the connection is established;
 * give_up_ns is when it is aborted. On a kept connection it goes out at once. 0 or -errno. */
int tcp_send(struct tcp *t, uint32_t seq, int64_t give_up_ns, const uint8_t *query, int len);
/* The next event of a connection; false when there is none now. */
bool tcp_read(struct tcp *t, struct tcp_news *news);
/* Aborts connections that are over. */
void tcp_reap(struct tcp *t, int64_t now_ns);

#endif
