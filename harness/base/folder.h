/* SPDX-License-Identifier: GPL-2.0-or-later */
/* folder.h: a folder below which nothing is made, written or removed through a symbolic link. */
#ifndef SB_FOLDER_H
#define SB_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/mem.h"

/* mkdir -p. */
int folder_make(const char *path, struct err *e);
/* The folder `path`, made with all above it where missing; links on the way to it are the caller's
 * own. A file descriptor, or -errno. */
int folder_open(const char *path, struct err *e);
/* The folder `name` (one name, no path) in it, made where missing; -ELOOP with a message when that
 * is a link. A file descriptor, or -errno. `path` is what messages call the folder above. */
int folder_below(int dir, const char *path, const char *name, struct err *e);
/* Writes a file in the folder so that it is whole or absent, whatever kills the writer, and nothing
 * else is left. A link of that name is replaced, not followed. */
int folder_write(
    int dir, const char *path, const char *name, const char *text, size_t len, struct err *e);
/* The same, by a file beside it: what folder_write() does where O_TMPFILE is not to be had. -errno
 * without a message. */
int folder_write_aside(int dir, const char *name, const char *text, size_t len);
/* Appends what is in a regular file of the folder; a link of that name is not followed, and nothing
 * is waited for. */
int folder_read(int dir, const char *path, const char *name, struct buf *out, struct err *e);
/* Calls fn with the name of each entry of the folder but the hidden ones, until it returns not 0;
 * that, or 0. */
int folder_each(int dir, int (*fn)(int dir, const char *name, void *arg), void *arg);
/* Is there a symbolic link of that name? */
bool folder_has_link(int dir, const char *name);

#endif
