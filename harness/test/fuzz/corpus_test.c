/* SPDX-License-Identifier: GPL-2.0-or-later */
/* corpus_test.c: every file of harness/test/data/corpus/ through its fuzz target, without a fuzzer.
 *
 * The targets end the process when a property does not hold; the test then names the file. */
#include "test/kit/ctest.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"
#include "base/macros.h"
#include "test/fuzz/fuzz.h"

#define INPUT_MAX (64 << 10) /* bytes of a file */
#define INPUTS_MIN 8         /* of a target, or its corpus is lost */

int fuzz_answer(const uint8_t *data, size_t size);
int fuzz_netlink(const uint8_t *data, size_t size);
int fuzz_packet(const uint8_t *data, size_t size);
int fuzz_packet_buffer(const uint8_t *data, size_t size);
int fuzz_results(const uint8_t *data, size_t size);
int fuzz_scenario(const uint8_t *data, size_t size);
int fuzz_trace(const uint8_t *data, size_t size);

static const struct target {
	const char *name;
	int (*run)(const uint8_t *data, size_t size);
} targets[] = {
    {"answer", fuzz_answer},
    {"netlink", fuzz_netlink},
    {"packet", fuzz_packet},
    {"packet_buffer", fuzz_packet_buffer},
    {"results", fuzz_results},
    {"scenario", fuzz_scenario},
    {"trace", fuzz_trace},
};
#define N_TARGETS ARRAY_SIZE(targets)

static char reading[512]; /* the path of the file */

static void tell_input(int signal_no)
{
	const char *const parts[] = {"while reading ", reading, "\n"};

	for (size_t i = 0; i < 3; i++)
		if (write(STDERR_FILENO, parts[i], strlen(parts[i])) < 0)
			break;
	raise(signal_no); /* the default by now */
}

static void run_file(const struct target *t, const char *path)
{
	struct buf text = {0};
	struct err e = {{0}};

	snprintf(reading, sizeof(reading), "%s", path);
	ck_assert_msg(!data_read(path, INPUT_MAX, &text, &e), "%s", e.text);
	ck_assert_int_eq(t->run((const uint8_t *)text.s, text.len), 0);
	buf_free(&text);
}

static unsigned run_folder(const struct target *t)
{
	char *below = mem_printf("harness/test/data/corpus/%s", t->name),
	     *folder = data_path(below);
	DIR *d = opendir(folder);
	struct dirent *entry;
	unsigned n = 0;

	ck_assert_msg(d != NULL, "%s cannot be read", folder);
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		char *path = mem_printf("%s/%s", folder, entry->d_name);
		run_file(t, path);
		free(path);
		n++;
	}
	closedir(d);
	free(folder);
	free(below);
	return n;
}

static void run_target(const char *name)
{
	const struct sigaction once = {.sa_handler = tell_input, .sa_flags = (int)SA_RESETHAND};
	struct sigaction was;
	const struct target *t = targets;

	while (strcmp(t->name, name) != 0)
		t++;
	sigaction(SIGABRT, &once, &was);
	/* also an empty input, which no corpus may hold */
	ck_assert_int_eq(t->run((const uint8_t *)"", 0), 0);
	ck_assert_uint_ge(run_folder(t), INPUTS_MIN);
	sigaction(SIGABRT, &was, NULL);
}

#define CORPUS(target)                                                                             \
	PURE_TEST("corpus", target##_corpus_holds)                                                 \
	{                                                                                          \
		run_target(#target);                                                               \
	}

CORPUS(answer)
CORPUS(netlink)
CORPUS(packet)
CORPUS(packet_buffer)
CORPUS(results)
CORPUS(scenario)
CORPUS(trace)

/* Each target is also a test. */
PURE_TEST("corpus", every_target_is_here)
{
	char *folder = data_path("harness/test/fuzz");
	DIR *d = opendir(folder);
	struct dirent *entry;
	size_t n = 0;

	ck_assert_ptr_nonnull(d);
	while ((entry = readdir(d)))
		n += !strncmp(entry->d_name, "fuzz_", 5) && strstr(entry->d_name, ".c");
	closedir(d);
	free(folder);
	ck_assert_uint_eq(n, N_TARGETS);
}
