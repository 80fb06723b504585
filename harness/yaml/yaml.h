/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.h: YAML text to nodes. */
#ifndef SB_YAML_H
#define SB_YAML_H

#include "yaml/errors.h"
#include "yaml/node.h"

#define YAML_MAX_BYTES 65536
#define YAML_MAX_DEPTH 16
#define YAML_MAX_ITEMS 4096 /* of one map or list */

/* The tree of one document, or NULL with the error in `e`. One document of maps, lists and scalars:
 * no aliases, tags or directives. The tree lives in the arena and points into the source. */
struct node *yaml_parse(struct arena *a, const struct source *source, struct errors *e);

#endif
