/* firewall.c: the router's NAT and FORWARD rules, by one real iptables-restore. */
#include "lab/firewall.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/proc.h"

static const char *const programs[2][3] = {
    {"iptables-nft-restore", "iptables-restore", "iptables-legacy-restore"},
    {"ip6tables-nft-restore", "ip6tables-restore", "ip6tables-legacy-restore"},
};

/* The program of a family (0: IPv4) and backend, or NULL. */
static const char *find(int family, enum firewall_by backend)
{
	char path[4096];

	for (unsigned i = 0; i < 3; i++) {
		if ((backend == FIREWALL_BY_NFT && i != 0) ||
		    (backend == FIREWALL_BY_LEGACY && i != 2))
			continue;
		if (proc_find(programs[family][i], path, sizeof(path)))
			return programs[family][i];
	}
	return NULL;
}

const char *firewall_program(void)
{
	return find(0, FIREWALL_BY_ANY);
}

static pid_t restore(int family, enum firewall_by backend, const char *rules, struct err *e)
{
	static const char *const names[] = {"any", "nft", "legacy"};
	const char *program = find(family, backend);
	size_t len = strlen(rules);

	if (!program)
		return err_set(e, ENOENT, "no %s-restore, backend %s",
		    family ? "ip6tables" : "iptables", names[backend]);
	int in = memfd_create("rules", MFD_CLOEXEC);
	if (in < 0)
		return err_set(e, errno, "memfd_create:");
	if (pwrite(in, rules, len, 0) != (ssize_t)len) {
		close(in);
		return err_set(e, EIO, "the rules of %s", program);
	}
	const char *argv[] = {program, "-w", NULL};
	pid_t pid =
	    proc_start(argv, &(struct proc_options){.netns = -1, .in_fd = in, .out_fd = 2}, e);
	close(in);
	return pid;
}

pid_t firewall_start(const struct firewall_rules *r, struct err *e)
{
	char text[1024];

	snprintf(text, sizeof(text),
	    "*nat\n"
	    "-A POSTROUTING -s %s -o %s -j MASQUERADE\n"
	    "COMMIT\n"
	    "*filter\n"
	    ":FORWARD DROP\n"
	    "-A FORWARD -i %s -o %s -j ACCEPT\n"
	    "-A FORWARD -i %s -o %s -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n"
	    "%s"
	    "COMMIT\n",
	    r->network, r->uplink, r->bridge, r->uplink, r->uplink, r->bridge,
	    r->drop_too_big ? "-A OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP\n" : "");
	return restore(0, r->backend, text, e);
}

int firewall_ip6(const struct firewall_rules *r, int64_t deadline_ns, struct err *e)
{
	if (!r->ip6 || !r->drop_too_big)
		return 0;
	pid_t pid = restore(1, r->backend,
	    "*filter\n"
	    "-A OUTPUT -p icmpv6 --icmpv6-type packet-too-big -j DROP\n"
	    "COMMIT\n",
	    e);
	return pid < 0 ? pid : firewall_wait(pid, deadline_ns, e);
}

int firewall_wait(pid_t pid, int64_t deadline_ns, struct err *e)
{
	int r = proc_wait(pid, deadline_ns);

	if (r < 0)
		return err_set(e, -r, "iptables-restore:");
	return r ? err_set(e, EIO, "iptables-restore ended with status %d", r) : 0;
}
