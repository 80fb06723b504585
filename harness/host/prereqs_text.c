/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereqs_text.c: `steadybridge prereqs`: what this machine has and lacks, told. */
#include <jansson.h>
#include <stdlib.h>

#include "host/prereqs.h"

static void add_json(const struct prereq *p, json_t *all)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_string(p->name));
	json_object_set_new(o, "there", json_boolean(p->there));
	json_object_set_new(o, "needed", json_boolean(p->needed));
	json_object_set_new(o, "found", json_string(p->found));
	if (!p->there) {
		json_object_set_new(o, "disables", json_string(p->disables));
		json_object_set_new(o, "remedy", json_string(p->remedy));
	}
	json_array_append_new(all, o);
}

bool prereqs_text(const struct prereq *p, size_t n, bool json, struct buf *out)
{
	json_t *o = json ? json_object() : NULL, *all = json ? json_array() : NULL;
	bool good = true;

	for (size_t i = 0; i < n; i++) {
		good = good && (p[i].there || !p[i].needed);
		if (json) {
			add_json(&p[i], all);
			continue;
		}
		buf_printf(
		    out, "%-15s %-8s %s\n", p[i].name, p[i].there ? "ok" : "MISSING", p[i].found);
		if (!p[i].there)
			buf_printf(out,
			    "                disables %s\n                remedy   %s\n",
			    p[i].disables, p[i].remedy);
	}
	if (!json)
		return good;
	json_object_set_new(o, "ok", json_boolean(good));
	json_object_set_new(o, "prereqs", all);
	char *text = json_dumps(o, JSON_INDENT(1));
	buf_printf(out, "%s\n", text ? text : "");
	free(text);
	json_decref(o);
	return good;
}
