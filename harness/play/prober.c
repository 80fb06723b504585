/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prober.c: one stream of lookups: sends attempts at their time, reads what comes back. */
#include "play/prober.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/units.h"
#include "lab/dns.h"
#include "play/answer.h"
#include "play/stamp.h"

#define CONNS_MAX 1024 /* of one stream at once */

static struct sockaddr_storage address(enum ip_family family, const uint8_t *ip, socklen_t *len)
{
	struct sockaddr_storage out = {0};

	if (family == IP_V6) {
		struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(53)};

		memcpy(&to.sin6_addr, ip, 16);
		memcpy(&out, &to, *len = sizeof(to));
	} else {
		struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};

		memcpy(&to.sin_addr, ip, 4);
		memcpy(&out, &to, *len = sizeof(to));
	}
	return out;
}

static int open_udp(struct prober *p, const uint8_t *server, struct err *e)
{
	bool ip6 = p->family == IP_V6;
	socklen_t len;
	struct sockaddr_storage to = address((enum ip_family)p->family, server, &len);
	int on = 1;

	p->fd = socket(to.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0)
		return err_set(e, errno, "lookup socket:");
	/* ICMP errors come with the packet that caused them, so that they find their attempt. */
	setsockopt(
	    p->fd, ip6 ? SOL_IPV6 : SOL_IP, ip6 ? IPV6_RECVERR : IP_RECVERR, &on, sizeof(on));
	int r = stamp_enable(p->fd);
	if (r)
		return err_set(e, -r, "lookup stamps:");
	if (connect(p->fd, (struct sockaddr *)&to, len))
		return err_set(e, errno, "lookup socket:");
	return 0;
}

static int open_tcp(struct prober *p, const uint8_t *server, struct err *e)
{
	/* as many as can be outstanding until they time out */
	int64_t n = 2 * p->timeout_ns / p->interval_ns + 8;

	p->tcp.stream = p->stream;
	p->tcp.kept = p->transport == TRANSPORT_TCP_KEPT;
	p->tcp.to = address((enum ip_family)p->family, server, &p->tcp.to_len);
	int r = tcp_open(&p->tcp, n < CONNS_MAX ? (size_t)n : CONNS_MAX, e);
	p->fd = p->tcp.epoll;
	return r;
}

int prober_open(
    struct prober *p, struct tape *tape, const uint8_t *server, int64_t first_ns, struct err *e)
{
	p->tape = tape;
	p->due_ns = first_ns;
	p->deadline_ns = INT64_MAX;
	return p->transport == TRANSPORT_UDP ? open_udp(p, server, e) : open_tcp(p, server, e);
}

int64_t prober_wake_ns(const struct prober *p)
{
	return p->due_ns < p->deadline_ns ? p->due_ns : p->deadline_ns;
}

static int send_query(struct prober *p, uint32_t seq, int64_t now_ns)
{
	uint8_t packet[DNS_QUERY_MAX];
	int error, len = dns_query(p->stream, seq, answer_id(p->stream, seq), packet);
	socklen_t size = sizeof(error);

	if (p->transport != TRANSPORT_UDP)
		return tcp_send(&p->tcp, seq, now_ns + 2 * p->timeout_ns, packet, len);
	if (p->answer_size)
		len = dns_add_edns(packet, len, p->answer_size);
	/* An ICMP error for an earlier attempt would make this send fail in its place. */
	getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (len < 0)
		return len;
	return send(p->fd, packet, (size_t)len, 0) < 0 ? -errno : 0;
}

static void told_late(struct prober *p, int64_t now_ns, int64_t late_ns, int64_t skipped)
{
	struct event ev = {.t_ns = now_ns, .type = EV_LATE, .where = p->where};

	ev.u.late.who = LATE_LOOP;
	ev.u.late.stream = p->stream;
	ev.u.late.late_ns = late_ns;
	ev.u.late.skipped = (uint32_t)skipped;
	tape_put(p->tape, &ev);
}

void prober_run(struct prober *p, int64_t now_ns, int64_t end_ns)
{
	if (p->closed_loop && now_ns >= p->deadline_ns) {
		/* What came in time but has not been read yet is read first. */
		prober_read(p);
		if (now_ns >= p->deadline_ns) {
			p->due_ns = p->deadline_ns + p->interval_ns;
			p->deadline_ns = INT64_MAX;
		}
	}
	if (p->due_ns > now_ns || p->due_ns >= end_ns)
		return;
	int64_t late = now_ns - p->due_ns, skipped = 0;
	struct event ev = {.type = EV_SENT, .where = p->where};
	if (!p->closed_loop && late >= p->interval_ns) {
		skipped = late / p->interval_ns;
		p->due_ns += skipped * p->interval_ns;
	}
	if (p->transport != TRANSPORT_UDP)
		tcp_reap(&p->tcp, now_ns);
	if (late >= PROBER_LATE_NS || skipped)
		told_late(p, now_ns, late, skipped);
	ev.u.sent.due_ns = p->due_ns;
	ev.u.sent.stream = p->stream;
	ev.u.sent.seq = p->seq;
	ev.t_ns = clock_now_ns(); /* before the send, in which it reaches the upstream */
	ev.u.sent.err = send_query(p, p->seq, ev.t_ns);
	tape_put(p->tape, &ev);
	p->seq++;
	p->last_answered = false;
	p->last_sent_ns = ev.t_ns;
	if (p->closed_loop) {
		p->due_ns = INT64_MAX;
		p->deadline_ns = ev.t_ns + p->timeout_ns;
	} else {
		p->due_ns += p->interval_ns;
	}
}

