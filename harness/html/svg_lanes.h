/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svg_lanes.h: the lanes of a timeline, for svg_timeline.c. */
#ifndef SB_SVG_LANES_H
#define SB_SVG_LANES_H

#include "html/svg.h"

#define LEFT 124 /* where the axis begins: room for labels */
#define PLOT 744 /* its length */
#define COLORS 8 /* m0 ... of the style */

struct palette {
	struct mac *macs;
	size_t n, cap;
	size_t reserved; /* the first so many share their colour with nobody */
};

struct drawing {
	struct buf *out;
	struct palette palette;
	int64_t to_ns;
	size_t *marks;
	struct svg_cut *cut;
};

/* Gives colours: first to the MACs that stay, of the bridge at first and of the clients' ports. */
void svg_colors(struct palette *p, const struct svg_play *plays, size_t n);
double svg_x(const struct drawing *d, int64_t t_ns);
/* Is a stretch from x to end worth an element beside what ended at *last? Then *last follows. */
bool svg_wide_enough(const struct drawing *d, double x, double end, double *last);
/* A lane's stretches, its top at y. */
void svg_bands(struct drawing *d, const struct lane *l, double y);
/* A mark for each attempt: a point is answered, an exclamation mark late, a stroke lost. */
void svg_marks(const struct drawing *d, const struct lane *l, double y);
/* Too many for that: the worst of each pixel's attempts, neighbours of a kind as one. */
void svg_marks_together(const struct drawing *d, const struct lane *l, double y);

#endif
