/* SPDX-License-Identifier: GPL-2.0-or-later */
/* play_id.c: which play of a case: of which repeat, and after how many retries. */
#include "trace/play_id.h"

/* In files; a case is never retried so often. */
#define REPEAT_STRIDE 100
#define DROPS (REPEAT_STRIDE - 1) /* in place of the retry */

int play_id_compare(struct play_id a, struct play_id b)
{
	int x = play_id_number(a), y = play_id_number(b);

	return (x > y) - (x < y);
}

int play_id_number(struct play_id id)
{
	return id.repeat * REPEAT_STRIDE + (id.drops ? DROPS : id.retry);
}

struct play_id play_id_of_number(int number)
{
	int rest = number % REPEAT_STRIDE;

	return (struct play_id){
	    number / REPEAT_STRIDE, rest == DROPS ? 0 : rest, .drops = rest == DROPS};
}

void play_id_suffix(struct play_id id, struct buf *out)
{
	if (id.repeat)
		buf_printf(out, ".repeat-%d", id.repeat + 1);
	if (id.retry)
		buf_printf(out, ".replay-%d", id.retry);
	if (id.drops)
		buf_puts(out, ".drops");
}
