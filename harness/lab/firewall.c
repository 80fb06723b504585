/* firewall.c: the router's NAT and FORWARD rules, by one real iptables-restore. */
#include "lab/firewall.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/proc.h"

const char *firewall_program(void)
{
	static const char *const names[] = {
	    "iptables-nft-restore", "iptables-restore", "iptables-legacy-restore"};
	char path[4096];

	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (proc_find(names[i], path, sizeof(path)))
			return names[i];
	return NULL;
}

pid_t firewall_start(const char *bridge, const char *uplink, const char *network, struct err *e)
{
	const char *program = firewall_program();

	if (!program)
		return err_set(e, ENOENT, "no iptables-restore");
	int in = memfd_create("rules", MFD_CLOEXEC);
	if (in < 0)
		return err_set(e, errno, "memfd_create:");
	dprintf(in,
	    "*nat\n"
	    "-A POSTROUTING -s %s -o %s -j MASQUERADE\n"
	    "COMMIT\n"
	    "*filter\n"
	    ":FORWARD DROP\n"
	    "-A FORWARD -i %s -o %s -j ACCEPT\n"
	    "-A FORWARD -i %s -o %s -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n"
	    "COMMIT\n",
	    network, uplink, bridge, uplink, uplink, bridge);
	lseek(in, 0, SEEK_SET);
	const char *argv[] = {program, "-w", NULL};
	pid_t pid =
	    proc_start(argv, &(struct proc_options){.netns = -1, .in_fd = in, .out_fd = 2}, e);
	close(in);
	return pid;
}

int firewall_wait(pid_t pid, int64_t deadline_ns, struct err *e)
{
	int r = proc_wait(pid, deadline_ns);

	if (r < 0)
		return err_set(e, -r, "iptables-restore:");
	return r ? err_set(e, EIO, "iptables-restore ended with status %d", r) : 0;
}
