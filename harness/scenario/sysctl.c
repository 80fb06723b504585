/* sysctl.c: which sysctls a scenario may set: those of a network namespace, and of these none that
 * reaches the whole machine.
 *
 * A name is an allowed beginning and then parts of it, so that it can be nothing but a path below
 * that folder of /proc/sys. Kernels keep most others from a namespace that is not the first one,
 * but not all: nf_hooks_lwtunnel switches a hook of the whole kernel from any, a congestion control
 * or scheduler loads a module of that name, and a table of child namespaces takes memory. */
#include "scenario/sysctl.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define NAME_BYTES 128

static const char *const allowed[] = {
    "net.ipv4.", "net.ipv6.", "net.bridge.bridge-nf-", "net.netfilter.nf_conntrack_", NULL};

static const char *const refused[] = {"net.ipv4.tcp_congestion_control",
    "net.ipv4.tcp_available_congestion_control", "net.ipv4.tcp_allowed_congestion_control",
    "net.ipv4.tcp_child_ehash_entries", "net.ipv4.udp_child_hash_entries",
    "net.netfilter.nf_conntrack_max", "net.netfilter.nf_conntrack_buckets",
    "net.netfilter.nf_conntrack_expect_max", "net.netfilter.nf_conntrack_helper", NULL};

/* Parts joined by dots; a '/' stands for the dot of an interface's name, so none stands beside
 * another, or a dot. */
static bool is_path(const char *s)
{
	static const char set[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

	for (;;) {
		size_t n = strspn(s, set);

		if (!n)
			return false;
		if (!s[n])
			return true;
		if (s[n] != '.' && s[n] != '/')
			return false;
		s += n + 1;
	}
}

const char *sysctl_refused(const char *name)
{
	size_t i = 0;

	if (strlen(name) > NAME_BYTES || !is_path(name))
		return "a name such as net.ipv4.conf.br0.arp_notify, of at most 128 bytes";
	while (allowed[i] && strncmp(name, allowed[i], strlen(allowed[i])) != 0)
		i++;
	if (!allowed[i])
		return "a name below net.ipv4., net.ipv6., net.bridge.bridge-nf- or "
		       "net.netfilter.nf_conntrack_";
	for (i = 0; refused[i]; i++)
		if (!strcmp(name, refused[i]))
			return "a sysctl of a network namespace: this one reaches the whole "
			       "machine";
	return NULL;
}
