/* shell_test.c: shell, --pause-on-fail and --watch as their users call them, also on a terminal.
 */
#include "test/kit/ctest.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/folder.h"
#include "base/proc.h"
#include "base/units.h"
#include "base/data.h"
#include "test/kit/program_on_host.h"
#include "test/kit/host_snapshot.h"

#define CONTROL "lowest-port-leaves/inherited,leaves-by=delete"
#define PINNED "lowest-port-leaves/pinned-at-create,leaves-by=delete"
#define PATIENCE_NS (120 * NS_PER_S) /* a hang ends in a failure; nothing is measured by it */

/* A running steadybridge, and what it has written so far. */
struct talk {
	pid_t pid;
	int in, out;
	struct buf seen;
	size_t mark; /* what comes before was expected already */
};

static char **arguments(const char *const args[])
{
	char **argv = mem_alloc(32 * sizeof(*argv));
	size_t n = 0;

	argv[n++] = data_path(SB_BUILD "/steadybridge");
	while (args[n - 1] && n < 31) {
		argv[n] = mem_strdup(args[n - 1]);
		n++;
	}
	return argv;
}

/* Its input comes through a pipe, its output goes into one. */
static struct talk start(const char *const args[])
{
	int in[2], out[2];
	struct err e = {{0}};
	char **argv = arguments(args);

	ck_assert(!pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC));
	pid_t pid = proc_start((const char *const *)argv,
	    &(struct proc_options){.netns = -1, .in_fd = in[0], .out_fd = out[1]}, &e);
	ck_assert_msg(pid > 0, "%s", e.text);
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
	t.in = t.out;
	buf_puts(&t.seen, "");
	return t;
}

