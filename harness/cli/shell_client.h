/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shell_client.h: `steadybridge at-lab`: what the short commands of a lab's shell run. */
#ifndef SB_SHELL_CLIENT_H
#define SB_SHELL_CLIENT_H

/* `in NAME CMD...`, `join`, `leave`, `lookup`, `state`: the exit status. */
int shell_at_lab(int argc, char **argv);

#endif
