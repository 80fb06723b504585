/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mac.h: Ethernet addresses: text, order, sort. */
#ifndef SB_MAC_H
#define SB_MAC_H

#include <stdbool.h>
#include <stdint.h>

struct mac {
	uint8_t b[6];
};

#define MAC_TEXT 18 /* "02:00:00:00:00:01" and its NUL */

/* Order of br_stp_recalculate_bridge_id(): memcmp. */
int mac_cmp(struct mac a, struct mac b);
bool mac_is_zero(struct mac m);
bool mac_is_unicast(struct mac m); /* neither a group address nor zero */
bool mac_is_broadcast(struct mac m);
/* Text into out (MAC_TEXT bytes); returns out. */
char *mac_text(struct mac m, char *out);
/* Exactly six two-digit hex bytes between colons: 0, else -EINVAL. */
int mac_parse(const char *s, struct mac *out);
uint64_t mac_number(struct mac m); /* 48 bits, first byte highest */
struct mac mac_from_number(uint64_t n);

#endif