/* false: nothing more comes. */
static bool hear(struct talk *t)
{
	char chunk[4096];
	int r = clock_wait_readable(t->out, clock_now_ns() + PATIENCE_NS);

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

static void say(struct talk *t, const char *text)
{
	ck_assert_int_eq(write(t->in, text, strlen(text)), (ssize_t)strlen(text));
}

/* Reads the rest; the exit status. */
static int ended(struct talk *t)
{
	if (t->in != t->out)
		close(t->in);
	while (hear(t))
		;
	close(t->out);
	return proc_wait(t->pid, clock_now_ns() + PATIENCE_NS);
}

struct program_result {
	int status;
	struct buf text;
};

#define run(input, ...) run_with((input), (const char *const[]){__VA_ARGS__, NULL})

static struct program_result run_with(const char *input, const char *const args[])
{
	struct talk t = start(args);
	struct program_result r = {0};

	say(&t, input);
	r.status = ended(&t);
	buf_puts(&t.seen, "");
	r.text = t.seen;
	return r;
}

#define ASSERT_STATUS(r, want)                                                                     \
	ck_assert_msg(                                                                             \
	    (r).status == (want), "status %d, expected %d: %s", (r).status, (want), (r).text.s)
#define ASSERT_SAYS(r, words)                                                                      \
	ck_assert_msg(strstr((r).text.s, (words)) != NULL, "no '%s' in: %s", (words), (r).text.s)

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static char *scratch(const char *name)
{
	return mem_printf("/tmp/sb-shell-%d-%s", getpid(), name);
}

static void drop(char *dir)
{
	struct err e = {{0}};

	ck_assert_int_eq(proc_run((const char *[]){"rm", "-rf", "--one-file-system", dir, NULL},
	                     clock_now_ns() + 60 * NS_PER_S, &e),
	    0);
	free(dir);
}

START_TEST(usage_of_shell_pause_and_watch)
{
	struct program_result r = run("", "shell");
	ASSERT_STATUS(r, 2);
	ASSERT_SAYS(r, "expected CASE");
	r = run("", "shell", "lowest-port-leaves/nothing");
	ASSERT_STATUS(r, 2);
	ASSERT_SAYS(r, "no such case");
	r = run("", "shell", "lowest-port-leaves");
	ASSERT_STATUS(r, 2);
	ASSERT_SAYS(r, "name one of them");
	r = run("", "check", "--watch");
	ASSERT_STATUS(r, 2);
	ASSERT_SAYS(r, "--watch expects CASE");
	r = run("", "check", "--watch", "--pause-on-fail", PINNED);
	ASSERT_STATUS(r, 2);
	r = run("", "at-lab", "state");
	ASSERT_STATUS(r, 1);
	ASSERT_SAYS(r, "this works only in the shell of a lab");
}
END_TEST

START_TEST(a_lab_answers_commands_from_a_pipe)
{
	struct program_result r = run("state\n", "shell", CONTROL);

	ASSERT_STATUS(r, 0);
	ASSERT_SAYS(r, "bridge br0");
	ASSERT_SAYS(r, "follows its ports");
	ASSERT_SAYS(r, "lowest ");
	ASSERT_SAYS(r, "REACHABLE");
	ASSERT_SAYS(r, "leave with exit or Ctrl-D");
	buf_free(&r.text);
	r = run("state\n", "shell", PINNED);
	ASSERT_STATUS(r, 0);
	ASSERT_SAYS(r, "addr_assign_type 3: pinned");
	buf_free(&r.text);
}
END_TEST

/* A dnsmasq that cannot start. */
START_TEST(a_lab_that_does_not_come_up_says_why)
{
	char *dir = scratch("dnsmasq"), *path = mem_printf("%s/dnsmasq", dir);
	static const char script[] =
	    "#!/bin/sh\n[ \"$1\" = --version ] && echo 'Dnsmasq version 2.90' && exit 0\necho "
	    "'dnsmasq: out of order' >&2\nexit 3\n";
	struct err e = {{0}};

	ck_assert_msg(!folder_make(dir, &e), "%s", e.text);
	ck_assert_msg(!data_write(path, script, sizeof(script) - 1, &e), "%s", e.text);
	ck_assert_int_eq(chmod(path, 0755), 0);
	ck_assert_int_eq(setenv("PATH", mem_printf("%s:%s", dir, getenv("PATH")), 1), 0);
	struct program_result r = run("", "shell", CONTROL, "-c", "echo opened");
	ASSERT_STATUS(r, 4);
	ASSERT_SAYS(r,
	    "steadybridge shell: the lab could not be built: dnsmasq ended with status 3: "
	    "dnsmasq: out of order\n");
	ck_assert_ptr_null(strstr(r.text.s, "opened"));
	buf_free(&r.text);
	free(path);
	drop(dir);
}
END_TEST

START_TEST(every_namespace_is_at_hand)
{
	struct program_result r =
	    run("c1 ip -o -4 address; echo a\n"
	        "ip netns exec c1 ip -o -4 address; echo b\n"
	        "ip -n c1 -o -4 address; echo c\n"
	        "upstream ip -o -4 address; router ip -o -4 address show br0\n"
	        "ip netns exec upstream ls /sys/class/net; c1; echo status-$?\n",
	        "shell", CONTROL);

	ASSERT_STATUS(r, 0);
	ck_assert_msg(count(r.text.s, "192.0.2.11/24") == 3, "%s", r.text.s);
	ASSERT_SAYS(r, "198.51.100.2/24");
	ASSERT_SAYS(r, "192.0.2.1/24");
	ASSERT_SAYS(r, "status-2");
	buf_free(&r.text);
}
END_TEST

/* The fault itself, by hand. */
START_TEST(churn_by_hand_breaks_what_inherits)
{
	struct program_result r = run("lookup && echo one-answered\n"
	                              "leave lowest\n"
	                              "state\n"
	                              "lookup c1 2 || echo two-lost\n"
	                              "join lowest && lookup c1 && echo three-answered\n"
	                              "join lowest || echo four-refused\n"
	                              "join nobody || echo five-refused\n"
	                              "leave lowest && join lowest 02:00:00:00:00:01 && state\n",
	    "shell", CONTROL);

	ASSERT_STATUS(r, 0);
	ASSERT_SAYS(r, "one-answered");
	ASSERT_SAYS(r, "lowest left; br0 changed 02:");
	ASSERT_SAYS(r, "stale: the gateway has another MAC");
	ASSERT_SAYS(r, "lost: no answer within 1s");
	ASSERT_SAYS(r, "two-lost");
	ASSERT_SAYS(r, "three-answered");
	ASSERT_SAYS(r, "lowest has already joined");
	ASSERT_SAYS(r, "four-refused");
	ASSERT_SAYS(r, "its ports are: lowest");
	ASSERT_SAYS(r, "five-refused");
	ASSERT_SAYS(r, "bridge br0  02:00:00:00:00:01");
	buf_free(&r.text);
}
END_TEST

START_TEST(churn_by_hand_keeps_to_the_kinds_of_the_case)
{
	static const char *const cases[] = {"lowest-port-leaves/inherited,leaves-by=release",
	    "lowest-port-leaves/inherited,leaves-by=namespace-death"};
	struct program_result r;

	for (size_t i = 0; i < 2; i++) {
		r = run("leave lowest && join lowest && leave lowest && state\n"
		        "ip -br link show lowest 2>&1 | grep -c '^lowest'; echo done\n",
		    "shell", cases[i]);
		ASSERT_STATUS(r, 0);
		/* A released port is still a link; one whose namespace died is none. */
		ASSERT_SAYS(r, i ? "\n0\ndone" : "\n1\ndone");
		ck_assert_msg(count(r.text.s, "lowest left; br0 changed") == 2, "%s", r.text.s);
		buf_free(&r.text);
	}
	/* Somebody else took it away: it can come again. */
	r = run("ip link del lowest; join lowest && echo came-again\n", "shell", CONTROL);
	ASSERT_STATUS(r, 0);
	ASSERT_SAYS(r, "came-again");
	buf_free(&r.text);
}
END_TEST

START_TEST(its_exit_status_is_the_shell_s_own)
{
	struct program_result r = run("exit 7\n", "shell", CONTROL);
	ASSERT_STATUS(r, 7);
	r = run("", "shell", CONTROL, "-c", "lookup c1 2; state; exit 5");
	ASSERT_STATUS(r, 5);
	ck_assert_msg(count(r.text.s, "answered in") == 2, "%s", r.text.s);
	buf_free(&r.text);
	/* Without bash. */
	ck_assert_int_eq(setenv("STEADYBRIDGE_SHELL", "sh", 1), 0);
	r = run("help; state; c1 true && exit 9\n", "shell", CONTROL);
	ASSERT_STATUS(r, 9);
	ck_assert_msg(count(r.text.s, "join PORT [MAC]") == 2, "%s", r.text.s);
	buf_free(&r.text);
}
END_TEST

static void assert_same_terminal(const struct termios *a, const struct termios *b)
{
	ck_assert_uint_eq(a->c_iflag, b->c_iflag);
	ck_assert_uint_eq(a->c_oflag, b->c_oflag);
	ck_assert_uint_eq(a->c_cflag, b->c_cflag);
	ck_assert_uint_eq(a->c_lflag, b->c_lflag);
	ck_assert_int_eq(memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)), 0);
}

