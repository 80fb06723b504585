/* shell_test.c: shell, --pause-on-fail and --watch as their users call them, also on a terminal.
 */
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
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/folder.h"
#include "base/proc.h"
#include "base/data.h"

#define CONTROL "lowest-port-leaves/inherited,leaves-by=delete"
#define PINNED "lowest-port-leaves/pinned-at-create,leaves-by=delete"

/* A running steadybridge, and what it has written so far. */
struct talk {
	pid_t pid;
	int in, out;
	struct buf seen;
	size_t mark; /* what comes before was expected already */
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
	return proc_wait(t->pid, clock_now_ns() + PROGRAM_LIMIT_NS);
}

START_TEST(usage_of_shell_pause_and_watch)
{
	ASSERT_RUNS({{"shell"}, .status = 2, .says = {"expected CASE"}},
	    {{"shell", "lowest-port-leaves/nothing"}, .status = 2, .says = {"no such case"}},
	    {{"shell", "lowest-port-leaves"}, .status = 2, .says = {"name one of them"}},
	    {{"check", "--watch"}, .status = 2, .says = {"--watch expects CASE"}},
	    {{"check", "--watch", "--pause-on-fail", PINNED}, .status = 2},
	    {{"check", "--pause-on-fail"}, .status = 2,
	        .says = {"neither a terminal nor commands from a pipe"}},
	    {{"at-lab", "state"}, .status = 1, .says = {"this is for the shell of a lab"}});
}
END_TEST

START_TEST(a_lab_answers_commands_from_a_pipe)
{
	ASSERT_RUNS({{"shell", CONTROL}, "state\n",
	                .says = {"bridge br0", "follows its ports", "lowest ", "REACHABLE",
	                    "leave with exit or Ctrl-D"}},
	    {{"shell", PINNED}, "state\n", .says = {"addr_assign_type 3: pinned"}});
}
END_TEST

/* A dnsmasq that cannot start. */
START_TEST(a_lab_that_does_not_come_up_says_why)
{
	char *dir = program_scratch("dnsmasq"), *path = mem_printf("%s/dnsmasq", dir);
	static const char script[] =
	    "#!/bin/sh\n[ \"$1\" = --version ] && echo 'Dnsmasq version 2.90' && exit 0\necho 'dnsmasq: out of order' >&2\nexit 3\n";
	struct err e = {{0}};

	ck_assert_msg(!folder_make(dir, &e), "%s", e.text);
	ck_assert_msg(!data_write(path, script, sizeof(script) - 1, &e), "%s", e.text);
	ck_assert_int_eq(chmod(path, 0755), 0);
	ck_assert_int_eq(setenv("PATH", mem_printf("%s:%s", dir, getenv("PATH")), 1), 0);
	ASSERT_RUNS({{"shell", CONTROL, "-c", "echo opened"}, .status = 4,
	    .says = {"steadybridge shell: the lab could not be built: dnsmasq ended with status 3: "
	             "dnsmasq: out of order\n"},
	    .hides = {"opened"}});
	free(path);
	program_drop(dir);
}
END_TEST

/* The word c1 prints an address by itself, by ip netns exec and by ip -n: three times. */
START_TEST(commands_run_in_every_namespace_of_a_lab)
{
	ASSERT_RUNS({{"shell", CONTROL},
	    "c1 ip -o -4 address; echo a\n"
	    "ip netns exec c1 ip -o -4 address; echo b\n"
	    "ip -n c1 -o -4 address; echo c\n"
	    "upstream ip -o -4 address; router ip -o -4 address show br0\n"
	    "ip netns exec upstream ls /sys/class/net; c1; echo status-$?\n",
	    .says = {"192.0.2.11/24", "198.51.100.2/24", "192.0.2.1/24", "status-2"}, .times = 3});
}
END_TEST

/* The fault itself, by hand. */
START_TEST(churn_by_hand_breaks_what_inherits)
{
	ASSERT_RUNS({{"shell", CONTROL},
	    "lookup && echo one-answered\n"
	    "leave lowest\n"
	    "state\n"
	    "lookup c1 2 || echo two-lost\n"
	    "join lowest && lookup c1 && echo three-answered\n"
	    "join lowest || echo four-refused\n"
	    "join nobody || echo five-refused\n"
	    "leave lowest && join lowest 02:00:00:00:00:01 && state\n",
	    .says = {"one-answered", "lowest left; br0 changed 02:",
	        "stale: the gateway has another MAC", "lost: nothing came within 1s", "two-lost",
	        "three-answered", "lowest is there already", "four-refused",
	        "its ports are: lowest", "five-refused", "bridge br0  02:00:00:00:00:01"}});
}
END_TEST

