/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sysctl.c: which sysctls a scenario may set: those that a network namespace has, and of these none
 * that reaches the whole machine.
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

/* How those begin that only the first namespace has: their values are the machine's. The ends are
 * parts of neigh.DEVICE that only neigh.default has, the defaults being the machine's as well. */
static const char *const of_machine[] = {"net.ipv4.neigh.default.", "net.ipv6.neigh.default.",
    "net.ipv4.cipso_", "net.ipv6.calipso_", "net.ipv4.fib_sync_mem", "net.ipv4.inet_peer_",
    "net.ipv4.ipfrag_secret_interval", "net.ipv6.ip6frag_secret_interval", "net.ipv4.route.error_",
    "net.ipv4.route.gc_", "net.ipv4.route.max_size", "net.ipv4.route.redirect_",
    "net.ipv4.tcp_available_ulp", "net.ipv4.tcp_low_latency", "net.ipv4.tcp_max_orphans",
    "net.ipv4.tcp_mem", "net.ipv4.udp_mem", "net.ipv6.mld_max_msf", "net.ipv6.mld_qrv", NULL};
static const char *const of_machine_ends[] = {
    ".gc_interval", ".gc_thresh1", ".gc_thresh2", ".gc_thresh3", NULL};

static bool begins(const char *name, const char *const *with)
{
	while (*with && strncmp(name, *with, strlen(*with)) != 0)
		with++;
	return *with;
}

static bool is_of_machine(const char *name)
{
	size_t len = strlen(name);

	if (begins(name, of_machine))
		return true;
	if (strncmp(name, "net.ipv4.neigh.", 15) != 0 && strncmp(name, "net.ipv6.neigh.", 15) != 0)
		return false;
	for (size_t i = 0; of_machine_ends[i]; i++) {
		size_t n = strlen(of_machine_ends[i]);

		if (len > n && !strcmp(name + len - n, of_machine_ends[i]))
			return true;
	}
	return false;
}

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
	if (strlen(name) > NAME_BYTES || !is_path(name))
		return "a name such as net.ipv4.conf.br0.arp_notify, of at most 128 bytes";
	if (!begins(name, allowed))
		return "a name below net.ipv4., net.ipv6., net.bridge.bridge-nf- or "
		       "net.netfilter.nf_conntrack_";
	for (size_t i = 0; refused[i]; i++)
		if (!strcmp(name, refused[i]))
			return "a sysctl of a network namespace: this one reaches the whole "
			       "machine";
	if (is_of_machine(name))
		return "a sysctl that a network namespace has: this one belongs to the whole "
		       "machine";
	return NULL;
}
