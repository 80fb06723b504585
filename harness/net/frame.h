/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.h: frames that are sent as they are. */
#ifndef SB_FRAME_H
#define SB_FRAME_H

#include "base/err.h"
#include "base/mac.h"

/* A socket that sends frames by any link of the caller's namespace, or -errno. Closing it takes a
 * grace period of the kernel (packet_release(), synchronize_net()). */
int frame_open(struct err *e);
/* Sends one broadcast frame with this source. Of a protocol that nobody speaks (ETH_P_802_EX1, for
 * local experiments): all that comes of it is what bridges learn. 0 or -errno. */
int frame_send_from(int fd, int ifindex, struct mac source, struct err *e);

#endif
