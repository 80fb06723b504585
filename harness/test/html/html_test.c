/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html_test.c: index.html, its pictures, and what they are drawn from, over synthetic traces. */
#include "test/kit/ctest.h"

#include <libxml/xpath.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/rand.h"
#include "base/units.h"
#include "html/html.h"
#include "html/svg.h"
#include "report/state.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"
#include "test/kit/damage.h"
#include "test/kit/markup.h"

/* A run with its page. */
struct drawn {
	struct bench *b;
	struct buf page;
	xmlDoc *doc;
};

static struct drawn *drawn_new(void)
{
	struct drawn *d = mem_alloc(sizeof(*d));

	*d = (struct drawn){.b = bench_new()};
	d->b->run.out_dir = "out";
	return d;
}

static struct trace *drawn_add(struct drawn *d, void (*make)(struct trace *))
{
	return bench_add(d->b, make, 0);
}

static void draw_page(struct drawn *d)
{
	for (size_t i = 0; i < d->b->run.n_plays; i++)
		if (!d->b->items[i].judgement.why)
			judge_play(&d->b->items[i]);
	bench_judge_run(d->b);
	report_html(&d->b->run, &d->page);
	d->doc = markup_parse(&d->page);
}

static void drawn_drop(struct drawn **d)
{
	bench_free((*d)->b);
	buf_free(&(*d)->page);
	xmlFreeDoc((*d)->doc);
	free(*d);
}
#define AUTO_DRAWN __attribute__((cleanup(drawn_drop))) struct drawn

/* How many nodes of the page an XPath finds. */
#define ASSERT_COUNT(d, n, ...) ck_assert_uint_eq(markup_count((d)->doc, __VA_ARGS__), n)

/* The answers to what was sent in [20, 25) s are late. */
static void late(struct trace *t)
{
	build_held_arm(t);
	EACH_EVENT (ev, t, EV_ANSWER)
		if (ev->t_ns > 20 * NS_PER_S && ev->t_ns < 25 * NS_PER_S)
			ev->t_ns += 3 * NS_PER_S;
	trace_sort(t);
}

static void meta_only(struct trace *t)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
}

static void cut_in_outage(struct trace *t)
{
	build_broken_control(t);
	build_cut(t, 20001);
}

static void cut_in_warmup(struct trace *t)
{
	build_broken_control(t);
	build_cut(t, -1000);
}

PURE_TEST("html", a_mark_for_each_attempt)
{
	static void (*const makers[])(struct trace *) = {build_broken_control, build_held_arm,
	    build_failed_arm, late, meta_only, cut_in_outage, cut_in_warmup};

	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		AUTO_DRAWN *d = drawn_new();
		size_t all[2];

		drawn_add(d, build_broken_control);
		bench_set(&drawn_add(d, makers[i])->meta.name, "lowest-port-leaves/other");
		draw_page(d);
		for (int k = 0; k < 2; k++)
			all[k] = d->b->items[k].judgement.total.sent;
		bool control = d->b->traces[1].meta.breaks != CAUSE_NONE;
		ASSERT_COUNT(d, all[0], "//*[@id='c1']//*[@class='play']//*[@class='dot']");
		ASSERT_COUNT(d, 2 - control, "//*[@id='c2']//*[@class='play']");
		ASSERT_COUNT(d, all[1], "//*[@id='c2']//*[@class='play'][last()]//*[@class='dot']");
		ASSERT_COUNT(d,
		    d->b->items[1].judgement.total.lost - d->b->items[1].judgement.total.late +
		        (control ? 0 : d->b->items[0].judgement.total.lost),
		    "//*[@id='c2']//*[@class='x']/*[@class='dot']");
		ASSERT_COUNT(d, d->b->items[1].judgement.total.late,
		    "//*[@id='c2']//*[@class='l']/*[@class='dot']");
	}
}

