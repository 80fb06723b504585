/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kselftest_test.c: tests of ci/kselftest, as the kernel's selftests and netdev's CI take it. */
#include <stdlib.h>
#include <string.h>

#include "test/kit/program.h"

#define SCRIPT "$STEADYBRIDGE_DATA/ci/kselftest/steadybridge.sh"

/* The name of an option without its '_': netdev's CI sorts by that (linux-netdev/nipa,
 * tests/patch/check_selftest/validate_config_format.py). */
static void sort_key(const char *line, char key[64])
{
	size_t n = 0;

	for (; *line && *line != '=' && n < 63; line++)
		if (*line != '_')
			key[n++] = *line;
	key[n] = '\0';
}

/* And is part of ci/vm.config: one list of what a kernel needs. */
PURE_TEST("kselftest", the_config_is_sorted_and_is_part_of_the_guests)
{
	AUTO_FREE char *config = ctest_file("ci/kselftest/config", NULL);
	AUTO_FREE char *vm = ctest_file("ci/vm.config", NULL);
	char before[64] = "", key[64];
	unsigned n = 0;

	for (char *line = strtok(config, "\n"); line; line = strtok(NULL, "\n"), n++) {
		AUTO_FREE char *whole = mem_printf("\n%s\n", line);

		sort_key(line, key);
		ck_assert_msg(strcmp(before, key) < 0, "%s is out of order", line);
		ck_assert_msg(strstr(vm, whole), "ci/vm.config has no %s", line);
		strcpy(before, key);
	}
	ck_assert_uint_gt(n, 20);
}

/* runner.sh of the kernel's selftests takes each line of `settings` for FIELD=VALUE; without
 * timeout= it ends a test after 45 s. */
PURE_TEST("kselftest", the_settings_give_it_time)
{
	AUTO_FREE char *settings = ctest_file("ci/kselftest/settings", NULL);
	AUTO_FREE char *makefile = ctest_file("ci/kselftest/Makefile", NULL);
	char *end;

	ck_assert_msg(!strncmp(settings, "timeout=", 8), "%s", settings);
	ck_assert_int_gt(strtol(settings + 8, &end, 10), 45);
	ck_assert_str_eq(end, "\n");
	ASSERT_HAS(makefile, "\nTEST_PROGS := steadybridge.sh\n");
}

CTEST("kselftest", CTEST_PLAY, NULL, the_script_skips_plays_and_fails)
{
	program_own_host();
	ASSERT_ON_HOST("unset STEADYBRIDGE; PATH=/usr/bin:/bin " SCRIPT, 4,
	    "TAP version 13\n1..0 # SKIP steadybridge is not there: install");
	ASSERT_ON_HOST("STEADYBRIDGE=/nowhere " SCRIPT, 4, "1..0 # SKIP /nowhere is not there");
	ASSERT_ON_HOST("STEADYBRIDGE=$SB " SCRIPT
	               " $QUICK; s=$?; rmdir /tmp/steadybridge.*; exit $s",
	    0, "\n# Totals: pass:4 fail:0 ");
	/* reports in a folder of its own */
	ASSERT_ON_HOST("STEADYBRIDGE=$SB " SCRIPT " lowest-port-leaves --quick --filter "
	               "'*,leaves-by=release' --set bridge.pin=never; s=$?; "
	               "ls /tmp/steadybridge.*/results.tap; rm -r /tmp/steadybridge.*; exit $s",
	    1, "\nnot ok ", "\n# report  /tmp/steadybridge.", "/results.tap\n");
}
