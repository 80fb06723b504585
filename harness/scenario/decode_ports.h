/* decode_ports.h: clients and churn ports read into plain values. */
#ifndef SB_DECODE_PORTS_H
#define SB_DECODE_PORTS_H

#include "scenario/errors.h"
#include "scenario/scenario.h"

struct decoder {
	struct errors *errors;
	bool partial; /* what is missing is not missed */
};

/* The value of a key, or NULL with an error at `at`. */
const struct node *decode_field(struct decoder *d, const struct node *map, const char *where,
    const char *key, const char *expected, struct place at);
void decode_clients(struct decoder *d, const struct node *tree, struct scenario_case *c);
void decode_churns(struct decoder *d, const struct node *tree, struct scenario_case *c);

#endif