/* A closed loop sends the next attempt when the outstanding one was answered. */
static void answered(struct prober *p, struct event *ev, int64_t t_ns)
{
	uint32_t seq = ev->u.answer.seq;

	ev->t_ns = t_ns;
	ev->u.answer.read_ns = clock_now_ns();
	ev->u.answer.stream = p->stream;
	tape_put(p->tape, ev);
	p->last_answered |= seq + 1 == p->seq;
	if (p->closed_loop && p->deadline_ns != INT64_MAX && seq + 1 == p->seq) {
		p->deadline_ns = INT64_MAX;
		p->due_ns = t_ns + p->interval_ns;
	}
}

/* How many there were. */
static int read_errors(struct prober *p)
{
	int n_errors = 0;

	for (;;) {
		uint8_t packet[512];
		char control[512] __attribute__((aligned(8)));
		struct iovec iov = {packet, sizeof(packet)};
		struct msghdr m = {.msg_iov = &iov,
		    .msg_iovlen = 1,
		    .msg_control = control,
		    .msg_controllen = sizeof(control)};
		struct event ev = {.type = EV_ANSWER, .where = p->where};
		ssize_t n = recvmsg(p->fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT);
		uint32_t error = 0;

		if (n < 0)
			return n_errors;
		n_errors++;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
			struct sock_extended_err see;

			if ((c->cmsg_level != SOL_IP || c->cmsg_type != IP_RECVERR) &&
			    (c->cmsg_level != SOL_IPV6 || c->cmsg_type != IPV6_RECVERR))
				continue;
			memcpy(&see, CMSG_DATA(c), sizeof(see));
			error = see.ee_errno;
		}
		if (answer_refused(packet, (size_t)n, p->stream, error, &ev))
			answered(p, &ev, clock_now_ns());
	}
}

static void read_udp(struct prober *p)
{
	for (;;) {
		uint8_t packet[DNS_MESSAGE_MAX];
		char control[256] __attribute__((aligned(8)));
		struct iovec iov = {packet, sizeof(packet)};
		struct msghdr m = {.msg_iov = &iov,
		    .msg_iovlen = 1,
		    .msg_control = control,
		    .msg_controllen = sizeof(control)};
		struct event ev = {.type = EV_ANSWER, .where = p->where};
		ssize_t n = recvmsg(p->fd, &m, MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN)
			break;
		/* An error that no packet of ours has caused is read with this; there is more to
		 * read or the loop comes back. */
		if (n < 0 && errno != EINTR && !read_errors(p))
			return;
		if (n < 0)
			continue;
		if (answer_read(packet, (size_t)n, p->stream, &ev))
			answered(p, &ev, stamp_of(&m));
	}
	read_errors(p);
}

static void read_tcp(struct prober *p)
{
	struct tcp_news news;

	while (tcp_read(&p->tcp, &news)) {
		struct event ev = {.type = EV_ANSWER, .where = p->where};

		if (news.err) {
			ev.u.answer.result = ANSWER_REFUSED;
			ev.u.answer.err = news.err;
			/* a kept connection ends in the middle of its last attempt */
			ev.u.answer.seq = p->tcp.kept ? p->seq - 1 : news.seq;
			answered(p, &ev, clock_now_ns());
		} else if (answer_read(news.message, news.len, p->stream, &ev)) {
			answered(p, &ev, news.t_ns);
		}
	}
}

void prober_read(struct prober *p)
{
	if (p->transport == TRANSPORT_UDP)
		read_udp(p);
	else
		read_tcp(p);
}

/* Is a first lookup answered? It is not recorded. A wrong answer is described in `why`. */
static bool first_is_there(struct prober *p, uint32_t seq, char *why)
{
	uint8_t packet[DNS_MESSAGE_MAX];
	struct tcp_news news;

	if (p->transport != TRANSPORT_UDP) {
		while (tcp_read(&p->tcp, &news))
			if (!news.err &&
			    answer_is_right(news.message, news.len, p->stream, seq, why))
				return true;
		p->tcp.broken = 0;
		return false;
	}
	ssize_t n = recv(p->fd, packet, sizeof(packet), 0);
	if (n < 0)
		read_errors(p);
	return n >= 0 && answer_is_right(packet, (size_t)n, p->stream, seq, why);
}

int prober_first_answer(struct prober *p, int64_t retry_ns, int64_t deadline_ns, struct err *e)
{
	char why[DNS_WHY] = "";

	for (int sent = 0;;) {
		int64_t now = clock_now_ns(), again = now + retry_ns;
		uint32_t seq = UINT32_MAX; /* of no attempt */

		/* Not worth waiting for; any other error of a send may pass. */
		if (err_is_no_room(sent) || (sent < 0 && now >= deadline_ns))
			return err_set(e, -sent, "the first lookup could not be sent:");
		if (now >= deadline_ns)
			return err_set(e, ETIMEDOUT,
			    "the first lookup was not answered in time%s%s",
			    *why ? "; the last answer: " : "", why);
		if (p->transport != TRANSPORT_UDP)
			tcp_reap(&p->tcp, INT64_MAX);
		sent = send_query(p, seq, now);
		while (clock_wait_readable(p->fd, again) == 1)
			if (first_is_there(p, seq, why))
				return 0;
	}
}
