/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mac.c: Ethernet addresses: text, order, sort. */
#include "base/mac.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int mac_cmp(struct mac a, struct mac b)
{
	return memcmp(a.b, b.b, sizeof(a.b));
}

bool mac_is_zero(struct mac m)
{
	return mac_number(m) == 0;
}

bool mac_is_unicast(struct mac m)
{
	return !(m.b[0] & 1) && !mac_is_zero(m);
}

bool mac_is_broadcast(struct mac m)
{
	return mac_number(m) == 0xffffffffffffULL;
}

char *mac_text(struct mac m, char *out)
{
	snprintf(out, MAC_TEXT, "%02x:%02x:%02x:%02x:%02x:%02x", m.b[0], m.b[1], m.b[2], m.b[3],
	    m.b[4], m.b[5]);
	return out;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int mac_parse(const char *s, struct mac *out)
{
	if (strlen(s) != MAC_TEXT - 1)
		return -EINVAL;
	for (int i = 0; i < 6; i++) {
		int hi = hex(s[3 * i]), lo = hex(s[3 * i + 1]);

		if (hi < 0 || lo < 0 || (i < 5 && s[3 * i + 2] != ':'))
			return -EINVAL;
		out->b[i] = (uint8_t)(hi << 4 | lo);
	}
	return 0;
}

uint64_t mac_number(struct mac m)
{
	uint64_t n = 0;

	for (int i = 0; i < 6; i++)
		n = n << 8 | m.b[i];
	return n;
}

struct mac mac_from_number(uint64_t n)
{
	struct mac m;

	for (int i = 5; i >= 0; i--, n >>= 8)
		m.b[i] = (uint8_t)n;
	return m;
}
