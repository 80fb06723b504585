/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch_test.c: tests of the lanes as text. */
#include "test/kit/ctest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/units.h"
#include "cli/screen.h"
#include "report/watch.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"

static void (*const builds[])(struct trace *) = {
    build_broken_control, build_held_arm, build_failed_arm, build_quiet_control};

#define N_BUILDS ARRAY_SIZE(builds)

static struct buf draw(const struct trace *t, int columns, bool color, bool utf8)
{
	struct watch_style style = {.columns = columns, .color = color, .utf8 = utf8};
	struct judged p = {.trace = t};
	struct buf out = {0};

	judge_play(&p);
	watch_draw(&p, &style, &out);
	watch_legend(&style, &out);
	judged_free(&p);
	return out;
}

/* Without escape sequences; returns the columns of the widest line. */
static size_t strip(struct buf *b)
{
	size_t n = 0, column = 0, widest = 0;

	for (size_t i = 0; i < b->len; i++) {
		if (b->s[i] == '\033') {
			i += strcspn(b->s + i, "m");
			continue;
		}
		b->s[n++] = b->s[i];
		column = b->s[i] == '\n' ? 0 : column + ((b->s[i] & 0xc0) != 0x80);
		widest = column > widest ? column : widest;
	}
	b->s[n] = '\0';
	b->len = n;
	return widest;
}

/* The line that begins with this label, without it; caller frees. */
static char *lane(const struct buf *b, const char *label)
{
	const char *at = b->s;

	while (at && strncmp(at, label, strlen(label))) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	ck_assert_msg(at != NULL, "no lane '%s' in:\n%s", label, b->s);
	at += strlen(label);
	at += strspn(at, " ");
	return strndup(at, strcspn(at, "\n"));
}

static size_t count(const char *s, char c)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == c;
	return n;
}

PURE_TEST("watch", a_control_and_a_fail_as_they_are_drawn)
{
	AUTO_BUF all = {0};

	for (size_t i = 0; i < N_BUILDS; i++) {
		AUTO_TRACE t = {0};

		builds[i](&t);
		AUTO_BUF b = draw(&t, 80, false, i == 2);
		buf_puts(&all, b.s);
		buf_puts(&all, "\n");
	}
	bench_golden("watch.txt", &all);
}

PURE_TEST("watch", no_line_is_wider_than_the_terminal)
{
	static const int widths[] = {20, 40, 80, 200};

	for (size_t i = 0; i < N_BUILDS * 4; i++) {
		AUTO_TRACE t = {0};
		int width = widths[i % 4];

		builds[i / 4](&t);
		for (int how = 0; how < 4; how++) {
			AUTO_BUF b = draw(&t, width, how & 1, how & 2);
			size_t widest = strip(&b);

			ck_assert_msg(
			    widest <= (size_t)width, "%zu of %d columns:\n%s", widest, width, b.s);
			/* ... and what there is, is used: ports stay to the end. */
			ck_assert_uint_ge(widest, (size_t)width - 1);
		}
	}
}

PURE_TEST("watch", colours_are_only_colours)
{
	AUTO_TRACE t = {0};

	build_broken_control(&t);
	AUTO_BUF plain = draw(&t, 80, false, true), color = draw(&t, 80, true, true);
	ck_assert_ptr_null(strchr(plain.s, '\033'));
	ck_assert_ptr_nonnull(strchr(color.s, '\033'));
	strip(&color);
	ck_assert_str_eq(plain.s, color.s);
}

PURE_TEST("watch", without_utf8_all_is_ascii)
{
	AUTO_TRACE t = {0};

	build_failed_arm(&t);
	AUTO_BUF b = draw(&t, 80, true, false);
	for (size_t i = 0; i < b.len; i++)
		ck_assert_int_eq(b.s[i] & 0x80, 0);
}

/* A case under way, at `ms`; caller frees. */
static struct buf draw_at(void (*make)(struct trace *), int64_t ms, int columns)
{
	AUTO_TRACE t = {0};

	make(&t);
	build_cut(&t, ms);
	return draw(&t, columns, false, false);
}

