/* bridge.h: how a case's bridge is made. */
#ifndef SB_PLAY_BRIDGE_H
#define SB_PLAY_BRIDGE_H

#include "lab/lab_types.h"
#include "scenario/scenario.h"
#include "schedule/schedule_types.h"

struct lab_bridge bridge_of(const struct scenario_case *c, const struct schedule *s);

#endif
