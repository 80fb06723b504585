/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pcapfile.c: the packets of a play as pcap files, one a hop, written by libpcap. */
#include "run/pcapfile.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/mem.h"
#include "base/units.h"

#define SNAP 65535

int pcapfile_is(const char *name)
{
	size_t len = strlen(name);

	return len > 13 && !strncmp(name, "capture-", 8) && !strcmp(name + len - 5, ".pcap");
}

static void dump_hop(
    const struct packet_buffer *packets, size_t total, uint32_t hop, pcap_dumper_t *out)
{
	struct buffered_packet packet;
	size_t at = 0;

	while (packet_buffer_next(packets, total, &at, &packet)) {
		/* of a nanosecond file tv_usec holds nanoseconds */
		struct pcap_pkthdr h = {
		    .ts = {.tv_sec = packet.real_ns / NS_PER_S,
		        .tv_usec = packet.real_ns % NS_PER_S},
		    .caplen = packet.len,
		    .len = packet.wire,
		};

		if (packet.hop == hop)
			pcap_dump((u_char *)out, &h, packet.bytes);
	}
}

static int write_hop(int dir, const char *path, const char *name,
    const struct packet_buffer *packets, size_t total, uint32_t hop, pcap_t *p, struct err *e)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	pcap_dumper_t *out = f ? pcap_dump_fopen(p, f) : NULL;
	int r = 0;

	if (!out) {
		r = err_set(e, ENOMEM, "%s/%s: out of memory", path, name);
		if (f)
			fclose(f);
	} else {
		dump_hop(packets, total, hop, out);
		if (pcap_dump_flush(out)) /* into memory, so it can fail only for lack of memory */
			r = err_set(e, ENOMEM, "%s/%s: out of memory", path, name);
		pcap_dump_close(out);
		if (!r)
			r = folder_write(dir, path, name, text, len, e);
	}
	free(text);
	return r;
}

int pcapfile_write(int dir, const char *path, const struct packet_buffer *packets, size_t total,
    char ***names, size_t *n, struct err *e)
{
	pcap_t *p =
	    pcap_open_dead_with_tstamp_precision(DLT_EN10MB, SNAP, PCAP_TSTAMP_PRECISION_NANO);
	bool seen[PACKET_BUFFER_HOPS] = {false};
	struct buffered_packet packet;
	size_t at = 0, cap = 0;
	int r = 0;

	*names = NULL;
	*n = 0;
	if (!p)
		return err_set(e, ENOMEM, "libpcap: no memory");
	while (packet_buffer_next(packets, total, &at, &packet))
		seen[packet.hop] = true;
	for (uint32_t hop = 0; !r && hop < PACKET_BUFFER_HOPS; hop++) {
		if (!seen[hop])
			continue;
		char *name = mem_printf("capture-%.23s.pcap", packets->hops[hop]);
		for (char *c = name; *c; c++)
			if (*c == '/' || (unsigned char)*c < 0x21 || (unsigned char)*c > 0x7e)
				*c = '-';
		*MEM_PUSH(*names, *n, cap) = name;
		r = write_hop(dir, path, name, packets, total, hop, p, e);
	}
	pcap_close(p);
	return r;
}
