/* SPDX-License-Identifier: GPL-2.0-or-later */
/* streams.h: the streams of a case's lookups, and the pace that they can bear. */
#ifndef SB_STREAMS_H
#define SB_STREAMS_H

#include "scenario/case.h"

/* Fills the streams of meta: each client x family x transport, then the reference. */
void streams_make(const struct scenario_case *c, struct trace_meta *meta);
/* The pace that they can bear. */
double streams_pace(const struct scenario_case *c);

#endif
