/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rand.h: seeded numbers that repeat on every machine (splitmix64, FNV-1a). */
#ifndef SB_RAND_H
#define SB_RAND_H

#include <stdint.h>

uint64_t rand_next(uint64_t *state);
/* Mixes text into a seed: the same seed and text give the same number. */
uint64_t rand_seed(uint64_t seed, const char *text);

#endif
