/* SPDX-License-Identifier: GPL-2.0-or-later */
/* macs.h: the MACs of a case's bridge ports. */
#ifndef SB_MACS_H
#define SB_MACS_H

#include "scenario/case.h"

#define MACS_OWN_ENDS UINT64_C(0x02005e005300) /* clients' own ends: 256 from here */

struct macs {
	struct mac *clients;  /* bridge-side ends; zero when the kernel chooses */
	struct mac *own_ends; /* of the clients */
	struct mac **churns;  /* a churn's ports, `count` each */
	size_t n_churns;
	struct mac *changes; /* of each one-off change that sets one; zero where none is asked */
	struct mac bridge_create, bridge_other, fault;
};

/* Seeded by seed, the case's group and the ports' names. Caller frees with macs_free(). */
void macs_make(const struct scenario_case *c, uint64_t seed, struct macs *out);
void macs_free(struct macs *m);
/* A random churn port's MAC, by chance alone. */
struct mac macs_between(uint64_t state);

/* Why a case's port-mac rules cannot be kept, and whose they are: an index into clients, or into
 * churns when `churn`. NULL: they can. */
const char *macs_impossible(const struct scenario_case *c, bool *churn, size_t *index);

#endif
