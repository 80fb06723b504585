/* SPDX-License-Identifier: GPL-2.0-or-later */
/* name.h: names that users choose, of clients, ports, arms and subjects. */
#ifndef SB_NAME_H
#define SB_NAME_H

#include <stdbool.h>

/* [a-z][a-z0-9-]*: it may be part of an interface's name, a path and a line of YAML. */
bool name_is_good(const char *name);

#endif
