/* judgement.h: what is said of one play, and the names of its words. */
#ifndef SB_JUDGEMENT_H
#define SB_JUDGEMENT_H

#include "trace/trace.h"

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_INCONCLUSIVE,   /* proves nothing */
	VERDICT_NOT_REPRODUCED, /* a control that held although nothing healed it */
	VERDICT_INVALID,        /* machine or lab at fault */
	VERDICT_SKIP,           /* a named prerequisite is missing */
	VERDICT_COUNT
};

const char *verdict_name(enum verdict v); /* "pass", "not-reproduced", ... */

/* The two ways to lose a frame to a stale gateway, told apart. */
enum stale_form { STALE_NEITHER, STALE_FLOODED, STALE_NOT_TAKEN };

const char *stale_form_name(enum stale_form form); /* "flooded", "not-taken", or "none" */

/* What the scenario never asked to change. A bit each. */
enum invariant {
	INVARIANT_GATEWAY_MAC = 1,
	INVARIANT_ASSIGN_TYPE = 2,
	INVARIANT_MTU = 4,
	INVARIANT_ADDRESS = 8,
	INVARIANT_CARRIER = 16,
	INVARIANT_LOCAL_FDB = 32,
	INVARIANT_BYSTANDER = 64, /* a stream's frames for the gateway reach another port */
	INVARIANT_LAST = INVARIANT_BYSTANDER
};

const char *invariant_name(enum invariant i); /* "gateway-mac", "local-fdb", ... */

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
	bool known;                          /* a known failure: tolerated and shown */
	bool known_gone;                     /* listed as known, yet it passed */
	bool unproven;            /* judge_run(): it held, but its control did not break */
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

#endif
