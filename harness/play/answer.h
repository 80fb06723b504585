/* SPDX-License-Identifier: GPL-2.0-or-later */
/* answer.h: what a client receives, read into the answer to an attempt. No socket, no clock. */
#ifndef SB_ANSWER_H
#define SB_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/trace.h"

/* The id that an attempt is sent with. */
uint16_t answer_id(uint16_t stream, uint32_t seq);
/* Is this message the answer to an attempt of that stream? Then it fills stream, seq, result and
 * rcode of the answer in *ev. Reads within len, whatever the bytes. */
bool answer_read(const uint8_t *message, size_t len, uint16_t stream, struct event *ev);
/* The same for an attempt that was refused; the query that the ICMP error quotes identifies it.
 * error is the errno. */
bool answer_refused(
    const uint8_t *query, size_t len, uint16_t stream, uint32_t error, struct event *ev);
/* Is it the answer to just this attempt, with the right data? If not, `why` (DNS_WHY bytes) says
 * what is wrong with it; NULL: not asked for. */
bool answer_is_right(const uint8_t *message, size_t len, uint16_t stream, uint32_t seq, char *why);
/* Is a message that came over TCP, in `got` bytes with its two bytes of length first, complete? If
 * not, *more bytes are to be read next. */
bool answer_is_whole(const uint8_t *bytes, size_t got, size_t *more);

#endif
