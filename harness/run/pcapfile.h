/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcapfile.h: the packets of a play as pcap files, one a hop. */
#ifndef SB_PCAPFILE_H
#define SB_PCAPFILE_H

#include "base/err.h"
#include "trace/packet_buffer.h"

/* Writes capture-<hop>.pcap in the folder `dir`, `path` in messages, for each hop that saw a packet
 * (nanosecond stamps of the kernel, on the wall clock), whole or absent. *names: the file names,
 * owned by the caller as is each of them; *n of them are set even when it fails. 0 or -errno with a
 * message. */
int pcapfile_write(int dir, const char *path, const struct packet_buffer *packets, size_t total,
    char ***names, size_t *n, struct err *e);
/* Is this the name of a file that pcapfile_write() makes? */
int pcapfile_is(const char *name);

#endif
