/* SPDX-License-Identifier: GPL-2.0-or-later */
/* damage.h: traces with random damage, for tests of what draws and describes any trace. */
#ifndef SB_CHECK_DAMAGE_H
#define SB_CHECK_DAMAGE_H

#include "trace/trace.h"

/* As a broken program might write it, but within what trace_from_json() accepts. */
void damage_trace(struct trace *t, uint64_t *state);

#endif
