/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop_tracepoint.c: the kernel's tracepoint skb:kfree_skb: in which function packets are dropped,
 * and why. */
#include "base/drop_tracepoint.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/perf_event.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/data.h"
#include "base/macros.h"
#include "base/mem.h"

#define TRACEFS "/run/tracefs" /* of the sandbox */
#define TRACEPOINT TRACEFS "/events/skb/kfree_skb/"
#define KALLSYMS "/proc/kallsyms"
#define FORMAT_MAX (1 << 20)
/* Bytes of a ring: 1500 records. With its first page it is within what may be locked without
 * CAP_IPC_LOCK (kernel.perf_event_mlock_kb). */
#define RING (256UL << 10)

/* tracefs is one for all: mounting it read-only would make it so for everybody. */
static int read_tracefs(char **format, long *id, struct err *e)
{
	struct buf text = {0};

	if (mkdir(TRACEFS, 0755) && errno != EEXIST)
		return err_set(e, errno, "%s:", TRACEFS);
	if (mount("tracefs", TRACEFS, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL)) {
		int error = errno;

		rmdir(TRACEFS);
		if (error == ENODEV)
			return err_set(
			    e, error, "this kernel has no tracefs (CONFIG_FTRACE, CONFIG_TRACING)");
		return err_set(e, error, "tracefs cannot be mounted:");
	}
	*id = data_number(TRACEPOINT "id", -1);
	int r = *id < 0 ? err_set(e, ENOENT, "this kernel has no tracepoint skb:kfree_skb")
	                : data_read(TRACEPOINT "format", FORMAT_MAX, &text, e);
	umount2(TRACEFS, MNT_DETACH);
	rmdir(TRACEFS);
	*format = text.s;
	return r;
}

/* Without the right to see addresses every one is shown as 0. */
static int addresses_shown(struct err *e)
{
	struct drop_names none = {0};
	char line[1024];
	FILE *f = fopen(KALLSYMS, "re");
	bool shown = false;

	if (!f)
		return err_set(e, errno, "%s:", KALLSYMS);
	for (bool more = true; more && !shown;) {
		more = fgets(line, sizeof(line), f);
		shown = more && drop_names_take(&none, line);
		more = more && !strstr(line, " T ") && !strstr(line, " t ");
	}
	fclose(f);
	return shown ? 0
	             : err_set(e, EPERM,
	                   "%s hides addresses (CAP_SYSLOG, or the sysctl kernel.kptr_restrict)",
	                   KALLSYMS);
}

