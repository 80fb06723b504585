/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode.h: a case's merged tree read into plain values. */
#ifndef SB_DECODE_H
#define SB_DECODE_H

#include "scenario/case.h"
#include "yaml/errors.h"

/* Reads every value of `tree` into c, with defaults where a key is missing. With `partial` nothing
 * is missed: the file's own values before a matrix or an arm completes them. */
void decode_case(struct errors *e, const struct node *tree, bool partial, struct scenario_case *c);
/* Frees what decode_case() made. */
void decode_free(struct scenario_case *c);

#endif
