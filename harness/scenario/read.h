/* SPDX-License-Identifier: GPL-2.0-or-later */
/* read.h: the values of a map, read as the table of keys has them: range, words and default. */
#ifndef SB_READ_H
#define SB_READ_H

#include "scenario/keys.h"
#include "yaml/errors.h"

/* A time that was missing or could not be read; rules leave it alone. */
#define UNREAD (-1)

struct decoder {
	struct errors *errors;
	bool partial; /* what is missing is not missed */
};

/* A map whose values are read. */
struct section {
	struct errors *errors;
	const struct node *map; /* NULL: it has no key */
	const struct key *keys; /* those that it may have */
	const char *where;      /* what messages call it: "churn.low"; "" for the top of a file */
	struct place at;        /* where a needed key is missing */
	bool partial;           /* a needed key may be missing */
};

/* Each returns the default, with an error, when the value is not what it should be. */

/* The value as it is written; NULL when it is missing, with an error when it is needed. */
const struct node *read_node(const struct section *s, const char *key);
/* One line; NULL without it. */
const char *read_text(const struct section *s, const char *key);
int read_word(const struct section *s, const char *key);
/* The same, or a MAC: then `fixed`. */
int read_mac(const struct section *s, const char *key, int fixed, struct mac *mac);
/* The same, or the value of a phrase with its duration in *ns: UNREAD with an error, or when it is
 * needed and missing. */
int read_phrase(const struct section *s, const char *key, int64_t *ns);
int64_t read_count(const struct section *s, const char *key);
/* UNREAD with an error, or when it is needed and missing. */
int64_t read_duration(const struct section *s, const char *key);
double read_number(const struct section *s, const char *key);
/* A percentage. */
double read_share(const struct section *s, const char *key);
enum cause read_cause(const struct section *s, const char *key);

/* Values by themselves: each returns false, with an error, when the value is not what it should be.
 * `what` names it in messages: "lookups.timeout". */

/* A list or a map: "WHAT must be a list, not ...". */
bool value_is(struct errors *e, const struct node *n, enum node_kind kind, const char *what,
    const char *expected);
bool value_text(struct errors *e, const struct node *n, const char *what, const char **out);
/* One of the words, or a unicast MAC: then *word is `fixed`. `more` ends the list of what is
 * expected: ", a MAC". */
bool value_word_or_mac(struct errors *e, const struct node *n, const char *what,
    const struct word *words, const char *more, int fixed, int *word, struct mac *mac);
/* A decimal number to the end of s. */
bool number_parse(const char *s, double *out);
/* [a-z][a-z0-9-]*, at most `most` bytes. */
bool value_name(struct errors *e, const char *name, struct place at, const char *what, size_t most);

#endif
