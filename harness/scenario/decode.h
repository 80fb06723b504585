/* decode.h: a case's merged tree read into plain values. */
#ifndef SB_DECODE_H
#define SB_DECODE_H

#include "scenario/errors.h"
#include "scenario/scenario.h"

/* A time that was missing or could not be read; rules leave it alone. */
#define UNREAD (-1)

/* Reads every value of `tree` into c, with defaults where a key is missing. With `partial` nothing
 * is missed: the file's own values before a matrix or an arm completes them. */
void decode_case(struct errors *e, const struct node *tree, bool partial, struct scenario_case *c);
/* Frees what decode_case() made. */
void decode_free(struct scenario_case *c);

/* The place of the deepest node that is there on the way along up to three keys (NULL ends). */
struct place place_of(const struct node *tree, const char *k1, const char *k2, const char *k3);

#endif
