/* SPDX-License-Identifier: GPL-2.0-or-later */
/* container_test.c: ci/container, with a podman of our own that plays nothing: what it refuses,
 * what it carries back, and that nothing stays. Also the templates that call it. */
#include "test/kit/program.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"
#include "test/kit/readers.h"

#define PATIENCE_NS (120 * NS_PER_S) /* a hang ends in a failure; nothing is measured by it */

/* What ci/container asks of podman: info, image exists, build, run. STUB: what its `run` does after
 * it has written a report; it says in the file `begun` when it is there. */
static const char stub[] =
    "#!/bin/bash\n"
    "while [ \"${1#-}\" != \"$1\" ]; do shift 2; done\n"
    "echo \"$1\" >>\"$STUB_DIR/asked\"\n"
    "if [ \"$1$STUB\" = buildslow ]; then\n"
    "trap 'exit 0' TERM; sleep 1000 & echo begun >\"$STUB_DIR/begun\"; wait; fi\n"
    "[ \"$1\" = run ] || exit 0\n"
    "while [ \"$1\" != --volume ]; do shift; done\n"
    "out=${2%%:*}\n"
    "trap 'echo told >\"$out/results.tap\"; exit 143' TERM\n"
    "echo whole >\"$out/results.json\"\n"
    "shift 2\n"
    "printf '%s\\n' \"$@\" >\"$STUB_DIR/flags\"\n"
    "sleep 1000 &\n"
    "echo begun >\"$STUB_DIR/begun.part\" && mv \"$STUB_DIR/begun.part\" \"$STUB_DIR/begun\"\n"
    "case $STUB in\n"
    "waits) wait ;;\n"
    "deaf) trap '' TERM INT; while :; do sleep 1000; done ;;\n"
    "*) exit $STUB ;;\n"
    "esac\n";

static char *dir; /* of the test: bin/ is its whole PATH, tmp/ its TMPDIR */

static char *below(const char *name)
{
	return mem_printf("%s/%s", dir, name);
}

static bool is_there(const char *name)
{
	return program_has_file(dir, name);
}

static void shell(const char *script)
{
	struct err e = {{0}};

	ck_assert_msg(!proc_run((const char *[]){"bash", "-c", script, "test", dir, NULL},
	                  clock_now_ns() + PATIENCE_NS, &e),
	    "%s", e.text);
}

/* Every program of this machine but podman; with_stub: and ours. */
static void make_path(bool with_stub)
{
	char template[] = "/tmp/sb-container-XXXXXX";

	ck_assert_ptr_nonnull(mkdtemp(template));
	dir = mem_strdup(template);
	shell("mkdir $1/bin $1/tmp && "
	      "for d in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do "
	      "ln -sf $d/* $1/bin/; done; rm -f $1/bin/podman; ln -sf /bin/true $1/bin/crun; "
	      "ln -sf /bin/true $1/bin/newuidmap; : >$1/base.tar");
	if (with_stub) {
		AUTO_FREE char *path = below("bin/podman");

		ck_assert(!data_write(path, stub, sizeof(stub) - 1, NULL) && !chmod(path, 0755));
	}
	AUTO_FREE char *bin = below("bin"), *tmp = below("tmp");
	setenv("PATH", bin, 1);
	setenv("TMPDIR", tmp, 1);
	setenv("STUB_DIR", dir, 1);
}

/* before: what the host is now. */
static void begin_with_stub(struct buf *before)
{
	ctest_own_proc();
	make_path(true);
	program_host(before);
}

static void remove_all(void)
{
	shell("rm -rf \"$1\"");
	free(dir);
}

#define CONTAINER SB_SOURCE_DIR "/ci/container"

static void assert_says(int status, const char *words, const char *const args[])
{
	struct program_result r =
	    program_run(&(struct program_options){.argv = ARGS(CONTAINER), .args = args});

	ASSERT_PROGRAM(r, status, words);
}

/* Waits for a file that the stub makes. */
static void await(const char *name, pid_t pid)
{
	int64_t deadline = clock_now_ns() + PATIENCE_NS;

	while (!is_there(name)) {
		ck_assert_msg(clock_now_ns() < deadline, "'%s' never came", name);
		ck_assert_msg(!waitpid(pid, NULL, WNOHANG), "ended before '%s' came", name);
		poll(NULL, 0, 5);
	}
}

/* With reports in o/; what the stub does is in STUB. */
static pid_t start(const char *stub_does)
{
	AUTO_FREE char *base = below("base.tar"), *out = below("o");

	setenv("STUB", stub_does, 1);
	pid_t pid = program_start(
	    &(struct program_options){.argv = ARGS(CONTAINER, "--base", base, "--out", out)});
	await("begun", pid);
	return pid;
}

CTEST("container", CTEST_PLAY, NULL, wrong_arguments_are_named)
{
	static const struct {
		const char *args[4], *words;
	} wrong[] = {
	    {{"--kind", "roomy"}, "unknown kind: 'roomy'"},
	    {{"--kind"}, "--kind needs a value"},
	    {{"--out", ""}, "--out needs a value"},
	    {{"check"}, "unknown: 'check'"},
	    {{"--fast"}, "unknown: '--fast'"},
	    {{"--"}, "no command after --"},
	    {{"--base", "/nowhere/base.tar"}, "no such file: /nowhere/base.tar"},
	    {{"--help"}, "--kind KIND    privileged"},
	};

	make_path(true);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_says(2, wrong[i].words, wrong[i].args);
		assert_says(2, "ci/container [OPTION...] [-- COMMAND...]", wrong[i].args);
	}
	ck_assert_msg(!is_there("asked"), "podman was started all the same");
	remove_all();
}

