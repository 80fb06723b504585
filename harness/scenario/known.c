/* SPDX-License-Identifier: GPL-2.0-or-later */
/* known.c: failures that are known and tolerated, and on which kernels and with which tools. */
#include "scenario/known.h"

#include <string.h>

#include "base/macros.h"
#include "scenario/grammar.h"
#include "scenario/read.h"

enum order { LESS = 1, EQUAL = 2, GREATER = 4 };

struct condition {
	bool of_tool;   /* else of the kernel */
	unsigned holds; /* for these: enum order */
	unsigned long parts[3];
	unsigned n; /* parts given: 6.2 says nothing about 6.2's third number */
};

/* Up to three numbers joined by dots; returns behind them, NULL when there is none. */
static const char *read_version(const char *s, unsigned long parts[3], unsigned *n)
{
	*n = 0;
	for (;;) {
		if (*s < '0' || *s > '9')
			return NULL;
		parts[*n] = 0;
		for (; *s >= '0' && *s <= '9'; s++)
			if (parts[*n] < 1000000)
				parts[*n] = parts[*n] * 10 + (unsigned long)(*s - '0');
		if (++*n == 3 || *s != '.' || s[1] < '0' || s[1] > '9')
			return s;
		s++;
	}
}

static bool read_condition(const char *s, struct condition *out)
{
	static const struct {
		const char *text;
		unsigned holds;
	} orders[] = {
	    {"<=", LESS | EQUAL},
	    {">=", GREATER | EQUAL},
	    {"==", EQUAL},
	    {"<", LESS},
	    {">", GREATER},
	};
	size_t i = 0;

	out->of_tool = !strncmp(s, "tool", 4);
	if (!out->of_tool && strncmp(s, "kernel", 6) != 0)
		return false;
	s += out->of_tool ? 4 : 6;
	s += strspn(s, " ");
	while (i < ARRAY_SIZE(orders) && strncmp(s, orders[i].text, strlen(orders[i].text)) != 0)
		i++;
	if (i == ARRAY_SIZE(orders))
		return false;
	out->holds = orders[i].holds;
	s += strlen(orders[i].text);
	s = read_version(s + strspn(s, " "), out->parts, &out->n);
	return s && !*s;
}

/* The version in "netavark 1.4.0". NULL stays NULL. */
static const char *version_of(const char *tool)
{
	const char *space = tool ? strrchr(tool, ' ') : NULL;

	return space ? space + 1 : tool;
}

bool known_applies(const char *if_text, const char *kernel, const char *tool)
{
	struct condition c;
	unsigned long parts[3] = {0};
	unsigned n;
	int d = 0;

	if (!if_text)
		return true;
	if (!read_condition(if_text, &c))
		return false;
	const char *version = c.of_tool ? version_of(tool) : kernel;
	if (!version || !read_version(version, parts, &n))
		return false;
	for (unsigned i = 0; i < c.n && !d; i++) {
		unsigned long here = i < n ? parts[i] : 0;

		d = here < c.parts[i] ? -1 : here > c.parts[i];
	}
	return c.holds & (d < 0 ? LESS : d > 0 ? GREATER : EQUAL);
}

static void read_entry(
    struct errors *e, const struct node *map, const struct node *arms, struct known *k)
{
	const struct section s = {e, map, keys_known, "known", map->at, false};
	const char *arm, *if_text, *why;
	struct condition c;

	grammar_check(map, keys_known, "known", false, e);
	arm = read_text(&s, "arm");
	if (arm && !node_item(arms, arm))
		errors_add(e, node_get(map, "arm")->at, "one of `arms`",
		    "known names '%s', but there is no such arm", arm);
	if_text = read_text(&s, "if");
	if (if_text && !read_condition(if_text, &c))
		errors_add(e, node_get(map, "if")->at,
		    "kernel or tool, then one of < <= > >= ==, then a version: kernel < 6.2",
		    "known.if '%s' cannot be read", if_text);
	why = read_text(&s, "why");
	*k = (struct known){.arm = mem_strdup(arm),
	    .if_text = mem_strdup(if_text),
	    .breaks = read_cause(&s, "breaks"),
	    .why = mem_strdup(why)};
}

void known_read(
    struct errors *e, const struct node *file, const struct node *arms, struct scenario *s)
{
	const struct node *list = node_get(file, "known");

	if (!list || !value_is(e, list, NODE_LIST, "known", "a list of {arm, if, breaks, why}"))
		return;
	s->known = mem_alloc(list->n * sizeof(*s->known));
	for (size_t i = 0; i < list->n; i++) {
		const struct node *map = list->items[i].value;

		if (value_is(e, map, NODE_MAP, "an entry of known", "{arm, if, breaks, why}"))
			read_entry(e, map, arms, &s->known[s->n_known++]);
	}
}
