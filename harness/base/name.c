/* SPDX-License-Identifier: GPL-2.0-or-later */
/* name.c: names that users choose, of clients, ports, arms and subjects. */
#include "base/name.h"

#include <string.h>

bool name_is_good(const char *name)
{
	return *name >= 'a' && *name <= 'z' &&
	       !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}
