/* SPDX-License-Identifier: GPL-2.0-or-later */
/* html.h: what the files of index.html share. Well-formed as XML, and escaped by one function. */
#ifndef SB_HTML_H
#define SB_HTML_H

#include "report/plays.h"

struct page {
	const struct run *run;
	const struct plays *plays;
	struct buf *out;
	size_t marks_left; /* attempts that may still be drawn one by one, on the whole page */
	unsigned svgs;     /* so far; numbers their ids */
	size_t cut;        /* cases whose pictures and states were left out for size */
};

/* Appends text for elements and attributes: markup, control characters, invalid UTF-8 and what
 * turns the direction of writing become harmless. */
void html_text(struct buf *out, const char *s);
void html_textf(struct buf *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* "cases/SLUG/FILE" as a relative reference. */
void html_path(struct buf *out, const char *slug, const char *file);
/* <td>text</td>, with a class or NULL. */
void html_cell(struct buf *out, const char *class, const char *text);

/* <dt>name</dt><dd>text</dd> */
void html_fact(struct buf *out, const char *name, const char *text);
/* A page up to <main>, with its style; and from </main> on. */
void html_begin(struct buf *out, const char *title);
void html_end(struct buf *out);

extern const char html_style[];       /* of the page and what is drawn on it */
extern const char html_style_light[]; /* colours for a light background, as CSS variables */
extern const char html_style_marks[]; /* what is drawn */

extern const char html_style_dark[]; /* the same for a dark one, by media query */

const char *html_class(enum verdict v);        /* "pass", "fail" or "warn" */
const char *html_word(const struct judged *p); /* "broke", "held", "FAIL", "fail (known)", ... */

void html_scenarios(const struct page *p); /* scenario by arm */
void html_tools(const struct page *p);     /* what became of subjects' bridges; none: nothing */
void html_shards(const struct page *p);    /* of a merged run */
void html_case(struct page *p, size_t i);  /* plays->items[i] */
void html_timeline(struct page *p, const struct judged *play);
void html_plots(struct page *p);

/* index.html, whole and self-contained. */
void report_html(const struct run *r, struct buf *out);

#endif
