/* SPDX-License-Identifier: GPL-2.0-or-later */
/* grammar.h: which keys a scenario file knows, and paths through it. */
#ifndef SB_GRAMMAR_H
#define SB_GRAMMAR_H

#include "scenario/keys.h"
#include "yaml/errors.h"
#include "yaml/node.h"

/* Notes every key of `map` that is not in `keys`, all the way down. `where` is the map's path, ""
 * for the top. In an arm the keys of the whole file are refused and `breaks` is allowed. */
void grammar_check(
    const struct node *map, const struct key *keys, const char *where, bool arm, struct errors *e);

/* The top of a file without what belongs to the whole file: the values of a case. */
struct node *grammar_case(struct arena *a, const struct node *file);

#define PATH_MAX_PARTS 8

/* A path as its keys; the names of sysctls hold dots and are one key. */
struct path {
	char *parts[PATH_MAX_PARTS];
	size_t n;
	const struct key
	    *key; /* of the last part; NULL for a name in a KEY_NAMED or KEY_SYSCTLS map */
	const struct key *parent; /* then: that map's key */
};

/* Reads "churn.guest.joins" against the grammar and the names that `file` holds. `at` is where the
 * path was written. False with an error when it leads nowhere. */
bool path_read(struct arena *a, const char *text, struct node *file, struct place at,
    struct errors *e, struct path *out);
/* Notes the keys of `value` that the grammar does not know at the path. */
void path_check_value(
    const struct path *path, const char *text, const struct node *value, struct errors *e);

#endif
