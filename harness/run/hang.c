/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hang.c: which process of a play hangs: worker, pid 1 of its sandbox, player, and the player's
 * children, as /proc shows them. */
#include "run/hang.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"

#define CHILDREN 64

size_t hang_children(pid_t pid, pid_t *out, size_t max)
{
	struct buf text = {0};
	char path[64];
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	if (!data_read(path, 65536, &text, NULL) && text.s)
		for (char *p = text.s, *end; n < max; p = end) {
			long child = strtol(p, &end, 10);

			if (end == p)
				break;
			out[n++] = (pid_t)child;
		}
	buf_free(&text);
	return n;
}

/* Reads a process's name and state letter ('T': stopped); false when it has gone. */
static bool read_stat(pid_t pid, char name[16], char *state)
{
	struct buf text = {0};
	char path[64];
	bool there = false;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (!data_read(path, 4096, &text, NULL) && text.s) {
		char *from = strchr(text.s, '('), *to = strrchr(text.s, ')');

		if (from && to && to > from && to[1] == ' ') {
			snprintf(name, 16, "%.*s", (int)(to - from - 1), from + 1);
			*state = to[2];
			there = true;
		}
	}
	buf_free(&text);
	return there;
}

pid_t hang_child(pid_t pid, const char *name)
{
	pid_t children[CHILDREN];
	size_t n = hang_children(pid, children, CHILDREN);
	char found[16], state;

	for (size_t i = 0; i < n; i++)
		if (read_stat(children[i], found, &state) &&
		    (!name || !strncmp(found, name, sizeof(found) - 1)))
			return children[i];
	return 0;
}

static bool describe_stopped(pid_t pid, const char *role, char *text, size_t size)
{
	char name[16], state = 0;

	if (!pid || !read_stat(pid, name, &state) || (state != 'T' && state != 't'))
		return false;
	snprintf(text, size, "%s is stopped", role ? role : name);
	return true;
}

void hang_text(pid_t worker, char *text, size_t size)
{
	pid_t init = hang_child(worker, NULL), player = init ? hang_child(init, NULL) : 0;
	pid_t children[CHILDREN];
	size_t n = player ? hang_children(player, children, CHILDREN) : 0;
	char own[16] = "", name[16], state;

	if (describe_stopped(worker, "the worker", text, size) ||
	    describe_stopped(init, "pid 1 of the sandbox", text, size) ||
	    describe_stopped(player, "the player", text, size))
		return;
	read_stat(worker, own, &state);
	for (size_t i = 0; i < n; i++)
		if (read_stat(children[i], name, &state) &&
		    describe_stopped(
		        children[i], strcmp(name, own) ? NULL : "the churner", text, size))
			return;
	snprintf(text, size, "the play has not ended");
}
