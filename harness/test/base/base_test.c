/* SPDX-License-Identifier: GPL-2.0-or-later */
/* base_test.c: tests of the base room. */
#include "test/kit/ctest.h"

#include <errno.h>

#include "base/clock.h"
#include "base/mac.h"
#include "base/units.h"

PURE_TEST("base", mac_reads_and_writes)
{
	struct mac m;
	char text[MAC_TEXT];

	ck_assert_int_eq(mac_parse("fe:00:5E:00:53:01", &m), 0);
	ck_assert_str_eq(mac_text(m, text), "fe:00:5e:00:53:01");
	ck_assert(mac_cmp(m, mac_from_number(mac_number(m))) == 0);
	ck_assert_int_eq(mac_parse("fe:00:5e:00:53", &m), -EINVAL);
	ck_assert_int_eq(mac_parse("fe:00:5e:00:53:0g", &m), -EINVAL);
	ck_assert_int_eq(mac_parse("fe-00-5e-00-53-01", &m), -EINVAL);
}

PURE_TEST("base", mac_order_is_that_of_memcmp)
{
	struct mac low, high;

	ck_assert_int_eq(mac_parse("02:ff:ff:ff:ff:ff", &low), 0);
	ck_assert_int_eq(mac_parse("fe:00:00:00:00:00", &high), 0);
	ck_assert_int_lt(mac_cmp(low, high), 0);
	ck_assert(mac_is_unicast(low));
	ck_assert(!mac_is_unicast(mac_from_number(0)));
	ck_assert(!mac_is_unicast(mac_from_number(0x010000000001)));
	ck_assert(mac_is_broadcast(mac_from_number(0xffffffffffff)));
}

PURE_TEST("base", durations_read)
{
	int64_t ns;

	ck_assert_int_eq(duration_parse("250ms", &ns), 0);
	ck_assert_int_eq(ns, 250 * NS_PER_MS);
	ck_assert_int_eq(duration_parse("1.5s", &ns), 0);
	ck_assert_int_eq(ns, 1500 * NS_PER_MS);
	ck_assert_int_eq(duration_parse("2m", &ns), 0);
	ck_assert_int_eq(ns, 120 * NS_PER_S);
	ck_assert_int_eq(duration_parse("5", &ns), -EINVAL);
	ck_assert_int_eq(duration_parse("s", &ns), -EINVAL);
	ck_assert_int_eq(duration_parse("-1s", &ns), -EINVAL);
	ck_assert_int_eq(duration_parse("1.s", &ns), -EINVAL);
	ck_assert_int_eq(duration_parse("1 s", &ns), -EINVAL);
	ck_assert_int_eq(duration_parse("0.0000000001s", &ns), -EINVAL);
	ck_assert_int_eq(duration_parse("99999999999999999999h", &ns), -ERANGE);
	ck_assert_int_eq(duration_parse("9999999999999h", &ns), -ERANGE);
}

PURE_TEST("base", durations_write)
{
	char text[DURATION_TEXT];

	ck_assert_str_eq(duration_text(250 * NS_PER_MS, text), "250ms");
	ck_assert_str_eq(duration_text(1500 * NS_PER_MS, text), "1.5s");
	ck_assert_str_eq(duration_text(60 * NS_PER_S, text), "60s");
	ck_assert_str_eq(duration_text(-2 * NS_PER_S, text), "-2s");
	ck_assert_str_eq(duration_text(100 * NS_PER_US, text), "100us");
}

PURE_TEST("base", moments_are_written_and_recognized)
{
	char text[CLOCK_UTC_TEXT];

	/* the example of RFC 3339, section 5.8: 1985-04-12T23:20:50Z */
	ck_assert_str_eq(clock_utc(482196050 * NS_PER_S + 999, text), "1985-04-12T23:20:50Z");
	ck_assert(utc_is(text, true));
	ck_assert(utc_is("1985-04-12", false));
	ck_assert(utc_is("1985-04-12T23:2", false));
	ck_assert(!utc_is("1985-04-12", true));
	ck_assert(!utc_is("1985-04-1", false));
	ck_assert(!utc_is("1985-04-12 23:20:50Z", false));
	ck_assert(!utc_is("1985-04-12T23:20:50Z+", true));
}