PURE_TEST("watch", a_case_under_way_is_drawn_up_to_now)
{
	AUTO_BUF b = draw_at(build_broken_control, 14999, 132);
	AUTO_FREE char *marks = lane(&b, "c1/ipv4/udp"), *outage = lane(&b, " outage");
	AUTO_FREE char *mac = lane(&b, "br0 MAC");

	/* 120 columns are 60 s: 15 s less the second that is not over. */
	ck_assert_msg(strlen(marks) >= 26 && strlen(marks) <= 30, "'%s'", marks);
	ck_assert_uint_ge(count(marks, '.'), 9);
	ck_assert_uint_ge(count(marks, 'x'), 15);
	ASSERT_HAS(outage, "stale-gateway at least");
	ASSERT_HAS(b.s, "14.8 of 60 s");
	ck_assert_msg(strlen(mac) <= 31, "'%s'", mac);
}

/* There is an axis then, and no mark, even when there was no event at all. */
PURE_TEST("watch", before_its_start_a_case_has_no_marks)
{
	for (int i = 0; i < 2; i++) {
		AUTO_BUF b = draw_at(build_held_arm, i ? -501 : -100000, 80);
		AUTO_FREE char *marks = lane(&b, "c1/ipv4/udp");

		ASSERT_HAS(b.s, i ? "c1/ipv4/udp" : "seconds");
		ASSERT_HAS(b.s, "before t=0");
		ck_assert_str_eq(marks, "");
	}
}

PURE_TEST("watch", one_lost_attempt_is_seen_at_any_width)
{
	static const int widths[] = {20, 40, 80, 200};

	for (size_t i = 0; i < ARRAY_SIZE(widths); i++) {
		AUTO_TRACE t = {0};
		char label[8] = "c1/ip";

		build_lossy_arm(&t, 20000, 20200, LAST_SEEN_BRIDGE, MAC_PINNED);
		AUTO_BUF b = draw(&t, widths[i], false, false);
		AUTO_FREE char *marks = lane(&b, label);

		ck_assert_msg(count(marks, 'x') == 1, "width %d: '%s'", widths[i], marks);
	}
}

PURE_TEST("watch", a_stale_entry_is_marked_without_colours_too)
{
	AUTO_TRACE stale = {0}, good = {0};

	build_broken_control(&stale);
	build_held_arm(&good);
	AUTO_BUF a = draw(&stale, 200, false, false), b = draw(&good, 200, false, false);
	AUTO_FREE char *entry = lane(&a, "c1 entry"), *other = lane(&b, "c1 entry");
	ck_assert_uint_gt(count(entry, '~'), 20);
	ck_assert_uint_eq(count(other, '~'), 0);
}

/* Sixty ports are eight lanes. */
PURE_TEST("watch", many_ports_share_a_lane)
{
	AUTO_TRACE t = {0};
	size_t lines = 0;

	build_meta(&t, "inherited", CAUSE_NONE);
	build_begin(&t, MAC_PINNED, 3);
	for (int i = 0; i < 60; i++) {
		char name[NAME_MAX_LEN];

		snprintf(name, sizeof(name), "pod-%d", i);
		build_port(&t, 1000 + 10 * i, name, 100 + i,
		    mac_from_number(0x020000100000 + (uint64_t)i));
	}
	build_traffic(&t, 0, 60000, LAST_SEEN_ANSWERED, MAC_PINNED);
	build_end(&t, 60000);
	AUTO_BUF b = draw(&t, 80, false, false);
	ASSERT_HAS(b.s, " more");
	lines = count(b.s, '\n');
	ck_assert_uint_lt(lines, 20);
}

PURE_TEST("watch", a_case_is_watched_beside_its_controls)
{
	struct scenario_case control = {.group = "g/1", .breaks = CAUSE_STALE_GATEWAY},
	                     other = {.group = "g/2", .breaks = CAUSE_STALE_GATEWAY},
	                     arm = {.group = "g/1"}, sister = {.group = "g/1"};

	ck_assert(screen_wants(&arm, &arm));
	ck_assert(screen_wants(&arm, &control));
	ck_assert(!screen_wants(&arm, &other));
	ck_assert(!screen_wants(&arm, &sister));
	ck_assert(screen_wants(&control, &control));
	ck_assert(!screen_wants(&control, &arm));
}
