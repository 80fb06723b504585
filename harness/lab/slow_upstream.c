/* SPDX-License-Identifier: GPL-2.0-or-later */
/* slow_upstream.c: an upstream that answers late: a relay before dnsmasq that keeps each query for
 * a while.
 *
 * Queries wait in the order in which they came, because each waits equally long. When its time has
 * come, a query is given to dnsmasq, which answers at once, and the answer goes to where the query
 * came from. Not a queueing discipline: netem is a module that many kernels do not have. */
#include "lab/slow_upstream.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/dns.h"
#include "net/link.h"
#include "net/netns.h"

#define DNSMASQ_NS NS_PER_S /* it answers within this, or never */
#define QUERY_BYTES 512

struct waiting {
	int64_t until_ns;
	int from; /* index of the socket that it came by */
	struct sockaddr_storage peer;
	socklen_t peer_len;
	size_t len;
	uint8_t query[QUERY_BYTES];
};

struct relay {
	int64_t delay_ns;
	struct pollfd sockets[2]; /* IPv4, IPv6 */
	nfds_t n_sockets;
	int dnsmasq;
	struct waiting *items; /* from `first` on, in order */
	size_t first, n, cap;
};

static int listen_on(int family, struct err *e)
{
	struct sockaddr_in ip4 = {.sin_family = AF_INET, .sin_port = htons(53)};
	struct sockaddr_in6 ip6 = {.sin6_family = AF_INET6, .sin6_port = htons(53)};
	const void *addr = family == AF_INET ? (void *)&ip4 : (void *)&ip6;
	const int yes = 1;
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return err_set(e, errno, "socket:");
	if ((family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes))) ||
	    bind(fd, addr, family == AF_INET ? sizeof(ip4) : sizeof(ip6)))
		return err_set(e, errno, "a relay at UDP port 53:");
	return fd;
}

static int open_relay(struct relay *r, bool ip6, struct err *e)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(SLOW_UPSTREAM_PORT),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct nl_sock *nl = NULL;
	int lo = nl_open(&nl, e);

	if (!lo)
		lo = link_index(nl, "lo", e);
	if (lo > 0)
		lo = link_set_up(nl, lo, true, e);
	if (lo)
		return lo;
	nl_socket_free(nl);
	for (r->n_sockets = 0; r->n_sockets < (ip6 ? 2 : 1); r->n_sockets++) {
		int fd = listen_on(r->n_sockets ? AF_INET6 : AF_INET, e);

		if (fd < 0)
			return fd;
		r->sockets[r->n_sockets] = (struct pollfd){.fd = fd, .events = POLLIN};
	}
	r->dnsmasq = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (r->dnsmasq < 0 || connect(r->dnsmasq, (struct sockaddr *)&to, sizeof(to)))
		return err_set(e, errno, "dnsmasq behind the relay:");
	return 0;
}

static void take(struct relay *r, int from)
{
	struct waiting w = {.from = from, .peer_len = sizeof(w.peer)};
	ssize_t n = recvfrom(r->sockets[from].fd, w.query, sizeof(w.query), MSG_DONTWAIT,
	    (struct sockaddr *)&w.peer, &w.peer_len);

	if (n <= 0)
		return;
	if (r->first && r->n == r->cap) { /* room is made at the end */
		r->n -= r->first;
		memmove(r->items, r->items + r->first, r->n * sizeof(*r->items));
		r->first = 0;
	}
	w.len = (size_t)n;
	w.until_ns = clock_now_ns() + r->delay_ns;
	*MEM_PUSH(r->items, r->n, r->cap) = w;
}

/* Before dnsmasq listens, and when it is stopped, there is no answer. */
static void pass(struct relay *r, const struct waiting *w)
{
	static uint8_t answer[DNS_MESSAGE_MAX];
	int64_t until = clock_now_ns() + DNSMASQ_NS;

	while (recv(r->dnsmasq, answer, sizeof(answer), MSG_DONTWAIT) >= 0)
		; /* answers that came too late */
	if (send(r->dnsmasq, w->query, w->len, 0) < 0 ||
	    clock_wait_readable(r->dnsmasq, until) <= 0)
		return;
	ssize_t n = recv(r->dnsmasq, answer, sizeof(answer), MSG_DONTWAIT);
	if (n > 0)
		(void)!sendto(r->sockets[w->from].fd, answer, (size_t)n, 0,
		    (const struct sockaddr *)&w->peer, w->peer_len);
}

static void run(struct relay *r)
{
	for (;;) {
		int64_t left_ns =
		    r->first < r->n ? r->items[r->first].until_ns - clock_now_ns() : 60 * NS_PER_S;
		struct timespec left = {left_ns / NS_PER_S, left_ns % NS_PER_S};

		if (left_ns <= 0) {
			pass(r, &r->items[r->first++]);
			continue;
		}
		if (ppoll(r->sockets, r->n_sockets, &left, NULL) <= 0)
			continue;
		for (nfds_t i = 0; i < r->n_sockets; i++)
			if (r->sockets[i].revents)
				take(r, (int)i);
	}
}

pid_t slow_upstream_start(int netns, int64_t delay_real_ns, bool ip6, struct err *e)
{
	struct relay r = {.delay_ns = delay_real_ns};
	int pair[2], parent = proc_pidfd(getpid()), error = 0;

	if (parent < 0 || pipe2(pair, O_CLOEXEC))
		return err_set(e, errno, "a relay before dnsmasq:");
	pid_t pid = fork();
	if (!pid) {
		close(pair[0]);
		error = proc_die_with(parent) ? ECHILD : -netns_enter(netns, NULL);
		error = error ? error : -open_relay(&r, ip6, NULL);
		(void)!write(pair[1], &error, sizeof(error));
		close(pair[1]);
		if (!error)
			run(&r);
		_exit(1);
	}
	error = pid < 0 ? errno : 0;
	close(parent);
	close(pair[1]);
	if (pid > 0 && read(pair[0], &error, sizeof(error)) != sizeof(error))
		error = ECHILD;
	close(pair[0]);
	return error ? err_set(e, error, "a relay before dnsmasq:") : pid;
}
