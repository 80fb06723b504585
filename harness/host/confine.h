/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine.h: what confines this process, as /proc and /sys tell it. */
#ifndef SB_CONFINE_H
#define SB_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"

#define CONFINE_UNKNOWN (-1)

struct confine {
	long uid;                     /* effective */
	bool all_users;               /* of the first user namespace, as far as its map tells */
	int seccomp;                  /* 0 none, 1 strict, 2 filter */
	uint64_t effective, bounding; /* capabilities, a bit each */
	long max_user_namespaces, unprivileged_userns_clone, apparmor_restricts_userns;
	char lsm[160], profile[96]; /* "" where it cannot be read */
	char container[32];         /* docker, podman, another word, or "" */
};

/* Reads them below `root` ("" for the machine's own); what is not there is CONFINE_UNKNOWN, or "".
 */
void confine_read(const char *root, struct confine *out);
/* Why namespaces cannot be made, where error is what was met; what mends it in *remedy (caller
 * frees). `program` is what a profile would be for. */
char *confine_why(const struct confine *c, int error, const char *program, char **remedy);
/* Capabilities by name: "all", "all but net_admin", "net_raw, chown", "none". */
void confine_capabilities(uint64_t set, struct buf *out);
/* Are those among them that root needs to build a lab? The missing ones by name in `out`. */
bool confine_can_build(uint64_t set, struct buf *out);

#endif