PURE_TEST("html", pictures_have_words_and_tables)
{
	AUTO_DRAWN *d = drawn_new();

	drawn_add(d, build_broken_control);
	drawn_add(d, build_failed_arm);
	draw_page(d);
	ASSERT_COUNT(d, 5, "//svg"); /* three plots, two cases */
	ASSERT_COUNT(d, 5, "//svg[@role='img'][title][desc]");
	ASSERT_COUNT(d, 5, "//figure[.//svg][details//table]");
	ASSERT_COUNT(d, 1, "/html[@lang='en']/head/title[string-length()>5]");
	ASSERT_COUNT(d, 1, "//h1");
	ASSERT_COUNT(d, 1, "//h1[contains(.,'FAIL')][contains(.,'1 failed')]");
	/* no level is left out on the way down */
	ASSERT_COUNT(d, 0, "//h2[not(preceding::h1)]");
	ASSERT_COUNT(d, 0, "//h3[not(preceding::h2)]");
	ASSERT_COUNT(d, 0, "//h4[not(preceding::h3)]");
	ASSERT_COUNT(d, 1, "//meta[@name='viewport']");
	/* the unexpected comes first and is open */
	ASSERT_COUNT(d, 1, "//details[@id='c2'][@open]/following::*[@id='c1']");
	ASSERT_COUNT(d, 0, "//details[@id='c1'][@open]");
	ASSERT_COUNT(d, 2, "//*[@id='c2']//*[@class='cause'][contains(.,'stale-gateway')]");
	ASSERT_COUNT(d, 1,
	    "//table[@class='arms']//a[@href='#c2'][contains("
	    ".,'0 of 1 held, FAILED')]");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void assert_ids_differ(xmlDoc *doc)
{
	xmlXPathContext *context = xmlXPathNewContext(doc);
	xmlXPathObject *o = xmlXPathEvalExpression((const xmlChar *)"//@id", context);
	size_t n = (size_t)xmlXPathNodeSetGetLength(o->nodesetval);
	char **ids = calloc(n + 1, sizeof(*ids));

	for (size_t i = 0; i < n; i++)
		ids[i] = (char *)xmlNodeGetContent(o->nodesetval->nodeTab[i]);
	if (n)
		qsort(ids, n, sizeof(*ids), by_text);
	for (size_t i = 1; i < n; i++)
		ck_assert_str_ne(ids[i - 1], ids[i]);
	for (size_t i = 0; i < n; i++)
		xmlFree(ids[i]);
	free(ids);
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(context);
}

static void assert_whole(const struct drawn *d)
{
	static const char *const never[] = {"http:", "https:", "<script", " src=", "url(",
	    "@import", "<link", " style=", "javascript:"};

	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		ASSERT_LACKS(d->page.s, never[i]);
	ASSERT_COUNT(d, 0, "//@*[starts-with(name(), 'on')]");
	assert_ids_differ(d->doc);
	ASSERT_COUNT(d, 0, "//a[starts-with(@href, '#')][not(substring(@href, 2) = //@id)]");
	ASSERT_COUNT(d, 0,
	    "//a[not(starts-with(@href, '#'))][not(starts-with("
	    "@href, 'cases/'))]");
	ASSERT_COUNT(d, 0, "//svg[not(@aria-labelledby = concat(title/@id, ' ', desc/@id))]");
}

PURE_TEST("html", the_page_needs_nothing_else)
{
	AUTO_DRAWN *d = drawn_new();

	drawn_add(d, build_broken_control);
	drawn_add(d, build_failed_arm);
	bench_set(&drawn_add(d, late)->meta.name, "lowest-port-leaves/late");
	drawn_add(d, build_broken_control)->meta.play.repeat = 1;
	d->b->run.repeat = 2;
	draw_page(d);
	assert_whole(d);
}

PURE_TEST("html", no_play)
{
	AUTO_DRAWN *d = drawn_new();
	const struct skipped skipped = {"a/b", "no tun", "modprobe tun"};

	d->b->run.skipped = (struct skipped *)&skipped;
	d->b->run.n_skipped = 1;
	draw_page(d);
	assert_whole(d);
	ASSERT_HAS(d->page.s, "NOTHING PLAYED");
	ASSERT_COUNT(d, 1, "//tr[td='no tun'][td='modprobe tun']");
}

PURE_TEST("html", a_play_without_its_control)
{
	AUTO_DRAWN *d = drawn_new();

	drawn_add(d, build_held_arm);
	draw_page(d);
	assert_whole(d);
	ASSERT_COUNT(d, 1, "//*[@id='c1']//*[@class='play']");
	ASSERT_HAS(d->page.s, "its control was not played");
}

static const char hostile[] = "<script>alert(1)</script>\"'&amp;]]>\x01\x1b[31m\x7f\xff\xc0\x80"
                              "\xed\xa0\x80\xef\xbf\xbf\xe2\x80\xae\xf4\x90\x80\x80\xc3";

PURE_TEST("html", no_text_becomes_markup)
{
	AUTO_DRAWN *d = drawn_new();
	struct trace *t = drawn_add(d, build_failed_arm);
	const struct skipped skipped = {hostile, hostile, hostile};
	char *captures[] = {(char *)hostile, "capture-c1.pcap"};

	char **const texts[] = {&t->meta.scenario, &t->meta.arm, &t->meta.name, &t->meta.group,
	    &t->meta.slug, &t->meta.summary, &t->meta.kernel};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		bench_set(texts[i], hostile);
	memcpy(t->meta.clients[0].name, "<b>\x01\xff&c1", 9);
	memcpy(t->meta.streams[0].name, "<i>\"'\xe2\x80", 8);
	EACH_EVENT (ev, t, EV_LINK)
		if (ev->u.link.ifindex == PORT_LOWEST)
			memcpy(ev->u.link.name, "<u>\x1b&lo", 8);
	judge_play(&d->b->items[0]);
	bench_set(&d->b->items[0].judgement.why, hostile);
	bench_set(&d->b->items[0].judgement.so, hostile);
	d->b->items[0].captures = captures;
	d->b->items[0].n_captures = 2;
	d->b->run.skipped = (struct skipped *)&skipped;
	d->b->run.n_skipped = 1;
	d->b->run.version = d->b->run.kernel = d->b->run.instrument_text = d->b->run.out_dir =
	    hostile;
	draw_page(d);
	assert_whole(d);
	ASSERT_COUNT(d, 0, "//script|//b|//i|//u");
	ck_assert_uint_gt(
	    markup_count(d->doc, "//h3[starts-with(., '<script>alert(1)</script>\"')]"), 0);
	ASSERT_COUNT(d, 1, "//a[contains(@href, '/capture-c1.pcap')][. = 'capture-c1.pcap']");
	ASSERT_COUNT(d, 0,
	    "//a[contains(@href, '%%3Cscript%%3E')][contains(@href, "
	    "'<') or contains(@href, ' ')]");
	for (const char *s = d->page.s; *s; s++)
		ck_assert(*s == '\n' || ((unsigned char)*s >= 0x20 && *s != 0x7f));
	ASSERT_LACKS(d->page.s, "\xe2\x80\xae"); /* right-to-left override */
	d->b->items[0].captures = NULL;
	d->b->items[0].n_captures = 0;
}

PURE_TEST("html", whatever_happened_the_page_is_whole)
{
	static void (*const makers[])(struct trace *) = {
	    build_broken_control, build_held_arm, build_failed_arm, late};
	uint64_t state = rand_seed(1, "page");

	for (int i = 0; i < 60; i++) {
		AUTO_DRAWN *d = drawn_new();
		AUTO_BUF svg = {0}, text = {0};

		for (int k = 0; k < 2; k++)
			damage_trace(drawn_add(d, makers[rand_next(&state) % 4]), &state);
		draw_page(d);
		assert_whole(d);
		svg_file(d->b->plays[1], &svg);
		xmlFreeDoc(markup_parse(&svg));
		state_file(&d->b->items[0], &text);
	}
}

/* n lookups of c1, some lost, at whatever rate fills a minute. */
static void many_lookups(struct trace *t, int64_t n)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
	build_begin(t, MAC_PINNED, 3);
	build_lowest_leaves(t, true);
	for (int64_t i = 0; i < n; i++) {
		struct event *ev = build(t, 60000 * i / n, EV_SENT, WHERE_CLIENT);

		ev->u.sent.seq = (uint32_t)(1000 + i);
		if (i % 7 == 0)
			continue;
		ev = build(t, 60000 * i / n + 1, EV_ANSWER, WHERE_CLIENT);
		ev->u.answer.seq = (uint32_t)(1000 + i);
	}
	build_end(t, 60000);
}

