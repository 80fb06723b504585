/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hang.h: which process of a play hangs. */
#ifndef SB_HANG_H
#define SB_HANG_H

#include <stddef.h>
#include <sys/types.h>

/* Children of a process, as pids of the caller's namespace, at most max; 0 when it has none or the
 * kernel does not list them. */
size_t hang_children(pid_t pid, pid_t *out, size_t max);
/* The pid of the first child of a play's process that has this name ("dnsmasq"; "steadybridge" is a
 * churner, among a player's children); 0: there is none. name NULL: any. */
pid_t hang_child(pid_t pid, const char *name);
/* Writes which process of a play is stopped, from the worker down ("the player is stopped"), or
 * that the play has not ended. In size bytes. */
void hang_text(pid_t worker, char *text, size_t size);

#endif
