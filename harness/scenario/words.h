/* words.h: the words that stand for values in scenario files. */
#ifndef SB_WORDS_H
#define SB_WORDS_H

#include "scenario/case.h"

struct word {
	const char *name; /* NULL ends a table */
	int value;
};

extern const struct word words_pin[], words_leaves_by[], words_kind[], words_port_mac[],
    words_fault[], words_end[], words_set[], words_change_mac[], words_recreate[], words_true[],
    words_bool[], words_mtu_pin[], words_ip6_gateway[], words_entry[], words_bridge[],
    words_exposures[], words_family[], words_transport[], words_verdict[], words_invariant[],
    words_form[], words_firewall[], words_backend[], words_asks[], words_joins[], words_leaves[],
    words_any[];

/* The word for a value, or "?". */
const char *word_name(const struct word *words, int value);

const char *leaves_by_name(enum leaves_by by);
const char *port_kind_name(enum port_kind kind);
const char *fault_name(enum fault_what what);

#endif
