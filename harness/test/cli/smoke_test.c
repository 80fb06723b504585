/* SPDX-License-Identifier: GPL-2.0-or-later */
/* smoke_test.c: tests of `--smoke`: everything that the shipped scenarios say occurs, and little of
 * it twice. */
#include "cli/smoke.h"

#include <string.h>

#include "cli/selection.h"
#include "test/kit/program.h"

static unsigned shown_by_all(const struct scenarios *s)
{
	unsigned shows = 0;

	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < s->items[i]->n_cases; k++)
			shows |= smoke_shows(&s->items[i]->cases[k]);
	return shows;
}

static bool is_partner(const struct scenario_case *a, const struct scenario_case *b)
{
	return (a->breaks == CAUSE_NONE) != (b->breaks == CAUSE_NONE) &&
	       !strcmp(a->group, b->group);
}

/* Has a case that proves something with it been chosen? */
static bool has_partner(const struct smoke *smoke, const struct scenario_case *c)
{
	for (size_t i = 0; i < smoke->n; i++)
		if (is_partner(smoke->cases[i], c))
			return true;
	return false;
}

static bool wants_partner(const struct scenario_case *c)
{
	for (size_t i = 0; i < c->scenario->n_cases; i++)
		if (is_partner(&c->scenario->cases[i], c))
			return !c->exposures_none && !c->scenario->cases[i].exposures_none;
	return false;
}

CTEST("smoke", CTEST_SANDBOX, NULL, each_cause_and_each_pin_occurs_with_its_control)
{
	struct options o = {0};
	struct scenarios s = {0};
	struct smoke smoke, again;
	unsigned shows = 0;
	size_t n = 0;

	ck_assert_int_eq(selection_read(&o, &s), 0);
	smoke_choose(&s, &o, &smoke);
	smoke_choose(&s, &o, &again);
	for (size_t i = 0; i < s.n; i++)
		n += s.items[i]->n_cases;
	for (size_t i = 0; i < smoke.n; i++) {
		unsigned before = shows;

		shows |= smoke_shows(smoke.cases[i]);
		ck_assert_ptr_eq(smoke.cases[i], again.cases[i]);
		ck_assert_msg(!wants_partner(smoke.cases[i]) || has_partner(&smoke, smoke.cases[i]),
		    "%s is alone", smoke.cases[i]->name);
		ck_assert_msg(shows != before || has_partner(&smoke, smoke.cases[i]),
		    "%s is there for nothing", smoke.cases[i]->name);
	}
	ck_assert_uint_eq(smoke.n, again.n);
	ck_assert_uint_eq(shows, shown_by_all(&s));
	ck_assert_int_gt(__builtin_popcount(shows), 8);
	ck_assert_msg(smoke.n < n / 6, "%zu of %zu cases", smoke.n, n);
	smoke_free(&smoke);
	smoke_free(&again);
	load_free(&s);
}

CTEST("smoke", CTEST_HOST, NULL, it_selects_what_is_played_and_listed)
{
	char *dir = program_scratch("smoke");

	ASSERT_RUNS({{"list", "--smoke", "lowest-port-leaves"},
	                .says = {"lowest-port-leaves/inherited,"}, .hides = {"arp-notify"}},
	    {{"check", "--smoke", "--quick", "--out", dir, "lowest-port-leaves"},
	        .says = {"1 of 1 control broke, 3 of 3 arms held"}});
	program_drop(dir);
}
