/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judgement.h: what is said of one play. */
#ifndef SB_JUDGEMENT_H
#define SB_JUDGEMENT_H

#include "trace/names.h"

struct outage {
	int stream;
	int64_t from_ns,
	    to_ns; /* first lost attempt's sending; next answered one's, or what is sure */
	bool open; /* not closed when the case ended: "at least" */
	unsigned lost;
	enum cause cause;
	enum stale_form form;
};

/* A decisive event, for a person. */
struct finding {
	int64_t t_ns;
	char *text;
};

/* Counters stay apart; ratios only when printed. `lost` is all that was not answered in time: late,
 * wrong and refused ones, and those that could not be sent, are among it. */
struct counts {
	unsigned long sent, answered, late, lost, wrong, refused, skipped;
};

struct judgement {
	enum verdict verdict;
	enum cause cause; /* of the worst outage; CAUSE_NONE when nothing was lost */
	enum stale_form form;
	struct counts total;    /* over all streams but the reference */
	struct counts *streams; /* one a stream of the trace, the reference last */
	size_t n_streams;
	struct outage *outages; /* by stream, then time; without the reference */
	size_t n_outages;
	int64_t longest_ns;    /* longest outage; 0 = none */
	int64_t resolution_ns; /* the shortest outage that the sent attempts could see */
	unsigned exposures; /* observed changes of what a bridge inherits, and events, after t=0 */
	unsigned gateway_mac_changes;
	unsigned invariants; /* INVARIANT_* bits that changed unasked */
	unsigned
	    gateway_arps; /* broadcast ARP of the gateway's that no lookup prompted, after t=0 */
	bool healed;      /* such a frame corrected a client's stale entry */
	int64_t loop_late_ns, churn_late_ns; /* the worst, scenario time */
	const struct known_meta *known; /* the trace's, that this failure is: tolerated; or NULL */
	bool known_gone;                /* listed as known, yet it passed */
	bool unproven;                  /* judge_run(): it held, but its control did not break */
	bool unbuilt;             /* invalid: the lab could not be built, so nothing was played */
	char *why;                /* one sentence: the reason of this verdict; never NULL */
	char *so;                 /* what follows from it for the reader; may be NULL */
	struct finding *findings; /* decisive events, by time */
	size_t n_findings;
};

void judgement_free(struct judgement *j);
/* Is this one invalid for the same reason as that one? Numbers in the reason may differ. */
bool judgement_invalid_alike(const struct judgement *a, const struct judgement *b);
/* The longest outage, of equals the first; NULL when nothing was lost. */
const struct outage *judgement_worst(const struct judgement *j);
/* "lost 26 of 50 in 1 outage, the longest 13.5 s"; caller frees. */
char *judgement_lost_text(const struct judgement *j);

#endif
