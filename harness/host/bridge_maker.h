/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_maker.h: which tool made a bridge of the host, where that can be known, and how it is told
 * to pin it. */
#ifndef SB_BRIDGE_MAKER_H
#define SB_BRIDGE_MAKER_H

#include <stdbool.h>

#include "base/mac.h"

struct bridge_maker {
	const char *tool; /* "systemd-networkd" */
	char *known_by;   /* the file that says so, or "its name" */
	char *config;     /* the lines that pin the bridge to a MAC with that tool; or NULL */
};

/* False: nothing is known. `root` is what paths begin with: "" but in tests. The lines pin it to
 * this MAC; none where it is zero. Names are as they are: clean what is printed. Free in any case.
 */
bool bridge_maker_find(
    const char *root, const char *name, int ifindex, struct mac mac, struct bridge_maker *out);
void bridge_maker_free(struct bridge_maker *m);

#endif
