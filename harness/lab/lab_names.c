/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_names.c: what every lab calls its devices, and its addresses. */
#include "lab/lab_names.h"

const uint8_t lab_gateway_ip4[4] = {192, 0, 2, 1};
const uint8_t lab_uplink_ip4[4] = {198, 51, 100, 1};
const uint8_t lab_upstream_ip4[4] = {198, 51, 100, 2};
const uint8_t lab_gateway_ip6[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
const uint8_t lab_uplink_ip6[16] = {0x20, 0x01, 0x0d, 0xb8, [5] = 1, [15] = 1};
const uint8_t lab_upstream_ip6[16] = {0x20, 0x01, 0x0d, 0xb8, [5] = 1, [15] = 2};
