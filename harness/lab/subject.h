/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subject.h: a subject: a real program that makes the bridge, and the executable that drives it.
 *
 * That executable, fixtures/subjects/NAME/subject or one of the user's own, takes a verb; its
 * contract is in suite/README.md. */
#ifndef SB_SUBJECT_H
#define SB_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/units.h"

#define SUBJECT_NAME_MAX 32
#define SUBJECT_CONTROL "iproute2" /* the control of those that have none of their own */
#define SUBJECT_DIR "/run/subject"
#define SUBJECT_VERB_NS (20 * NS_PER_S) /* limit of a verb in the sandbox */
/* Network namespaces for the far ends of its ports, by their names in /run/netns. */
#define SUBJECT_GUEST "guest"
#define SUBJECT_KEEPER "keeper"

struct subject {
	char name[SUBJECT_NAME_MAX + 1];
	char *path;         /* of the executable */
	const char *tool;   /* the user's own build of the program, or NULL: the installed one */
	char *version;      /* "netavark 1.4.0"; "" where it cannot be played */
	char *control;      /* the name of the subject that is its control; its own: it is one */
	char *known_before; /* it flaps in versions before this one, "*": in all; or NULL */
	char *known_why;    /* with known_before: where that was reported */
	char *missing;      /* why it cannot be played here, and what helps; NULL: it can */
	bool light, sys_ro, own_rules, cgroup, needs_root;
};

/* As name_is_good() has it, at most SUBJECT_NAME_MAX bytes. */
bool subject_name_is_good(const char *name);
/* The names of the shipped subjects, sorted; caller frees each and the list. The number, or -errno.
 */
int subject_names(char ***out, struct err *e);
/* Looks at a subject, once: by its name, or by the path of its executable or of the folder with it.
 * Asks it for what it needs, with `tool` (may be NULL). *out stays valid to the end of the process.
 * With `strict`, -errno with a message when there is no such subject or when its answer cannot be
 * read; else always 0, and that message is what is missing. */
int subject_look(const char *name_or_path, const char *tool, bool strict,
    const struct subject **out, struct err *e);
/* The one of that name among those that were looked at, or NULL. */
const struct subject *subject_named(const char *name);

/* What a verb is told, and where it writes. */
struct subject_run {
	const struct subject *subject; /* NULL: the harness makes the bridge */
	bool udevd;
	int says; /* the output of all verbs; a memfd, see subject_output() */
};

/* A memfd for the output of a play's verbs, which takes no more than it is large: -errno without
 * one. */
int subject_output(struct err *e);
/* All that was written to it so far; caller frees. */
char *subject_said(int says);
/* Starts a verb in the caller's network namespace: the child, in a process group of its own
 * (proc_kill_group()), or -errno. `needs`, which is not in a sandbox, has an `err` of its own for
 * standard error; 0: it goes to `out`. */
pid_t subject_start(
    const struct subject_run *run, const char *verb, int out, int err, struct err *e);
/* The last line of it. */
const char *subject_last_line(const char *says);
/* Runs a verb in the caller's network namespace, outside real-time priority, for at most limit_ns:
 * 0, or -errno with a message that quotes the last line of its output. */
int subject_verb(const struct subject_run *run, const char *verb, int64_t limit_ns, struct err *e);

#endif
