/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_terminal_test.c: shell, --pause-on-fail and --watch on a terminal; what a kill leaves. */
#include "test/kit/program.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/proc.h"

#define CONTROL "lowest-port-leaves/inherited,leaves-by=delete"
#define PINNED "lowest-port-leaves/pinned-at-create,leaves-by=delete"

/* A running steadybridge, and what it has written so far. */
struct talk {
	pid_t pid;
	int in, out;
	struct buf seen;
	size_t mark;             /* what comes before was expected already */
	struct termios at_first; /* as its terminal was */
};

/* Its input comes through a pipe, its output goes into one. */
static struct talk start(const char *const args[])
{
	int in[2], out[2];

	ck_assert(!pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC));
	pid_t pid = program_start(
	    &(struct program_options){.args = args, .in_fd = in[0], .out_fd = out[1]});
	close(in[0]);
	close(out[1]);
	return (struct talk){.pid = pid, .in = in[1], .out = out[0]};
}

/* On a terminal of 100 columns, by a shell command in which $SB is the program; the terminal's
 * session belongs to that. */
static struct talk start_on_terminal(const char *script)
{
	struct winsize size = {.ws_row = 50, .ws_col = 100};
	struct talk t = {0};
	char *program = data_path(SB_BUILD "/steadybridge");

	ctest_needs_terminal();
	t.pid = forkpty(&t.out, NULL, NULL, &size);
	ck_assert_int_ge(t.pid, 0);
	if (!t.pid) {
		setenv("SB", program, 1);
		setenv("TERM", "vt100", 1);
		execl("/bin/sh", "sh", "-c", script, NULL);
		_exit(127);
	}
	free(program);
	ck_assert_int_eq(tcgetattr(t.out, &t.at_first), 0);
	t.in = t.out;
	buf_puts(&t.seen, "");
	return t;
}

/* false: nothing more comes. */
static bool hear(struct talk *t)
{
	char chunk[4096];
	int r = clock_wait_readable(t->out, clock_now_ns() + PROGRAM_LIMIT_NS);

	ck_assert_msg(r == 1, "nothing came after: %s", t->seen.s ? t->seen.s : "");
	ssize_t n = read(t->out, chunk, sizeof(chunk));
	if (n > 0)
		buf_add(&t->seen, chunk, (size_t)n);
	return n > 0;
}

/* Waits for words that come after those expected before. */
static void expect(struct talk *t, const char *words)
{
	const char *at;

	while (!t->seen.s || !(at = strstr(t->seen.s + t->mark, words)))
		ck_assert_msg(
		    hear(t), "'%s' never came: %s", words, t->seen.s ? t->seen.s : "(nothing)");
	t->mark = (size_t)(at - t->seen.s) + strlen(words);
}

/* Types a text, and waits for these words. */
static void say(struct talk *t, const char *text, const char *words)
{
	ck_assert_int_eq(write(t->in, text, strlen(text)), (ssize_t)strlen(text));
	expect(t, words);
}

/* Reads the rest; the exit status. */
static int ended(struct talk *t)
{
	if (t->in != t->out)
		close(t->in);
	while (hear(t))
		;
	close(t->out);
	return proc_wait(t->pid, clock_now_ns() + PROGRAM_LIMIT_NS);
}

static void assert_terminal_as_at_first(const struct talk *t)
{
	const struct termios *a = &t->at_first;
	struct termios b;

	ck_assert_int_eq(tcgetattr(t->out, &b), 0);
	ck_assert_uint_eq(a->c_iflag, b.c_iflag);
	ck_assert_uint_eq(a->c_oflag, b.c_oflag);
	ck_assert_uint_eq(a->c_cflag, b.c_cflag);
	ck_assert_uint_eq(a->c_lflag, b.c_lflag);
	ck_assert_int_eq(memcmp(a->c_cc, b.c_cc, sizeof(a->c_cc)), 0);
}

/* Typed text is echoed, so what is expected is never what was typed. */
CTEST("shell", CTEST_HOST, NULL, on_a_terminal_the_shell_has_job_control)
{
	struct talk t = start_on_terminal(
	    "$SB shell " CONTROL "; echo left-$((3+4)); read line; echo got-$line");

	expect(&t, "router# ");
	say(&t, "sh -c 'echo up-$((20+3)); exec sleep 1000'\n", "up-23");
	say(&t, "\003", "router# ");
	/* the command was interrupted, not the lab */
	say(&t, "echo status-$?-; state\n", "status-130-");
	expect(&t, "bridge br0");
	say(&t, "sh -c 'echo up-$((20+4)); exec sleep 1000'\n", "up-24");
	say(&t, "\032", "Stopped");
	say(&t, "kill -9 %1; wait; suspend; echo still-$((5+5))\n", "still-10");
	expect(&t, "router# ");
	say(&t, "\004", "left-7");
	say(&t, "hello\n", "got-hello"); /* only the foreground can read */
	assert_terminal_as_at_first(&t);
	ck_assert_int_eq(ended(&t), 0);
	buf_free(&t.seen);
}

