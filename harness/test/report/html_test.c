/* html_test.c: index.html, its pictures, and what they are drawn from, over synthetic traces. */
#include "test/kit/ctest.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "base/rand.h"
#include "base/units.h"
#include "report/html.h"
#include "report/state.h"
#include "report/svg.h"
#include "test/kit/bench.h"
#include "test/kit/builder.h"

/* A run with its page. */
struct desk {
	struct bench *b;
	struct buf page;
	xmlDoc *doc;
};

static struct desk *desk_new(void)
{
	struct desk *d = mem_alloc(sizeof(*d));

	*d = (struct desk){.b = bench_new()};
	d->b->run.out_dir = "out";
	return d;
}

static struct trace *desk_add(struct desk *d, void (*make)(struct trace *))
{
	return bench_add(d->b, make, 0);
}

static xmlDoc *parse(const struct buf *text)
{
	xmlDoc *doc = xmlReadMemory(text->s, (int)text->len, "page", NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
	const xmlError *e = xmlGetLastError();

	ck_assert_msg(
	    doc != NULL, "not well-formed: line %d: %s", e ? e->line : 0, e ? e->message : "?");
	return doc;
}

static void desk_draw(struct desk *d)
{
	for (size_t i = 0; i < d->b->run.n_plays; i++)
		if (!d->b->items[i].judgement.why)
			judge_play(&d->b->items[i]);
	bench_judge_run(d->b);
	report_html(&d->b->run, &d->page);
	d->doc = parse(&d->page);
}

static void desk_free(struct desk *d)
{
	bench_free(d->b);
	buf_free(&d->page);
	xmlFreeDoc(d->doc);
	free(d);
}

/* What the expression says: a number (nodes are counted). */
static size_t count_in(xmlDoc *doc, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static size_t count_in(xmlDoc *doc, const char *fmt, ...)
{
	struct buf path = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&path, fmt, ap);
	va_end(ap);
	xmlXPathContext *context = xmlXPathNewContext(doc);
	xmlXPathObject *o = xmlXPathEvalExpression((const xmlChar *)path.s, context);
	ck_assert_msg(o != NULL, "%s", path.s);
	size_t n = o->type == XPATH_NODESET ? (size_t)xmlXPathNodeSetGetLength(o->nodesetval)
	                                    : (size_t)o->floatval;
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(context);
	buf_free(&path);
	return n;
}

/* How many nodes of the page an XPath finds. */
#define ASSERT_COUNT(d, n, ...) ck_assert_uint_eq(count_in((d)->doc, __VA_ARGS__), n)

static void late(struct trace *t)
{
	build_held_arm(t);
	for (size_t i = 0; i < t->n; i++) /* those sent in [20, 25) s */
		if (t->events[i].type == EV_ANSWER && t->events[i].t_ns > 20 * NS_PER_S &&
		    t->events[i].t_ns < 25 * NS_PER_S)
			t->events[i].t_ns += 3 * NS_PER_S;
	trace_sort(t);
}

static void meta_only(struct trace *t)
{
	build_meta(t, "pinned-at-create", CAUSE_NONE);
}

/* As a killed play leaves it: what came by then. */
static void cut(struct trace *t, int64_t after_ns)
{
	size_t n = 0;

	while (n < t->n && t->events[n].t_ns <= after_ns)
		n++;
	t->n = n;
	trace_sort(t);
}

static void cut_in_outage(struct trace *t)
{
	build_broken_control(t);
	cut(t, 20 * NS_PER_S + NS_PER_MS);
}

static void cut_in_warmup(struct trace *t)
{
	build_broken_control(t);
	cut(t, -NS_PER_S);
}

START_TEST(a_mark_for_each_attempt)
{
	static void (*const makers[])(struct trace *) = {build_broken_control, build_held_arm,
	    build_failed_arm, late, meta_only, cut_in_outage, cut_in_warmup};

	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		struct desk *d = desk_new();
		size_t all[2];

		desk_add(d, build_broken_control);
		free(desk_add(d, makers[i])->meta.name);
		d->b->traces[1].meta.name = mem_strdup("lowest-port-leaves/other");
		desk_draw(d);
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
		desk_free(d);
	}
}
END_TEST

START_TEST(pictures_have_words_and_tables)
{
	struct desk *d = desk_new();

	desk_add(d, build_broken_control);
	desk_add(d, build_failed_arm);
	desk_draw(d);
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
	desk_free(d);
}
END_TEST

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

