/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_subject.h: the part of a lab in which a subject makes the bridge. */
#ifndef SB_LAB_SUBJECT_H
#define SB_LAB_SUBJECT_H

#include "lab/lab_types.h"

/* Makes the sandbox fit for lab->subject and has it make the bridge, with the gateway's address, by
 * whatever name. Fills bridge and bridge_name. 0 or -errno. */
int lab_subject_up(struct lab *lab, int64_t deadline_ns, struct err *e);
/* The ports that the subject left on its bridge get MACs above all that it will attach, so that
 * each one it attaches is the lowest. 0 or -errno. */
int lab_subject_raise_ports(struct lab *lab, struct err *e);

#endif
