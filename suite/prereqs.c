/* prereqs.c: what this machine must have, what is disabled without it, and what brings it. */
#include "suite/prereqs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_bridge.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/firewall.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "lab/sandbox.h"

#define TRIAL_NS (60 * NS_PER_S) /* programs have 10 s each */
#define NF_CALL "/proc/sys/net/bridge/bridge-nf-call-iptables"

enum {
	P_NAMESPACES,
	P_BRIDGE,
	P_VETH,
	P_TAP,
	P_IPTABLES,
	P_NFT,
	P_LEGACY,
	P_IP6TABLES,
	P_BR_NETFILTER,
	P_DNSMASQ,
	P_IP,
	P_IPV6,
	P_SYSFS,
	P_COUNT
};

static struct prereq list[P_COUNT];

static const struct prereq blank[P_COUNT] = {
    [P_NAMESPACES] = {.name = "namespaces",
        .needed = true,
        .disables = "everything",
        .remedy =
            "run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
            "kernel.apparmor_restrict_unprivileged_userns=0); in a container: --privileged"},
    [P_BRIDGE] = {.name = "bridge",
        .needed = true,
        .disables = "everything",
        .remedy = "modprobe bridge"},
    [P_VETH] = {.name = "veth",
        .needed = true,
        .disables = "everything",
        .remedy = "modprobe veth"},
    [P_TAP] = {.name = "tap",
        .disables = "churn ports of kind tap and tap-down",
        .remedy =
            "modprobe tun, and read and write access to /dev/net/tun; in a container: --device /dev/net/tun"},
    [P_IPTABLES] = {.name = "iptables",
        .needed = true,
        .disables = "everything",
        .remedy = "apt-get install iptables (and modprobe nf_tables)"},
    [P_NFT] = {.name = "iptables-nft",
        .disables = "cases with firewall-backend: nft",
        .remedy = "apt-get install iptables, and modprobe nf_tables nft_compat"},
    [P_LEGACY] = {.name = "iptables-legacy",
        .disables = "cases with firewall-backend: legacy",
        .remedy = "apt-get install iptables, and modprobe iptable_nat iptable_filter (a kernel "
                  "with CONFIG_IP_NF_IPTABLES_LEGACY)"},
    [P_IP6TABLES] = {.name = "ip6tables",
        .disables = "IPv6 lookups with firewall: drop-icmp-too-big",
        .remedy = "apt-get install iptables, and modprobe nf_tables nft_compat, or for "
                  "firewall-backend: legacy ip6table_filter"},
    [P_BR_NETFILTER] = {.name = "br_netfilter",
        .disables = "cases with firewall: forward-drop-bridged",
        .remedy = "modprobe br_netfilter"},
    [P_DNSMASQ] = {.name = "dnsmasq",
        .needed = true,
        .disables = "everything",
        .remedy = "apt-get install dnsmasq-base"},
    [P_IP] = {.name = "iproute2",
        .disables = "the faults of make test",
        .remedy = "apt-get install iproute2"},
    [P_IPV6] = {.name = "ipv6",
        .disables = "watching the bridge's IPv6 address, and cases with a querier",
        .remedy = "boot without ipv6.disable=1"},
    [P_SYSFS] = {.name = "sysfs",
        .disables = "reading addr_assign_type",
        .remedy = "in a container: --privileged"},
};

static void found(struct prereq *p, bool there, const char *text)
{
	p->there = there;
	snprintf(p->found, sizeof(p->found), "%.159s", text);
}

