/* SPDX-License-Identifier: GPL-2.0-or-later */
/* program.h: runs a program for a test, on a host that may lack something, and compares the host
 * before and after. */
#ifndef SB_PROGRAM_H
#define SB_PROGRAM_H

#include <check.h>
#include <string.h>
#include <sys/types.h>

#include "base/macros.h"
#include "base/mem.h"
#include "base/units.h"
#include "test/kit/ctest.h"

#define PROGRAM_LIMIT_NS                                                                           \
	(300 * NS_PER_S)                  /* a hang ends in a failure; nothing is measured by it   \
	                                   */
#define PROGRAM_SETTLE_NS (60 * NS_PER_S) /* the kernel takes namespaces down in its own time */

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Calls that fail, for build/refuse.so. */
struct program_refusal {
	const char *calls;  /* "malloc,calloc" */
	unsigned long k, n; /* the first that fails, and how many; n is 0: all from there on */
	int error;
	unsigned long refused; /* out: how many failed */
};

struct program_options {
	const char *const *args; /* of steadybridge, or what follows argv */
	const char *const *argv; /* another program, found by PATH, and arguments */
	const char *script;      /* or one of sh, in which $SB is steadybridge */
	const char *const *env;  /* "NAME=VALUE", beside the test's own */
	const char *input;       /* comes through a pipe; NULL: /dev/null */
	const char *preload;     /* a library of build/: "clock_steps.so" */
	const char *lacks_cap;   /* a capability: "sys_admin" */
	unsigned uid;            /* as this user, without groups and capabilities; 0: the test's */
	struct program_refusal *refusal;
	bool host_as_before; /* asserts it, and that each file below /mnt/out is complete */
	int in_fd, out_fd;   /* for program_start(); 0: /dev/null */
};

struct program_result {
	int status;
	struct buf text; /* what it wrote, both streams */
};

/* Starts a program; where it does not exist the test is skipped. */
pid_t program_start(const struct program_options *o);
/* The same, to its end. */
struct program_result program_run(const struct program_options *o);
/* Runs steadybridge with these arguments; any program; a script. */
#define run(...) program_run(&(struct program_options){.args = ARGS(__VA_ARGS__)})
#define run_program(...) program_run(&(struct program_options){.argv = ARGS(__VA_ARGS__)})
#define run_script(s) program_run(&(struct program_options){.script = (s)})
/* A script on the test's own host (program_own_host()), which is afterwards as it was before. */
#define run_on_host(s) program_run(&(struct program_options){.script = (s), .host_as_before = true})

/* How often a word is in a text. */
size_t program_count(const char *text, const char *word);

/* The status and words in what was written; frees it. */
#define ASSERT_PROGRAM(r, want, words)                                                             \
	do {                                                                                       \
		ck_assert_msg((r).status == (want), "status %d, expected %d: %.3000s", (r).status, \
		    (want), (r).text.s);                                                           \
		ck_assert_msg(program_count((r).text.s, (words)) > 0, "no '%s' in: %.3000s",       \
		    (words), (r).text.s);                                                          \
		buf_free(&(r).text);                                                               \
	} while (0)

/* A run of steadybridge, and what is expected of it. */
struct program_row {
	const char *args[14], *input; /* as in struct program_options */
	const char *script;           /* instead of args: runs as by run_on_host() */
	int status;
	const char *says[12]; /* each is somewhere in its output */
	size_t times;         /* how often the first of them is; 0: at least once */
	const char *hides[2]; /* neither is */
	const char *prints;   /* the whole output */
};

void program_assert_rows(const struct program_row *rows, size_t n);
#define ASSERT_ROWS(rows) program_assert_rows((rows), ARRAY_SIZE(rows))
/* The same for one row, or several in a row. */
#define ASSERT_RUNS(...) ASSERT_ROWS(((const struct program_row[]){__VA_ARGS__}))

/* The same for a script: its status and what it says. */
#define ASSERT_ON_HOST(code, want, ...)                                                            \
	ASSERT_RUNS({.script = (code), .status = (want), .says = {__VA_ARGS__}})

/* A path below /tmp that no other test uses; caller frees, or drops. */
char *program_scratch(const char *name);
/* Is there a file of this name below a folder? */
bool program_has_file(const char *dir, const char *name);
/* Removes a folder below /tmp whose name begins with sb-. */
void program_remove(const char *dir);
/* The same, and frees its name. */
void program_drop(char *dir);

/* First of all in a sandboxed test: /tmp, /run and /mnt of its own, so that a mount over a program
 * or a folder is nobody else's; /mnt/out does not exist. In scripts QUICK is words that play the
 * cases of one scenario within a second, with reports in /mnt/out. Skips the test where such mounts
 * are not allowed. */
void program_own_host(void);
/* Appends what a run could leave something in: other processes of the caller's pid namespace (as
 * its /proc shows), their network namespaces, links, rules (by iptables-save of both kinds), routes
 * and their rules, sysctls, mounts and addresses of the caller's namespaces; after
 * program_own_host() also each path below /tmp, /run and /dev/shm. Lines are sorted where the
 * kernel gives no order. */
void program_host(struct buf *out);
/* Reads it again until it is as before; else fails the test and says which line differs. */
void program_assert_host(const struct buf *before, const char *what);
/* Asserts that each file below a folder is complete: none is empty or ends in the middle of a line,
 * JSON is JSON, XML is XML, and no unknown one is left. How many there are. */
int program_whole_files(const char *dir);

#endif