static void assert_whole(const struct desk *d)
{
	static const char *const never[] = {"http:", "https:", "<script", " src=", "url(",
	    "@import", "<link", " style=", "javascript:"};

	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		ck_assert_msg(!strstr(d->page.s, never[i]), "'%s'", never[i]);
	ASSERT_COUNT(d, 0, "//@*[starts-with(name(), 'on')]");
	assert_ids_differ(d->doc);
	ASSERT_COUNT(d, 0, "//a[starts-with(@href, '#')][not(substring(@href, 2) = //@id)]");
	ASSERT_COUNT(d, 0,
	    "//a[not(starts-with(@href, '#'))][not(starts-with("
	    "@href, 'cases/'))]");
	ASSERT_COUNT(d, 0, "//svg[not(@aria-labelledby = concat(title/@id, ' ', desc/@id))]");
}

START_TEST(the_page_needs_nothing_else)
{
	struct desk *d = desk_new();

	desk_add(d, build_broken_control);
	desk_add(d, build_failed_arm);
	free(desk_add(d, late)->meta.name);
	d->b->traces[2].meta.name = mem_strdup("lowest-port-leaves/late");
	desk_add(d, build_broken_control)->meta.play.repeat = 1;
	d->b->run.repeat = 2;
	desk_draw(d);
	assert_whole(d);
	desk_free(d);
}
END_TEST

START_TEST(few_plays_or_none)
{
	struct desk *d = desk_new();
	const struct skipped skipped = {"a/b", "no tun", "modprobe tun"};

	d->b->run.skipped = (struct skipped *)&skipped;
	d->b->run.n_skipped = 1;
	desk_draw(d);
	assert_whole(d);
	ASSERT_HAS(d->page.s, "NOTHING PLAYED");
	ASSERT_COUNT(d, 1, "//tr[td='no tun'][td='modprobe tun']");
	desk_free(d);

	d = desk_new();
	desk_add(d, build_held_arm);
	desk_draw(d);
	assert_whole(d);
	ASSERT_COUNT(d, 1, "//*[@id='c1']//*[@class='play']");
	ASSERT_HAS(d->page.s, "its control was not played");
	desk_free(d);
}
END_TEST

static const char hostile[] = "<script>alert(1)</script>\"'&amp;]]>\x01\x1b[31m\x7f\xff\xc0\x80"
                              "\xed\xa0\x80\xef\xbf\xbf\xe2\x80\xae\xf4\x90\x80\x80\xc3";

static void replace(char **s)
{
	free(*s);
	*s = mem_strdup(hostile);
}

START_TEST(no_text_becomes_markup)
{
	struct desk *d = desk_new();
	struct trace *t = desk_add(d, build_failed_arm);
	const struct skipped skipped = {hostile, hostile, hostile};
	char *captures[] = {(char *)hostile, "capture-c1.pcap"};

	replace(&t->meta.scenario);
	replace(&t->meta.arm);
	replace(&t->meta.name);
	replace(&t->meta.group);
	replace(&t->meta.slug);
	replace(&t->meta.summary);
	replace(&t->meta.kernel);
	memcpy(t->meta.clients[0].name, "<b>\x01\xff&c1", 9);
	memcpy(t->meta.streams[0].name, "<i>\"'\xe2\x80", 8);
	for (size_t i = 0; i < t->n; i++)
		if (t->events[i].type == EV_LINK && t->events[i].u.link.ifindex == PORT_LOWEST)
			memcpy(t->events[i].u.link.name, "<u>\x1b&lo", 8);
	judge_play(&d->b->items[0]);
	replace(&d->b->items[0].judgement.why);
	replace(&d->b->items[0].judgement.so);
	d->b->items[0].captures = captures;
	d->b->items[0].n_captures = 2;
	d->b->run.skipped = (struct skipped *)&skipped;
	d->b->run.n_skipped = 1;
	d->b->run.version = d->b->run.kernel = d->b->run.instrument_text = d->b->run.out_dir =
	    hostile;
	desk_draw(d);
	assert_whole(d);
	ASSERT_COUNT(d, 0, "//script|//b|//i|//u");
	ck_assert_uint_gt(
	    count_in(d->doc, "//h3[starts-with(., '<script>alert(1)</script>\"')]"), 0);
	ASSERT_COUNT(d, 1, "//a[contains(@href, '/capture-c1.pcap')][. = 'capture-c1.pcap']");
	ASSERT_COUNT(d, 0,
	    "//a[contains(@href, '%%3Cscript%%3E')][contains(@href, "
	    "'<') or contains(@href, ' ')]");
	for (const char *s = d->page.s; *s; s++)
		ck_assert(*s == '\n' || ((unsigned char)*s >= 0x20 && *s != 0x7f));
	ck_assert_ptr_null(strstr(d->page.s, "\xe2\x80\xae")); /* right-to-left override */
	d->b->items[0].captures = NULL;
	d->b->items[0].n_captures = 0;
	desk_free(d);
}
END_TEST

