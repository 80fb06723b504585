/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_names.h: what every lab calls its devices, and its addresses; lab.h draws them. */
#ifndef SB_LAB_NAMES_H
#define SB_LAB_NAMES_H

#include <stdint.h>

#define LAB_BRIDGE "br0"
#define LAB_UPLINK "up0"
#define LAB_CLIENT_DEV "eth0"
#define LAB_MTU 1500
#define LAB_NETWORK "192.0.2.0/24" /* of the bridge */
#define LAB_PREFIX 24              /* its length */

extern const uint8_t lab_gateway_ip4[4], lab_uplink_ip4[4], lab_upstream_ip4[4],
    lab_gateway_ip6[16], lab_uplink_ip6[16], lab_upstream_ip6[16];

#endif
