/* play_id.c: which play of a case: of which repeat, and after how many retries. */
#include "trace/play_id.h"

#define REPEAT_STRIDE 100 /* in files; a case is never retried so often */

int play_id_compare(struct play_id a, struct play_id b)
{
	return a.repeat != b.repeat ? (a.repeat > b.repeat) - (a.repeat < b.repeat)
	                            : (a.retry > b.retry) - (a.retry < b.retry);
}

int play_id_number(struct play_id id)
{
	return id.repeat * REPEAT_STRIDE + id.retry;
}

struct play_id play_id_of_number(int number)
{
	return (struct play_id){number / REPEAT_STRIDE, number % REPEAT_STRIDE};
}

void play_id_suffix(struct play_id id, struct buf *out)
{
	if (id.repeat)
		buf_printf(out, ".repeat-%d", id.repeat + 1);
	if (id.retry)
		buf_printf(out, ".replay-%d", id.retry);
}