/* Typed text is echoed, so what is expected is never what was typed. */
START_TEST(on_a_terminal_the_shell_has_job_control)
{
	struct talk t = start_on_terminal(
	    "$SB shell " CONTROL "; echo left-$((3+4)); read line; echo got-$line");
	struct termios before, after;

	ck_assert_int_eq(tcgetattr(t.out, &before), 0);
	expect(&t, "router# ");
	say(&t, "sh -c 'echo up-$((20+3)); exec sleep 1000'\n");
	expect(&t, "up-23");
	say(&t, "\003");
	expect(&t, "router# ");
	say(&t, "echo status-$?-; state\n");
	expect(&t, "status-130-"); /* the command was interrupted, not the lab */
	expect(&t, "bridge br0");
	say(&t, "sh -c 'echo up-$((20+4)); exec sleep 1000'\n");
	expect(&t, "up-24");
	say(&t, "\032");
	expect(&t, "Stopped");
	say(&t, "kill -9 %1; wait; suspend; echo still-$((5+5))\n");
	expect(&t, "still-10");
	expect(&t, "router# ");
	say(&t, "\004");
	expect(&t, "left-7");
	say(&t, "hello\n"); /* whoever is not in the foreground cannot read */
	expect(&t, "got-hello");
	ck_assert_int_eq(tcgetattr(t.out, &after), 0);
	assert_same_terminal(&before, &after);
	ck_assert_int_eq(ended(&t), 0);
	buf_free(&t.seen);
}
END_TEST

