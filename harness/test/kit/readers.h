/* SPDX-License-Identifier: GPL-2.0-or-later */
/* readers.h: programs of others that read our formats, for tests only. */
#ifndef SB_CHECK_READERS_H
#define SB_CHECK_READERS_H

#include "base/mem.h"
#include "host/prereqs.h"

/* Another python3 may stand before the distribution's, without the distribution's modules. */
#define PYTHON "/usr/bin/python3"

#define READER_PYTHON "python3"
#define READER_JSONSCHEMA "python3-jsonschema"
#define READER_YAML "python3-yaml"
#define READER_PERL "perl"
#define READER_MANDOC "mandoc"
#define READER_SHELLCHECK "shellcheck"
#define READER_GIT "git"

/* The reader of this name with its remedy when it is missing, NULL when it is there. */
const struct prereq *reader_missing(const char *name);

/* Runs a program with `in` as its standard input; what it wrote is appended to out. Its exit
 * status, or -errno. */
int reader_run(const char *const argv[], const struct buf *in, struct buf *out);

/* NULL when the text follows the schema ("docs/results.schema.json"), else what is wrong (caller
 * frees). lines: each line is a document. */
char *reader_complaint(const char *schema, bool lines, const struct buf *text);

#endif
