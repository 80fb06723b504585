/* prereqs.c: what this machine must have, what is disabled without it, and what brings it. */
#include "host/prereqs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_bridge.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/firewall.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "lab/sandbox.h"
#include "host/confine.h"

#define FORWARD "/proc/sys/net/ipv4/ip_forward"
#define TRIAL_NS (60 * NS_PER_S) /* programs have 10 s each */
#define NF_CALL "/proc/sys/net/bridge/bridge-nf-call-iptables"

enum {
	P_NAMESPACES,
	P_USER_NS,
	P_NET_NS,
	P_MNT_NS,
	P_PID_NS,
	P_IPC_NS,
	P_CAPABILITIES,
	P_SECCOMP,
	P_LSM,
	P_SYSCTL,
	P_PACKET,
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
static uid_t uid_before;       /* before a sandbox was entered */
static char *namespace_remedy; /* of this machine */

#define NAMESPACE "see \"namespaces\" above (or a kernel with CONFIG_NAMESPACES)"

static const struct prereq blank[P_COUNT] = {
    [P_NAMESPACES] = {.name = "namespaces",
        .needed = true,
        .disables = "everything",
        .remedy = "run as root"},
    [P_USER_NS] = {.name = "user-ns",
        .disables = "playing without root",
        .remedy = "run as root (a kernel with CONFIG_USER_NS)"},
    [P_NET_NS] = {.name = "net-ns", .disables = "everything", .remedy = NAMESPACE},
    [P_MNT_NS] = {.name = "mnt-ns", .disables = "everything", .remedy = NAMESPACE},
    [P_PID_NS] = {.name = "pid-ns", .disables = "everything", .remedy = NAMESPACE},
    [P_IPC_NS] = {.name = "ipc-ns", .disables = "everything", .remedy = NAMESPACE},
    [P_CAPABILITIES] = {.name = "capabilities",
        .disables = "playing as root",
        .remedy = "sudo; in a container: --cap-add NET_ADMIN --cap-add SYS_ADMIN --cap-add "
                  "NET_RAW, or --privileged"},
    [P_SECCOMP] = {.name = "seccomp"},
    [P_LSM] = {.name = "lsm"},
    [P_SYSCTL] = {.name = "sysctl",
        .needed = true,
        .disables = "everything",
        .remedy = "in a container: --security-opt systempaths=unconfined (docker), "
                  "--security-opt unmask=ALL (podman), or --privileged"},
    [P_PACKET] = {.name = "packet-socket",
        .needed = true,
        .disables = "everything",
        .remedy = "sudo; in a container: --cap-add NET_RAW (docker gives it, podman does not), or "
                  "--privileged"},
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
            "modprobe tun, and read and write access to /dev/net/tun; in a container: --device "
            "/dev/net/tun"},
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
	snprintf(p->found, sizeof(p->found), "%.511s", text);
}

static void look_at_program(struct prereq *p, const char *name, const char *arg)
{
	char path[4096], line[160];
	struct err e = {{0}};
	bool is_there = proc_find(name, path, sizeof(path));
	int r = proc_ask((const char *[]){is_there ? path : name, arg, NULL},
	    clock_now_ns() + 10 * NS_PER_S, line, sizeof(line), &e);

	found(p, !r, r ? e.text : line);
}

/* What a child, that enters one namespace of that kind, met: 0 or an errno. */
static int try_namespace(int kind)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		if (geteuid() && kind != CLONE_NEWUSER && unshare(CLONE_NEWUSER))
			_exit(errno);
		_exit(unshare(kind) ? errno : 0);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid < 0 ? errno : WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static void try_namespaces(struct prereq *p)
{
	static const struct {
		int which, kind;
	} kinds[] = {{P_USER_NS, CLONE_NEWUSER}, {P_NET_NS, CLONE_NEWNET}, {P_MNT_NS, CLONE_NEWNS},
	    {P_PID_NS, CLONE_NEWPID}, {P_IPC_NS, CLONE_NEWIPC}};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		int error = try_namespace(kinds[i].kind);

		found(&p[kinds[i].which], !error, error ? strerror(error) : "yes");
	}
}

