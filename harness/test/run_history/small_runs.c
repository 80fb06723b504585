/* SPDX-License-Identifier: GPL-2.0-or-later */
/* small_runs.c: runs as a few lines, for the tests of many runs over time. */
#include "test/run_history/small_runs.h"

#include <jansson.h>
#include <string.h>

#include "test/kit/ctest.h"

static void put_play(json_t *list, const struct play *p, bool counts, bool drops)
{
	json_array_append_new(
	    list, json_pack("{ss ss si sb sb ss sb sf sf sf sf si}", "name", p->name, "slug", "a",
	              "repeat", p->repeat, "counts-in", counts, "drop-play", drops, "verdict",
	              counts ? p->verdict : "invalid", "known", p->known, "longest-outage-s",
	              p->outage_s, "warmup-s", 2.0, "duration-s", 60.0, "pace",
	              counts && !p->retried ? 20.0 : 10.0, "rounds", p->by_events ? 3 : 0));
}

static char *small_text(const struct small_run *run)
{
	json_t *cases = json_array(), *skipped = json_array();

	for (const struct play *p = run->plays; p->name; p++) {
		if (p->retried)
			put_play(cases, p, false, false);
		put_play(cases, p, true, false);
		if (p->drops)
			put_play(cases, p, false, true);
	}
	if (run->skipped)
		json_array_append_new(skipped, json_pack("{ss}", "name", run->skipped));
	json_t *o = json_pack("{si ss? ss ss s{ss ss} so so}", "format", 1, "began", run->began,
	    "kernel", run->kernel ? run->kernel : "6.1.0", "steadybridge",
	    run->version ? run->version : "1.0.0 (a1b2c3d)", "versions", "dnsmasq", "2.90",
	    "iptables", "1.8.9 (nf_tables)", "cases", cases, "skipped", skipped);
	char *text = json_dumps(o, 0);

	json_decref(o);
	return text;
}

static void add_small(struct run_history *h, const char *path, const struct small_run *run)
{
	AUTO_FREE char *text = small_text(run);

	ck_assert_msg(!run_history_add(h, path, text, strlen(text), WRITTEN), "%s: %s", path,
	    h->n_unread ? h->unread[0].message : "?");
}

void small_runs_add(struct run_history *h, const struct small_run *runs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_FREE char *path = mem_printf("out/%zu/results.json", i + 1);

		add_small(h, path, &runs[i]);
	}
	run_history_order(h);
}
