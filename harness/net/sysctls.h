/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctls.h: sysctls of the lab's namespaces: none is inherited from the host. */
#ifndef SB_SYSCTLS_H
#define SB_SYSCTLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct lab_sysctl {
	const char *name, *value;
};

/* Writes them in the caller's network namespace; may_miss: what this kernel lacks is left out. */
int sysctls_set(const struct lab_sysctl *s, size_t n, bool may_miss, struct err *e);
/* The lab's own values, in the caller's namespace, before it has links. */
int sysctls_set_namespace(struct err *e);
/* A new namespace with these values, as netns_make(). */
int sysctls_make_netns(int home, struct err *e);

#endif
