/* quiet.h: sysctls of the lab's namespaces: nothing inherited from the host, nothing said unasked.
 */
#ifndef SB_QUIET_H
#define SB_QUIET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct lab_sysctl {
	const char *name, *value;
};

/* Writes them in the caller's network namespace; may_miss: what this kernel lacks is left out. */
int quiet_set(const struct lab_sysctl *s, size_t n, bool may_miss, struct err *e);
/* The lab's own values, in the caller's namespace, before it has links. */
int quiet_namespace(struct err *e);
/* A new namespace with these values, as netns_make(). */
int quiet_make(int home, struct err *e);

#endif
