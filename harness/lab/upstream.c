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
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/dns.h"

const uint8_t upstream_answer_ip4[4] = {203, 0, 113, 53};

#define PROBE_NS (3 * NS_PER_MS) /* a probe is sent anew after this long */

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
		out[n] =
		    mem_printf("--address=/" UPSTREAM_ZONE "/198.18.%u.%u", n / 250, n % 250 + 1);
	return n;
}

pid_t upstream_start(int netns, const char *conf, unsigned answer_size, int says, struct err *e)
{
	char *file = mem_printf("--conf-file=%s", conf);
	/* With one id mapped, setgroups is denied; inside its namespaces root is nobody of note. */
	const char *const first[] = {
	    "dnsmasq", "--keep-in-foreground", "--user=root", "--group=", file};
	size_t n_first = sizeof(first) / sizeof(first[0]);
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

int upstream_wait(
    pid_t pid, int says, const uint8_t server_ip4[4], int64_t deadline_ns, struct err *e)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
	int pidfd = proc_pidfd(pid),
	    sock = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
	    r = sock < 0 ? -errno : pidfd;

	memcpy(&to.sin_addr, server_ip4, 4);
	if (r < 0) {
		err_set(e, -r, "waiting for dnsmasq:");
		goto out;
	}
	for (uint16_t id = 1;; id++) {
		uint8_t packet[512], rcode;
		int len = dns_query(DNS_STREAM_NONE - 1, id, id, packet);
		struct pollfd p[2] = {
		    {.fd = sock, .events = POLLIN}, {.fd = pidfd, .events = POLLIN}};
		int64_t now = clock_now_ns();

		if (now >= deadline_ns) {
			r = err_set(e, ETIMEDOUT, "dnsmasq did not answer in time");
			break;
		}
		/* Errors here (no route yet, port unreachable) mean "not yet". */
		(void)!sendto(sock, packet, (size_t)len, 0, (struct sockaddr *)&to, sizeof(to));
		struct timespec ts = {.tv_nsec = PROBE_NS};
		if (ppoll(p, 2, &ts, NULL) <= 0)
			continue;
		if (p[1].revents) {
			char said[160];
			struct err ended = {{0}};

			r = upstream_look(pid, &ended);
			proc_said(says, true, said, sizeof(said));
			err_set(e, -r, "%s%s%s", ended.text, said[0] ? ": " : "", said);
			break;
		}
		ssize_t n = recv(sock, packet, sizeof(packet), 0);
		if (n > 1 && dns_reply(packet, (size_t)n, (uint16_t)(packet[0] << 8 | packet[1]),
		                 upstream_answer_ip4, &rcode) == DNS_RIGHT) {
			r = 0;
			break;
		}
	}
out:
	if (pidfd >= 0)
		close(pidfd);
	if (sock >= 0)
		close(sock);
	return r;
}
