/* SPDX-License-Identifier: GPL-2.0-or-later */
/* refused_test.c: tests of scenario files that are refused, and of what errors and warnings say. */
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "test/kit/builder.h"
#include "test/kit/scenarios.h"

PURE_TEST("scenario", bad_files_are_refused_where_they_are_wrong)
{
	unsigned files;

	scenario_folder_is_refused("harness/test/data/bad", true, &files);
	ck_assert_uint_ge(files, 100);
}

PURE_TEST("scenario", errors_show_line_caret_and_remedy)
{
	static const char text[] =
	    YAML_HEAD YAML_CHURN YAML_LOOKUPS "duraton: 60s\n" YAML_DURATION YAML_ARMS;
	AUTO_FREE char *messages = scenario_errors("dir/x.yaml", text, strlen(text), NULL);

	ck_assert_str_eq(messages,
	    "dir/x.yaml:5:1: error: unknown key 'duraton': did you mean 'duration'?\n"
	    "  duraton: 60s\n"
	    "  ^\n"
	    "  expected: summary, references, clients, bridge, querier, upstream, churn, events, "
	    "lookups, sysctl, firewall, firewall-backend, warmup, duration, limits, max-pace, "
	    "exposures, matrix, arms, known, subject, udevd\n");
}

#define TEXT(s) s, sizeof(s) - 1

PURE_TEST("scenario", errors_say_what_is_wrong_and_where)
{
	static const struct {
		const char *text;
		size_t len;
		const char *error;
	} rows[] = {
	    /* carets are below characters, not bytes */
	    {TEXT("summary: {\xc3\xa4\xc3\xb6: 1, x: }\n"),
	        "x.yaml:1:10: error: summary must not be a map\n"
	        "  summary: {\xc3\xa4\xc3\xb6: 1, x: }\n"
	        "           ^\n"},
	    {TEXT("a: \x1b[31m\n"), "U+001B\n  a: ?[31m\n     ^\n"},
	    /* an error that is found in several cases is shown once */
	    {TEXT(YAML_HEAD YAML_CHURN "lookups: {every: 250}\n" YAML_DURATION YAML_ARMS
	                               "matrix: {churn.low.leaves-by: [delete, release]}\n"),
	        "'250' has no unit"},
	    /* a value that the matrix always replaces is checked */
	    {TEXT(YAML_HEAD
	         "churn: {low: {joins: before, leaves: at 5s, leaves-by: hook}}\n" YAML_REST
	         "matrix: {churn.low.leaves-by: [delete]}\n"),
	        "leaves-by cannot be 'hook'"},
	    {TEXT("summary: \xff\n"), "x.yaml:1:10: error: byte 0xff is not UTF-8"},
	    {TEXT("a: \xed\xa0\x80\n"), "byte 0xed is not UTF-8"},
	    {TEXT("a: \xc0\xaf\n"), "byte 0xc0 is not UTF-8"},
	    {TEXT("a: b\0c\n"), "x.yaml:1:5: error: control character U+0000"},
	    {TEXT("a: 1\n%\xff\n"), "x.yaml:2:1: error: a line starts with '%'"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *messages =
		    scenario_errors("x.yaml", rows[i].text, rows[i].len, NULL);

		ck_assert_msg(ctest_count(messages, rows[i].error) == 1, "not once '%s' in '%s'",
		    rows[i].error, messages);
	}
}

PURE_TEST("scenario", long_lines_and_names_are_cut)
{
	AUTO_BUF text = {0};

	for (int i = 0; i < 20000; i++)
		buf_puts(&text, "k\xc3\xa4");
	buf_puts(&text, ": 1");
	AUTO_FREE char *messages = scenario_errors("x.yaml", text.s, text.len, NULL);
	ck_assert_uint_lt(strlen(messages), 2000);
	ASSERT_HAS(messages, "x.yaml:1:");
}

/* The messages of a file that is read all the same; caller frees. */
static char *warnings(const char *text)
{
	struct scenario *s = NULL;
	struct buf messages = {0};

	buf_puts(&messages, "");
	ck_assert_msg(
	    !scenario_parse("x.yaml", text, strlen(text), NULL, &s, &messages), "%s", messages.s);
	scenario_free(s);
	return messages.s;
}

#define AT(joins, leaves) "churn: {low: {joins: " joins ", leaves: " leaves "}}\n"

PURE_TEST("scenario", warnings_do_not_fail_a_file)
{
	static const struct {
		const char *text, *warning;
	} texts[] = {
	    {YAML_HEAD AT("before", "at 5125ms") YAML_REST,
	        "x.yaml:3:38: warning: port 'low' leaves at the time of a lookup of c1, whose "
	        "answer may heal the client\n"
	        "  churn: {low: {joins: before, leaves: at 5125ms}}\n"
	        "                                       ^\n"
	        "  expected: another time: these lookups come at 125ms and every 250ms from then on\n"},
	    {YAML_HEAD AT("at 5125ms", "after 2s") YAML_REST
	        "matrix: {churn.low.leaves-by: [delete, release]}\n",
	        "x.yaml:3:22: warning: port 'low' joins at the time of a lookup of c1, whose "
	        "answer may heal the client\n"
	        "  churn: {low: {joins: at 5125ms, leaves: after 2s}}\n"
	        "                       ^\n"
	        "  expected: another time: these lookups come at 125ms and every 250ms from then on\n"
	        "x.yaml:3:41: warning: port 'low' leaves at the time of a lookup of c1, whose "
	        "answer may heal the client\n"
	        "  churn: {low: {joins: at 5125ms, leaves: after 2s}}\n"
	        "                                          ^\n"
	        "  expected: another time: these lookups come at 125ms and every 250ms from then on\n"},
	    {YAML_HEAD AT("before", "at 5s") YAML_REST, ""},
	    {YAML_HEAD AT("before", "at 5127ms") YAML_REST, ""},
	    {YAML_HEAD AT(
	         "before", "at 5125ms") "lookups: {pause: 250ms}\n" YAML_DURATION YAML_ARMS,
	        ""},
	    {YAML_HEAD AT("every 5125ms", "after 2s") YAML_REST, ""},
	};
	char *messages;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		messages = warnings(texts[i].text);
		ck_assert_str_eq(messages, texts[i].warning);
		free(messages);
	}
	/* a file with an error has no warnings */
	messages = scenario_errors("x.yaml",
	    TEXT(YAML_HEAD AT("before", "at 5125ms") YAML_LOOKUPS "duration: 60\n" YAML_ARMS),
	    NULL);
	ASSERT_LACKS(messages, "warning");
	free(messages);
}