static void describe_device(struct prereq *p, const char *path)
{
	static const char letters[] = "rwxrwxrwx";
	char mode[] = "---------", text[128];
	struct stat st;

	if (stat(path, &st)) {
		snprintf(text, sizeof(text), "%s: %s", path, strerror(errno));
	} else {
		for (int i = 0; i < 9; i++)
			if (st.st_mode & (0400U >> i))
				mode[i] = letters[i];
		snprintf(text, sizeof(text), "%s %s of user %u, group %u", path, mode, st.st_uid,
		    st.st_gid);
	}
	size_t len = strlen(p->found);
	snprintf(p->found + len, sizeof(p->found) - len, " (%s)", text);
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

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		struct prereq *q = &p[tries[i].which];
		struct err e = {{0}};
		int r = try_firewall(tries[i].how, &e);

		if (!r && tries[i].which == P_IPTABLES && !firewall_is_there())
			r = err_set(&e, ENODATA, "%s ended with status 0 and loaded no rules",
			    firewall_program());

		found(q, !r,
		    r                              ? e.text
		    : tries[i].which == P_IPTABLES ? firewall_program()
		                                   : "yes");
	}
}

/* What the child that tries leaves behind. */
struct trial {
	struct prereq list[P_COUNT];
	int error; /* that the sandbox met, or 0 */
};

/* Tries the real thing in a sandbox; nothing of it outlives this child. 0, or -errno of the
 * sandbox. */
static int try_in_sandbox(struct prereq *p)
{
	struct err e = {{0}};
	struct nl_sock *nl = NULL;
	int r = sandbox_enter(&e), home = r ? -1 : netns_own(&e);
	int other = home < 0 ? home : netns_make(home, &e);

	if (other < 0 || nl_open(&nl, &e)) {
		found(&p[P_NAMESPACES], false, e.text);
		return r ? r : other < 0 ? other : -EIO;
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
		return 0;
	}
	if (proc_die_with(parent))
		_exit(1);
	found(&p[P_NAMESPACES], true,
	    uid_before ? "without root: in a user namespace" : "root: mount, pid, network");
	r = link_add_bridge(
	    nl, &(struct bridge){.name = "sbtest0", .ageing_real_ns = 300 * NS_PER_S}, &e);
	found(&p[P_BRIDGE], !r, r ? e.text : "yes");
	struct veth v = {.name = "sbtest1", .peer = "sbtest2", .peer_ns = other};
	r = link_add_veth(nl, &v, &e);
	found(&p[P_VETH], !r, r ? e.text : "yes");
	int tap = link_add_tap("sbtest3", &e);
	found(&p[P_TAP], tap >= 0, tap >= 0 ? "yes" : e.text);
	int fd = open(FORWARD, O_WRONLY | O_CLOEXEC);
	found(&p[P_SYSCTL], fd >= 0, fd >= 0 ? "yes" : strerror(errno));
	int packets = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	found(&p[P_PACKET], packets >= 0, packets >= 0 ? "yes" : strerror(errno));
	try_firewalls(p);
	r = access(NF_CALL, F_OK);
	found(&p[P_BR_NETFILTER], !r, r ? "not in this kernel" : "yes");
	found(&p[P_IPV6], access("/proc/sys/net/ipv6", F_OK) == 0,
	    access("/proc/sys/net/ipv6", F_OK) ? "not in this kernel or namespace" : "yes");
	r = access("/sys/class/net/sbtest0", F_OK);
	found(&p[P_SYSFS], !r, r ? "/sys of the sandbox cannot be mounted" : "yes");
	return 0;
}