static void look_at_program(struct prereq *p, const char *name, const char *arg)
{
	char path[4096], text[160] = "";
	int out;

	if (!proc_find(name, path, sizeof(path))) {
		snprintf(text, sizeof(text), "no program %s", name);
		found(p, false, text);
		return;
	}
	out = memfd_create("version", MFD_CLOEXEC);
	const char *argv[] = {path, arg, NULL};
	struct proc_options o = {.netns = -1, .in_fd = -1, .out_fd = out};
	struct err e = {{0}};
	pid_t pid = proc_start(argv, &o, &e);
	int status = pid < 0 ? pid : proc_wait(pid, clock_now_ns() + 10 * NS_PER_S);
	proc_said(out, false, text, sizeof(text));
	if (status == -ETIMEDOUT) {
		kill(pid, SIGKILL);
		proc_wait(pid, clock_now_ns() + 10 * NS_PER_S);
	}
	if (status) { /* there, and of no use */
		char why[160];

		if (pid < 0)
			snprintf(why, sizeof(why), "%.159s", e.text);
		else if (status < 0)
			snprintf(why, sizeof(why), "%.60s %s: %s", path, arg, strerror(-status));
		else
			snprintf(why, sizeof(why), "%.60s %s ended with status %d%s%.50s", path,
			    arg, status, text[0] ? ": " : "", text);
		found(p, false, why);
	} else {
		found(p, true, text[0] ? text : path);
	}
	if (out >= 0)
		close(out);
}

/* Whether the rules of a lab can be loaded. */
static int try_firewall(struct firewall_rules how, struct err *e)
{
	const struct firewall_rules rules = {.bridge = "br0",
	    .uplink = "up0",
	    .network = "192.0.2.0/24",
	    .backend = how.backend,
	    .drop_too_big = how.drop_too_big,
	    .ip6 = how.ip6};
	int64_t deadline = clock_now_ns() + 10 * NS_PER_S;

	if (how.ip6)
		return firewall_ip6(&rules, deadline, e);
	struct firewall_load load;
	int r = firewall_start(&rules, &load, e);
	return r ? r : firewall_wait(&load, deadline, e);
}

static void try_firewalls(struct prereq *p)
{
	static const struct {
		int which;
		struct firewall_rules how;
	} tries[] = {
	    {P_IPTABLES, {.backend = FIREWALL_BY_ANY}},
	    {P_NFT, {.backend = FIREWALL_BY_NFT, .drop_too_big = true}},
	    {P_LEGACY, {.backend = FIREWALL_BY_LEGACY, .drop_too_big = true}},
	    {P_IP6TABLES, {.backend = FIREWALL_BY_ANY, .drop_too_big = true, .ip6 = true}},
	};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct prereq *q = &p[tries[i].which];
		struct err e = {{0}};
		int r = try_firewall(tries[i].how, &e);

		found(q, !r,
		    r                              ? e.text
		    : tries[i].which == P_IPTABLES ? firewall_program()
		                                   : "yes");
	}
}

/* Tries the real thing in a sandbox; nothing of it outlives this child. */
static void try_in_sandbox(struct prereq *p)
{
	struct err e = {{0}};
	struct nl_sock *nl = NULL;

	if (sandbox_enter(&e)) {
		found(&p[P_NAMESPACES], false, e.text);
		return;
	}
	int home = netns_own(&e), other = home < 0 ? home : netns_make(home, &e);
	if (other < 0 || nl_open(&nl, &e)) {
		found(&p[P_NAMESPACES], false, e.text);
		return;
	}
	/* The first process of a pid namespace takes it along when it ends: it must not be one of
	 * the programs that are tried. */
	int parent = proc_pidfd(getpid());
	pid_t pid = fork();
	if (pid) {
		int status = 0;

		while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (WIFSIGNALED(status)) {
			raise(WTERMSIG(status)); /* so ends this one too */
			_exit(1);
		}
		return;
	}
	if (proc_die_with(parent))
		_exit(1);
	found(&p[P_NAMESPACES], true, geteuid() ? "yes" : "mount, pid, network");
	int r = link_add_bridge(
	    nl, &(struct bridge){.name = "sbtest0", .ageing_real_ns = 300 * NS_PER_S}, &e);
	found(&p[P_BRIDGE], !r, r ? e.text : "yes");
	struct veth v = {.name = "sbtest1", .peer = "sbtest2", .peer_ns = other};
	r = link_add_veth(nl, &v, &e);
	found(&p[P_VETH], !r, r ? e.text : "yes");
	int tap = link_add_tap("sbtest3", &e);
	found(&p[P_TAP], tap >= 0, tap >= 0 ? "yes" : e.text);
	try_firewalls(p);
	r = access(NF_CALL, F_OK);
	found(&p[P_BR_NETFILTER], !r, r ? "not in this kernel" : "yes");
	found(&p[P_IPV6], access("/proc/sys/net/ipv6", F_OK) == 0,
	    access("/proc/sys/net/ipv6", F_OK) ? "not in this kernel or namespace" : "yes");
	r = access("/sys/class/net/sbtest0", F_OK);
	found(&p[P_SYSFS], !r, r ? "/sys of the sandbox cannot be mounted" : "yes");
}

