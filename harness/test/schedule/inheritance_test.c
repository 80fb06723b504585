/* SPDX-License-Identifier: GPL-2.0-or-later */
/* inheritance_test.c: each event is played on each rule by which a bridge has its MAC, its MTU, its
 * carrier and its addresses; docs/KERNEL.md has a table of where. SB_GOLDEN=write writes it again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/macros.h"
#include "base/mem.h"
#include "test/kit/scenarios.h"

#define DOCUMENT "docs/KERNEL.md"

enum rule {
	RULE_MAC_INHERITED,
	RULE_MAC_AT_CREATE,
	RULE_MAC_TO_OTHER,
	RULE_MAC_TO_CURRENT,
	RULE_MAC_BY_EVENT,
	RULE_MTU_INHERITED,
	RULE_MTU_AT_CREATE,
	RULE_MTU_PINNED,
	RULE_CARRIER,
	RULE_IPV4,
	RULE_IPV6,
	RULE_COUNT
};
#define RULE_BIT(rule) (1u << (rule))

static const char *const rules[RULE_COUNT] = {
    [RULE_MAC_INHERITED] = "MAC inherited",
    [RULE_MAC_AT_CREATE] = "MAC pinned at create",
    [RULE_MAC_TO_OTHER] = "MAC pinned to another",
    [RULE_MAC_TO_CURRENT] = "MAC pinned to its own",
    [RULE_MAC_BY_EVENT] = "MAC pinned by an event",
    [RULE_MTU_INHERITED] = "MTU inherited",
    [RULE_MTU_AT_CREATE] = "MTU given at create",
    [RULE_MTU_PINNED] = "MTU pinned",
    [RULE_CARRIER] = "carrier",
    [RULE_IPV4] = "IPv4 address",
    [RULE_IPV6] = "IPv6 address",
};

enum happening {
	JOINS,
	LEAVES_BY_DELETE,
	LEAVES_BY_RELEASE,
	LEAVES_BY_DEATH,
	RE_ADDRESSED,
	RESIZED,
	DOWN_AND_UP,
	LAST_LEAVES,
	BOUNCED,
	MADE_AGAIN,
	HAPPENING_COUNT,
	NOTHING = HAPPENING_COUNT
};

static const char *const happenings[HAPPENING_COUNT] = {
    [JOINS] = "a port joins",
    [LEAVES_BY_DELETE] = "a port leaves by delete",
    [LEAVES_BY_RELEASE] = "a port leaves by release",
    [LEAVES_BY_DEATH] = "a port leaves by namespace death",
    [RE_ADDRESSED] = "a port gets another MAC",
    [RESIZED] = "a port gets another MTU",
    [DOWN_AND_UP] = "a port is set down and up",
    [LAST_LEAVES] = "the last port leaves",
    [BOUNCED] = "the bridge is set down and up",
    [MADE_AGAIN] = "the bridge is made again",
};

/* The case that plays it: an arm rather than a control; of those the one with the fewest joins,
 * leaves and events. */
struct cell {
	char *scenario;
	bool control;
	size_t events;
};
static struct cell table[HAPPENING_COUNT][RULE_COUNT];

struct port {
	char name[NAME_MAX_LEN];
	bool there;
	struct mac mac; /* zero: the kernel's choice */
	uint32_t mtu;
};

/* A case's bridge, as its events have changed it. */
struct bridge {
	const struct scenario_case *c;
	struct port *ports;
	size_t n, cap;
	enum rule mac, mtu;
};

struct inherited {
	struct mac mac;
	uint32_t mtu;
	size_t ports;
};

/* What a bridge that inherits has by its ports. */
static struct inherited inherited_of(const struct bridge *b)
{
	struct inherited all = {.mtu = MTU_USUAL};

	for (const struct port *p = b->ports; p < b->ports + b->n; p++) {
		if (!p->there)
			continue;
		if (!all.ports++ || p->mtu < all.mtu)
			all.mtu = p->mtu;
		if (!mac_is_zero(p->mac) && (mac_is_zero(all.mac) || mac_cmp(p->mac, all.mac) < 0))
			all.mac = p->mac;
	}
	return all;
}

static struct port *port_of(struct bridge *b, const char *name)
{
	for (struct port *p = b->ports; p < b->ports + b->n; p++)
		if (!strcmp(p->name, name))
			return p;
	struct port *p = MEM_PUSH(b->ports, b->n, b->cap);
	*p = (struct port){0};
	strcpy(p->name, name);
	return p;
}

