/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known.h: failures that are known and tolerated, and the kernels they are known on. */
#ifndef SB_KNOWN_H
#define SB_KNOWN_H

#include "scenario/case.h"
#include "yaml/errors.h"

/* Reads the file's `known` into s->known. `arms` is the map of arms. */
void known_read(
    struct errors *e, const struct node *file, const struct node *arms, struct scenario *s);
/* Does `if_text` hold for this kernel ("6.18.44-fc") and this tool ("netavark 1.4.0"; NULL: none)?
 * true for NULL. */
bool known_applies(const char *if_text, const char *kernel, const char *tool);

#endif
