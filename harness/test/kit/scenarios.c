/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scenarios.c: scenarios for tests: their text, what reading it gives, and a case's schedule. */
#include "test/kit/scenarios.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/utf8.h"

/* One line, unless the value is "". */
static void put(struct buf *b, const char *key, const char *value, const char *plain)
{
	if (!value)
		buf_puts(b, plain);
	else if (*value)
		buf_printf(b, "%s: %s\n", key, value);
}

char *scenario_text(const struct scenario_values *v)
{
	struct buf b = {0};

	buf_puts(&b, "summary: A port leaves\n");
	put(&b, "clients", v->clients, "clients: {c1: {}}\n");
	put(&b, "churn", v->churn, YAML_CHURN);
	put(&b, "lookups", v->lookups, YAML_LOOKUPS);
	put(&b, "duration", v->duration, YAML_DURATION);
	put(&b, "arms", v->arms, YAML_ARMS);
	buf_puts(&b, v->more ? v->more : "");
	return b.s;
}

void scenario_clean(struct scenario **s)
{
	scenario_free(*s);
}

struct scenario *scenario_read(
    const char *file, const char *text, const struct scenario_options *options)
{
	struct scenario *s = NULL;
	struct buf messages = {0};
	int r = scenario_parse(file, text, strlen(text), options, &s, &messages);

	ck_assert_msg(r == 0 && !messages.len, "%s", messages.s);
	ck_assert_ptr_nonnull(s);
	return s;
}

char *scenario_errors(
    const char *file, const char *text, size_t len, const struct scenario_options *options)
{
	struct scenario *s = NULL;
	struct buf messages = {0};
	int r = scenario_parse(file, text, len, options, &s, &messages);

	ck_assert_msg(r == -EINVAL, "%s was read without an error", file);
	ck_assert_ptr_null(s);
	ck_assert_uint_gt(messages.len, 0);
	ck_assert_msg(utf8_good(messages.s, true), "%s: harmful: %s", file, messages.s);
	ck_assert_msg(strstr(messages.s, "\n  expected: "), "%s: no remedy: %s", file, messages.s);
	return messages.s;
}

/* The part of the messages that a line of the head asks for; NULL: another comment. Caller frees.
 */
static char *wanted(const char *file, const char *line, bool *is_error)
{
	static const char error[] = "# expect: ", remedy[] = "# expected: ";

	*is_error = !strncmp(line, error, sizeof(error) - 1);
	if (*is_error) {
		line += sizeof(error) - 1;
		size_t n = strcspn(line, " ");
		return mem_printf("%s:%.*s: error: %s\n", file, (int)n, line, line + n + 1);
	}
	return strncmp(line, remedy, sizeof(remedy) - 1) ? NULL : mem_printf("\n  %s\n", line + 2);
}

static unsigned file_is_refused(const char *folder, const char *name, bool allow_faults)
{
	struct scenario_options options = {.allow_faults = allow_faults};
	AUTO_FREE char *path = mem_printf("%s/%s", folder, name);
	size_t len;
	AUTO_FREE char *text = ctest_file(path, &len);
	AUTO_FREE char *messages = scenario_errors(name, text, len, &options);
	char *save = NULL;
	unsigned errors = 0;

	for (char *line = strtok_r(text, "\n", &save); line && *line == '#';
	     line = strtok_r(NULL, "\n", &save)) {
		bool is_error;
		AUTO_FREE char *want = wanted(name, line, &is_error);

		ck_assert_msg(!want || strstr(messages, want), "%s: expected\n%sbut got\n%s", path,
		    want, messages);
		errors += is_error;
	}
	ck_assert_msg(errors > 0, "%s expects nothing", path);
	ck_assert_msg(ctest_count(messages, ": error: ") == errors, "%s has other errors:\n%s",
	    path, messages);
	ck_assert_msg(ctest_count(messages, "\n  expected: ") == errors, "%s: no remedy:\n%s", path,
	    messages);
	ck_assert_msg(ctest_count(messages, "^\n") >= errors, "%s: no caret:\n%s", path, messages);
	return errors;
}

unsigned scenario_folder_is_refused(const char *folder, bool allow_faults, unsigned *files)
{
	AUTO_FREE char *path = data_path(folder);
	DIR *dir = opendir(path);
	struct dirent *entry;
	unsigned errors = 0;

	ck_assert_ptr_nonnull(dir);
	*files = 0;
	while ((entry = readdir(dir)))
		if (strstr(entry->d_name, ".yaml")) {
			errors += file_is_refused(folder, entry->d_name,
			    allow_faults && !strstr(entry->d_name, "-not-allowed"));
			++*files;
		}
	closedir(dir);
	return errors;
}

const struct scenario_case *scenario_find_case(const struct scenario *s, const char *name)
{
	for (size_t i = 0; i < s->n_cases; i++)
		if (!strcmp(s->cases[i].name, name))
			return &s->cases[i];
	ck_abort_msg("no case %s", name);
	return NULL;
}

struct plan plan_at_pace(
    const char *file, const char *text, size_t index, uint64_t seed, double pace)
{
	struct plan p = {
	    .s = scenario_read(file, text, &(struct scenario_options){.allow_faults = true})};

	ck_assert_uint_lt(index, p.s->n_cases);
	p.c = &p.s->cases[index];
	schedule_make(p.c, seed, pace, &p.schedule);
	return p;
}

struct plan plan_make(const char *file, const char *text, size_t index, uint64_t seed)
{
	return plan_at_pace(file, text, index, seed, 20);
}

struct plan plan_shipped(const char *case_name)
{
	AUTO_FREE char *name = mem_printf("%.*s", (int)strcspn(case_name, "/"), case_name);
	AUTO_FREE char *file = mem_printf("%s.yaml", name), *text = ctest_scenario(name, NULL);
	struct plan p = {.s = scenario_read(file, text, NULL)};

	p.c = scenario_find_case(p.s, case_name);
	schedule_make(p.c, 1, 20, &p.schedule);
	return p;
}

void plan_free(struct plan *p)
{
	schedule_free(&p->schedule);
	scenario_free(p->s);
}
