/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg.h: pieces of a picture; and the pictures. */
#ifndef SB_SVG_H
#define SB_SVG_H

#include "report/plays.h"
#include "report/timeline.h"

/* One decimal at most: "12", "12.3"; also for what no picture can hold. */
void svg_num(struct buf *out, double n);
/* Opens <svg>, with title and desc; `id` is the picture's number on its page. `style` NULL: on a
 * page that has one; otherwise it stands alone. */
void svg_open(struct buf *out, unsigned id, double width, double height, const char *title,
    const char *desc, const char *style);
void svg_rect(struct buf *out, const char *class, double x, double y, double w, double h);
void svg_line(struct buf *out, const char *class, double x1, double y1, double x2, double y2);
/* `anchor`: "start", "middle", "end". At most `max` characters, then an ellipsis. */
void svg_label(struct buf *out, const char *class, const char *anchor, double x, double y,
    const char *text, size_t max);
/* About what `n` characters take in the small font. */
double svg_width(size_t n);
/* A step of 1, 2 or 5 times a power of ten, so that `range` has at most `most` of them. */
double svg_step(double range, int most);

/* What a picture of a timeline had to leave out. */
struct svg_cut {
	size_t summed; /* attempts that were drawn together */
	size_t narrow; /* stretches and outages narrower than a pixel, beside others */
	size_t ports;  /* lanes of ports */
	size_t macs;   /* that share the colours; 0: each has its own */
};

/* What was left out, as a sentence; nothing when it was nothing. */
void svg_cut_words(const struct svg_cut *cut, struct buf *out);

/* A play to draw. */
struct svg_play {
	const struct judged *play;
	struct timeline timeline;
};

/* One play above the other on one axis; draws up to *marks attempts one by one and counts them off.
 * Each attempt so drawn is an element of class "dot". */
void svg_timeline(const struct svg_play *plays, size_t n, unsigned id, const char *style,
    size_t *marks, struct svg_cut *cut, struct buf *out);

/* Marks: what must break, what must hold, and what must hold without being pinned. */
enum svg_shape { SVG_CROSS, SVG_SQUARE, SVG_RING };

struct svg_row {
	const char *name, *value; /* to the left, to the right */
	bool heading;             /* a name alone */
	enum svg_shape shape;
	const double
	    *x; /* its marks, in the plot's unit; on a logarithmic axis only those above 0 */
	size_t n;
	double unseen; /* a stretch from the left that says nothing; 0: none */
};

struct svg_plot {
	unsigned id;
	const char *title, *desc, *x_title;
	double lo, hi; /* of the x axis */
	bool log;      /* lo and hi above 0 */
};

/* Rows of marks over one axis. */
void svg_rows(const struct svg_plot *plot, const struct svg_row *rows, size_t n, struct buf *out);

struct svg_point {
	double x, y;
	enum svg_shape shape;
};

/* Points; y in percent, from y_lo to 100. */
void svg_points(const struct svg_plot *plot, double y_lo, const struct svg_point *points, size_t n,
    struct buf *out);

/* A timeline on its own, below its control's, with a light background: a file to send or to show.
 */
void svg_file(const struct judged *play, struct buf *out);

#endif
