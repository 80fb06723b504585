/* SPDX-License-Identifier: GPL-2.0-or-later */
/* frame.c: frames that are sent as they are. */
#include "net/frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

int frame_open(struct err *e)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	return fd < 0 ? err_set(e, errno, "packet socket:") : fd;
}

int frame_send_from(int fd, int ifindex, struct mac source, struct err *e)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = ifindex};
	uint8_t frame[ETH_ZLEN] = {0};
	struct ethhdr *h = (struct ethhdr *)frame;

	memset(h->h_dest, 0xff, sizeof(h->h_dest));
	memcpy(h->h_source, source.b, sizeof(h->h_source));
	h->h_proto = htons(ETH_P_802_EX1);
	if (sendto(fd, frame, sizeof(frame), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return err_set(e, errno, "sending a frame:");
	return 0;
}
