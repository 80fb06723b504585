/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err.h: one error message on its way up to whoever can show it. */
#ifndef SB_ERR_H
#define SB_ERR_H

#include <stdbool.h>

struct err {
	char text[1024];
};

/* Writes the message (replacing what is there; `e` may be NULL) and returns -errnum. A format that
 * ends in ':' gets " " and strerror(errnum) appended. errnum is a positive errno. */
int err_set(struct err *e, int errnum, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Does this (a positive or negative errno) say that the machine has no room left: no memory,
 * buffers or files? Nothing that one waits for changes that. */
bool err_is_no_room(int error);
/* What a machine needs more of that refused something with this positive errno, and where its limit
 * is: "more open files (ulimit -n, ...)"; NULL for an errno that says nothing of that. */
const char *err_remedy(int error);

#endif
