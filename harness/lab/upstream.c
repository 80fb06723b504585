/* SPDX-License-Identifier: GPL-2.0-or-later */
/* upstream.c: the real dnsmasq that answers the lab's lookups. */
#include "lab/upstream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/dns.h"

const uint8_t upstream_answer_ip4[4] = {203, 0, 113, 53};

#define PROBE_NS (3 * NS_PER_MS) /* from one probe to the next, whatever came of the first */

/* Header, the question of a name as long as they are ("q100.s0.lookup.example"), EDNS; an address.
 */
#define EMPTY_BYTES (12 + 28 + 11)
#define ADDRESS_BYTES 16

/* The arguments that make answers larger: their number, 0 or more; caller frees each. 198.18.0.0/15
 * is for such things as this. */
static unsigned filler(unsigned answer_size, char **out)
{
	unsigned n = 0;

	for (unsigned bytes = EMPTY_BYTES + ADDRESS_BYTES; bytes + ADDRESS_BYTES / 2 < answer_size;
	     bytes += ADDRESS_BYTES, n++)
		out[n] = mem_printf("--address=/" DNS_ZONE "/198.18.%u.%u", n / 250, n % 250 + 1);
	return n;
}

pid_t upstream_start(
    int netns, const char *conf, unsigned answer_size, unsigned port, int says, struct err *e)
{
	char *file = mem_printf("--conf-file=%s", conf), *at = mem_printf("--port=%u", port);
	/* With one id mapped, setgroups is denied; inside its namespaces root is nobody of note. */
	const char *const first[] = {
	    "dnsmasq", "--keep-in-foreground", "--user=root", "--group=", file, at};
	size_t n_first = ARRAY_SIZE(first);
	char **argv = mem_alloc((n_first + answer_size / ADDRESS_BYTES + 3) * sizeof(*argv));

	memcpy(argv, first, sizeof(first));
	unsigned n = filler(answer_size, argv + n_first);
	if (answer_size) /* the default, 1232, would cut off by TC */
		argv[n_first + n] = mem_strdup("--edns-packet-max=4096");
	pid_t pid = proc_start((const char *const *)argv,
	    &(struct proc_options){.netns = netns, .in_fd = -1, .out_fd = says}, e);

	for (size_t i = n_first; argv[i]; i++)
		free(argv[i]);
	free(argv);
	free(file);
	free(at);
	return pid;
}

int upstream_look(pid_t pid, struct err *e)
{
	int status = proc_wait(pid, clock_now_ns());

	if (status > 128)
		return err_set(e, ECHILD, "dnsmasq was killed by signal %d", status - 128);
	if (status != -ETIMEDOUT)
		return err_set(e, ECHILD, "dnsmasq ended with status %d", status);
	return proc_is_stopped(pid) ? err_set(e, ECHILD, "dnsmasq is stopped") : 0;
}

/* It ended before it answered: its status, and what it wrote last. */
static int tell_ended(pid_t pid, int says, struct err *e)
{
	struct err ended = {{0}};
	char said[160];
	int r = upstream_look(pid, &ended);

	proc_said(says, true, said, sizeof(said));
	return err_set(e, r ? -r : ECHILD, "%s%s%s", ended.text, said[0] ? ": " : "", said);
}

/* Reads what came back for a probe. 1: the right answer; 0: none yet, and `met` says what came
 * instead; -EBADMSG: a wrong answer. It comes from a file, so asking again would not change it. */
static int read_probe(int sock, struct err *met, struct err *e)
{
	uint8_t packet[DNS_MESSAGE_MAX], rcode;
	ssize_t n = recv(sock, packet, sizeof(packet), 0);
	char why[DNS_WHY];

	if (n < 0) { /* no route yet, or it does not listen yet */
		if (errno != EAGAIN)
			err_set(met, errno, ":");
		return 0;
	}
	uint16_t id = n > 1 ? (uint16_t)(packet[0] << 8 | packet[1]) : 0;
	enum dns_check check = dns_reply(packet, (size_t)n, id, upstream_answer_ip4, &rcode);
	if (check == DNS_RIGHT)
		return 1;
	dns_describe(packet, (size_t)n, check, upstream_answer_ip4, why);
	return err_set(e, EBADMSG, "dnsmasq answers wrongly: %s", why);
}

/* Sends one probe and listens for a while. As read_probe(), or -ECHILD when dnsmasq has ended. */
static int probe(int sock, int pidfd, uint16_t id, struct err *met, struct err *e)
{
	struct pollfd p[2] = {{.fd = sock, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
	int64_t again_ns = clock_now_ns() + PROBE_NS, left_ns;
	uint8_t query[DNS_QUERY_MAX];
	int len = dns_query(DNS_STREAM_NONE - 1, id, id, query), r = 0;

	if (len > 0)
		len = dns_add_edns(query, len, DNS_EDNS_BYTES);
	if (len < 0)
		return err_set(e, -len, "a query for dnsmasq:");
	if (send(sock, query, (size_t)len, 0) < 0) {
		if (err_is_no_room(errno))
			return err_set(e, errno, "a query for dnsmasq:");
		err_set(met, errno, ":");
	}
	while (!r && (left_ns = again_ns - clock_now_ns()) > 0) {
		struct timespec left = {.tv_nsec = left_ns};

		if (ppoll(p, 2, &left, NULL) <= 0)
			continue;
		r = p[1].revents ? -ECHILD : read_probe(sock, met, e);
	}
	return r;
}

int upstream_wait(pid_t pid, int says, const uint8_t server_ip4[4], unsigned port,
    int64_t deadline_ns, struct err *e)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int pidfd = proc_pidfd(pid),
	    sock = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
	    r = sock < 0    ? -errno
	        : pidfd < 0 ? pidfd
	                    : 0;
	struct err met = {{0}};

	memcpy(&to.sin_addr, server_ip4, 4);
	if (!r && connect(sock, (struct sockaddr *)&to, sizeof(to)))
		r = -errno;
	if (r)
		err_set(e, -r, "waiting for dnsmasq:");
	for (uint16_t id = 1; !r; id++) {
		if (clock_now_ns() >= deadline_ns)
			r = err_set(e, ETIMEDOUT, "dnsmasq did not answer in time%s", met.text);
		else
			r = probe(sock, pidfd, id, &met, e);
	}
	if (r == -ECHILD)
		r = tell_ended(pid, says, e);
	if (pidfd >= 0)
		close(pidfd);
	if (sock >= 0)
		close(sock);
	return r < 0 ? r : 0;
}
