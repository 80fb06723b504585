/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_results.c: any text as the results.json of a stored run. A libFuzzer target.
 *
 * What is read leads to no file outside the run's folder, can be reported, and its results.json
 * reads back to the same bytes. It can be a run among many. */
#include <stdlib.h>
#include <string.h>

#include "html/html.h"
#include "report/plays.h"
#include "run_history/run_history.h"
#include "test/fuzz/fuzz.h"

static void report_again(struct run *r)
{
	struct plays none, none_back;
	struct buf a = {0}, b = {0}, rest = {0};
	struct run_file back;
	struct err e = {{0}};

	plays_make(r, &none);
	report_json(r, &a);
	HOLDS(!run_file_read("again", a.s, a.len, &back, &e));
	plays_make(&back.run, &none_back);
	report_json(&back.run, &b);
	HOLDS(a.len == b.len && !memcmp(a.s, b.s, a.len));
	report_head(r, 0, &rest);
	report_instrument(r, &rest);
	report_text(r, &rest);
	report_tap(r, &rest);
	report_html(r, &rest);
	plays_free(&none);
	plays_free(&none_back);
	run_file_free(&back);
	buf_free(&a);
	buf_free(&b);
	buf_free(&rest);
}

static void over_time(const char *text, size_t size)
{
	struct run_history h = {0};
	struct buf out = {0};

	if (!run_history_add(&h, "fuzz", text, size, "2026-11-30T18:24:54Z")) {
		run_history_order(&h);
		run_history_text(&h, &out);
		run_history_json(&h, &out);
		run_history_html(&h, &out);
	} else {
		HOLDS(h.n_unread == 1 && !h.n_runs && !h.n_cases);
	}
	buf_free(&out);
	run_history_free(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size);
	struct run_file f;
	struct err e = {{0}};

	if (!run_file_read("fuzz", text, size, &f, &e)) {
		for (size_t i = 0; i < f.n_slugs; i++)
			HOLDS(f.slugs[i][0] && f.slugs[i][0] != '.' && !strchr(f.slugs[i], '/'));
		report_again(&f.run);
		run_file_free(&f);
	} else {
		HOLDS(e.text[0]);
	}
	over_time(text, size);
	free(text);
	return 0;
}
