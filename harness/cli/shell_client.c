/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_client.c: `steadybridge at-lab`: what the short commands of a lab's shell run. */
#include "cli/shell_client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/units.h"
#include "net/netns.h"
#include "play/shell_server.h"

static int run_in(int argc, char **argv)
{
	char path[64];
	struct err e = {{0}};

	snprintf(path, sizeof(path), "/run/netns/%.20s", argc ? argv[0] : "");
	if (argc < 2) {
		fprintf(stderr, "usage: %s COMMAND...\n", argc ? argv[0] : "in NAME");
		return STATUS_USAGE;
	}
	int ns = open(path, O_RDONLY | O_CLOEXEC);
	if (ns < 0 || netns_enter(ns, &e)) {
		fprintf(stderr, "%s: %s\n", path, ns < 0 ? strerror(errno) : e.text);
		return STATUS_FAILED;
	}
	execvp(argv[1], argv + 1);
	fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}

static int shell_server_connect(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = SHELL_SERVER_SOCKET};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd >= 0 && !connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	fprintf(stderr, "%s: %s; this works only in the shell of a lab\n", SHELL_SERVER_SOCKET,
	    strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Asks, prints what is said, returns the status it came with. */
static int ask(int argc, char **argv)
{
	struct buf words = {0};
	char *text = mem_alloc(SHELL_SERVER_TEXT_MAX);
	int status = STATUS_FAILED, fd = shell_server_connect();

	for (int i = 0; i < argc; i++)
		buf_add(&words, argv[i], strlen(argv[i]) + 1);
	if (fd >= 0 && words.len > SHELL_SERVER_ASK_MAX) {
		fprintf(stderr, "%s: too many arguments\n", argv[0]);
		status = STATUS_USAGE;
	} else if (fd >= 0) {
		ssize_t n = send(fd, words.s, words.len, MSG_NOSIGNAL) < 0
		                ? -1
		                : recv(fd, text, SHELL_SERVER_TEXT_MAX, 0);

		if (n < 1) {
			fprintf(stderr, "%s: the lab does not answer\n", argv[0]);
		} else {
			status = (unsigned char)text[0];
			fwrite(
			    text + 1, 1, (size_t)n - 1, status == STATUS_USAGE ? stderr : stdout);
			fflush(stdout);
		}
	}
	if (fd >= 0)
		close(fd);
	free(text);
	buf_free(&words);
	return status;
}

/* COUNT lookups at the interval of the case. */
static int lookups(int argc, char **argv)
{
	const char *every = getenv("STEADYBRIDGE_EVERY_US");
	int64_t interval = (every ? atoll(every) : 250000) * NS_PER_US;
	long count = 1;
	char *end = NULL;
	int worst = 0;

	if (argc > 2)
		count = strtol(argv[2], &end, 10);
	if (argc > 3 || count < 1 || count > 1000000 || (end && *end))
		return ask(argc > 3 ? argc : 3, argv); /* which tells the usage */
	for (long i = 0; i < count && worst <= STATUS_FAILED; i++) {
		int64_t next = clock_now_ns() + interval;
		int r = ask(argc > 1 ? 2 : 1, argv);

		worst = r > worst ? r : worst;
		if (i + 1 < count)
			poll(NULL, 0, clock_poll_ms(next));
	}
	return worst;
}

int shell_at_lab(int argc, char **argv)
{
	if (argc > 0 && !strcmp(argv[0], "in"))
		return run_in(argc - 1, argv + 1);
	if (argc > 0 && !strcmp(argv[0], "lookup"))
		return lookups(argc, argv);
	return argc > 0 ? ask(argc, argv) : STATUS_USAGE;
}
