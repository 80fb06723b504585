/* SPDX-License-Identifier: GPL-2.0-or-later */
/* subject_box.h: what a subject finds in the sandbox of its play. */
#ifndef SB_SUBJECT_BOX_H
#define SB_SUBJECT_BOX_H

#include "lab/subject.h"

/* Makes the caller's sandbox (sandbox_enter()) fit for a subject, in the caller's mount namespace:
 * everything is read-only but /run, a /dev and a /proc of its own and, where the subject asks for
 * them, overlays of /etc and /var. Then starts udevd where the run wants it. Whatever is made goes
 * with the sandbox. 0 or -errno. */
int subject_box_make(const struct subject_run *run, int64_t deadline_ns, struct err *e);
/* The program of systemd-udevd, or NULL. */
const char *subject_box_udevd(void);

#endif
