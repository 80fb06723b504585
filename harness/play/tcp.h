/* tcp.h: lookups over TCP: a connection for each attempt, or one that is kept for all.
 *
 * A connection is made, asks when it stands, is answered and closes, all in the event loop: every
 * one is an fd of its own, behind one epoll fd for the stream. One without an answer is aborted at
 * twice its timeout, so that an answer that comes late is seen to be late. */
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
	uint8_t query[DNS_QUERY_MAX]; /* goes out when the connection stands */
	size_t got;
	uint8_t bytes[2 + DNS_MESSAGE_MAX];
};

struct tcp {
	int epoll;
	int ns, home; /* sockets are made in ns; the thread then goes home */
	uint16_t stream;
	bool kept;
	int broken; /* kept: -errno of what ended it */
	struct packet_ports *ports;
	struct sockaddr_storage to;
	socklen_t to_len;
	struct tcp_conn *conns; /* owned */
	size_t n_conns;
};

/* What a connection brought. */
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
/* Begins an attempt with a query of len bytes, which goes out when the connection stands;
 * give_up_ns is when it is aborted. On a kept connection it goes out at once. 0 or -errno. */
int tcp_send(struct tcp *t, uint32_t seq, int64_t give_up_ns, const uint8_t *query, int len);
/* The next piece of news; false when there is none now. */
bool tcp_read(struct tcp *t, struct tcp_news *news);
/* Aborts what is over. */
void tcp_reap(struct tcp *t, int64_t now_ns);

#endif
