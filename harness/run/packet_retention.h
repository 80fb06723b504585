/* SPDX-License-Identifier: GPL-2.0-or-later */
/* packet_retention.h: which plays keep their packets, as pcap files beside the trace. */
#ifndef SB_PACKET_RETENTION_H
#define SB_PACKET_RETENTION_H

#include "run/output.h"
#include "run/playlist.h"

/* Of which plays the packets are kept; CAPTURE_FAILED: of all that did not pass. */
enum capture_when { CAPTURE_FAILED, CAPTURE_ALWAYS, CAPTURE_NEVER };

/* After a play: writes its packets, drops them, or holds them until its control has been judged. An
 * arm that held while its control did not break is inconclusive in the end, and its packets are
 * wanted. Failures go to standard error. */
void packet_retention_after(
    struct playlist *plays, struct output *o, struct play_job *pj, enum capture_when when);
/* After judge_run(): what was held is written or dropped. */
void packet_retention_at_end(struct playlist *plays, struct output *o, enum capture_when when);

#endif