START_TEST(a_killed_shell_leaves_the_terminal_as_it_was)
{
	struct talk t =
	    start_on_terminal("$SB shell " CONTROL "; echo status-$?-; read line; echo got-$line");
	struct termios before, after;

	ck_assert_int_eq(tcgetattr(t.out, &before), 0);
	expect(&t, "router# ");
	say(&t, "kill -9 $$\n");
	expect(&t, "status-137-");
	say(&t, "hello\n");
	expect(&t, "got-hello");
	ck_assert_int_eq(tcgetattr(t.out, &after), 0);
	assert_same_terminal(&before, &after);
	ck_assert_int_eq(ended(&t), 0);
	buf_free(&t.seen);
}
END_TEST

START_TEST(a_fail_pauses_and_a_control_does_not)
{
	char *dir = scratch("pause"), *path;
	struct buf trace = {0};
	struct err e = {{0}};
	struct program_result r = run("echo here-$STEADYBRIDGE_CASE; lookup; state; exit\n",
	    "check", "--pause-on-fail", "lowest-port-leaves", "--filter",
	    "*/[ip]*d-at-create,*=release", "--set", "bridge.pin=never", "--out", dir);

	ASSERT_STATUS(r, 1);
	ASSERT_SAYS(r, "PAUSED  lowest-port-leaves/pinned-at-create,leaves-by=release");
	ASSERT_SAYS(r, "paused at 5.");
	ASSERT_SAYS(r, "here-lowest-port-leaves/pinned-at-create,leaves-by=release");
	ASSERT_SAYS(r, "and ended there");
	ck_assert_msg(count(r.text.s, "FAIL") == 2, "%s", r.text.s); /* the case, the last line */
	buf_free(&r.text);
	path = mem_printf(
	    "%s/cases/lowest-port-leaves_pinned-at-create,leaves-by=release/trace.jsonl", dir);
	ck_assert_msg(data_read(path, 64 << 20, &trace, &e) == 0, "%s", e.text);
	ck_assert_ptr_nonnull(strstr(trace.s, "\"paused\""));
	ck_assert_ptr_null(strstr(trace.s, "\"phase\":\"end\""));
	buf_free(&trace);
	free(path);
	/* A control breaks as it must: nobody is called. */
	r = run("echo called\n", "check", "--pause-on-fail", "lowest-port-leaves", "--filter",
	    "*/inherited,*=release", "--out", dir);
	ASSERT_STATUS(r, 0);
	ck_assert_ptr_null(strstr(r.text.s, "called"));
	ck_assert_ptr_null(strstr(r.text.s, "PAUSED"));
	buf_free(&r.text);
	drop(dir);
}
END_TEST

START_TEST(a_pause_needs_somebody)
{
	char **argv = arguments((const char *[]){"check", "--pause-on-fail", NULL});
	int out = memfd_create("out", MFD_CLOEXEC);
	char text[1024] = "";
	struct err e = {{0}};
	pid_t pid = proc_start((const char *const *)argv,
	    &(struct proc_options){.netns = -1, .in_fd = -1, .out_fd = out}, &e);

	ck_assert_msg(pid > 0, "%s", e.text);
	ck_assert_int_eq(proc_wait(pid, clock_now_ns() + PATIENCE_NS), 2);
	ck_assert_int_gt(pread(out, text, sizeof(text) - 1, 0), 0);
	ck_assert_ptr_nonnull(strstr(text, "expected a terminal or commands from a pipe or file"));
	close(out);
}
END_TEST

START_TEST(a_pause_on_a_terminal_gives_it_back)
{
	char *dir = scratch("tty");
	struct talk t;

	setenv("SB_OUT", dir, 1);
	t = start_on_terminal("$SB check --pause-on-fail lowest-port-leaves --filter "
	                      "'*/pinned-at-create,*=release' --set bridge.pin=never --out $SB_OUT;"
	                      "echo status-$?-; read line; echo got-$line");
	expect(&t, "PAUSED");
	expect(&t, "router# ");
	say(&t, "sh -c 'echo up-$((20+3)); exec sleep 1000'\n");
	expect(&t, "up-23");
	say(&t, "\003");
	expect(&t, "router# ");
	say(&t, "\004");
	expect(&t, "status-1-");
	say(&t, "hello\n");
	expect(&t, "got-hello");
	ck_assert_int_eq(ended(&t), 0);
	buf_free(&t.seen);
	drop(dir);
}
END_TEST

