/* talk.h: broadcast ARP of the gateway's, which corrects every client's entry. */
#ifndef SB_TALK_H
#define SB_TALK_H

#include "judge/judge.h"
#include "judge/mirror.h"
#include "judge/neigh.h"

enum talk_why {
	TALK_UNPROMPTED, /* nothing of the case asked for it */
	TALK_PROMPTED,   /* it looked for a client whose lookup was under way */
	TALK_ANNOUNCED   /* gratuitous, right after a change of the gateway's MAC: arp_notify */
};

struct talk {
	int64_t t_ns;
	uint8_t tip[4];
	enum talk_why why;
	int healed; /* a client that looks up and whose entry it corrected, or -1 */
};

struct talks {
	struct talk *items; /* after t=0, by time */
	size_t n, cap;
};

/* `outages` tell whose entry may have been corrected unseen. */
void talks_find(const struct trace *t, const struct mirror *m, const struct neighs *n,
    const struct outage *outages, size_t n_outages, struct talks *out);
void talks_free(struct talks *talks);

#endif
