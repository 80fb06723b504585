/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play_id.h: which play of a case: of which repeat, and after how many retries. */
#ifndef SB_PLAY_ID_H
#define SB_PLAY_ID_H

#include <stdbool.h>

#include "base/mem.h"

/* Both count from 0. A play is retried, slower, when the machine disturbed it. */
struct play_id {
	int repeat, retry;
	bool drops; /* the drop play of a failed case: played once more, with the kernel's drops */
};

/* Below 0, 0 or above, as for strcmp(): repeats in their order, then retries in theirs, then the
 * drop play. */
int play_id_compare(struct play_id a, struct play_id b);
/* As traces and results.json write it, in one number. */
int play_id_number(struct play_id id);
struct play_id play_id_of_number(int number);
/* Appends what the folder's name of such a play ends in: ".repeat-2.replay-1", ".drops"; nothing
 * for the first play of a case. */
void play_id_suffix(struct play_id id, struct buf *out);

#endif
