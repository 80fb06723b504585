/* SPDX-License-Identifier: GPL-2.0-or-later */
/* drop_format_test.c: what kernels write of a dropped packet: formats, records, functions. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <stdlib.h>

#include "base/drop_format.h"
#include "base/macros.h"

#define COMMON                                                                                     \
	"name: kfree_skb\nID: 1487\nformat:\n"                                                     \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"                     \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"                               \
	"\tfield:void * skbaddr;\toffset:8;\tsize:8;\tsigned:0;\n"                                 \
	"\tfield:void * location;\toffset:16;\tsize:8;\tsigned:0;\n"
#define REASONS                                                                                    \
	"print fmt: \"skbaddr=%p protocol=%u location=%p reason: %s\", REC->skbaddr, "             \
	"REC->protocol, REC->location, __print_symbolic(REC->reason, { 2, \"NOT_SPECIFIED\" }, "   \
	"{ 12, \"NETFILTER_DROP\" })\n"

/* Linux 4.19 to 5.16, 5.17 to 6.10, 6.11 and later. */
static const char old[] = COMMON
    "\tfield:unsigned short protocol;\toffset:24;\tsize:2;\tsigned:0;\n\n"
    "print fmt: \"skbaddr=%p protocol=%u location=%p\", REC->skbaddr, REC->protocol, REC->location\n";
static const char with_reason[] =
    COMMON "\tfield:unsigned short protocol;\toffset:24;\tsize:2;\tsigned:0;\n"
           "\tfield:enum skb_drop_reason reason;\toffset:28;\tsize:4;\tsigned:0;\n\n" REASONS;
static const char with_socket[] =
    COMMON "\tfield:void * rx_sk;\toffset:24;\tsize:8;\tsigned:0;\n"
           "\tfield:unsigned short protocol;\toffset:32;\tsize:2;\tsigned:0;\n"
           "\tfield:enum skb_drop_reason reason;\toffset:36;\tsize:4;\tsigned:0;\n\n" REASONS;

/* What perf writes: a time, the call chain, the record. */
struct sample {
	uint64_t t_ns, n, chain[6];
	uint32_t raw;
	uint8_t record[40];
} __attribute__((packed));

#define LOCATION 0xffffffff81c3f2a5
#define CALLER 0xffffffff81d00d07
#define KERNEL ((uint64_t)-128) /* PERF_CONTEXT_KERNEL */

static struct sample a_sample(size_t protocol_at, size_t reason_at)
{
	struct sample s = {.t_ns = 77,
	    .n = 6,
	    .chain = {KERNEL, LOCATION - 0x1000, LOCATION, (uint64_t)-4095, CALLER, CALLER + 9},
	    .raw = sizeof(s.record)};

	memcpy(s.record + 16, &(uint64_t){LOCATION}, 8);
	memcpy(s.record + protocol_at, &(uint16_t){0x86dd}, 2);
	memcpy(s.record + reason_at, &(uint32_t){12}, 4);
	return s;
}

PURE_TEST("drops", each_kernels_format_is_read)
{
	static const struct {
		const char *format;
		size_t protocol_at, reason_at;
		const char *reason;
	} rows[] = {{old, 24, 28, ""}, {with_reason, 24, 28, "NETFILTER_DROP"},
	    {with_socket, 32, 36, "NETFILTER_DROP"}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sample s = a_sample(rows[i].protocol_at, rows[i].reason_at);
		struct drop_format f;
		struct drop d;
		struct err e;
		char reason[32];

		ck_assert_msg(drop_format_read(rows[i].format, &f, &e) == 0, "%s", e.text);
		ck_assert(drop_format_sample(&f, &s, sizeof(s), &d));
		ck_assert_int_eq(d.t_ns, 77);
		ck_assert_uint_eq(d.function, LOCATION);
		ck_assert_uint_eq(d.callers[0], CALLER);
		ck_assert_uint_eq(d.callers[1], CALLER + 9);
		ck_assert_uint_eq(d.callers[2], 0);
		ck_assert_uint_eq(d.protocol, 0x86dd);
		ck_assert_str_eq(
		    drop_format_reason(&f, d.reason, reason, sizeof(reason)), rows[i].reason);
		if (i) {
			ck_assert_str_eq(drop_format_reason(&f, 1, reason, sizeof(reason)), "1");
			ck_assert_str_eq(
			    drop_format_reason(&f, 2, reason, sizeof(reason)), "NOT_SPECIFIED");
		}
		drop_format_free(&f);
	}
}

