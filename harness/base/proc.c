/* SPDX-License-Identifier: GPL-2.0-or-later */
/* proc.c: child processes: start, wait with a deadline, priority. */
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

bool proc_find(const char *name, char *path, int size)
{
	static const char *const more =
	    "/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin";
	const char *places[] = {getenv("PATH"), more};

	if (strchr(name, '/')) {
		snprintf(path, (size_t)size, "%s", name);
		return access(path, X_OK) == 0;
	}
	for (int i = 0; i < 2; i++) {
		const char *p = places[i];

		while (p && *p) {
			size_t len = strcspn(p, ":");

			snprintf(path, (size_t)size, "%.*s/%s", (int)len, p, name);
			if (len && access(path, X_OK) == 0)
				return true;
			p += len + (p[len] == ':');
		}
	}
	return false;
}

/* The caller's environment and what was added to it, which wins; of the array, only that is new. */
static char **environment_with(const char *const *added)
{
	size_t n = 0, n_added = 0, k = 0;

	while (environ && environ[n])
		n++;
	while (added && added[n_added])
		n_added++;
	char **all = mem_alloc((n + n_added + 1) * sizeof(*all));
	for (size_t i = 0; i < n_added; i++)
		all[k++] = (char *)added[i];
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(environ[i], "=") + 1, j = 0;

		while (j < n_added && strncmp(added[j], environ[i], len))
			j++;
		if (j == n_added)
			all[k++] = environ[i];
	}
	return all;
}

struct start {
	const char *path;
	const char *const *argv;
	char *const *environment;
	const struct proc_options *o;
	int parent;
};

/* In the child, which shares the caller's memory: it changes none that the caller reads. */
static int become(void *arg)
{
	const struct start *s = arg;
	const struct proc_options *o = s->o;
	sigset_t none;

	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(o->in_fd >= 0 ? o->in_fd : null, 0) < 0 ||
	    dup2(o->out_fd >= 0 ? o->out_fd : null, 1) < 0 ||
	    dup2(o->err_fd > 0 ? o->err_fd : 1, 2) < 0)
		_exit(127);
	if (o->netns >= 0 && setns(o->netns, CLONE_NEWNET)) {
		dprintf(2, "%s: its network namespace: %s\n", s->path, strerror(errno));
		_exit(127);
	}
	if (proc_die_with(s->parent))
		_exit(127);
	if (o->ordinary) {
		setpgid(0, 0);
		proc_prefer_no_more();
	}
	execve(s->path, (char *const *)s->argv, s->environment);
	dprintf(2, "%s: %s\n", s->path, strerror(errno));
	_exit(127);
}

#define STACK_BYTES 32768

/* As vfork() does: the page tables are not copied, which takes milliseconds in some guests, and the
 * caller goes on when the program runs. No handler may run in the child. */
static pid_t start_child(struct start *s)
{
	char *stack = mem_alloc(STACK_BYTES);
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid_t pid = clone(become, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | SIGCHLD, s);
	int error = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	free(stack);
	return pid < 0 ? -error : pid;
}

pid_t proc_start(const char *const argv[], const struct proc_options *o, struct err *e)
{
	char path[4096];

	if (!proc_find(argv[0], path, sizeof(path)))
		return err_set(e, ENOENT, "no program %s", argv[0]);
	int parent = proc_pidfd(getpid());
	char **environment = environment_with(o->environment);
	struct start start = {path, argv, environment, o, parent};
	pid_t pid = start_child(&start);
	free(environment);
	if (parent >= 0)
		close(parent);
	return pid > 0 ? pid : err_set(e, -pid, "cannot start %s:", argv[0]);
}

int proc_reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int proc_wait(pid_t pid, int64_t deadline_ns)
{
	int fd = proc_pidfd(pid);

	if (fd < 0)
		return fd;
	int r = clock_wait_readable(fd, deadline_ns);
	close(fd);
	if (r < 0)
		return r;
	return r ? proc_reap(pid) : -ETIMEDOUT;
}

void proc_kill_group(pid_t pid)
{
	kill(pid, SIGKILL); /* it may not have made its group yet */
	kill(-pid, SIGKILL);
	proc_reap(pid);
}

void proc_said(int fd, bool last, char *text, size_t size)
{
	off_t end = last ? lseek(fd, 0, SEEK_END) : 0;
	ssize_t n = pread(fd, text, size - 1, end > (off_t)size ? end - (off_t)size + 1 : 0);

	text[n > 0 ? n : 0] = '\0';
	size_t skip = strspn(text, "\n"), len = strlen(text);
	while (last && len && text[len - 1] == '\n')
		text[--len] = '\0';
	char *line = last ? strrchr(text, '\n') : NULL;
	line = line ? line + 1 : text + (skip < len ? skip : 0);
	len = strcspn(line, "\n");
	memmove(text, line, len);
	text[len] = '\0';
}

int proc_run(const char *const argv[], int64_t deadline_ns, struct err *e)
{
	char line[512];

	return proc_ask(argv, deadline_ns, line, sizeof(line), e);
}

int proc_ask(const char *const argv[], int64_t deadline_ns, char *line, size_t size, struct err *e)
{
	int out = memfd_create("output", MFD_CLOEXEC);

	if (out < 0)
		return err_set(e, errno, "memfd_create:");
	struct proc_options o = {.netns = -1, .in_fd = -1, .out_fd = out};
	pid_t pid = proc_start(argv, &o, e);
	int r = pid < 0 ? pid : proc_end(pid, argv[0], out, deadline_ns, line, size, e);
	close(out);
	return r;
}

int proc_end(pid_t pid, const char *name, int out_fd, int64_t deadline_ns, char *line, size_t size,
    struct err *e)
{
	int r = proc_wait(pid, deadline_ns);

	if (r < 0) {
		kill(pid, SIGKILL);
		proc_reap(pid);
	}
	proc_said(out_fd, false, line, size);
	const char *colon = line[0] ? ": " : "";
	if (r == -ETIMEDOUT)
		return err_set(e, ETIMEDOUT, "%s did not end in time%s%s", name, colon, line);
	if (r < 0)
		return err_set(e, -r, "waiting for %s:", name);
	if (r)
		return err_set(e, EIO, "%s ended with status %d%s%s", name, r, colon, line);
	return 0;
}

int proc_input(const char *text, size_t len)
{
	int fd = memfd_create("input", MFD_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : pwrite(fd, text, len, 0);
	int error = n < 0 ? errno : ENOSPC;

	if (n == (ssize_t)len)
		return fd;
	if (fd >= 0)
		close(fd);
	return -error;
}

int proc_prefer(pid_t pid)
{
	struct sched_param p = {.sched_priority = 1};

	if (sched_setscheduler(pid, SCHED_RR, &p) == 0)
		return 2;
	return setpriority(PRIO_PROCESS, (id_t)pid, -20) == 0;
}

void proc_prefer_no_more(void)
{
	struct sched_param ordinary = {0};

	sched_setscheduler(0, SCHED_OTHER, &ordinary);
	setpriority(PRIO_PROCESS, 0, 0);
}

int proc_pidfd(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0)
		return -errno;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

bool proc_is_stopped(pid_t child)
{
	siginfo_t info = {0};

	return !waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOHANG | WNOWAIT) &&
	       info.si_pid == child;
}

int proc_die_with(int parent_pidfd)
{
	struct pollfd p = {.fd = parent_pidfd, .events = POLLIN};

	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		return -errno;
	if (parent_pidfd >= 0 && poll(&p, 1, 0) > 0)
		return -ESRCH;
	return 0;
}
