/* decode_lookups.c: family, transport, answer size and attempts of lookups: read and checked. */
#include "scenario/decode_lookups.h"

#include "scenario/values.h"

/* dnsmasq closes a connection after TCP_MAX_QUERIES (100); a few are left for what comes before
 * warm-up. */
#define KEPT_QUERIES_MAX 95

void lookups_read(struct decoder *d, const struct node *lookups, struct scenario_case *c)
{
	const struct node *n = node_get(lookups, "family");
	int64_t count;
	int word;

	c->families = FAMILY_BIT(IP_V4);
	c->transports = TRANSPORT_BIT(TRANSPORT_UDP);
	c->attempts = 1;
	if (n && value_word(d->errors, n, "lookups.family", words_family, &word))
		c->families = (unsigned)word;
	n = node_get(lookups, "transport");
	if (n && value_word(d->errors, n, "lookups.transport", words_transport, &word))
		c->transports = (unsigned)word;
	n = node_get(lookups, "answer-size");
	if (n && value_count(d->errors, n, "lookups.answer-size", 100, LOOKUPS_ANSWER_MAX, &count))
		c->answer_size = (unsigned)count;
	n = node_get(lookups, "attempts");
	if (n && value_count(d->errors, n, "lookups.attempts", 1, 10, &count))
		c->attempts = (unsigned)count;
}

void lookups_check(struct errors *e, const struct node *tree, const struct scenario_case *c)
{
	int64_t interval = c->every_ns > 0 ? c->every_ns : c->pause_ns;

	if (!(c->transports & TRANSPORT_BIT(TRANSPORT_TCP_KEPT)) || interval <= 0 ||
	    c->duration_ns < 0 || c->warmup_ns < 0)
		return;
	if ((c->warmup_ns + c->duration_ns) / interval > KEPT_QUERIES_MAX)
		errors_add(e, place_of(tree, "lookups", "transport", NULL),
		    "at most 95 lookups in warm-up and duration",
		    "dnsmasq closes a kept connection after 100 lookups");
}
