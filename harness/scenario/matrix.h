/* SPDX-License-Identifier: GPL-2.0-or-later */
/* matrix.h: the lines of a matrix, their combinations, and the file of one case of them. */
#ifndef SB_MATRIX_H
#define SB_MATRIX_H

#include <stdint.h>

#include "scenario/grammar.h"

struct line {
	const char *text; /* its path, as written */
	struct place at;
	struct path path;
	const char *label; /* the path's end, as far as it is unambiguous in the file */
	struct node **values;
	const char **names; /* of the values, within a case's name */
	size_t n;
};

struct matrix {
	struct line *lines;
	size_t n;
	uint64_t combinations; /* 1 without lines; 0 when there are far too many */
};

/* Reads the file's matrix with the command line's settings laid over its values; values that become
 * one by that stand once. Lines with errors are left out. All lives in the arena. */
void matrix_read(struct arena *a, struct node *file, struct node *settings, struct errors *e,
    struct matrix *out);
/* A tree of the values of a combination, the last line's changing fastest; NULL without lines. */
struct node *matrix_tree(struct arena *a, const struct matrix *m, uint64_t combination);
/* The index of a line's value in a combination. */
size_t matrix_choice(const struct matrix *m, size_t line, uint64_t combination);
/* "leaves-by=delete,kind=tap": "" without lines. */
char *matrix_name(struct arena *a, const struct matrix *m, uint64_t combination);
/* Notes what an arm sets although a line varies it. */
void matrix_check_arm(
    const struct matrix *m, const char *arm, struct node *overrides, struct errors *e);

/* What all cases of a file are made of. */
struct parts {
	struct arena *arena;
	struct node *file;     /* as read */
	struct node *settings; /* of the command line, or NULL */
	struct node *arms;     /* a map */
	const struct matrix *matrix;
	const char *name; /* of the scenario */
};

/* The YAML text of a scenario that plays one case again, with its control. The matrix keeps its
 * lines, with one value each, and the file keeps the scenario's name, so that the case's name is
 * the same whatever the new file is called. `faulted` keeps the file's fault. Caller frees. */
char *matrix_config(const struct parts *p, const char *arm, uint64_t combination, bool faulted);

#endif
