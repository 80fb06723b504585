/* grammar.h: which keys a scenario file knows, and paths through it. */
#ifndef SB_GRAMMAR_H
#define SB_GRAMMAR_H

#include "scenario/errors.h"
#include "scenario/node.h"

enum key_kind {
	KEY_LEAF,  /* a value or a list */
	KEY_MAP,   /* a map with the keys in `sub` */
	KEY_NAMED, /* a map of names chosen by the user, each a map with the keys in `sub` */
	KEY_FREE,  /* a map of names chosen by the user to values */
	KEY_LATER  /* in the grammar, but not supported yet */
};

struct key {
	const char *name; /* NULL ends a table */
	enum key_kind kind;
	bool whole; /* of the whole file: no arm, matrix line or --set may touch it */
	const struct key *sub;
};

/* The keys of a file, and those of an entry of `events`, of `known`, of `fault` and of `expect`. */
extern const struct key grammar_file[], grammar_event[], grammar_known[], grammar_fault[],
    grammar_expect[];

/* Notes every key of `map` that is not in `keys`, all the way down. `where` is the map's path, ""
 * for the top. In an arm the keys of the whole file are refused and `breaks` is allowed. */
void grammar_check(
    const struct node *map, const struct key *keys, const char *where, bool arm, struct errors *e);

#define PATH_MAX_PARTS 8

/* A path as its keys; the names of sysctls hold dots and are one key. */
struct path {
	char *parts[PATH_MAX_PARTS];
	size_t n;
	const struct key
	    *key; /* of the last part; NULL for a name in a KEY_NAMED or KEY_FREE map */
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
