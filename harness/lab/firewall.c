/* SPDX-License-Identifier: GPL-2.0-or-later */
/* firewall.c: the router's NAT and FORWARD rules, by one real iptables-restore. */
#include "lab/firewall.h"

#include <errno.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/proc.h"
#include "net/nl.h"

static const char *const programs[2][3] = {
    {"iptables-nft-restore", "iptables-restore", "iptables-legacy-restore"},
    {"ip6tables-nft-restore", "ip6tables-restore", "ip6tables-legacy-restore"},
};

/* The program of a family (0: IPv4) and backend, or NULL. */
static const char *find_iptables(int family, enum firewall_by backend)
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
	return find_iptables(0, FIREWALL_BY_ANY);
}

static int restore(int family, enum firewall_by backend, const char *rules,
    struct firewall_load *load, struct err *e)
{
	static const char *const names[] = {"any", "nft", "legacy"};
	const char *program = find_iptables(family, backend);

	if (!program)
		return err_set(e, ENOENT, "no %s-restore, backend %s",
		    family ? "ip6tables" : "iptables", names[backend]);
	int in = proc_input(rules, strlen(rules));
	if (in < 0)
		return err_set(e, -in, "the rules of %s:", program);
	const char *argv[] = {program, "-w", NULL};
	*load = (struct firewall_load){.program = program};
	load->says = memfd_create("says", MFD_CLOEXEC);
	int r = load->says < 0 ? err_set(e, errno, "memfd_create:") : 0;
	if (!r)
		load->pid = r = proc_start(argv,
		    &(struct proc_options){.netns = -1, .in_fd = in, .out_fd = load->says}, e);
	if (r < 0 && load->says >= 0)
		close(load->says);
	close(in);
	return r < 0 ? r : 0;
}

int firewall_start(const struct firewall_rules *r, struct firewall_load *load, struct err *e)
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
	return restore(0, r->backend, text, load, e);
}

static int restore_ip6(
    enum firewall_by backend, const char *rules, int64_t deadline_ns, struct err *e)
{
	struct firewall_load load = {0};
	int started = restore(1, backend, rules, &load, e);

	return started ? started : firewall_wait(&load, deadline_ns, e);
}

int firewall_ip6(const struct firewall_rules *r, int64_t deadline_ns, struct err *e)
{
	if (!r->ip6 || !r->drop_too_big)
		return 0;
	return restore_ip6(r->backend,
	    "*filter\n"
	    "-A OUTPUT -p icmpv6 --icmpv6-type packet-too-big -j DROP\n"
	    "COMMIT\n",
	    deadline_ns, e);
}

/* Reports of MLDv1 and MLDv2, and the end of one. */
int firewall_drop_mld(enum firewall_by backend, int64_t deadline_ns, struct err *e)
{
	return restore_ip6(backend,
	    "*filter\n"
	    "-A OUTPUT -p icmpv6 --icmpv6-type 131 -j DROP\n"
	    "-A OUTPUT -p icmpv6 --icmpv6-type 132 -j DROP\n"
	    "-A OUTPUT -p icmpv6 --icmpv6-type 143 -j DROP\n"
	    "COMMIT\n",
	    deadline_ns, e);
}

struct tables {
	bool nat, filter;
};

static void note(struct tables *t, const char *name)
{
	t->nat = t->nat || !strcmp(name, "nat");
	t->filter = t->filter || !strcmp(name, "filter");
}

static int on_table(struct nlmsghdr *h, void *arg)
{
	struct nlattr *a = nlmsg_find_attr(h, sizeof(struct nfgenmsg), NFTA_TABLE_NAME);
	char name[16] = "";

	if (a && nla_len(a) > 0)
		snprintf(name, sizeof(name), "%.*s", nla_len(a), (const char *)nla_data(a));
	note(arg, name);
	return 0;
}

bool firewall_is_there(void)
{
	struct nfgenmsg h = {.nfgen_family = AF_INET, .version = NFNETLINK_V0};
	int type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE;
	struct tables nft = {0}, legacy = {0};
	struct nl_sock *nl;
	char line[32];

	if (!nl_open_netfilter(&nl, NULL)) {
		nl_ask(nl, nl_message(type, NLM_F_DUMP, &h, sizeof(h)), on_table, &nft, "tables",
		    NULL);
		nl_socket_free(nl);
	}
	FILE *f = fopen("/proc/net/ip_tables_names", "re");
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		note(&legacy, line);
	}
	if (f)
		fclose(f);
	return (nft.nat && nft.filter) || (legacy.nat && legacy.filter);
}

int firewall_wait(struct firewall_load *load, int64_t deadline_ns, struct err *e)
{
	char said[160];
	int r = proc_end(load->pid, load->program, load->says, deadline_ns, said, sizeof(said), e);

	close(load->says);
	return r;
}
