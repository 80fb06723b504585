/* SPDX-License-Identifier: GPL-2.0-or-later */
/* instrument_test.c: the instrument check sees a cut, and tells a blind eye from a slow machine.
 */
#include "test/kit/ctest.h"

#include <string.h>

#include "run/instrument.h"
#include "test/kit/builder.h"

/* A pinned bridge whose client's port is disabled in [10 s, 12 s); what is lost is the test's
 * choice. */
static enum instrument_finding finding(
    int64_t lost_from, int64_t lost_to, int64_t edge_ms, char *text, size_t size)
{
	struct trace t;
	struct judged p = {.trace = &t};

	build_lossy_arm(&t, lost_from, lost_to, LAST_SEEN_PORT, MAC_PINNED);
	build_churn(&t, 10000 - edge_ms, OP_FAULT, "block-port", false);
	build_churn(&t, 10001, OP_FAULT, "block-port", true);
	build_port_state(&t, 10001, "c1", PORT_C1, 0);
	build_churn(&t, 11990, OP_FAULT, "block-port", false);
	build_churn(&t, 11991, OP_FAULT, "block-port", true);
	build_port_state(&t, 11991, "c1", PORT_C1, 3);
	trace_sort(&t);
	judge_play(&p);
	enum instrument_finding found = instrument_saw(&p, text, size);
	judged_free(&p);
	trace_free(&t);
	return found;
}

PURE_TEST("instrument", a_cut_that_is_seen)
{
	char text[256];

	ck_assert_msg(finding(10250, 12000, 1, text, sizeof(text)) == INSTRUMENT_SEES, "%s", text);
	ASSERT_HAS(text, "was detected; nothing lost without it");
}

PURE_TEST("instrument", a_cut_that_is_not_seen)
{
	char text[256];

	/* Attempts inside the cut were answered, as if the prober had counted what it should not.
	 */
	ck_assert_int_eq(finding(11000, 11250, 1, text, sizeof(text)), INSTRUMENT_BLIND);
	/* The outage goes on although the cut has ended. */
	ck_assert_int_eq(finding(10250, 14000, 1, text, sizeof(text)), INSTRUMENT_BLIND);
}

PURE_TEST("instrument", a_cut_that_was_not_sharp)
{
	char text[256];

	ck_assert_int_eq(finding(10250, 12000, 400, text, sizeof(text)), INSTRUMENT_STARVED);
	ASSERT_HAS(text, "too slow");
	/* sent before the cut, and caught by it: within its timeout, and never before */
	ck_assert_int_eq(finding(9750, 12000, 1, text, sizeof(text)), INSTRUMENT_STARVED);
	ASSERT_HAS(text, "a lookup sent 249 ms before the port was blocked");
	ck_assert_int_eq(finding(8750, 12000, 1, text, sizeof(text)), INSTRUMENT_BLIND);
}

PURE_TEST("instrument", a_cut_that_was_not_made)
{
	char text[256];
	AUTO_TRACE t = {0};
	AUTO_JUDGED p = {.trace = &t};

	build_held_arm(&t);
	trace_sort(&t);
	judge_play(&p);
	ck_assert_int_eq(instrument_saw(&p, text, sizeof(text)), INSTRUMENT_STARVED);
}
