/* SPDX-License-Identifier: GPL-2.0-or-later */
/* symptom.h: what a reader of a report saw: the first paragraph of the comment on top of a file. */
#ifndef SB_SYMPTOM_H
#define SB_SYMPTOM_H

#include <stddef.h>

/* In one line, "" without a comment. A paragraph ends at an empty comment line, at a drawing, which
 * is indented, and where the comment ends. Caller frees. */
char *symptom_read(const char *text, size_t len);

#endif
