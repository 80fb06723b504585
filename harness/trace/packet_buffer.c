/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet_buffer.c: the packets of one play, whole as captured, in shared memory. */
#include "trace/packet_buffer.h"

#include <string.h>

struct head {
	int64_t real_ns;
	uint32_t wire, len, hop, pad;
};

static size_t padded(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

void packet_buffer_init(struct packet_buffer *r, size_t total)
{
	r->size = total > sizeof(*r) ? total - sizeof(*r) : 0;
	atomic_init(&r->used, 0);
	atomic_init(&r->n_hops, 0);
	atomic_init(&r->missed, 0);
}

int packet_buffer_hop(struct packet_buffer *r, const char *name)
{
	uint32_t n = atomic_load_explicit(&r->n_hops, memory_order_relaxed);

	for (uint32_t i = 0; i < n; i++)
		if (!strncmp(r->hops[i], name, PACKET_BUFFER_HOP_NAME - 1))
			return (int)i;
	if (n == PACKET_BUFFER_HOPS)
		return -1;
	strncpy(r->hops[n], name, PACKET_BUFFER_HOP_NAME - 1);
	atomic_store_explicit(&r->n_hops, n + 1, memory_order_release);
	return (int)n;
}

void packet_buffer_put(struct packet_buffer *r, int hop, int64_t real_ns, const uint8_t *bytes,
    uint32_t len, uint32_t wire)
{
	uint64_t at = atomic_load_explicit(&r->used, memory_order_relaxed);
	size_t need = sizeof(struct head) + padded(len);

	if (hop < 0 || need > r->size - at) {
		atomic_fetch_add_explicit(&r->missed, 1, memory_order_relaxed);
		return;
	}
	struct head h = {.real_ns = real_ns, .wire = wire, .len = len, .hop = (uint32_t)hop};
	memcpy(r->bytes + at, &h, sizeof(h));
	memcpy(r->bytes + at + sizeof(h), bytes, len);
	atomic_store_explicit(&r->used, at + need, memory_order_release);
}

int packet_buffer_next(
    const struct packet_buffer *r, size_t total, size_t *at, struct buffered_packet *out)
{
	uint64_t fit = total > sizeof(*r) ? total - sizeof(*r) : 0;
	uint64_t used = atomic_load_explicit(&r->used, memory_order_acquire);
	struct head h;

	if (used > fit)
		used = fit;
	if (*at > used || used - *at < sizeof(h))
		return 0;
	memcpy(&h, r->bytes + *at, sizeof(h));
	if (h.len > used - *at - sizeof(h) || h.hop >= PACKET_BUFFER_HOPS)
		return 0;
	*out =
	    (struct buffered_packet){h.real_ns, h.wire, h.len, h.hop, r->bytes + *at + sizeof(h)};
	*at += sizeof(h) + padded(h.len);
	return 1;
}
