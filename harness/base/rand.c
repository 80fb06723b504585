/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rand.c: seeded numbers that repeat on every machine (splitmix64, FNV-1a). */
#include "base/rand.h"

uint64_t rand_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

uint64_t rand_seed(uint64_t seed, const char *text)
{
	uint64_t h = 0xcbf29ce484222325ULL ^ seed;

	for (; *text; text++)
		h = (h ^ (uint8_t)*text) * 0x100000001b3ULL;
	return rand_next(&h);
}
