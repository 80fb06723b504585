/* lint.c: `steadybridge lint`: reads scenario files and says what is wrong with them. */
#include <stdio.h>

#include "base/utf8.h"
#include "command/command.h"
#include "command/selection.h"

/* A file may be called anything. Valid until the next call. */
static const char *shown_name(const char *name)
{
	static char text[4096];

	snprintf(text, sizeof(text), "%s", name);
	utf8_clean(text, false);
	return text;
}

static int run(struct options *o)
{
	struct scenarios s = {0};
	int r = selection_read(o, &s);

	for (size_t i = 0; !r && i < s.n; i++)
		printf("%s: ok, %zu case%s\n", shown_name(s.items[i]->file), s.items[i]->n_cases,
		    s.items[i]->n_cases == 1 ? "" : "s");
	load_free(&s);
	return r;
}

const struct command command_lint = {"lint", "FILE...", 1, NAMES_ANY,
    "check scenario files and print their errors", OPTION_SET, "mine.yaml", run};
