/* SPDX-License-Identifier: GPL-2.0-or-later */
/* junit_test.c: tests of junit.xml: its grammar, its mapping, and text that XML refuses. */
#include "test/report/formats_test.h"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"

#if LIBXML_VERSION >= 21200
typedef const xmlError *complaint_t;
#else
typedef xmlErrorPtr complaint_t;
#endif

/* A test shows the first complaint; libxml2's own text is discarded. */
static void on_error(void *arg, complaint_t e)
{
	char *said = arg;

	if (!*said)
		snprintf(said, 256, "line %d: %.200s", e->line, e->message);
}

/* NULL when the text is valid, else what is wrong (static). */
static const char *complaint(const char *text, size_t len)
{
	static char said[256];
	size_t size;
	char *xsd = ctest_file("harness/test/data/schema/junit.xsd", &size);

	said[0] = '\0';
	xmlSetStructuredErrorFunc(said, on_error);
	xmlSchemaParserCtxtPtr parser = xmlSchemaNewMemParserCtxt(xsd, (int)size);
	xmlSchemaPtr schema = xmlSchemaParse(parser);
	ck_assert_msg(schema != NULL, "junit.xsd: %s", said);
	xmlDocPtr doc = xmlReadMemory(text, (int)len, "junit.xml", NULL, XML_PARSE_NONET);
	int r = -1;
	if (doc) {
		xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(schema);

		xmlSchemaSetValidStructuredErrors(valid, on_error, said);
		r = xmlSchemaValidateDoc(valid, doc);
		xmlSchemaFreeValidCtxt(valid);
		xmlFreeDoc(doc);
	}
	if (r && !said[0])
		snprintf(said, sizeof(said), "no XML");
	xmlSchemaFree(schema);
	xmlSchemaFreeParserCtxt(parser);
	xmlSetStructuredErrorFunc(NULL, NULL);
	free(xsd);
	return r ? said : NULL;
}

void junit_assert_valid(const char *text, size_t len)
{
	const char *why = complaint(text, len);

	ck_assert_msg(!why, "junit.xml: %s", why);
}

/* junit.xml, which is valid. */
static const char *written(struct bench *b)
{
	const char *text = bench_report(b, report_junit);

	junit_assert_valid(text, strlen(text));
	return text;
}

PURE_TEST("junit", junit_of_a_run_with_the_unexpected)
{
	AUTO_BENCH *b = bench_new();

	bench_bad_run(b);
	b->run.color = true; /* never in XML */
	const char *out = written(b);
	bench_golden("report-bad.xml", &b->report);
	ASSERT_HAS(
	    out, "<testsuites name=\"steadybridge\" tests=\"9\" failures=\"1\" errors=\"2\"");
	ck_assert_uint_eq(ctest_count(out, "<testsuite "), 5);
	ck_assert_uint_eq(ctest_count(out, "<testcase "), 9);
	ck_assert_uint_eq(ctest_count(out, "<failure "), 1);
	ck_assert_uint_eq(ctest_count(out, "<error "), 2);
	ck_assert_uint_eq(ctest_count(out, "<skipped "), 3);
	ASSERT_HAS(out, "<failure type=\"stale-gateway\" message=\"lost 123 of 241 in 1 outage");
	ASSERT_HAS(out, "<skipped type=\"known\" message=\"known to fail: kernel &lt; 6.2\">");
	ASSERT_HAS(out, "<skipped type=\"skip\" message=\"no br_netfilter in this kernel\">"
	                "remedy: modprobe br_netfilter</skipped>");
	/* its two plays: 62 s at pace 1 and at pace 10 */
	ASSERT_HAS(out, "classname=\"steadybridge.original-report\" time=\"68.200\"");
	ASSERT_HAS(out, "\nbefore: invalid at pace 1 (the player was late by 900 ms");
}

PURE_TEST("junit", junit_of_a_run_where_all_is_well)
{
	AUTO_BENCH *b = bench_new();

	bench_good_run(b);
	const char *out = written(b);
	ASSERT_HAS(out, " tests=\"5\" failures=\"0\" errors=\"0\" time=\"15.800\">");
	ASSERT_LACKS(out, "system-out"); /* nothing was left to play again */
	ASSERT_HAS(out, "<property name=\"seed\" value=\"7f3a\"/>");
	ASSERT_HAS(out, "<property name=\"kernel\" value=\"6.18.44\"/>");
}

PURE_TEST("junit", junit_of_a_run_that_must_run)
{
	AUTO_BENCH *b = bench_new();

	bench_bad_run(b);
	b->run.must_run = true;
	const char *out = written(b);
	ASSERT_HAS(out, " tests=\"9\" failures=\"3\" errors=\"2\"");
	ASSERT_HAS(out, "<failure type=\"skip\" message=\"/dev/net/tun cannot be opened\"");
}