CTEST("container", CTEST_PLAY, NULL, without_podman_it_is_skipped_by_name)
{
	make_path(false);
	assert_says(77, "SKIP container: no podman; what helps: apt-get install",
	    (const char *[]){"--kind", "privileged", NULL});
	shell("rmdir \"$1/tmp\"");
	remove_all();
}

static void assert_nothing_stays(const struct buf *before, bool whole)
{
	program_assert_host(before, "ci/container");
	if (whole) /* its temporary folder too */
		shell("rmdir \"$1/tmp\" && mkdir \"$1/tmp\"");
}

CTEST("container", CTEST_PLAY, NULL, its_status_and_its_reports_come_back)
{
	static const char *const kinds[] = {"privileged", "caps", "default"};
	static const char *const has[] = {"--privileged", "--cap-add\nNET_ADMIN", "--ulimit"};
	static const char *const not [] = {"--cap-add", "--privileged", "--cap-add"};
	AUTO_BUF before = {0};

	begin_with_stub(&before);
	AUTO_FREE char *base = below("base.tar"), *out = below("o"), *flags = below("flags");
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		AUTO_BUF text = {0};

		setenv("STUB", i ? "3" : "0", 1);
		assert_says(i ? 3 : 0, "building the image",
		    (const char *[]){"--kind", kinds[i], "--base", base, "--out", out, NULL});
		assert_nothing_stays(&before, true);
		shell("[ \"$(cat \"$1/o/results.json\")\" = whole ] && rm -r \"$1/o\"");
		ck_assert(!data_read(flags, 65536, &text, NULL));
		ck_assert_msg(
		    strstr(text.s, has[i]) && !strstr(text.s, not [i]), "%s: %s", kinds[i], text.s);
	}
	/* A command of the user's, word by word, in the image's folder. */
	setenv("STUB", "0", 1);
	assert_says(0, "",
	    (const char *[]){"--base", base, "--out", out, "--", "sh", "-c", "a b; c", NULL});
	shell(
	    "tail -n 4 \"$1/flags\" | cmp - <(printf 'localhost/steadybridge\\nsh\\n-c\\na b; c\\n')");
	remove_all();
}

CTEST("container", CTEST_PLAY, NULL, a_signal_ends_it_and_nothing_stays)
{
	static const struct {
		const char *stub;
		int signal, times;
	} tries[] = {{"waits", SIGINT, 1}, {"waits", SIGTERM, 1}, {"waits", SIGHUP, 1},
	    {"deaf", SIGTERM, 2}};
	AUTO_BUF before = {0};

	begin_with_stub(&before);
	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		pid_t pid = start(tries[i].stub);

		for (int n = 0; n < tries[i].times; n++) {
			kill(pid, tries[i].signal);
			poll(NULL, 0, 200);
		}
		ck_assert_int_eq(
		    proc_wait(pid, clock_now_ns() + PATIENCE_NS), 128 + tries[i].signal);
		assert_nothing_stays(&before, true);
		/* What was there is carried back; with the first signal it could still be written.
		 */
		ck_assert(is_there("o/results.json"));
		ck_assert_int_eq(is_there("o/results.tap"), tries[i].times == 1);
		shell("rm -r \"$1/o\" \"$1/begun\"");
	}
	remove_all();
}

/* podman says 0 when it is told to end. */
CTEST("container", CTEST_PLAY, NULL, a_signal_while_the_image_is_built_ends_it_there)
{
	AUTO_BUF before = {0};

	begin_with_stub(&before);
	pid_t pid = start("slow");

	kill(pid, SIGTERM);
	ck_assert_int_eq(proc_wait(pid, clock_now_ns() + PATIENCE_NS), 128 + SIGTERM);
	assert_nothing_stays(&before, true);
	ck_assert_msg(!is_there("flags"), "the image was run all the same");
	remove_all();
}

/* Even so: its processes and mounts are in namespaces that the kernel takes away. */
CTEST("container", CTEST_PLAY, NULL, a_kill_leaves_no_process_and_no_mount)
{
	AUTO_BUF before = {0};

	begin_with_stub(&before);
	pid_t pid = start("deaf");

	kill(pid, SIGKILL);
	ck_assert_int_eq(proc_wait(pid, clock_now_ns() + PATIENCE_NS), 128 + SIGKILL);
	assert_nothing_stays(&before, false);
	remove_all();
}

/* The shell fragments of the templates for GitHub and GitLab are shell, and name files that are
 * there. */
CTEST("container", CTEST_PURE, READER_YAML, templates_are_yaml_and_their_steps_are_shell)
{
	AUTO_BUF said = {0};
	AUTO_FREE char *program = data_path("harness/test/kit/templates.py");
	int status = reader_run((const char *[]){"/usr/bin/python3", program, NULL}, NULL, &said);

	ck_assert_msg(status == 0 && !strncmp(said.s, "28 steps", 8), "%s", said.s);
}