static struct bridge bridge_of(const struct scenario_case *c, const struct schedule *s)
{
	static const enum rule pins[] = {[PIN_NEVER] = RULE_MAC_INHERITED,
	    [PIN_AT_CREATE] = RULE_MAC_AT_CREATE,
	    [PIN_TO_OTHER] = RULE_MAC_TO_OTHER,
	    [PIN_TO_CURRENT] = RULE_MAC_TO_CURRENT};
	struct bridge b = {.c = c, .mac = pins[c->pin]};

	b.mtu = c->mtu_via_other ? RULE_MTU_PINNED
	        : c->mtu         ? RULE_MTU_AT_CREATE
	                         : RULE_MTU_INHERITED;
	for (size_t i = 0; i < c->n_clients; i++) {
		struct port *p = port_of(&b, c->clients[i].name);

		p->there = true;
		p->mac = s->client_port_macs[i];
		p->mtu = c->clients[i].mtu;
	}
	return b;
}

static enum happening change_bridge(struct bridge *b, const struct sched_event *ev)
{
	switch (ev->op) {
	case OP_SET_MAC:
		b->mac = RULE_MAC_BY_EVENT;
		return NOTHING;
	case OP_SET_MTU: /* setting the MTU that it has does not pin */
		if (ev->change->mtu != inherited_of(b).mtu)
			b->mtu = RULE_MTU_PINNED;
		return NOTHING;
	case OP_RECREATE:
		b->mac = ev->change->by == RECREATE_WITHOUT_MAC ? RULE_MAC_INHERITED
		                                                : RULE_MAC_AT_CREATE;
		b->mtu = b->c->mtu ? RULE_MTU_AT_CREATE : RULE_MTU_INHERITED;
		return MADE_AGAIN;
	default:
		return ev->op == OP_UP ? BOUNCED : NOTHING;
	}
}

static enum happening leave(struct bridge *b, const struct sched_event *ev)
{
	static const enum happening leaves[] = {[BY_DELETE] = LEAVES_BY_DELETE,
	    [BY_RELEASE] = LEAVES_BY_RELEASE,
	    [BY_NAMESPACE_DEATH] = LEAVES_BY_DEATH};

	port_of(b, ev->port)->there = false;
	return leaves[ev->change ? BY_RELEASE : b->c->churns[ev->churn].by];
}

static enum happening change_port(struct bridge *b, const struct sched_event *ev)
{
	struct port *p = port_of(b, ev->port);

	switch (ev->op) {
	case OP_JOIN:
		p->there = true;
		if (!ev->change) {
			p->mac = ev->mac;
			p->mtu = b->c->churns[ev->churn].mtu;
		}
		return JOINS;
	case OP_LEAVE:
		return leave(b, ev);
	case OP_SET_MAC:
		if (mac_is_zero(ev->mac))
			return NOTHING;
		p->mac = ev->mac;
		return p->there ? RE_ADDRESSED : NOTHING;
	case OP_SET_MTU:
		p->mtu = ev->change->mtu;
		return p->there ? RESIZED : NOTHING;
	default:
		return ev->op == OP_UP && p->there ? DOWN_AND_UP : NOTHING;
	}
}

static enum happening play(struct bridge *b, const struct sched_event *ev)
{
	if (ev->change && ev->change->whose == WHOSE_CLIENT_END)
		return NOTHING;
	return ev->change && ev->change->whose == WHOSE_BRIDGE ? change_bridge(b, ev)
	                                                       : change_port(b, ev);
}

/* The rules that this puts to the test. What can change the lowest MAC or the smallest MTU must
 * change it; what cannot, must not either. */
static unsigned tested(const struct bridge *before, enum happening what,
    const struct inherited *was, const struct inherited *is)
{
	const unsigned both = 1u << JOINS | 1u << LEAVES_BY_DELETE | 1u << LEAVES_BY_RELEASE |
	                      1u << LEAVES_BY_DEATH | 1u << LAST_LEAVES;
	unsigned bits = RULE_BIT(RULE_CARRIER);

	if (!((both | 1u << RE_ADDRESSED) & 1u << what) || mac_cmp(was->mac, is->mac) != 0)
		bits |= RULE_BIT(before->mac);
	if (!((both | 1u << RESIZED) & 1u << what) || was->mtu != is->mtu)
		bits |= RULE_BIT(before->mtu);
	if (before->c->families & FAMILY_BIT(IP_V4))
		bits |= RULE_BIT(RULE_IPV4);
	if (before->c->families & FAMILY_BIT(IP_V6))
		bits |= RULE_BIT(RULE_IPV6);
	return bits;
}

