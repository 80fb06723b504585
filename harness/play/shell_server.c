/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_server.c: answers the commands of the shell in a lab. */
#include "play/shell_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/units.h"
#include "lab/dns.h"
#include "lab/upstream.h"
#include "net/link.h"
#include "net/netns.h"
#include "play/lab_state.h"

#define ORDER_NS (30 * NS_PER_S) /* longer than the churner itself waits for a link to go */

enum { SHELL_SERVER_OK, SHELL_SERVER_FAILED, SHELL_SERVER_USAGE };

/* What the churner reports of its schedule comes before it is held, and no longer counts. */
int shell_server_hold_churner(struct churner *ch, struct err *e)
{
	int64_t deadline_ns = clock_now_ns() + PLAYER_PATIENCE_NS;
	struct churner_word word = {.status = CHURNER_READY};
	int r = churner_tell(ch, &(struct churner_order){.what = ORDER_HOLD}, e);

	while (!r && word.status != CHURNER_HELD) {
		r = clock_wait_readable(ch->channel, deadline_ns);
		if (r <= 0)
			return err_set(e, r ? -r : ETIMEDOUT, "the churner did not stop:");
		r = churner_hear(ch, &word, e);
		if (r == -ECHILD)
			return r;
		r = 0;
	}
	return r;
}

static int order(struct churner *ch, enum churner_what what, const char *port,
    const struct mac *mac, struct err *e)
{
	struct churner_order o = {.what = (uint8_t)what, .mac_given = mac != NULL};
	struct churner_word word;

	if (mac)
		o.mac = *mac;
	snprintf(o.port, sizeof(o.port), "%s", port);
	int r = churner_tell(ch, &o, e);
	if (r)
		return r;
	return churner_hear_by(
	    ch, clock_now_ns() + ORDER_NS, "the churner did not answer", &word, e);
}

static void add_ports(const struct player *p, struct buf *text)
{
	const char *seen[8];
	size_t n = 0;

	for (size_t i = 0; i < p->s->n && n < ARRAY_SIZE(seen); i++) {
		const struct sched_event *ev = &p->s->events[i];
		size_t k = 0;

		while (k < n && strcmp(seen[k], ev->port))
			k++;
		if (ev->op != OP_JOIN || ev->change || k < n)
			continue;
		seen[n++] = ev->port;
		buf_printf(text, "%s%s", n > 1 ? ", " : "", ev->port);
	}
}

/* Reports whether the bridge's MAC changed. */
static void add_change(struct player *p, struct mac before, struct buf *text)
{
	char a[MAC_TEXT], b[MAC_TEXT];
	struct mac after;

	if (link_mac(p->lab.nl, p->lab.bridge_name, &after, NULL))
		buf_puts(text, "\n");
	else if (mac_cmp(before, after))
		buf_printf(text, "; " LAB_BRIDGE " changed %s -> %s\n", mac_text(before, a),
		    mac_text(after, b));
	else
		buf_printf(text, "; " LAB_BRIDGE " still has %s\n", mac_text(after, a));
}

static int churn(struct player *p, const char *const words[], size_t n, struct buf *text)
{
	bool join = !strcmp(words[0], "join");
	struct mac mac, before = {{0}};
	struct err e = {{0}};

	if (n < 2 || n > (join ? 3 : 2)) {
		buf_printf(text, "usage: %s; ports: ", join ? "join PORT [MAC]" : "leave PORT");
		add_ports(p, text);
		buf_puts(text, "\n");
		return SHELL_SERVER_USAGE;
	}
	if (n > 2 && (mac_parse(words[2], &mac) || !mac_is_unicast(mac))) {
		buf_printf(text, "join: found '%s', expected a unicast MAC\n", words[2]);
		return SHELL_SERVER_USAGE;
	}
	link_mac(p->lab.nl, p->lab.bridge_name, &before, NULL);
	int r =
	    order(&p->churner, join ? ORDER_JOIN : ORDER_LEAVE, words[1], n > 2 ? &mac : NULL, &e);
	if (r) {
		buf_printf(text, "%s\n", e.text);
		if (r == -ENOENT) {
			buf_puts(text, "its ports are: ");
			add_ports(p, text);
			buf_puts(text, "\n");
		}
		return SHELL_SERVER_FAILED;
	}
	buf_printf(text, "%s %s", words[1], join ? "joined" : "left");
	add_change(p, before, text);
	return SHELL_SERVER_OK;
}

