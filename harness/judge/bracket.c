/* bracket.c: which of the changes that were asked for can have changed the bridge's MAC.
 *
 * A notification is read late, so every bracket of the last 10 ms of real time may be what it tells
 * of. At a hundred cycles a second that is the last cycle or two, and nothing would be known of any
 * moment. But the bridge takes a MAC when a port that has it joins, and loses it when that port
 * leaves, one change after another. */
#include "judge/bracket.h"

static bool can(const struct bracket *b, struct mac old, struct mac new)
{
	const struct event *ev = b->begin;

	if (ev->u.churn.event || mac_is_zero(ev->u.churn.mac))
		return true;
	if (ev->u.churn.op == OP_JOIN)
		return !mac_cmp(ev->u.churn.mac, new);
	return ev->u.churn.op != OP_LEAVE || !mac_cmp(ev->u.churn.mac, old);
}

int64_t bracket_of_mac(
    const struct mirror *m, int64_t t_ns, struct mac old, struct mac new, int64_t since_ns)
{
	int64_t widest = mirror_earliest(m, t_ns), earliest = INT64_MAX;
	size_t lo = 0, hi = m->n_brackets;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (m->brackets[mid].begin_ns <= t_ns)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (size_t i = lo; i > 0 && lo - i < 64; i--) {
		const struct bracket *b = &m->brackets[i - 1];

		if (b->begin_ns < widest || b->begin_ns < since_ns)
			break;
		if (can(b, old, new))
			earliest = b->begin_ns;
	}
	return earliest == INT64_MAX ? widest : earliest;
}
