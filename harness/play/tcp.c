/* SPDX-License-Identifier: GPL-2.0-or-later */
/* tcp.c: lookups over TCP: a connection for each attempt, or one that is kept for all. */
#include "play/tcp.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/mem.h"
#include "lab/dns.h"
#include "net/netns.h"
#include "play/stamp.h"

#define BIND_TRIES 16

int tcp_open(struct tcp *t, size_t n_conns, struct err *e)
{
	t->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (t->epoll < 0)
		return err_set(e, errno, "lookups over TCP:");
	t->n_conns = t->kept ? 1 : n_conns;
	t->conns = mem_alloc(t->n_conns * sizeof(*t->conns));
	for (size_t i = 0; i < t->n_conns; i++)
		t->conns[i].fd = -1;
	return 0;
}

static void drop(struct tcp_conn *c, bool abort)
{
	const struct linger now = {.l_onoff = 1};

	/* TCP must not retransmit data of an attempt that is over. */
	if (abort)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(c->fd);
	c->fd = -1;
}

void tcp_reap(struct tcp *t, int64_t now_ns)
{
	for (size_t i = 0; i < t->n_conns; i++)
		if (t->conns[i].fd >= 0 && t->conns[i].give_up_ns <= now_ns)
			drop(&t->conns[i], true);
}

/* A port that no attempt of the case has had lately, so that NAT keeps it. */
static int bind_port(struct tcp *t, int fd, uint32_t seq)
{
	struct sockaddr_storage any = {.ss_family = t->to.ss_family};
	uint16_t stream = t->kept ? DNS_STREAM_NONE : t->stream;
	in_port_t *port = any.ss_family == AF_INET6 ? &((struct sockaddr_in6 *)&any)->sin6_port
	                                            : &((struct sockaddr_in *)&any)->sin_port;

	for (int i = 0; i < BIND_TRIES; i++) {
		*port = htons(packet_port(t->ports, stream, seq));
		if (!bind(fd, (struct sockaddr *)&any, t->to_len))
			return 0;
		if (errno != EADDRINUSE)
			break;
	}
	return -errno;
}

static int make_socket(struct tcp *t, uint32_t seq)
{
	int on = 1, r = netns_enter(t->ns, NULL);

	if (r)
		return r;
	int fd = socket(t->to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		r = -errno;
	int back = netns_enter(t->home, NULL);
	if (!r)
		r = back;
	if (!r && t->to.ss_family == AF_INET6)
		setsockopt(fd, SOL_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (!r) {
		setsockopt(fd, SOL_TCP, TCP_NODELAY, &on, sizeof(on));
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
		r = stamp_enable(fd);
	}
	if (!r)
		r = bind_port(t, fd, seq);
	if (r && fd >= 0)
		close(fd);
	return r ? r : fd;
}

static int begin(struct tcp *t, struct tcp_conn *c, uint32_t seq)
{
	struct epoll_event ev = {
	    .events = EPOLLIN | EPOLLOUT, .data.u64 = (uint64_t)(c - t->conns)};
	int fd = make_socket(t, seq);

	if (fd < 0)
		return fd;
	c->fd = fd;
	c->asked = false;
	c->seq = seq;
	c->got = 0;
	if ((connect(fd, (struct sockaddr *)&t->to, t->to_len) && errno != EINPROGRESS) ||
	    epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &ev)) {
		int error = errno;

		drop(c, true);
		return -error;
	}
	return 0;
}

/* Message and its length go out together. */
static int ask(struct tcp_conn *c, const uint8_t *query, int len)
{
	uint8_t bytes[2 + DNS_QUERY_MAX];

	if (len < 0)
		return len;
	bytes[0] = (uint8_t)(len >> 8);
	bytes[1] = (uint8_t)len;
	memcpy(bytes + 2, query, (size_t)len);
	ssize_t n = send(c->fd, bytes, (size_t)len + 2, MSG_NOSIGNAL | MSG_DONTWAIT);
	return n < 0 ? -errno : n != len + 2 ? -ENOBUFS : 0;
}

int tcp_send(struct tcp *t, uint32_t seq, int64_t give_up_ns, const uint8_t *query, int len)
{
	size_t i = 0;

	if (t->kept && t->broken)
		return t->broken;
	if (t->kept && t->conns[0].fd >= 0)
		return t->conns[0].asked ? ask(&t->conns[0], query, len) : -ENOTCONN;
	while (i < t->n_conns && t->conns[i].fd >= 0)
		i++;
	if (i == t->n_conns)
		return -EMFILE;
	t->conns[i].give_up_ns = t->kept ? INT64_MAX : give_up_ns;
	t->conns[i].query_len = len;
	if (len > 0)
		memcpy(t->conns[i].query, query, (size_t)len);
	return begin(t, &t->conns[i], seq);
}

/* The connection is established or has failed. */
static int stands(struct tcp *t, struct tcp_conn *c)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.u64 = (uint64_t)(c - t->conns)};
	socklen_t size = sizeof(int);
	int error = 0;

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error)
		return -error;
	c->asked = true;
	epoll_ctl(t->epoll, EPOLL_CTL_MOD, c->fd, &ev);
	return ask(c, c->query, c->query_len);
}

/* Reads more: 1 when a message is complete, 0 when not yet, or -errno. */
static int read_on(struct tcp_conn *c, struct tcp_news *news)
{
	char control[256] __attribute__((aligned(8)));

	for (;;) {
		size_t more;

		if (answer_is_whole(c->bytes, c->got, &more)) {
			news->message = c->bytes + 2;
			news->len = c->got - 2;
			return 1;
		}
		struct iovec iov = {c->bytes + c->got, more};
		struct msghdr m = {.msg_iov = &iov,
		    .msg_iovlen = 1,
		    .msg_control = control,
		    .msg_controllen = sizeof(control)};
		ssize_t n = recvmsg(c->fd, &m, MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? -ECONNRESET : errno == EAGAIN ? 0 : -errno;
		c->got += (size_t)n;
		news->t_ns = stamp_of(&m);
	}
}

/* Something happened to a connection. */
static bool handle_conn(struct tcp *t, struct tcp_conn *c, unsigned events, struct tcp_news *news)
{
	int r = 0;

	news->seq = c->seq;
	if (!c->asked && (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)))
		r = stands(t, c);
	if (!r && c->asked)
		r = read_on(c, news);
	if (!r)
		return false;
	news->err = r < 0 ? r : 0;
	c->got = 0; /* the message stays where it is until the next read */
	if (r < 0 && t->kept)
		t->broken = r;
	if (r < 0 || !t->kept)
		drop(c, r < 0);
	return true;
}

bool tcp_read(struct tcp *t, struct tcp_news *news)
{
	struct epoll_event ev;

	while (epoll_wait(t->epoll, &ev, 1, 0) == 1) {
		struct tcp_conn *c = &t->conns[ev.data.u64];

		*news = (struct tcp_news){0};
		if (c->fd >= 0 && handle_conn(t, c, ev.events, news))
			return true;
	}
	return false;
}
