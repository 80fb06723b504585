/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subject_verb.c: runs the verbs of a subject. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/lab_names.h"
#include "lab/subject.h"
#include "net/netns.h"

#define OUTPUT_MAX (1 << 20) /* bytes of a play's verbs together */

static void add_environment(struct buf *b, const char *name, const char *value)
{
	if (value) {
		buf_printf(b, "%s=%s", name, value);
		buf_add(b, "", 1);
	}
}

/* For the verbs in the sandbox. */
static void add_wishes(struct buf *b, const struct subject_run *run)
{
	char gateway[INET_ADDRSTRLEN];

	add_environment(b, "SB_UDEVD", run->udevd ? "present" : "absent");
	add_environment(b, "SB_BRIDGE", LAB_BRIDGE);
	inet_ntop(AF_INET, lab_gateway_ip4, gateway, sizeof(gateway));
	add_environment(b, "SB_GATEWAY", gateway);
	add_environment(b, "SB_PREFIX", strchr(LAB_NETWORK, '/') + 1);
	add_environment(b, "SB_SUBNET", LAB_NETWORK);
	add_environment(b, "SB_PORT", "p1");
	add_environment(b, "SB_NETNS", NETNS_FOLDER "/" SUBJECT_GUEST);
	add_environment(b, "SB_ADDRESS", "192.0.2.66");
	add_environment(b, "SB_KEEPER_NETNS", NETNS_FOLDER "/" SUBJECT_KEEPER);
	add_environment(b, "SB_KEEPER_ADDRESS", "192.0.2.67");
	add_environment(b, "SB_DIR", SUBJECT_DIR);
	add_environment(b, "TMPDIR", SUBJECT_DIR);
	add_environment(b, "HOME", SUBJECT_DIR);
}

/* What each verb finds in its environment, `needs` less of it; caller frees the list and its first
 * item. */
static const char **environment(const struct subject_run *run, bool needs)
{
	struct buf b = {0};
	const char **list = mem_alloc(24 * sizeof(*list));
	const char *path = getenv("PATH");
	size_t n = 0;

	char *all = mem_printf("%s%s/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	    path ? path : "", path && *path ? ":" : "");
	add_environment(&b, "PATH", all);
	free(all);
	add_environment(&b, "LC_ALL", "C");
	add_environment(&b, "SB_TOOL", run->subject->tool);
	if (!needs)
		add_wishes(&b, run);
	for (const char *p = b.s; p < b.s + b.len; p += strlen(p) + 1)
		list[n++] = p;
	return list;
}

pid_t subject_start(
    const struct subject_run *run, const char *verb, int out, int err, struct err *e)
{
	const char *const argv[] = {run->subject->path, verb, NULL};
	const char **env = environment(run, err != 0);
	struct proc_options o = {.netns = -1,
	    .in_fd = -1,
	    .out_fd = out,
	    .err_fd = err,
	    .ordinary = true,
	    .environment = env};
	pid_t pid = proc_start(argv, &o, e);

	free((void *)env[0]);
	free(env);
	return pid;
}

/* What was written after `from`; caller frees. All descriptors share the place of the last byte. */
static char *output_from(int fd, off_t from)
{
	off_t to = lseek(fd, 0, SEEK_CUR);
	size_t len = to > from ? (size_t)(to - from) : 0;
	char *text = mem_alloc(len + 1);
	ssize_t n = len ? pread(fd, text, len, from) : 0;

	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = '?';
	while (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	return text;
}

char *subject_said(int says)
{
	return output_from(says, 0);
}

int subject_output(struct err *e)
{
	int fd = memfd_create("subject", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	/* What is over it cannot be written: EPERM. */
	if (fd >= 0 && !ftruncate(fd, OUTPUT_MAX) && !fcntl(fd, F_ADD_SEALS, F_SEAL_GROW))
		return fd;
	int error = errno;
	if (fd >= 0)
		close(fd);
	return err_set(e, error, "memory for a subject's output:");
}

const char *subject_last_line(const char *says)
{
	const char *line = strrchr(says, '\n');

	return line ? line + 1 : says;
}

int subject_verb(const struct subject_run *run, const char *verb, int64_t limit_ns, struct err *e)
{
	off_t from = lseek(run->says, 0, SEEK_CUR);
	pid_t pid = subject_start(run, verb, run->says, 0, e);
	int status = pid < 0 ? pid : proc_wait(pid, clock_now_ns() + limit_ns);

	if (pid > 0 && status < 0)
		proc_kill_group(pid);
	if (!status || pid < 0)
		return status;
	char *says = output_from(run->says, from);
	const char *last = subject_last_line(says), *colon = *last ? ": " : "";
	const char *name = run->subject->name;
	int r;
	if (status == -ETIMEDOUT)
		r = err_set(e, ETIMEDOUT, "%s %s did not exit within %g s%s%.200s", name, verb,
		    (double)limit_ns / NS_PER_S, colon, last);
	else if (status > 128)
		r = err_set(e, EIO, "%s %s was killed by signal %d%s%.200s", name, verb,
		    status - 128, colon, last);
	else
		r = err_set(
		    e, EIO, "%s %s exited with status %d%s%.200s", name, verb, status, colon, last);
	free(says);
	return r;
}