/* Of one processor; -ENODEV: it is offline. */
static int open_ring(struct drop_ring *ring, long id, int cpu, struct err *e)
{
	char filter[96];
	struct perf_event_attr attr = {
	    .type = PERF_TYPE_TRACEPOINT,
	    .size = sizeof(attr),
	    .config = (uint64_t)id,
	    .sample_period = 1,
	    .sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_CALLCHAIN | PERF_SAMPLE_RAW,
	    .disabled = 1,
	    .exclude_callchain_user = 1,
	    .sample_max_stack = DROP_CALLERS + 2, /* what frees, and the function itself */
	    .use_clockid = 1,
	    .clockid = CLOCK_MONOTONIC, /* the tape's */
	    .watermark = 1,
	    .wakeup_watermark = RING / 4,
	};

	*ring = (struct drop_ring){.pages = MAP_FAILED};
	ring->fd = (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (ring->fd < 0)
		return err_set(e, errno, "perf_event_open of skb:kfree_skb:");
	snprintf(filter, sizeof(filter), "protocol == %d || protocol == %d || protocol == %d",
	    ETH_P_IP, ETH_P_IPV6, ETH_P_ARP);
	if (ioctl(ring->fd, PERF_EVENT_IOC_SET_FILTER, filter))
		return err_set(e, errno, "a filter of skb:kfree_skb:");
	ring->pages = mmap(NULL, (size_t)sysconf(_SC_PAGESIZE) + RING, PROT_READ | PROT_WRITE,
	    MAP_SHARED, ring->fd, 0);
	return ring->pages == MAP_FAILED ? err_set(e, errno, "a ring of skb:kfree_skb:") : 0;
}

static void close_ring(struct drop_ring *ring)
{
	if (ring->pages != MAP_FAILED)
		munmap(ring->pages, (size_t)sysconf(_SC_PAGESIZE) + RING);
	if (ring->fd >= 0)
		close(ring->fd);
}

static int open_rings(struct drop_tracepoint *d, long id, struct err *e)
{
	int cpus = (int)sysconf(_SC_NPROCESSORS_CONF), r = 0;

	d->rings = mem_alloc((size_t)cpus * sizeof(*d->rings));
	for (int cpu = 0; !r && cpu < cpus; cpu++) {
		struct drop_ring *ring = &d->rings[d->n_rings];

		r = open_ring(ring, id, cpu, e);
		if (r)
			close_ring(ring);
		else
			d->n_rings++;
		r = r == -ENODEV ? 0 : r;
	}
	return r;
}

int drop_tracepoint_open(struct drop_tracepoint *d, struct err *e)
{
	char *format = NULL;
	long id = -1;

	*d = (struct drop_tracepoint){0};
	int r = read_tracefs(&format, &id, e);
	if (!r)
		r = drop_format_read(format ? format : "", &d->format, e);
	if (!r)
		r = addresses_shown(e);
	if (!r)
		r = open_rings(d, id, e);
	free(format);
	if (r)
		drop_tracepoint_close(d);
	return r;
}

static int each_ring(struct drop_tracepoint *d, unsigned long request, struct err *e)
{
	for (size_t i = 0; i < d->n_rings; i++)
		if (ioctl(d->rings[i].fd, request, 0))
			return err_set(e, errno, "skb:kfree_skb:");
	return 0;
}

int drop_tracepoint_begin(struct drop_tracepoint *d, struct err *e)
{
	return each_ring(d, PERF_EVENT_IOC_ENABLE, e);
}

static void take_record(struct drop_tracepoint *d, const struct perf_event_header *h)
{
	const uint8_t *body = (const uint8_t *)(h + 1);
	size_t len = h->size - sizeof(*h);
	uint64_t lost[2]; /* of whom, how many */
	struct drop drop;

	if (h->type == PERF_RECORD_LOST && len >= sizeof(lost)) {
		memcpy(lost, body, sizeof(lost));
		d->lost += lost[1];
	} else if (h->type == PERF_RECORD_SAMPLE) {
		if (d->n < DROP_TRACEPOINT_MAX && drop_format_sample(&d->format, body, len, &drop))
			*MEM_PUSH(d->items, d->n, d->cap) = drop;
		else
			d->lost++;
	}
}

static void read_ring(struct drop_tracepoint *d, struct drop_ring *ring)
{
	struct perf_event_mmap_page *info = ring->pages;
	const uint8_t *data = (const uint8_t *)ring->pages + sysconf(_SC_PAGESIZE);
	uint64_t head = __atomic_load_n(&info->data_head, __ATOMIC_ACQUIRE), at = info->data_tail;
	union {
		struct perf_event_header h;
		uint8_t bytes[UINT16_MAX]; /* the longest that `size` can tell */
	} record;

	while (head - at >= sizeof(record.h)) {
		for (size_t i = 0; i < sizeof(record.h); i++)
			record.bytes[i] = data[(at + i) % RING];
		size_t size = record.h.size;
		if (size < sizeof(record.h) || size > head - at)
			break; /* no record: nothing after it can be trusted */
		for (size_t i = sizeof(record.h); i < size; i++)
			record.bytes[i] = data[(at + i) % RING];
		take_record(d, &record.h);
		at += size;
	}
	d->lost += at != head;
	__atomic_store_n(&info->data_tail, head, __ATOMIC_RELEASE);
}

void drop_tracepoint_read(struct drop_tracepoint *d)
{
	for (size_t i = 0; i < d->n_rings; i++)
		read_ring(d, &d->rings[i]);
}

static int look_names_up(struct drop_tracepoint *d, struct err *e)
{
	FILE *f = fopen(KALLSYMS, "re");
	char *line = NULL;
	size_t size = 0;

	if (!f)
		return err_set(e, errno, "%s:", KALLSYMS);
	for (size_t i = 0; i < d->n; i++) {
		drop_names_want(&d->names, d->items[i].function);
		for (size_t k = 0; k < DROP_CALLERS; k++)
			drop_names_want(&d->names, d->items[i].callers[k]);
	}
	drop_names_sort(&d->names);
	while (getline(&line, &size, f) > 0)
		drop_names_take(&d->names, line);
	drop_names_settle(&d->names);
	free(line);
	fclose(f);
	return 0;
}

int drop_tracepoint_end(struct drop_tracepoint *d, struct err *e)
{
	int r = each_ring(d, PERF_EVENT_IOC_DISABLE, e);

	drop_tracepoint_read(d);
	return r ? r : look_names_up(d, e);
}

void drop_tracepoint_close(struct drop_tracepoint *d)
{
	for (size_t i = 0; i < d->n_rings; i++)
		close_ring(&d->rings[i]);
	free(d->rings);
	free(d->items);
	drop_format_free(&d->format);
	drop_names_free(&d->names);
	*d = (struct drop_tracepoint){0};
}