static bool is_better(const struct cell *a, const struct cell *b)
{
	return a->control != b->control ? b->control : a->events < b->events;
}

static void fill(const struct scenario_case *c, size_t events, enum happening what, unsigned bits)
{
	for (int r = 0; r < RULE_COUNT; r++) {
		struct cell *old = &table[what][r],
		            new = {c->scenario->name, c->breaks != CAUSE_NONE, events};

		if (!(bits & RULE_BIT(r)) || (old->scenario && !is_better(&new, old)))
			continue;
		free(old->scenario);
		*old = new;
		old->scenario = mem_strdup(new.scenario);
	}
}

static void fill_by_case(const struct scenario_case *c)
{
	struct schedule s;

	schedule_make(c, 1, 20, &s);
	struct bridge b = bridge_of(c, &s);
	for (const struct sched_event *ev = s.events; ev < s.events + s.n; ev++) {
		const struct bridge before = b;
		struct inherited was = inherited_of(&b);
		enum happening what = play(&b, ev);
		struct inherited is = inherited_of(&b);

		if (what == NOTHING || ev->t_ns < 0)
			continue;
		fill(c, s.n, what, tested(&before, what, &was, &is));
		if (was.ports && !is.ports)
			fill(c, s.n, LAST_LEAVES, tested(&before, LAST_LEAVES, &was, &is));
	}
	free(b.ports);
	schedule_free(&s);
}

static void fill_by_shipped_scenarios(void)
{
	char **files;
	struct err e = {{0}};
	int n = data_scenarios(false, &files, &e);

	ck_assert_msg(n > 0, "%s", e.text);
	for (int i = 0; i < n; i++) {
		AUTO_BUF text = {0};

		ck_assert_msg(!data_read(files[i], 1 << 16, &text, &e), "%s", e.text);
		AUTO_SCENARIO *s = scenario_read(strrchr(files[i], '/') + 1, text.s, NULL);
		for (size_t k = 0; k < s->n_cases; k++)
			fill_by_case(&s->cases[k]);
		free(files[i]);
	}
	free(files);
}

/* For the rules from `first` to before `end`. */
static void put_table(int first, int end, struct buf *out)
{
	buf_puts(out, "\n| event |");
	for (int r = first; r < end; r++)
		buf_printf(out, " %s |", rules[r]);
	buf_puts(out, "\n|---|");
	for (int r = first; r < end; r++)
		buf_puts(out, "---|");
	buf_puts(out, "\n");
	for (int what = 0; what < HAPPENING_COUNT; what++) {
		buf_printf(out, "| %s |", happenings[what]);
		for (int r = first; r < end; r++)
			buf_printf(out, " `%s`%s |", table[what][r].scenario,
			    table[what][r].control ? " (control)" : "");
		buf_puts(out, "\n");
	}
}

PURE_TEST("inheritance", each_event_is_played_on_each_rule)
{
	static const char open[] = "<!-- inheritance (from inheritance_test.c) -->\n",
	                  shut[] = "\n<!-- end of inheritance -->\n";
	AUTO_BUF missing = {0}, made = {0};
	char *text = ctest_file(DOCUMENT, NULL), *begin = strstr(text, open),
	     *end = strstr(text, shut);

	fill_by_shipped_scenarios();
	for (int what = 0; what < HAPPENING_COUNT; what++)
		for (int r = 0; r < RULE_COUNT; r++)
			if (!table[what][r].scenario)
				buf_printf(&missing, "\n  %s: %s", rules[r], happenings[what]);
	ck_assert_msg(!missing.len, "no scenario of suite/scenarios plays:%s", missing.s);
	ck_assert(begin && end);
	buf_add(&made, text, (size_t)(begin - text) + strlen(open));
	put_table(RULE_MAC_INHERITED, RULE_MTU_INHERITED, &made);
	put_table(RULE_MTU_INHERITED, RULE_CARRIER, &made);
	put_table(RULE_CARRIER, RULE_COUNT, &made);
	buf_puts(&made, end);
	free(text);
	ctest_stored(DOCUMENT, &made);
}