PURE_TEST("junit", junit_of_nothing)
{
	AUTO_BENCH *b = bench_new();

	const char *out = written(b);
	ASSERT_HAS(out, " tests=\"0\" failures=\"0\" errors=\"0\"");
}

PURE_TEST("junit", junit_tells_repeats_apart)
{
	AUTO_BENCH *b = bench_new();

	bench_add(b, build_broken_control, 0);
	bench_add(b, build_broken_control, 0)->meta.play.repeat = 1;
	bench_add(b, bench_starved, 0)->meta.play.repeat = 1;
	bench_add(b, build_held_arm, 1)->meta.play.repeat = 1;
	bench_judge(b);
	const char *out = written(b); /* names are unique, says the schema */
	ASSERT_HAS(out, " name=\"lowest-port-leaves/inherited,leaves-by=delete repeat=2\"");
	ck_assert_uint_eq(ctest_count(out, "<testcase "), 3);
}

PURE_TEST("junit", junit_of_a_blind_instrument_is_an_error)
{
	AUTO_BENCH *b = bench_new();

	bench_good_run(b);
	b->run.instrument_ok = false;
	const char *out = written(b);
	ASSERT_HAS(out, " tests=\"6\" failures=\"0\" errors=\"1\"");
	ASSERT_HAS(out, "<testcase name=\"instrument\" classname=\"steadybridge.instrument\"");
}

/* Every byte, and every character that XML 1.0 or UTF-8 refuses, comes through as valid XML. */
PURE_TEST("junit", junit_takes_any_text)
{
	static const struct {
		const char *is, *becomes;
	} texts[] = {
	    {"a\033[31mb", "a?[31mb"},
	    {"a\001\b\t\177z", "a????z"},
	    {"<&>\"'", "&lt;&amp;&gt;&quot;'"},
	    {"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x8c\x89", "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x8c\x89"},
	    {"a\nb", "a b"},
	    {"x\xff\xfe", "x??"},
	    {"x\xc1\x81", "x??"},           /* overlong */
	    {"x\xe0\x80\x81", "x???"},      /* overlong */
	    {"x\xed\xa0\x80", "x???"},      /* half of a pair */
	    {"x\xef\xbf\xbf", "x?"},        /* U+FFFF */
	    {"x\xef\xbf\xbe", "x?"},        /* U+FFFE */
	    {"x\xf4\x90\x80\x80", "x????"}, /* beyond the last one */
	    {"x\xc3", "x?"},                /* cut off */
	    {"x\xf0\x9f\x8c", "x???"},
	    {"]]>", "]]&gt;"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		AUTO_BENCH *b = bench_new();
		struct trace *t = bench_add(b, build_failed_arm, 0);
		AUTO_FREE char *want = mem_printf(" name=\"%s\" classname=", texts[i].becomes);

		bench_set(&t->meta.name, texts[i].is);
		bench_judge(b);
		free(b->items[0].judgement.so);
		b->items[0].judgement.so = mem_printf("so %s", texts[i].is);
		const char *out = written(b);
		ASSERT_HAS(out, want);
	}
	for (unsigned a = 1; a < 256; a++) {
		AUTO_BENCH *b = bench_new();
		char name[] = {'x', (char)a, (char)a, 'y', (char)a, '\0'};

		b->run.skipped = &(struct skipped){name, name, name};
		b->run.n_skipped = 1;
		b->run.kernel = name;
		written(b);
	}
}

/* The schema refuses what is wrong. */
PURE_TEST("junit", junit_schema_can_fail)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
	    {"<testcase ", "<testkase "},
	    {" classname=", " class="},
	    {" classname=\"steadybridge.", " classname=\"steady.bridge."},
	    {" failures=\"1\"", " failures=\"one\""},
	    {" errors=\"2\"", ""},
	    {" time=\"", " time=\"about "},
	    {"<failure ", "<failure extra=\"1\" "},
	    {"<properties>", "<system-out/><properties>"},
	    {" repeat=2", ""}, /* two of one name */
	    {"</testsuites>", ""},
	};
	AUTO_BENCH *b = bench_new();

	bench_add(b, build_broken_control, 0)->meta.play.repeat = 1;
	bench_bad_run(b);
	const char *out = written(b);
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		AUTO_FREE char *bad = ctest_changed(out, changes[i].from, changes[i].to);

		ck_assert_msg(complaint(bad, strlen(bad)) != NULL, "'%s' for '%s' is valid",
		    changes[i].to, changes[i].from);
	}
}