/* Nothing is known of this machine, for want of something else. */
static void not_looked(const char *what)
{
	char text[160];

	snprintf(text, sizeof(text), "not looked for, without %s: %s", what, strerror(errno));
	for (int i = 0; i < P_COUNT; i++)
		found(&list[i], false, text);
}

const struct prereq *prereqs_found(size_t *n)
{
	*n = P_COUNT;
	return list;
}

/* The trial itself was killed or hangs: what it has not tried is not missing. */
static void told_trial(struct prereq *p, pid_t pid, int status)
{
	char text[96];

	if (status == -ETIMEDOUT) {
		kill(pid, SIGKILL);
		proc_wait(pid, clock_now_ns() + TRIAL_NS);
		snprintf(text, sizeof(text), "trying them out did not end within %d s",
		    (int)(TRIAL_NS / NS_PER_S));
	} else {
		snprintf(text, sizeof(text), "trying them out ended with status %d%s", status,
		    status > 128 ? " (killed)" : "");
	}
	found(p, false, text);
	p->remedy = "try again";
}

const struct prereq *prereqs_look(size_t *n)
{
	struct prereq *shared =
	    mmap(NULL, sizeof(blank), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0, null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	memcpy(list, blank, sizeof(list));
	*n = P_COUNT;
	if (shared == MAP_FAILED) {
		not_looked("shared memory");
		return list;
	}
	memcpy(shared, blank, sizeof(blank));
	int parent = proc_pidfd(getpid());
	pid_t pid = fork();
	if (!pid) {
		if (proc_die_with(parent))
			_exit(1);
		dup2(null, 1);
		dup2(null, 2);
		try_in_sandbox(shared);
		_exit(0);
	}
	if (parent >= 0)
		close(parent);
	if (pid > 0)
		status = proc_wait(pid, clock_now_ns() + TRIAL_NS);
	if (pid < 0)
		not_looked("a process to look with");
	else
		memcpy(list, shared, sizeof(list));
	if (pid > 0 && status)
		told_trial(&list[P_NAMESPACES], pid, status);
	munmap(shared, sizeof(blank));
	if (null >= 0)
		close(null);
	look_at_program(&list[P_DNSMASQ], "dnsmasq", "--version");
	look_at_program(&list[P_IP], "ip", "-V");
	return list;
}

static const struct prereq *missing_firewall(const struct prereq *p, const struct scenario_case *c)
{
	if (c->firewall_backend == BACKEND_NFT && !p[P_NFT].there)
		return &p[P_NFT];
	if (c->firewall_backend == BACKEND_LEGACY && !p[P_LEGACY].there)
		return &p[P_LEGACY];
	if (c->firewall == FIREWALL_BRIDGED && !p[P_BR_NETFILTER].there)
		return &p[P_BR_NETFILTER];
	if (c->firewall == FIREWALL_DROP_TOO_BIG && (c->families & FAMILY_BIT(IP_V6)) &&
	    !p[P_IP6TABLES].there)
		return &p[P_IP6TABLES];
	return NULL;
}

const struct prereq *prereqs_missing_for(
    const struct prereq *p, size_t n, const struct scenario_case *c)
{
	for (size_t i = 0; i < n; i++)
		if (p[i].needed && !p[i].there)
			return &p[i];
	for (size_t i = 0; i < c->n_churns; i++)
		if ((c->churns[i].kind == KIND_TAP || c->churns[i].kind == KIND_TAP_DOWN) &&
		    !p[P_TAP].there)
			return &p[P_TAP];
	if (c->querier != QUERIER_NEVER && !p[P_IPV6].there)
		return &p[P_IPV6];
	return missing_firewall(p, c);
}
