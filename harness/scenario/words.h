/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.h: the words that stand for values in scenario files. */
#ifndef SB_SCENARIO_WORDS_H
#define SB_SCENARIO_WORDS_H

#include "scenario/case.h"
#include "trace/names.h"

extern const struct word words_pin[], words_leaves_by[], words_kind[], words_port_mac[],
    words_fault[], words_end[], words_set[], words_change_mac[], words_recreate[], words_true[],
    words_bool[], words_udevd[], words_mtu_pin[], words_ip6_gateway[], words_entry[],
    words_reports[], words_bridge[], words_exposures[], words_family[], words_transport[],
    words_firewall[], words_backend[], words_asks[], words_joins[], words_leaves[], words_any[],
    words_none[], words_advice[], words_address[], words_route[];

const char *leaves_by_name(enum leaves_by by);
const char *port_kind_name(enum port_kind kind);
const char *fault_name(enum fault_what what);

#endif