CTEST("shell", CTEST_HOST, NULL, a_killed_shell_leaves_the_terminal_as_it_was)
{
	struct talk t =
	    start_on_terminal("$SB shell " CONTROL "; echo status-$?-; read line; echo got-$line");

	expect(&t, "router# ");
	say(&t, "kill -9 $$\n", "status-137-");
	say(&t, "hello\n", "got-hello");
	assert_terminal_as_at_first(&t);
	ck_assert_int_eq(ended(&t), 0);
	buf_free(&t.seen);
}

CTEST("shell", CTEST_HOST, NULL, a_pause_on_a_terminal_gives_it_back)
{
	char *dir = program_scratch("tty");
	struct talk t;

	setenv("SB_OUT", dir, 1);
	t = start_on_terminal("$SB check --pause-on-fail lowest-port-leaves --filter "
	                      "'*/pinned-at-create,*=release' --set bridge.pin=never --out $SB_OUT;"
	                      "echo status-$?-; read line; echo got-$line");
	expect(&t, "PAUSED");
	expect(&t, "router# ");
	say(&t, "sh -c 'echo up-$((20+3)); exec sleep 1000'\n", "up-23");
	say(&t, "\003", "router# ");
	say(&t, "\004", "status-1-");
	say(&t, "hello\n", "got-hello");
	ck_assert_int_eq(ended(&t), 0);
	buf_free(&t.seen);
	program_drop(dir);
}

CTEST("shell", CTEST_HOST, NULL, a_watched_case_is_drawn_beside_its_control)
{
	char *dir = program_scratch("watch");

	setenv("COLUMNS", "60", 1);
	struct program_result r = run("check", "--watch", PINNED, "--out", dir);
	ck_assert_msg(program_count(r.text.s, "\nseconds ") == 2, "%s", r.text.s);
	ck_assert_ptr_null(strchr(r.text.s, '\033'));
	ASSERT_PROGRAM(r, 0, "1 of 1 control broke, 1 of 1 arm held");
	/* On a terminal it is drawn again and again, in place; in colours unless they are refused.
	 */
	setenv("SB_OUT", dir, 1);
	for (int i = 0; i < 2; i++) {
		struct talk t =
		    start_on_terminal(i ? "NO_COLOR=1 $SB check --watch " PINNED " --out $SB_OUT"
		                        : "$SB check --watch " PINNED " --out $SB_OUT");

		ck_assert_int_eq(ended(&t), 0);
		ck_assert_msg(program_count(t.seen.s, "\r\nseconds ") +
		                      program_count(t.seen.s, "\033[2Kseconds ") >
		                  2 * 5,
		    "%s", t.seen.s);
		ck_assert_ptr_nonnull(strstr(t.seen.s, "before t=0"));
		ck_assert_msg((program_count(t.seen.s, "\033[31m") == 0) == i, "%s", t.seen.s);
		buf_free(&t.seen);
	}
	program_drop(dir);
}

/* The first process of that name (its children have it too, until they are something else); 0:
 * none. Only this test's are to be seen. */
static pid_t process_named(const char *name)
{
	DIR *d = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	while (d && (entry = readdir(d))) {
		char path[300];
		struct buf text = {0};

		snprintf(path, sizeof(path), "/proc/%.20s/comm", entry->d_name);
		if (isdigit((unsigned char)entry->d_name[0]) && !data_read(path, 64, &text, NULL) &&
		    !strncmp(text.s, name, strlen(name)))
			found = !found || atoi(entry->d_name) < found ? atoi(entry->d_name) : found;
		buf_free(&text);
	}
	if (d)
		closedir(d);
	return found;
}

CTEST("shell", CTEST_SANDBOX, NULL, a_kill_while_a_shell_is_open_leaves_nothing)
{
	static const char *const shell[] = {"shell", CONTROL, NULL};
	static const char *const paused[] = {"check", "--pause-on-fail", "lowest-port-leaves",
	    "--filter", "*/pinned-at-create,*=release", "--set", "bridge.pin=never", "--out",
	    "/tmp/sb-shell-kill", NULL};
	static const char *const victims[] = {"steadybridge", "shell", "dnsmasq", "nobody"};
	struct buf before = {0};

	ctest_own_proc();
	setenv("STEADYBRIDGE_SHELL", "sh", 1);
	program_host(&before);
	for (int i = 0; i < 2 * 4; i++) {
		const char *victim = victims[i / 2];
		struct talk t = start(i % 2 ? paused : shell);

		/* Links, a namespace's name and a process of its own. */
		say(&t, "ip link add extra0 type dummy; sleep 1000 & echo in-$((2+3))\n", "in-5");
		pid_t pid = !strcmp(victim, "steadybridge") ? t.pid
		            : !strcmp(victim, "shell")      ? process_named("sh\n")
		            : !strcmp(victim, "dnsmasq")    ? process_named("dnsmasq")
		                                            : 0;
		ck_assert_msg(pid || !strcmp(victim, "nobody"), "there is no %s", victim);
		if (pid)
			ck_assert_int_eq(kill(pid, SIGKILL), 0);
		int status = ended(&t); /* its input ends as well */
		ck_assert_int_ge(status, 0);
		if (!strcmp(victim, "shell") && !(i % 2))
			ck_assert_int_eq(status, 137);
		buf_free(&t.seen);
		program_assert_host(&before, victim);
	}
	program_remove("/tmp/sb-shell-kill");
	buf_free(&before);
}
