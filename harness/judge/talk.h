/* talk.h: what the gateway says to all (ARP, NS, NA), which corrects clients' entries. */
#ifndef SB_TALK_H
#define SB_TALK_H

#include "judge/judgement.h"
#include "judge/mirror.h"
#include "judge/neigh.h"

enum talk_why {
	TALK_UNPROMPTED, /* nothing of the case asked for it */
	TALK_PROMPTED,   /* it looked for a client whose lookup was under way */
	TALK_ANNOUNCED /* for itself, as its MAC changed or it was set up: arp_notify, ndisc_notify
	                */
};

struct talk {
	int64_t t_ns;
	enum ip_family family;
	uint8_t tip[16]; /* four bytes for IPv4 */
	bool solicits;   /* IPv6: NS, not NA */
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
#define TALK_TEXT 96

/* "broadcast ARP for 192.0.2.99", "solicited 2001:db8::99 by multicast"; returns out (TALK_TEXT).
 */
char *talk_text(const struct talk *talk, char *out);
void talks_free(struct talks *talks);

#endif
