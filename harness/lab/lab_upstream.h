/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_upstream.h: the upstream of a lab: its link, dnsmasq, and what delays that. */
#ifndef SB_LAB_UPSTREAM_H
#define SB_LAB_UPSTREAM_H

#include "lab/lab_types.h"

/* Each returns 0 or -errno with a message. */

/* Starts dnsmasq in the upstream's namespace, beside which the caller goes on. */
int lab_start_upstream(struct lab *lab, const struct lab_spec *spec, struct err *e);
/* The link between router and upstream. */
int lab_up_upstream(struct lab *lab, uint32_t mtu, struct err *e);
/* Waits until dnsmasq answers over the link. */
int lab_wait_upstream(const struct lab *lab, int64_t deadline_ns, struct err *e);

#endif