START_TEST(a_watched_case_is_drawn_beside_its_control)
{
	char *dir = scratch("watch");

	setenv("COLUMNS", "60", 1);
	struct program_result r = run("", "check", "--watch", PINNED, "--out", dir);
	ASSERT_STATUS(r, 0);
	ck_assert_msg(count(r.text.s, "\nseconds ") == 2, "%s", r.text.s);
	ck_assert_ptr_null(strchr(r.text.s, '\033'));
	ASSERT_SAYS(r, "1 of 1 control broke, 1 of 1 arm held");
	buf_free(&r.text);
	/* On a terminal it is drawn again and again, in place; in colours unless they are refused.
	 */
	setenv("SB_OUT", dir, 1);
	for (int i = 0; i < 2; i++) {
		struct talk t =
		    start_on_terminal(i ? "NO_COLOR=1 $SB check --watch " PINNED " --out $SB_OUT"
		                        : "$SB check --watch " PINNED " --out $SB_OUT");

		ck_assert_int_eq(ended(&t), 0);
		ck_assert_msg(
		    count(t.seen.s, "\r\nseconds ") + count(t.seen.s, "\033[2Kseconds ") > 2 * 5,
		    "%s", t.seen.s);
		ck_assert_ptr_nonnull(strstr(t.seen.s, "before t=0"));
		ck_assert_msg((count(t.seen.s, "\033[31m") == 0) == i, "%s", t.seen.s);
		buf_free(&t.seen);
	}
	drop(dir);
}
END_TEST

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

START_TEST(a_kill_while_somebody_is_in_leaves_nothing)
{
	static const char *const shell[] = {"shell", CONTROL, NULL};
	static const char *const paused[] = {"check", "--pause-on-fail", "lowest-port-leaves",
	    "--filter", "*/pinned-at-create,*=release", "--set", "bridge.pin=never", "--out",
	    "/tmp/sb-shell-kill", NULL};
	static const char *const victims[] = {"steadybridge", "shell", "dnsmasq", "nobody"};
	struct buf before = {0};

	ctest_own_proc();
	setenv("STEADYBRIDGE_SHELL", "sh", 1);
	host_snapshot(&before);
	for (int i = 0; i < 2 * 4; i++) {
		const char *victim = victims[i / 2];
		struct talk t = start(i % 2 ? paused : shell);

		/* Links, a namespace's name and a process of its own. */
		say(&t, "ip link add extra0 type dummy; sleep 1000 & echo in-$((2+3))\n");
		expect(&t, "in-5");
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
		program_on_host_assert_as_before(&before, victim);
	}
	drop(mem_strdup("/tmp/sb-shell-kill"));
	buf_free(&before);
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "shell", CTEST_HOST, usage_of_shell_pause_and_watch);
	ctest_add(list, "shell", CTEST_HOST, a_lab_answers_commands_from_a_pipe);
	ctest_add(list, "shell", CTEST_HOST, a_lab_that_does_not_come_up_says_why);
	ctest_add(list, "shell", CTEST_HOST, every_namespace_is_at_hand);
	ctest_add(list, "shell", CTEST_HOST, churn_by_hand_breaks_what_inherits);
	ctest_add(list, "shell", CTEST_HOST, churn_by_hand_keeps_to_the_kinds_of_the_case);
	ctest_add(list, "shell", CTEST_HOST, its_exit_status_is_the_shell_s_own);
	ctest_add(list, "shell", CTEST_HOST, on_a_terminal_the_shell_has_job_control);
	ctest_add(list, "shell", CTEST_HOST, a_killed_shell_leaves_the_terminal_as_it_was);
	ctest_add(list, "shell", CTEST_HOST, a_fail_pauses_and_a_control_does_not);
	ctest_add(list, "shell", CTEST_HOST, a_pause_needs_somebody);
	ctest_add(list, "shell", CTEST_HOST, a_pause_on_a_terminal_gives_it_back);
	ctest_add(list, "shell", CTEST_HOST, a_watched_case_is_drawn_beside_its_control);
	ctest_add(list, "shell", CTEST_SANDBOX, a_kill_while_somebody_is_in_leaves_nothing);
}
