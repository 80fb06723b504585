/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inspect.h: what is to be known of a bridge of the host: is its MAC pinned, by which port's MAC
 * does it go, what would the next join or leave do, which tool made it and what pins it there. */
#ifndef SB_INSPECT_H
#define SB_INSPECT_H

#include <jansson.h>

#include "base/mem.h"
#include "host/bridge_view.h"

/* For a person. Names are as they are: clean `out`. */
void inspect_text(const struct bridge_view *b, struct buf *out);
/* For scripts; the caller's. */
json_t *inspect_json(const struct bridge_view *b);
/* For Prometheus, by the textfile collector of its node_exporter. */
void inspect_prom(const struct bridge_views *all, struct buf *out);

#endif
