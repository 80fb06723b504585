/* SPDX-License-Identifier: GPL-2.0-or-later */
/* upstream.h: the real dnsmasq that answers the lab's lookups. */
#ifndef SB_UPSTREAM_H
#define SB_UPSTREAM_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* Every name below DNS_ZONE has this address, by fixtures/dnsmasq.conf. */
extern const uint8_t upstream_answer_ip4[4];

/* Starts dnsmasq in a namespace, in the foreground, from a configuration file. answer_size: with so
 * many addresses beside the right one that an answer, as a DNS message with EDNS, has that many
 * bytes, within 16; 0: none. port: where it listens. What it says goes to `says`. Its pid, or
 * -errno. */
pid_t upstream_start(
    int netns, const char *conf, unsigned answer_size, unsigned port, int says, struct err *e);
/* Asks server_ip4 at that port from the caller's network namespace, every 3 ms, until it answers.
 * 0: rightly; -EBADMSG: wrongly, and how; -ETIMEDOUT; -ECHILD: dnsmasq has ended (with its status
 * and last words, from `says`). */
int upstream_wait(pid_t pid, int says, const uint8_t server_ip4[4], unsigned port,
    int64_t deadline_ns, struct err *e);

/* Does dnsmasq, a child of the caller's, run? 0, or -ECHILD when it ended or was stopped. */
int upstream_look(pid_t pid, struct err *e);

#endif
