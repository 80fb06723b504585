/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fuzz_scenario.c: libFuzzer target: any text is a scenario file or a list of errors, never a
 * crash.
 *
 * A file that is read must be spread into schedules, and each of its first cases' configuration
 * must be read as the same case again. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "scenario/scenario.h"
#include "schedule/schedule.h"
#include "test/fuzz/fuzz.h"

#define CASES 8 /* looked at, of each file */

#ifndef LLVMFuzzerTestOneInput                 /* by itself, not among the tests */
const char *__lsan_default_suppressions(void); /* NOLINT(*-reserved-identifier,cert-dcl*) */

/* libfyaml 0.7.12 itself loses 4 KiB over a quoted text of many doubled quotes. That yaml_parse()
 * loses nothing is seen by the tests, which suppress nothing. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libfyaml.so";
}
#endif

static const struct scenario_options options = {.allow_faults = true};

static void play_again(const struct scenario_case *c)
{
	struct scenario *s;
	struct buf messages = {0};
	bool found = false;

	if (strlen(c->config) > 65536) /* written larger than it was read */
		return;
	HOLDS(!scenario_parse("again.yaml", c->config, strlen(c->config), &options, &s, &messages));
	for (size_t i = 0; i < s->n_cases; i++)
		found |= !strcmp(s->cases[i].name, c->name);
	HOLDS(found);
	scenario_free(s);
	buf_free(&messages);
}

static void look_at(const struct scenario_case *c)
{
	struct schedule s;
	struct buf text = {0};

	schedule_make(c, 1, 20, &s);
	for (size_t i = 1; i < s.n; i++)
		HOLDS(s.events[i].t_ns >= s.events[i - 1].t_ns);
	HOLDS(s.pace >= 1 && s.min_outage_ns >= 0);
	schedule_text(c, &s, &text);
	buf_free(&text);
	schedule_free(&s);
	play_again(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scenario *s;
	struct buf messages = {0};
	char *text = mem_alloc(size + 1);

	memcpy(text, data, size);
	if (!scenario_parse("fuzz.yaml", text, size, &options, &s, &messages)) {
		for (size_t i = 0; i < s->n_cases && i < CASES; i++)
			look_at(&s->cases[i]);
		scenario_free(s);
	} else {
		HOLDS(messages.len > 0);
	}
	buf_free(&messages);
	free(text);
	return 0;
}