/* 100 cases of 10,000 attempts, all with the same trace. */
PURE_TEST("html", a_page_of_a_million_attempts_stays_small)
{
	enum { CASES = 100 };
	struct trace *traces = calloc(CASES, sizeof(*traces));
	struct judged *items = calloc(CASES, sizeof(*items)),
	              **plays = calloc(CASES, sizeof(*plays));
	AUTO_DRAWN *d = drawn_new();
	struct trace *one = drawn_add(d, build_held_arm);

	trace_free(one);
	many_lookups(one, 10000);
	judge_play(&d->b->items[0]);
	ck_assert_uint_eq(d->b->items[0].judgement.total.sent, 10000);
	for (int i = 0; i < CASES; i++) {
		traces[i] = *one;
		traces[i].meta.name = mem_printf("many/case-%d", i);
		items[i] = d->b->items[0];
		items[i].trace = &traces[i];
		plays[i] = &items[i];
	}
	d->b->run.plays = plays;
	d->b->run.n_plays = CASES;
	plays_free(&d->b->counted);
	plays_make(&d->b->run, &d->b->counted);
	report_html(&d->b->run, &d->page);
	d->doc = markup_parse(&d->page);
	ck_assert_uint_lt(d->page.len, 14 << 20);
	ASSERT_COUNT(d, CASES, "//details[@class='case']");
	ASSERT_COUNT(d, 0, "//*[@class='dot']");
	ASSERT_HAS(d->page.s, "10,000 lookups are too many to draw one by one");
	ck_assert_uint_eq(
	    markup_count(d->doc, "//figcaption[contains(., '10,000 lookups are too many')]") +
	        markup_count(d->doc, "//p[contains(., 'Left out to keep')]"),
	    CASES);
	for (int i = 0; i < CASES; i++)
		free(traces[i].meta.name);
	free(traces);
	free(items);
	free(plays);
	d->b->run.n_plays = 1;
}

PURE_TEST("html", a_timeline_alone)
{
	AUTO_DRAWN *d = drawn_new();
	AUTO_BUF svg = {0};
	const char *at;

	drawn_add(d, build_broken_control);
	drawn_add(d, build_failed_arm);
	draw_page(d);
	svg_file(d->b->plays[1], &svg);
	xmlDoc *doc = markup_parse(&svg);
	ck_assert_uint_eq(markup_count(doc, "//*[@class='dot']"),
	    d->b->items[0].judgement.total.sent + d->b->items[1].judgement.total.sent);
	at = strstr(svg.s, "http");
	ck_assert_ptr_nonnull(at);
	ck_assert(!strncmp(at, "http://www.w3.org/2000/svg\"", 27));
	ASSERT_LACKS(at + 1, "http");
	ASSERT_HAS(svg.s, "<style>");
	xmlFreeDoc(doc);
}
