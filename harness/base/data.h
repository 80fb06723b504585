/* SPDX-License-Identifier: GPL-2.0-or-later */
/* data.h: where scenario files and fixtures are, and whole files in and out. */
#ifndef SB_DATA_H
#define SB_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"

/* A path below the data folder: $STEADYBRIDGE_DATA, else ../share/steadybridge of the program's own
 * folder, else the source that it was built from. Caller frees. */
char *data_path(const char *below);
/* A file's whole text (at most max bytes: -EFBIG). 0 or -errno. */
int data_read(const char *path, size_t max, struct buf *out, struct err *e);
/* The number in a file of /proc or /sys; `otherwise` where there is none to be read. */
long data_number(const char *path, long otherwise);
/* Writes a file so that it is whole or absent, whatever kills the writer, and nothing else is left.
 */
int data_write(const char *path, const char *text, size_t len, struct err *e);
/* The *.yaml files of a folder, sorted; caller frees each and the list. The number, or -errno. */
int data_list(const char *folder, char ***out, struct err *e);

/* The files of the shipped scenarios, which lie in folders by topic, sorted by name; `large`: those
 * of the folder large, else all others. As data_list(). */
int data_scenarios(bool large, char ***out, struct err *e);
/* The file of the shipped scenario of that name, or NULL; caller frees. */
char *data_scenario(const char *name);

#endif