START_TEST(text_is_escaped_by_character)
{
	static const struct {
		const char *in, *out;
	} texts[] = {
	    {"plain", "plain"},
	    {"<>&\"'", "&lt;&gt;&amp;&quot;&#39;"},
	    {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
	    {"a\tb\nc\rd", "a?b\nc?d"},
	    {"\xc0\xaf", "??"},                 /* too long a form */
	    {"\xe0\x80\xaf", "???"},            /* the same */
	    {"\xed\xa0\x80", "???"},            /* surrogate */
	    {"\xef\xbf\xbe\xef\xbf\xbf", "??"}, /* no characters */
	    {"\xf4\x90\x80\x80x", "????x"},     /* beyond the last one */
	    {"\xe2\x82", "??"},                 /* cut off */
	    {"\xc2\x85\xe2\x80\xae\xe2\x81\xa6", "???"},
	    {"\xff\xfe\x80", "???"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		AUTO_BUF out = {0};

		html_text(&out, texts[i].in);
		ck_assert_msg(!strcmp(out.s, texts[i].out), "text %zu: '%s'", i, out.s);
	}
}
END_TEST

/* A trace as a broken program might write it, but within what trace_from_json() lets pass. */
static void mutate(struct trace *t, uint64_t *state)
{
	size_t changes = 1 + rand_next(state) % 200;

	for (size_t i = 0; i < changes && t->n; i++) {
		struct event *ev = &t->events[rand_next(state) % t->n];
		struct event *other = &t->events[rand_next(state) % t->n];
		int64_t any = (int64_t)(rand_next(state) % (140 * NS_PER_S)) - 70 * NS_PER_S;

		switch (rand_next(state) % 8) {
		case 0:
			ev->t_ns = any;
			break;
		case 1:
			ev->t_ns = rand_next(state) % 2 ? INT64_C(1) << 60 : -(INT64_C(1) << 60);
			break;
		case 2:
			*ev = *other;
			break;
		case 3:
			ev->type = EV_COUNT;
			break;
		case 4:
			ev->where = (uint8_t)rand_next(state);
			break;
		case 5:
			if (ev->type == EV_LINK) {
				ev->u.link.mac = mac_from_number(rand_next(state) >> 16);
				ev->u.link.ifindex = (int32_t)(rand_next(state) % 20);
				ev->u.link.name[rand_next(state) % 15] = (char)rand_next(state);
				ev->u.link.gone = rand_next(state) % 2;
			}
			break;
		case 6:
			if (ev->type == EV_NEIGH) {
				ev->u.neigh.state = (uint16_t)rand_next(state);
				ev->u.neigh.mac = mac_from_number(rand_next(state) >> 16);
				ev->u.neigh.ip[3] = (uint8_t)(rand_next(state) % 16);
			} else if (ev->type == EV_FDB) {
				ev->u.fdb.port[rand_next(state) % 15] = (char)rand_next(state);
			} else if (ev->type == EV_SENT) {
				ev->u.sent.stream = (uint16_t)(rand_next(state) % 3);
			}
			break;
		case 7:
			if (ev->type == EV_PHASE)
				ev->u.phase.phase =
				    (uint8_t)(rand_next(state) % (PHASE_LAB_FAILED + 1));
			break;
		}
	}
	if (rand_next(state) % 4 == 0)
		t->n = rand_next(state) % (t->n + 1);
	if (rand_next(state) % 8 == 0)
		t->meta.duration_ns = (int64_t)(rand_next(state) >> 3);
	trace_sort(t);
}

START_TEST(whatever_happened_the_page_is_whole)
{
	static void (*const makers[])(struct trace *) = {
	    build_broken_control, build_held_arm, build_failed_arm, late};
	uint64_t state = rand_seed(1, "page");

	for (int i = 0; i < 60; i++) {
		struct desk *d = desk_new();
		struct buf svg = {0}, text = {0};

		for (int k = 0; k < 2; k++)
			mutate(desk_add(d, makers[rand_next(&state) % 4]), &state);
		desk_draw(d);
		assert_whole(d);
		svg_file(d->b->plays[1], &svg);
		xmlFreeDoc(parse(&svg));
		state_file(&d->b->items[0], &text);
		buf_free(&svg);
		buf_free(&text);
		desk_free(d);
	}
}
END_TEST

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
START_TEST(a_page_of_a_million_attempts_stays_small)
{
	enum { CASES = 100 };
	struct trace *traces = calloc(CASES, sizeof(*traces));
	struct judged *items = calloc(CASES, sizeof(*items)),
	              **plays = calloc(CASES, sizeof(*plays));
	struct desk *d = desk_new();
	struct trace *one = desk_add(d, build_held_arm);

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
	plays_make(&d->b->run, &d->b->counted);
	report_html(&d->b->run, &d->page);
	d->doc = parse(&d->page);
	ck_assert_uint_lt(d->page.len, 14 << 20);
	ASSERT_COUNT(d, CASES, "//details[@class='case']");
	ASSERT_COUNT(d, 0, "//*[@class='dot']");
	ASSERT_HAS(d->page.s, "10,000 lookups are too many for a mark each");
	ck_assert_uint_eq(
	    count_in(d->doc, "//figcaption[contains(., '10,000 lookups are too many')]") +
	        count_in(d->doc, "//p[contains(., 'Left out to keep')]"),
	    CASES);
	for (int i = 0; i < CASES; i++)
		free(traces[i].meta.name);
	free(traces);
	free(items);
	free(plays);
	d->b->run.n_plays = 1;
	desk_free(d);
}
END_TEST

START_TEST(a_timeline_alone)
{
	struct desk *d = desk_new();
	struct buf svg = {0};
	const char *at;

	desk_add(d, build_broken_control);
	desk_add(d, build_failed_arm);
	desk_draw(d);
	svg_file(d->b->plays[1], &svg);
	xmlDoc *doc = parse(&svg);
	ck_assert_uint_eq(count_in(doc, "//*[@class='dot']"),
	    d->b->items[0].judgement.total.sent + d->b->items[1].judgement.total.sent);
	at = strstr(svg.s, "http");
	ck_assert_ptr_nonnull(at);
	ck_assert(!strncmp(at, "http://www.w3.org/2000/svg\"", 27));
	ck_assert_ptr_null(strstr(at + 1, "http"));
	ASSERT_HAS(svg.s, "<style>");
	xmlFreeDoc(doc);
	buf_free(&svg);
	desk_free(d);
}
END_TEST

static double channel(const char *hex, size_t digits)
{
	char s[3] = {hex[0], digits == 1 ? hex[0] : hex[1], '\0'};
	double c = (double)strtol(s, NULL, 16) / 255;

	return c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

/* Relative luminance (WCAG 2) of a colour of the style. */
static double luminance(const char *style, const char *name)
{
	char key[32];
	const char *at;
	size_t len;

	snprintf(key, sizeof(key), "--%s:#", name);
	at = strstr(style, key);
	ck_assert_msg(at != NULL, "%s", key);
	at += strlen(key);
	len = strspn(at, "0123456789abcdef") == 3 ? 1 : 2;
	return 0.2126 * channel(at, len) + 0.7152 * channel(at + len, len) +
	       0.0722 * channel(at + 2 * len, len);
}

START_TEST(text_can_be_read_in_light_and_dark)
{
	static const char *const styles[] = {html_style_light, html_style_dark};
	static const struct {
		const char *text, *under;
		double least;
	} pairs[] = {{"ink", "bg", 7}, {"dim", "bg", 4.5}, {"ink", "soft", 7}, {"dim", "soft", 4.5},
	    {"link", "bg", 4.5}, {"pass", "pass-bg", 4.5}, {"fail", "fail-bg", 4.5},
	    {"warn", "warn-bg", 4.5}, {"fail", "bg", 4.5}, {"ink", "m0", 4.5}, {"ink", "m1", 4.5},
	    {"ink", "m2", 4.5}, {"ink", "m3", 4.5}, {"ink", "m4", 4.5}, {"ink", "m5", 4.5},
	    {"ink", "m6", 4.5}, {"ink", "m7", 4.5}, {"ok-mark", "bg", 3}, {"late-mark", "bg", 3},
	    {"lost-mark", "bg", 3}};

	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
			double a = luminance(styles[s], pairs[i].text) + 0.05;
			double b = luminance(styles[s], pairs[i].under) + 0.05;
			double contrast = a > b ? a / b : b / a;

			ck_assert_msg(contrast >= pairs[i].least, "%s on %s, %s: %.2f",
			    pairs[i].text, pairs[i].under, s ? "dark" : "light", contrast);
		}
}
END_TEST

CTESTS(list)
{
	ctest_add(list, "html", CTEST_PURE, a_mark_for_each_attempt);
	ctest_add(list, "html", CTEST_PURE, pictures_have_words_and_tables);
	ctest_add(list, "html", CTEST_PURE, the_page_needs_nothing_else);
	ctest_add(list, "html", CTEST_PURE, few_plays_or_none);
	ctest_add(list, "html", CTEST_PURE, no_text_becomes_markup);
	ctest_add(list, "html", CTEST_PURE, text_is_escaped_by_character);
	ctest_add(list, "html", CTEST_PURE, whatever_happened_the_page_is_whole);
	ctest_add(list, "html", CTEST_PURE, a_page_of_a_million_attempts_stays_small);
	ctest_add(list, "html", CTEST_PURE, a_timeline_alone);
	ctest_add(list, "html", CTEST_PURE, text_can_be_read_in_light_and_dark);
}
