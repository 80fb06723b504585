/* capture.h: packets of lookups and ARP as they pass a hop, put on the tape.
 *
 * One AF_PACKET socket a namespace sees every device of it, both ways; the device tells the hop. */
#ifndef SB_CAPTURE_H
#define SB_CAPTURE_H

#include <stddef.h>

#include "base/err.h"
#include "trace/tape.h"

struct capture_hop {
	int ifindex;
	uint8_t hop;    /* enum hop */
	uint8_t client; /* 255: nobody's */
};

struct capture {
	int fd;
	struct tape *tape;
	uint8_t where;
	struct capture_hop *hops; /* owned */
	size_t n_hops;
};

/* Opens it in the caller's namespace; hops are copied. 0 or -errno. */
int capture_open(struct capture *c, struct tape *tape, uint8_t where,
    const struct capture_hop *hops, size_t n_hops, struct err *e);
void capture_read(struct capture *c);
/* Asks the kernel what it dropped; a loss becomes EV_OVERRUN. */
void capture_close(struct capture *c);

#endif
