/* SPDX-License-Identifier: GPL-2.0-or-later */
/* machine_pace_test.c: tests of the pace that a machine's clock and processor time allow. */
#include "run/machine_pace.h"

#include "base/macros.h"
#include "base/units.h"
#include "test/kit/ctest.h"

#define US NS_PER_US
#define MS NS_PER_MS

PURE_TEST("machine_pace", a_coarse_clock_and_a_quota_lower_the_pace)
{
	static const struct {
		int64_t grain_ns;
		struct processors_quota quota;
		double most;
		int64_t real_ns;
		const char *why;
	} rows[] = {
	    {1 * MS, {0, 0}, 20, 1 * MS, "clock steps of 1 ms"},
	    {4 * MS, {0, 0}, 5, 4 * MS, "clock steps of 4 ms"},
	    {4 * MS - 21, {0, 0}, 5, 4 * MS - 21, "clock steps of 4 ms"},
	    {10 * MS, {0, 0}, 2, 10 * MS, "clock steps of 10 ms"},
	    {40 * MS, {0, 0}, 1, 40 * MS, "clock steps of 40 ms"},
	    {1 * US, {2, 0}, 20000, 1 * US, "clock steps of 0.001 ms"},
	    {1 * US, {0.5, 50 * MS}, 5, 50 * MS, "0.5 processors: pauses of 50 ms"},
	    {1 * US, {0.5, 5 * MS}, 50, 5 * MS, "0.5 processors: pauses of 5 ms"},
	    {1 * US, {0.5, 500 * MS}, 1, 500 * MS, "0.5 processors: pauses of 500 ms"},
	    /* the stricter one */
	    {10 * MS, {0.5, 50 * MS}, 2, 10 * MS, "clock steps of 10 ms"},
	    {1 * MS, {0.25, 75 * MS}, 3.3, 75 * MS, "0.25 processors: pauses of 75 ms"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine_pace m;

		machine_pace_of(rows[i].grain_ns, &rows[i].quota, &m);
		ck_assert_str_eq(m.why, rows[i].why);
		ck_assert_msg(m.most == rows[i].most && m.real_ns == rows[i].real_ns,
		    "%s: pace %g, %.3f ms", m.why, m.most, (double)m.real_ns / MS);
	}
}

PURE_TEST("machine_pace", only_a_default_is_lowered)
{
	static const struct machine_pace m = {.most = 5, .why = "clock steps of 4 ms"};
	static const struct {
		struct seed_pace asked;
		struct scenario s;
		double pace;
		bool told;
	} rows[] = {
	    {{.pace = 20}, {0}, 5, true}, {{.pace = 4}, {0}, 4, false},
	    {{.pace = 20, .pace_given = true}, {0}, 20, false},
	    {{.pace = 20}, {.pace = 15}, 15, false}, /* of a case.yaml */
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct seed_pace asked = rows[i].asked;

		machine_pace_limit(&m, &asked);
		struct seed_pace with = seed_pace_in_force(&asked, &rows[i].s);
		ck_assert_msg(
		    with.pace == rows[i].pace && !with.pace_why != rows[i].told, "row %zu", i);
	}
}

/* Any value, as most of the kernel's own tests take it; a stricter limit stays. */
PURE_TEST("machine_pace", a_machine_may_be_declared_slow)
{
	static const struct {
		double most;
		const char *value;
		double then;
	} rows[] = {{20, NULL, 20}, {20, "", 20}, {20, "yes", 5}, {20, "1", 5}, {2, "yes", 2}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct machine_pace m = {.most = rows[i].most, .why = "clock steps of 10 ms"};
		bool lowered = machine_pace_slow(&m, rows[i].value);

		ck_assert_msg(m.most == rows[i].then, "row %zu", i);
		ck_assert(lowered == (m.most < rows[i].most));
		ck_assert_str_eq(m.why, lowered ? "KSFT_MACHINE_SLOW" : "clock steps of 10 ms");
	}
}

PURE_TEST("machine_pace", a_retry_has_half_the_pace)
{
	static const struct {
		double before, first, second;
	} rows[] = {{20, 10, 5}, {100, 10, 5}, {6.25, 3.125, 1.5625}, {5, 2.5, 1.25}, {2, 1, 1},
	    {1, 1, 1}, {1.5, 1, 1}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		double first = machine_pace_of_retry(rows[i].before, 1);

		ck_assert_msg(first == rows[i].first, "%g: %g", rows[i].before, first);
		ck_assert_msg(machine_pace_of_retry(first, 2) == rows[i].second, "%g, then %g",
		    rows[i].before, first);
	}
}