/* A released port is still a link; one whose namespace died is not. */
START_TEST(churn_by_hand_keeps_to_the_kinds_of_the_case)
{
	static const char twice[] = "leave lowest && join lowest && leave lowest && state\n"
	                            "ip -br link show lowest 2>&1 | grep -c '^lowest'; echo done\n";

	ASSERT_RUNS({{"shell", "lowest-port-leaves/inherited,leaves-by=release"}, twice,
	                .says = {"lowest left; br0 changed", "\n1\ndone"}, .times = 2},
	    {{"shell", "lowest-port-leaves/inherited,leaves-by=namespace-death"}, twice,
	        .says = {"lowest left; br0 changed", "\n0\ndone"}, .times = 2},
	    /* A port that another program removed can join again. */
	    {{"shell", CONTROL}, "ip link del lowest; join lowest && echo came-again\n",
	        .says = {"came-again"}});
}
END_TEST

START_TEST(its_exit_status_is_the_shell_s_own)
{
	ASSERT_RUNS({{"shell", CONTROL}, "exit 7\n", .status = 7},
	    {{"shell", CONTROL, "-c", "lookup c1 2; state; exit 5"}, .status = 5,
	        .says = {"answered in"}, .times = 2});
	/* Without bash. */
	ck_assert_int_eq(setenv("STEADYBRIDGE_SHELL", "sh", 1), 0);
	ASSERT_RUNS({{"shell", CONTROL}, "help; state; c1 true && exit 9\n", .status = 9,
	    .says = {"join PORT [MAC]"}, .times = 2});
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
	char *dir = program_scratch("pause"), *path;
	struct buf trace = {0};
	struct err e = {{0}};

	ASSERT_RUNS({{"check", "--pause-on-fail", "lowest-port-leaves", "--filter",
	                 "*/[ip]*d-at-create,*=release", "--set", "bridge.pin=never", "--out", dir},
	    "echo here-$STEADYBRIDGE_CASE; lookup; state; exit\n", .status = 1,
	    .says = {"FAIL", /* the case, the last line */
	        "PAUSED  lowest-port-leaves/pinned-at-create,leaves-by=release", "paused at 5.",
	        "here-lowest-port-leaves/pinned-at-create,leaves-by=release", "and ended there"},
	    .times = 2});
	path = mem_printf(
	    "%s/cases/lowest-port-leaves_pinned-at-create,leaves-by=release/trace.jsonl", dir);
	ck_assert_msg(data_read(path, 64 << 20, &trace, &e) == 0, "%s", e.text);
	ck_assert_ptr_nonnull(strstr(trace.s, "\"paused\""));
	ck_assert_ptr_null(strstr(trace.s, "\"phase\":\"end\""));
	buf_free(&trace);
	free(path);
	/* A control breaks as it must: no shell is opened. */
	ASSERT_RUNS({{"check", "--pause-on-fail", "lowest-port-leaves", "--filter",
	                 "*/inherited,*=release", "--out", dir},
	    "echo called\n", .hides = {"called", "PAUSED"}});
	program_drop(dir);
}
END_TEST

START_TEST(a_pause_on_a_terminal_gives_it_back)
{
	char *dir = program_scratch("tty");
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
	program_drop(dir);
}
END_TEST

START_TEST(a_watched_case_is_drawn_beside_its_control)
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
	program_host(&before);
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
		program_assert_host(&before, victim);
	}
	program_remove("/tmp/sb-shell-kill");
	buf_free(&before);
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "shell", CTEST_HOST, usage_of_shell_pause_and_watch);
	ctest_add(list, "shell", CTEST_HOST, a_lab_answers_commands_from_a_pipe);
	ctest_add(list, "shell", CTEST_HOST, a_lab_that_does_not_come_up_says_why);
	ctest_add(list, "shell", CTEST_HOST, commands_run_in_every_namespace_of_a_lab);
	ctest_add(list, "shell", CTEST_HOST, churn_by_hand_breaks_what_inherits);
	ctest_add(list, "shell", CTEST_HOST, churn_by_hand_keeps_to_the_kinds_of_the_case);
	ctest_add(list, "shell", CTEST_HOST, its_exit_status_is_the_shell_s_own);
	ctest_add(list, "shell", CTEST_HOST, on_a_terminal_the_shell_has_job_control);
	ctest_add(list, "shell", CTEST_HOST, a_killed_shell_leaves_the_terminal_as_it_was);
	ctest_add(list, "shell", CTEST_HOST, a_fail_pauses_and_a_control_does_not);
	ctest_add(list, "shell", CTEST_HOST, a_pause_on_a_terminal_gives_it_back);
	ctest_add(list, "shell", CTEST_HOST, a_watched_case_is_drawn_beside_its_control);
	ctest_add(list, "shell", CTEST_SANDBOX, a_kill_while_somebody_is_in_leaves_nothing);
}
