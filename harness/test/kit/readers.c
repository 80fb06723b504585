/* SPDX-License-Identifier: GPL-2.0-or-later */
/* readers.c: programs of others that read our formats, for tests only. */
#include "test/kit/readers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/data.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"

struct reader {
	struct prereq is;
	const char *try[4]; /* ends well when the reader is there */
	bool tried;
};

static struct reader readers[] = {
    {.is = {.name = READER_PYTHON, .remedy = "apt-get install python3"},
        .try = {PYTHON, "-c", "pass"}},
    {.is = {.name = READER_JSONSCHEMA, .remedy = "apt-get install python3-jsonschema"},
        .try = {PYTHON, "-c", "import jsonschema; jsonschema.Draft202012Validator"}},
    {.is = {.name = READER_YAML, .remedy = "apt-get install python3-yaml python3-jsonschema"},
        .try = {PYTHON, "-c", "import jsonschema, yaml"}},
    {.is = {.name = READER_PERL, .remedy = "apt-get install perl"},
        .try = {"perl", "-MTAP::Parser", "-e1"}},
    {.is = {.name = READER_MANDOC, .remedy = "apt-get install mandoc"},
        .try = {"sh", "-c", "echo | mandoc -T lint -W fatal"}},
    {.is = {.name = READER_SHELLCHECK, .remedy = "apt-get install shellcheck"},
        .try = {"shellcheck", "--version"}},
    {.is = {.name = READER_GIT, .remedy = "apt-get install git"}, .try = {"git", "--version"}},
};

const struct prereq *reader_missing(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(readers); i++) {
		struct reader *r = &readers[i];

		if (strcmp(r->is.name, name))
			continue;
		if (!r->tried) {
			struct buf said = {0};

			r->is.there = reader_run(r->try, NULL, &said) == 0;
			r->tried = true;
			buf_free(&said);
		}
		return r->is.there ? NULL : &r->is;
	}
	return NULL;
}

int reader_run(const char *const argv[], const struct buf *in, struct buf *out)
{
	struct proc_options o = {.netns = -1,
	    .in_fd = proc_input(in ? in->s : "", in ? in->len : 0),
	    .out_fd = memfd_create("out", MFD_CLOEXEC)};
	char chunk[16384];
	ssize_t n;
	int r = o.in_fd < 0 ? o.in_fd : proc_start(argv, &o, NULL);

	if (r > 0)
		r = proc_wait(r, clock_now_ns() + 300 * NS_PER_S);
	lseek(o.out_fd, 0, SEEK_SET);
	buf_puts(out, "");
	while ((n = read(o.out_fd, chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)n);
	close(o.in_fd);
	close(o.out_fd);
	return r;
}

char *reader_complaint(const char *schema, bool lines, const struct buf *text)
{
	char *script = data_path("harness/test/data/schema/validate.py"), *path = data_path(schema);
	struct buf said = {0};
	int r =
	    reader_run((const char *[]){PYTHON, script, path, lines ? "lines" : "document", NULL},
	        text, &said);

	free(script);
	free(path);
	if (!r)
		buf_free(&said);
	return said.s;
}
