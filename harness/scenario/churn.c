/* SPDX-License-Identifier: GPL-2.0-or-later */
/* churn.c: when a churn's ports join and leave. */
#include "scenario/churn.h"

#include <stdio.h>
#include <string.h>

uint64_t churn_cycles(const struct churn *churn, int64_t duration_ns)
{
	if (churn->joins != JOIN_EVERY)
		return 1;
	if (churn->leaves != LEAVE_AFTER || churn->joins_ns <= 0 || churn->leaves_ns > duration_ns)
		return 0;
	return (uint64_t)((duration_ns - churn->leaves_ns) / churn->joins_ns) + 1;
}

int64_t churn_join_ns(const struct churn *churn, uint64_t cycle)
{
	switch (churn->joins) {
	case JOIN_BEFORE:
		return -1;
	case JOIN_AT:
		return churn->joins_ns;
	default:
		return churn->joins_ns * (int64_t)cycle;
	}
}

bool churn_leave_ns(const struct churn *churn, uint64_t cycle, int64_t *t)
{
	if (churn->leaves == LEAVE_NEVER)
		return false;
	*t = churn->leaves == LEAVE_AT ? churn->leaves_ns
	                               : churn_join_ns(churn, cycle) + churn->leaves_ns;
	return true;
}

bool churn_first_change(const struct churn *churn, int64_t *t)
{
	*t = churn_join_ns(churn, 0);
	return *t >= 0 || churn_leave_ns(churn, 0, t);
}

void churn_port_name(const struct churn *churn, unsigned k, char *out)
{
	char text[NAME_MAX_LEN + 16];

	if (churn->count > 1)
		snprintf(text, sizeof(text), "%s-%u", churn->name, k + 1);
	else
		snprintf(text, sizeof(text), "%s", churn->name);
	memcpy(out, text, NAME_MAX_LEN - 1);
	out[NAME_MAX_LEN - 1] = '\0';
}

bool churn_is_tap(const struct churn *churn)
{
	return churn->kind == KIND_TAP || churn->kind == KIND_TAP_DOWN;
}
