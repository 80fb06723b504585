/* SPDX-License-Identifier: GPL-2.0-or-later */
/* client.h: what the clients of a case are, taken together. */
#ifndef SB_CLIENT_H
#define SB_CLIENT_H

#include "scenario/case.h"

bool clients_some_silent(const struct scenario_case *c); /* mld-reports: never */
/* Flags of a port that the kernel does not give it: learning off, isolated, ... */
bool clients_some_have_flags(const struct scenario_case *c);
/* Does the bridge filter VLANs at some time, or is it or a client in one of its own? */
bool clients_use_vlans(const struct scenario_case *c);

#endif
