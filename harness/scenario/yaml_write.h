/* yaml_write.h: nodes back to YAML text. */
#ifndef SB_YAML_WRITE_H
#define SB_YAML_WRITE_H

#include "base/mem.h"
#include "scenario/node.h"

/* Text that yaml_parse() reads as the same tree. `map` is a map. */
void yaml_write(const struct node *map, struct buf *out);

#endif
