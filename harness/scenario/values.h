/* values.h: single values of a scenario file: durations, numbers, words, MACs, texts. */
#ifndef SB_VALUES_H
#define SB_VALUES_H

#include <stdint.h>

#include "scenario/errors.h"
#include "scenario/words.h"
#include "trace/trace.h"

/* A time that was missing or could not be read; rules leave it alone. */
#define UNREAD (-1)

struct decoder {
	struct errors *errors;
	bool partial; /* what is missing is not missed */
};

/* Each returns false, with an error, when the value is not what it should be. `what` names it in
 * messages: "lookups.timeout". */

bool value_text(struct errors *e, const struct node *n, const char *what, const char **out);
/* `text` is the duration within n: "2s" of "after 2s". */
bool value_duration(struct errors *e, const struct node *n, const char *text, const char *what,
    int64_t least, int64_t most, int64_t *ns);
bool value_count(struct errors *e, const struct node *n, const char *what, int64_t least,
    int64_t most, int64_t *out);
bool value_number(struct errors *e, const struct node *n, const char *what, double least,
    double most, double *out);
bool value_word(
    struct errors *e, const struct node *n, const char *what, const struct word *words, int *out);
/* One of the words, or a unicast MAC: then *word is `fixed`. `more` ends the list of what is
 * expected: ", a MAC". */
bool value_word_or_mac(struct errors *e, const struct node *n, const char *what,
    const struct word *words, const char *more, int fixed, int *word, struct mac *mac);
bool value_cause(struct errors *e, const struct node *n, const char *what, enum cause *out);
/* A decimal number to the end of s. */
bool number_parse(const char *s, double *out);
/* [a-z][a-z0-9-]*, at most `most` bytes. */
bool value_name(struct errors *e, const char *name, struct place at, const char *what, size_t most);

#endif
