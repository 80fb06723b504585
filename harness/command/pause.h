/* SPDX-License-Identifier: GPL-2.0-or-later */
/* pause.h: `check --pause-on-fail`: a shell in the lab at the moment an arm has failed. */
#ifndef SB_PAUSE_H
#define SB_PAUSE_H

#include "command/shell.h"
#include "run/play_job.h"

#define PAUSE_TICK_NS INT64_C(20000000) /* how often the play under way is judged */

struct pause {
	struct terminal terminal;
	struct lab_shell shell;
	unsigned failed; /* how often in a row the play under way was judged a fail */
	bool told;       /* its player was told to stop */
};

/* 0; -ENOTTY when nobody is there to give commands, neither at a terminal nor through a pipe or a
 * file; or -errno. */
int pause_open(struct pause *p, struct err *e);
void pause_close(struct pause *p);
/* Has the play under way just failed? Judges what its tape tells so far; a control never has. Then
 * the text for its shell is ready. */
bool pause_wanted(struct pause *p, const struct play_job *pj);
/* Tells its player to stop and to open the shell. */
void pause_tell(struct pause *p);
/* The play is over: the terminal is ours again. */
void pause_over(struct pause *p);

#endif
