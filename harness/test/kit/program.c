/* program.c: the steadybridge command as a test calls it. */
#include "test/kit/program.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/units.h"
#include "test/kit/ctest.h"
#include "base/data.h"

#define RUN_NS (300 * NS_PER_S) /* a hang ends in a failure */

struct program_result program_run(const char *const argv[])
{
	struct program_result r = {0};
	struct err e = {{0}};
	char chunk[65536];
	ssize_t len;

	int fd = memfd_create("out", MFD_CLOEXEC);
	pid_t pid =
	    proc_start(argv, &(struct proc_options){.netns = -1, .in_fd = -1, .out_fd = fd}, &e);
	if (pid == -ENOENT && !strchr(argv[0], '/'))
		ctest_skip(argv[0], mem_printf("apt-get install %s", argv[0]));
	ck_assert_msg(pid > 0, "%s", e.text);
	r.status = proc_wait(pid, clock_now_ns() + RUN_NS);
	lseek(fd, 0, SEEK_SET);
	buf_puts(&r.text, "");
	while ((len = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(&r.text, chunk, (size_t)len);
	close(fd);
	return r;
}

struct program_result program_steadybridge(const char *const args[])
{
	const char *argv[32] = {0};
	char *program = data_path(SB_BUILD "/steadybridge");

	argv[0] = program;
	for (size_t n = 0; args[n]; n++)
		argv[n + 1] = args[n];
	struct program_result r = program_run(argv);
	free(program);
	return r;
}

char *program_scratch(const char *name)
{
	return mem_printf("/tmp/sb-command-%d-%s", getpid(), name);
}

void program_drop(char *dir)
{
	struct err e = {{0}};

	ck_assert_int_eq(proc_run((const char *[]){"rm", "-rf", "--one-file-system", dir, NULL},
	                     clock_now_ns() + 60 * NS_PER_S, &e),
	    0);
	free(dir);
}
