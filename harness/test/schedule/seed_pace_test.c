/* SPDX-License-Identifier: GPL-2.0-or-later */
/* seed_pace_test.c: tests of the seed and the pace in force. */
#include "base/macros.h"
#include "run/playlist.h"
#include "schedule/seed_pace.h"
#include "test/kit/scenarios.h"

PURE_TEST("schedule", what_is_given_goes_before_the_file_and_the_file_before_defaults)
{
	static const struct {
		struct seed_pace asked;
		struct scenario s;
		uint64_t seed;
		double pace;
	} rows[] = {
	    {{.seed = 1, .pace = 20}, {0}, 1, 20},
	    {{.seed = 1, .pace = 20}, {.seed = 7, .has_seed = true, .pace = 15}, 7, 15},
	    {{.seed = 1, .pace = 20}, {.seed = 0, .has_seed = true}, 0, 20},
	    {{.seed = 1, .pace = 20, .seed_given = true}, {.seed = 7, .has_seed = true, .pace = 15},
	        1, 15},
	    {{.seed = 1, .pace = 20, .pace_given = true}, {.seed = 7, .has_seed = true, .pace = 15},
	        7, 20},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct seed_pace with = seed_pace_in_force(&rows[i].asked, &rows[i].s);

		ck_assert_msg(with.seed == rows[i].seed && with.pace == rows[i].pace, "row %zu", i);
	}
}

PURE_TEST("schedule", a_play_has_the_file_s_seed_and_pace)
{
	struct playlist p = {.asked = {.seed = 1, .pace = 20}, .kernel = "test"};
	AUTO_SCENARIO *s = scenario_read("x.yaml", "seed: 0xbeef\npace: 7\n" YAML_PLAIN, NULL);
	struct play_job *pj = playlist_add(&p, &s->cases[0], (struct play_id){0});

	ck_assert_uint_eq(pj->schedule.seed, 0xbeef);
	ck_assert_double_eq(pj->schedule.pace, 7);
	playlist_free(&p);
}
