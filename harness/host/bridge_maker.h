/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_maker.h: which tool made a bridge of the host, where that can be known, and how it is told
 * to pin it. */
#ifndef SB_BRIDGE_MAKER_H
#define SB_BRIDGE_MAKER_H

#include "base/mac.h"
#include "base/mem.h"

/* Adds what is known to `out`: nothing, or the tool and by what it is known, and the lines that pin
 * the bridge to this MAC with that tool (none where it is zero). `root` is what paths begin with:
 * "" but in tests. Names are shown as they are: clean `out`. */
void bridge_maker_tell(
    const char *root, const char *name, int ifindex, struct mac mac, struct buf *out);

#endif