/* A socket of the client's namespace; the caller's stays the router's. */
static int client_socket(struct player *p, size_t client, struct err *e)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
	int r = netns_enter(p->lab.clients[client].ns, e), fd = -1;

	memcpy(&to.sin_addr, lab_upstream_ip4, 4);
	if (!r) {
		fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
			r = err_set(e, errno, "lookup socket:");
	}
	int back = netns_enter(p->lab.router, e);
	if (fd >= 0 && (r || back))
		close(fd);
	return r ? r : back ? back : fd;
}

/* Sends one query and waits for the answer: 0 answered, 1 no answer in time, -errno; -EBADMSG: a
 * wrong answer, described in `why` (DNS_WHY bytes). */
static int ask(
    int fd, unsigned stream, uint32_t seq, int64_t timeout_ns, int64_t *took_ns, char *why)
{
	uint8_t packet[DNS_MESSAGE_MAX], rcode = 0;
	uint16_t id = (uint16_t)(seq * 40503u + stream);
	int len = dns_query(stream, seq, id, packet);
	int64_t began = clock_now_ns();

	if (len > 0)
		len = dns_add_edns(packet, len, DNS_EDNS_BYTES);
	if (len < 0)
		return len;
	if (send(fd, packet, (size_t)len, 0) < 0)
		return -errno;
	while (clock_wait_readable(fd, began + timeout_ns) == 1) {
		ssize_t n = recv(fd, packet, sizeof(packet), 0);

		*took_ns = clock_now_ns() - began;
		if (n < 0)
			return -errno;
		enum dns_check check =
		    dns_reply(packet, (size_t)n, id, upstream_answer_ip4, &rcode);
		if (check == DNS_RIGHT)
			return 0;
		dns_describe(packet, (size_t)n, check, upstream_answer_ip4, why);
		if (check != DNS_NOT_OURS)
			return -EBADMSG;
	}
	return 1;
}

static int lookup(
    struct player *p, const char *const words[], size_t n, uint32_t *seq, struct buf *text)
{
	unsigned stream = (unsigned)p->meta.n_streams;
	int64_t timeout = player_real(p, p->c->timeout_ns), took = 0;
	char span[DURATION_TEXT], why[DNS_WHY];
	struct err e = {{0}};
	size_t client = 0;

	while (
	    n > 1 && client < p->meta.n_clients && strcmp(p->meta.clients[client].name, words[1]))
		client++;
	if (n > 2 || client == p->meta.n_clients) {
		buf_puts(text, "usage: lookup [CLIENT [COUNT]]; clients:");
		for (size_t i = 0; i < p->meta.n_clients; i++)
			buf_printf(text, " %s", p->meta.clients[i].name);
		buf_puts(text, "\n");
		return SHELL_SERVER_USAGE;
	}
	int fd = client_socket(p, client, &e);
	if (fd < 0) {
		buf_printf(text, "%s\n", e.text);
		return SHELL_SERVER_FAILED;
	}
	int r = ask(fd, stream, ++*seq, timeout, &took, why);
	close(fd);
	buf_printf(text, "%s  q%u.s%u." DNS_ZONE "  ", p->meta.clients[client].name, *seq, stream);
	if (!r)
		buf_printf(text, "answered in %.1f ms\n", (double)took / NS_PER_MS);
	else if (r == 1)
		buf_printf(text, "lost: no answer within %s\n", duration_text(timeout, span));
	else if (r == -EBADMSG)
		buf_printf(text, "lost: a wrong answer: %s\n", why);
	else
		buf_printf(text, "lost: %s\n", strerror(-r));
	return r ? SHELL_SERVER_FAILED : SHELL_SERVER_OK;
}

int shell_server_answer(
    struct player *p, const char *const words[], size_t n, uint32_t *seq, struct buf *text)
{
	struct err e = {{0}};

	if (n && (!strcmp(words[0], "join") || !strcmp(words[0], "leave")))
		return churn(p, words, n, text);
	if (n && !strcmp(words[0], "lookup"))
		return lookup(p, words, n, seq, text);
	if (n != 1 || strcmp(words[0], "state")) {
		buf_puts(text, "usage: state\n");
		return SHELL_SERVER_USAGE;
	}
	if (!lab_state_text(p, text, &e))
		return SHELL_SERVER_OK;
	buf_printf(text, "%s\n", e.text);
	return SHELL_SERVER_FAILED;
}
