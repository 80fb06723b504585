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

pid_t upstream_start(int netns, const char *conf, struct err *e)
{
	char *file = mem_printf("--conf-file=%s", conf);
	/* With one id mapped, setgroups is denied; inside its namespaces root is nobody of note. */
	const char *argv[] = {
	    "dnsmasq", "--keep-in-foreground", "--user=root", "--group=", file, NULL};
	pid_t pid =
	    proc_start(argv, &(struct proc_options){.netns = netns, .in_fd = -1, .out_fd = 2}, e);

	free(file);
	return pid;
}

int upstream_wait(pid_t pid, const uint8_t server_ip4[4], int64_t deadline_ns, struct err *e)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
	int pidfd = proc_pidfd(pid),
	    sock = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), r;

	memcpy(&to.sin_addr, server_ip4, 4);
	if (pidfd < 0 || sock < 0) {
		r = err_set(e, errno, "waiting for dnsmasq:");
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
			int status = proc_wait(pid, deadline_ns);

			r = err_set(e, ECHILD, "dnsmasq ended with status %d", status);
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