/* What /proc and /sys below root tell of this process, and why namespaces met that error. */
static void add_confinement(struct prereq *p, const char *root, int error)
{
	static const char *const modes[] = {"none", "strict", "a filter"};
	struct confine c;
	struct buf missing = {0}, text = {0};
	char program[4096], *why;

	confine_read(root, &c);
	confine_capabilities(c.effective, &text);
	buf_puts(&text, "; bounding: ");
	confine_capabilities(c.bounding, &text);
	bool can = confine_can_build(c.effective, &missing);
	if (!can && !c.uid)
		buf_printf(&text, "; lacks %s", missing.s);
	found(&p[P_CAPABILITIES], can || c.uid, text.s); /* without root none are asked for */
	buf_free(&text);
	buf_printf(&text, "%s%s%s", c.seccomp < 0 || c.seccomp > 2 ? "?" : modes[c.seccomp],
	    c.container[0] ? ", container: " : "", c.container);
	found(&p[P_SECCOMP], true, text.s);
	buf_free(&text);
	buf_printf(&text, "%s%s%s%s", c.lsm[0] ? c.lsm : "unknown (no securityfs)",
	    c.profile[0] ? ", profile " : "", c.profile,
	    c.apparmor_restricts_userns > 0 ? ", restricts user namespaces" : "");
	found(&p[P_LSM], true, text.s);
	buf_free(&text);
	buf_free(&missing);
	if (!error)
		return;
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	program[len > 0 ? len : 0] = '\0';
	free(namespace_remedy);
	why = confine_why(&c, error, program, &namespace_remedy);
	size_t used = strlen(p[P_NAMESPACES].found);
	snprintf(p[P_NAMESPACES].found + used, sizeof(p[P_NAMESPACES].found) - used, "%s%s",
	    used ? ": " : "", why);
	p[P_NAMESPACES].remedy = namespace_remedy;
	free(why);
	for (size_t i = 0; i < P_COUNT; i++)
		if (!p[i].there && !p[i].found[0])
			found(&p[i], false, "not checked: no namespaces");
}

const struct prereq *prereqs_of(const char *root, int error, size_t *n)
{
	memcpy(list, blank, sizeof(list));
	*n = P_COUNT;
	for (size_t i = 0; i < P_COUNT; i++)
		list[i].there = !error;
	add_confinement(list, root, error);
	return list;
}

static void look_at_programs(struct prereq *p)
{
	look_at_program(&p[P_DNSMASQ], "dnsmasq", "--version");
	look_at_program(&p[P_IP], "ip", "-V");
	if (p[P_NFT].there)
		look_at_program(&p[P_NFT], "iptables-nft", "--version");
	if (p[P_LEGACY].there)
		look_at_program(&p[P_LEGACY], "iptables-legacy", "--version");
}

/* Nothing is known of this machine, for want of something else. */
static void not_looked(const char *what)
{
	char text[160];

	snprintf(text, sizeof(text), "not checked without %s: %s", what, strerror(errno));
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
		snprintf(text, sizeof(text), "the check did not end within %d s",
		    (int)(TRIAL_NS / NS_PER_S));
	} else {
		snprintf(text, sizeof(text), "the check ended with status %d%s", status,
		    status > 128 ? " (killed)" : "");
	}
	found(p, false, text);
	p->remedy = "try again";
}

const struct prereq *prereqs_look(size_t *n)
{
	struct trial *shared =
	    mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 0, null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	memcpy(list, blank, sizeof(list));
	*n = P_COUNT;
	if (shared == MAP_FAILED) {
		not_looked("shared memory");
		return list;
	}
	memcpy(shared->list, blank, sizeof(blank));
	uid_before = geteuid();
	int parent = proc_pidfd(getpid());
	pid_t pid = fork();
	if (!pid) {
		if (proc_die_with(parent))
			_exit(1);
		dup2(null, 1);
		dup2(null, 2);
		shared->error = -try_in_sandbox(shared->list);
		_exit(0);
	}
	if (parent >= 0)
		close(parent);
	if (pid > 0)
		status = proc_wait(pid, clock_now_ns() + TRIAL_NS);
	if (pid < 0)
		not_looked("a process to look with");
	else
		memcpy(list, shared->list, sizeof(list));
	if (pid > 0 && status)
		told_trial(&list[P_NAMESPACES], pid, status);
	int error = pid > 0 && !status ? shared->error : 0;
	munmap(shared, sizeof(*shared));
	if (null >= 0)
		close(null);
	try_namespaces(list);
	describe_device(&list[P_TAP], "/dev/net/tun");
	add_confinement(list, "", error);
	look_at_programs(list);
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
