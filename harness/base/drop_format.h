/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop_format.h: what the kernel writes of a dropped packet, as text and bytes, read. Pure. */
#ifndef SB_DROP_FORMAT_H
#define SB_DROP_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define DROP_CALLERS 8

/* One packet that the kernel dropped. */
struct drop {
	int64_t t_ns;      /* CLOCK_MONOTONIC */
	uint64_t function; /* an address in the function that dropped it */
	/* In those that called it, the nearest first; 0: no more are known. */
	uint64_t callers[DROP_CALLERS];
	uint32_t reason;   /* enum skb_drop_reason */
	uint16_t protocol; /* ETH_P_* */
};

/* Where a field is in a record; size 0: this kernel has it not. */
struct drop_field {
	size_t offset, size;
};

/* events/skb/kfree_skb/format of tracefs. */
struct drop_format {
	struct drop_field location, protocol, reason; /* no reason before Linux 5.17 */
	char *text;                                   /* all of it; owned */
};

/* 0, or -EINVAL when a field is missing or cannot be. Copies the text. */
int drop_format_read(const char *text, struct drop_format *out, struct err *e);
void drop_format_free(struct drop_format *f);
/* Reads a PERF_RECORD_SAMPLE (without its header) of TIME, CALLCHAIN and RAW. */
bool drop_format_sample(
    const struct drop_format *f, const void *sample, size_t len, struct drop *out);
/* "NETFILTER_DROP", a number where the kernel has no name for it, or "" where it has no reasons;
 * returns out. */
char *drop_format_reason(const struct drop_format *f, uint32_t reason, char *out, size_t size);

#define DROP_NAME 64

/* Addresses and the functions that they are in. */
struct drop_name {
	uint64_t address, begin; /* the function's begin; 0: none was found */
	char name[DROP_NAME];
};

struct drop_names {
	struct drop_name *items; /* by address, each once, when sorted */
	size_t n, cap;
};

/* Adds an address that is looked for; 0 is none. */
void drop_names_want(struct drop_names *names, uint64_t address);
/* When all are there. */
void drop_names_sort(struct drop_names *names);
/* One line of /proc/kallsyms, in any order: "ffffffff81000000 T name\t[module]". Is it a function's
 * whose address is shown? */
bool drop_names_take(struct drop_names *names, const char *line);
/* When every line was taken. */
void drop_names_settle(struct drop_names *names);
/* "br_handle_frame_finish", or "" where none was found. */
const char *drop_names_find(const struct drop_names *names, uint64_t address);
/* The nearest caller that is not netfilter's, since many ways lead through that:
 * "br_pass_frame_up", or "" where none is known. */
const char *drop_names_caller(const struct drop_names *names, const struct drop *drop);
void drop_names_free(struct drop_names *names);

#endif
