/* instrument.h: once a run, a cut made on purpose must be seen at its place and length, and nothing
 * may be lost without it. */
#ifndef SB_INSTRUMENT_H
#define SB_INSTRUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "judge/judge.h"

struct instrument {
	bool ok;
	bool starved; /* the machine was at fault, not the instrument */
	bool unbuilt; /* its lab could not be built, and so none can; text says why */
	char text[256];
	int64_t wall_ns;
	int64_t cpu_ns; /* what its last play took of the processors, */
	size_t lookups; /* for so many lookups */
};

/* Plays it (again slower when the machine starved it or the lab was not built). 0, or -errno when
 * it could not be played. */
int instrument_check(
    double pace, const char *kernel, struct instrument *out, int *signal_no, struct err *e);
/* Says that none was asked for: in rounds each control is one. 0. */
int instrument_unasked(struct instrument *out);
enum instrument_finding {
	INSTRUMENT_SEES,    /* the cut, and only the cut */
	INSTRUMENT_STARVED, /* the machine did not let it be made or be seen: nothing is known */
	INSTRUMENT_UNBUILT, /* there was no lab to make it in */
	INSTRUMENT_BLIND    /* a cut was made and was not seen as it was */
};

/* What does this play of the cut show? Writes it as a sentence. Pure. */
enum instrument_finding instrument_saw(const struct judged *play, char *text, size_t size);

#endif