PURE_TEST("drops", formats_that_cannot_be_are_refused)
{
	static const char *const rows[][2] = {{"location;", "place;"}, {"protocol;", "family;"},
	    {"offset:16;", "offset:-1;"}, {"offset:16;", "offset:99999;"},
	    {"size:2;\tsigned:0;\n\t"
	     "field:enum",
	        "size:3;\tsigned:0;\n\tfield:enum"},
	    {"offset:28;\tsize:4;", "offset:28;\tsize:8;"}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *text = ctest_changed(with_reason, rows[i][0], rows[i][1]);
		struct drop_format f;
		struct err e;

		ck_assert_msg(drop_format_read(text, &f, &e) == -EINVAL, "row %zu", i);
		ASSERT_HAS(e.text, "another format");
	}
	struct drop_format none;
	ck_assert_int_eq(drop_format_read("", &none, NULL), -EINVAL);
}

PURE_TEST("drops", records_that_were_cut_off_are_refused)
{
	struct sample s = a_sample(24, 28), more = s, raw = s, lost = s;
	struct drop_format f;
	struct drop d;

	ck_assert_int_eq(drop_format_read(with_reason, &f, NULL), 0);
	size_t least = offsetof(struct sample, record) + 32; /* up to the reason's end */
	for (size_t len = 0; len <= sizeof(s); len++) {
		uint8_t *exact = malloc(len + !len); /* a byte too many is seen by valgrind */

		memcpy(exact, &s, len);
		ck_assert(drop_format_sample(&f, exact, len, &d) == (len == sizeof(s)));
		free(exact);
	}
	raw.raw = 32;
	ck_assert(drop_format_sample(&f, &raw, least, &d));
	raw.raw = 31;
	ck_assert(!drop_format_sample(&f, &raw, least, &d));
	more.n = UINT64_MAX / 4;
	ck_assert(!drop_format_sample(&f, &more, sizeof(more), &d));
	lost.chain[2] = 5; /* the drop is not in the chain */
	ck_assert(drop_format_sample(&f, &lost, sizeof(lost), &d));
	ck_assert_uint_eq(d.callers[0], 0);
	drop_format_free(&f);
}

PURE_TEST("drops", functions_are_found_in_kallsyms)
{
	static const char *const lines[] = {
	    "ffffffff81000400 t nf_hook_slow.part.0\n",
	    "ffffffff81000000 T _stext\n",
	    "ffffffff81000100 T br_forward\n",
	    "ffffffff81000180 d a_variable\n",
	    "0000000000000000 T hidden\n",
	    "ffffffffc0000000 t br_handle_frame_finish\t[bridge]\n",
	    "not a line",
	    "",
	};
	static const struct {
		uint64_t address;
		const char *name;
	} rows[] = {
	    {0xffffffff80ffffff, ""},
	    {0xffffffff81000100, "_stext"}, /* it returns behind the end of its caller */
	    {0xffffffff81000101, "br_forward"},
	    {0xffffffff81000185, "br_forward"},
	    {0xffffffff81000400, "br_forward"},
	    {0xffffffff81000405, "nf_hook_slow"},
	    {0xffffffffc0000001, "br_handle_frame_finish"},
	    {0xffffffffc0000100, "br_handle_frame_finish"},
	};
	struct drop_names names = {0};
	size_t shown = 0;

	for (size_t i = 0; i < 2 * ARRAY_SIZE(rows); i++)
		drop_names_want(&names, rows[i % ARRAY_SIZE(rows)].address);
	drop_names_want(&names, 0);
	ck_assert_uint_eq(names.n, ARRAY_SIZE(rows));
	drop_names_sort(&names);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		shown += drop_names_take(&names, lines[i]);
	drop_names_settle(&names);
	ck_assert_uint_eq(shown, 4);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_msg(!strcmp(drop_names_find(&names, rows[i].address), rows[i].name),
		    "%#lx: %s", (unsigned long)rows[i].address,
		    drop_names_find(&names, rows[i].address));
	ck_assert_str_eq(drop_names_find(&names, 1), "");
	/* not its own function, no netfilter, and what has a name */
	struct drop d = {.function = 0xffffffff81000101,
	    .callers = {0xffffffff81000185, 0xffffffff81000405, 1, 0xffffffffc0000100}};
	ck_assert_str_eq(drop_names_caller(&names, &d), "br_handle_frame_finish");
	d.callers[3] = 0;
	ck_assert_str_eq(drop_names_caller(&names, &d), "");
	drop_names_free(&names);
}
