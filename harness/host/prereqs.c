/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereqs.c: what this machine must have, what is disabled without it, and what brings it. */
#include "host/prereqs.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/drop_tracepoint.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/firewall.h"
#include "lab/link.h"
#include "lab/netns.h"
#include "lab/sandbox.h"
#include "host/confine.h"
#include "scenario/churn.h"

#define FORWARD "/proc/sys/net/ipv4/ip_forward"
/* A trial that takes longer than PROGRAM_NS is slow; only one that takes PATIENCE times as long
 * does not end. A slow guest that loads modules has what it loads. */
#define PROGRAM_NS (10 * NS_PER_S)
#define PATIENCE 10
#define PROGRAMS 6 /* all trials end within the time of this many programs */
#define NF_CALL "/proc/sys/net/bridge/bridge-nf-call-iptables"

static struct prereq list[P_COUNT];
static int64_t slow_ns;        /* PROGRAM_NS, but in tests */
static uid_t uid_before;       /* before a sandbox was entered */
static char *namespace_remedy; /* of this machine */

/* error: 0 when it is there, else a positive errno. */
static void found(struct prereq *p, int error, const char *text)
{
	p->there = !error;
	p->error = error;
	snprintf(p->found, sizeof(p->found), "%.511s", text);
}

static int64_t trial_deadline(int64_t began_ns)
{
	return began_ns + PATIENCE * slow_ns;
}

/* r: of the trial, -errno when it failed; otherwise `text` tells what is there. */
static void found_by(
    struct prereq *p, int r, const struct err *e, const char *text, int64_t began_ns)
{
	int64_t took_ns = clock_now_ns() - began_ns;

	found(p, r < 0 ? -r : 0, r < 0 ? e->text : text);
	if (took_ns > p->took_ns)
		p->took_ns = took_ns;
	if (r != -ETIMEDOUT)
		return;
	snprintf(p->found, sizeof(p->found), "did not end within %g s",
	    (double)(PATIENCE * slow_ns) / NS_PER_S);
	p->remedy = "it is installed: see what it waits for, or try again on a quieter machine";
}

static void found_errno(struct prereq *p, int error)
{
	found(p, error, error ? strerror(error) : "yes");
}

static void look_for_file(struct prereq *p, const char *path, const char *missing)
{
	int error = access(path, F_OK) ? errno : 0;

	found(p, error, error ? missing : "yes");
}

static void add_to_found(struct prereq *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void add_to_found(struct prereq *p, const char *fmt, ...)
{
	size_t len = strlen(p->found);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->found + len, sizeof(p->found) - len, fmt, ap);
	va_end(ap);
}

static void look_at_program(struct prereq *p, const char *name, const char *arg)
{
	char path[4096], line[160];
	struct err e = {{0}};
	bool is_there = proc_find(name, path, sizeof(path));
	int64_t began = clock_now_ns();
	int r = proc_ask((const char *[]){is_there ? path : name, arg, NULL}, trial_deadline(began),
	    line, sizeof(line), &e);

	found_by(p, r, &e, line, began);
}

static void wait_for(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
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
	if (pid < 0)
		return errno;
	wait_for(pid, &status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
}

static void try_namespaces(struct prereq *p)
{
	static const struct {
		int which, kind;
	} kinds[] = {{P_USER_NS, CLONE_NEWUSER}, {P_NET_NS, CLONE_NEWNET}, {P_MNT_NS, CLONE_NEWNS},
	    {P_PID_NS, CLONE_NEWPID}, {P_IPC_NS, CLONE_NEWIPC}};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		found_errno(&p[kinds[i].which], try_namespace(kinds[i].kind));
}

static void describe_device(struct prereq *p, const char *path)
{
	static const char letters[] = "rwxrwxrwx";
	char mode[] = "---------";
	struct stat st;

	if (stat(path, &st)) {
		add_to_found(p, " (%s: %s)", path, strerror(errno));
		return;
	}
	for (int i = 0; i < 9; i++)
		if (st.st_mode & (0400U >> i))
			mode[i] = letters[i];
	add_to_found(p, " (%s %s of user %u, group %u)", path, mode, st.st_uid, st.st_gid);
}

/* Can the rules of a lab be loaded? */
static int try_firewall(const struct firewall_rules *rules, int64_t deadline, struct err *e)
{
	struct firewall_load load;

	if (rules->ip6)
		return firewall_ip6(rules, deadline, e);
	int r = firewall_start(rules, &load, e);
	return r ? r : firewall_wait(&load, deadline, e);
}

static void try_firewalls(struct prereq *p)
{
#define RULES .bridge = "br0", .uplink = "up0", .network = "192.0.2.0/24"
	static const struct {
		int which;
		struct firewall_rules rules;
	} tries[] = {
	    {P_IPTABLES, {RULES, .backend = FIREWALL_BY_ANY}},
	    {P_NFT, {RULES, .backend = FIREWALL_BY_NFT, .drop_too_big = true}},
	    {P_LEGACY, {RULES, .backend = FIREWALL_BY_LEGACY, .drop_too_big = true}},
	    {P_IP6TABLES, {RULES, .backend = FIREWALL_BY_ANY, .drop_too_big = true, .ip6 = true}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		bool any = tries[i].which == P_IPTABLES;
		struct err e = {{0}};
		int64_t began = clock_now_ns();
		int r = try_firewall(&tries[i].rules, trial_deadline(began), &e);

		if (!r && any && !firewall_is_there())
			r = err_set(&e, ENODATA, "%s ended with status 0 and loaded no rules",
			    firewall_program());
		found_by(&p[tries[i].which], r, &e, any ? firewall_program() : "yes", began);
	}
}

static void try_drops(struct prereq *p)
{
	struct drop_tracepoint drops;
	struct err e = {{0}};
	int64_t began = clock_now_ns();
	int r = drop_tracepoint_open(&drops, &e);

	found_by(&p[P_DROPS], r, &e, "skb:kfree_skb", began);
	if (!r)
		drop_tracepoint_close(&drops);
}

/* Each may load a module. */
static void try_links(struct prereq *p, struct nl_sock *nl, int other)
{
	struct bridge bridge = {.name = "sbtest0", .ageing_real_ns = 300 * NS_PER_S};
	struct veth veth = {.name = "sbtest1", .peer = "sbtest2", .peer_ns = other};
	struct err e = {{0}};
	int64_t began = clock_now_ns();
	int r = link_add_bridge(nl, &bridge, &e);

	found_by(&p[P_BRIDGE], r, &e, "yes", began);
	began = clock_now_ns();
	r = link_add_veth(nl, &veth, &e);
	found_by(&p[P_VETH], r, &e, "yes", began);
	began = clock_now_ns();
	r = link_add_tap("sbtest3", &e);
	found_by(&p[P_TAP], r, &e, "yes", began);
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
	int r = sandbox_enter(&e), home = r ? r : netns_own(&e);
	int other = home < 0 ? home : netns_make(home, &e);

	r = other < 0 ? other : nl_open(&nl, &e);
	if (r) {
		found(&p[P_NAMESPACES], -r, e.text);
		return r;
	}
	/* The first process of a pid namespace takes it along when it ends: it must not be one of
	 * the programs that are tried. */
	int parent = proc_pidfd(getpid());
	pid_t pid = fork();
	if (pid) {
		int status = 0;

		if (pid > 0)
			wait_for(pid, &status);
		if (WIFSIGNALED(status)) {
			raise(WTERMSIG(status)); /* so ends this one too */
			_exit(1);
		}
		return 0;
	}
	if (proc_die_with(parent))
		_exit(1);
	found(&p[P_NAMESPACES], 0,
	    uid_before ? "without root: in a user namespace" : "root: mount, pid, network");
	try_links(p, nl, other);
	found_errno(&p[P_SYSCTL], open(FORWARD, O_WRONLY | O_CLOEXEC) < 0 ? errno : 0);
	found_errno(&p[P_PACKET], socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) < 0 ? errno : 0);
	try_firewalls(p);
	try_drops(p);
	look_for_file(&p[P_BR_NETFILTER], NF_CALL, "not in this kernel");
	look_for_file(&p[P_IPV6], "/proc/sys/net/ipv6", "not in this kernel or namespace");
	look_for_file(
	    &p[P_SYSFS], "/sys/class/net/sbtest0", "/sys of the sandbox cannot be mounted");
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
	found(&p[P_CAPABILITIES], can || c.uid ? 0 : EPERM,
	    text.s); /* without root none are asked for */
	buf_free(&text);
	buf_printf(&text, "%s%s%s", c.seccomp < 0 || c.seccomp > 2 ? "?" : modes[c.seccomp],
	    c.container[0] ? ", container: " : "", c.container);
	found(&p[P_SECCOMP], 0, text.s);
	buf_free(&text);
	buf_printf(&text, "%s%s%s%s", c.lsm[0] ? c.lsm : "unknown (no securityfs)",
	    c.profile[0] ? ", profile " : "", c.profile,
	    c.apparmor_restricts_userns > 0 ? ", restricts user namespaces" : "");
	found(&p[P_LSM], 0, text.s);
	buf_free(&text);
	buf_free(&missing);
	if (!error)
		return;
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	program[len > 0 ? len : 0] = '\0';
	free(namespace_remedy);
	why = confine_why(&c, error, program, &namespace_remedy);
	add_to_found(&p[P_NAMESPACES], "%s%s", p[P_NAMESPACES].found[0] ? ": " : "", why);
	p[P_NAMESPACES].remedy = namespace_remedy;
	free(why);
	for (size_t i = 0; i < P_COUNT; i++)
		if (!p[i].there && !p[i].found[0])
			found(&p[i], error, "not checked: no namespaces");
}

const struct prereq *prereqs_of(const char *root, int error, size_t *n)
{
	memcpy(list, prereqs_untried, sizeof(list));
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

const struct prereq *prereqs_found(size_t *n)
{
	*n = P_COUNT;
	return list;
}

/* The trial itself was killed or hangs: what it has not tried is not missing. */
static void told_trial(struct prereq *p, pid_t pid, int status)
{
	int64_t limit_ns = PROGRAMS * PATIENCE * slow_ns;
	char text[96];

	if (status == -ETIMEDOUT) {
		kill(pid, SIGKILL);
		proc_wait(pid, clock_now_ns() + limit_ns);
		snprintf(text, sizeof(text), "the check did not end within %g s",
		    (double)limit_ns / NS_PER_S);
	} else {
		snprintf(text, sizeof(text), "the check ended with status %d%s", status,
		    status > 128 ? " (killed)" : "");
	}
	found(p, EINTR, text);
	p->remedy = "try again";
}

/* The process that tries, silently; -1 with errno. */
static pid_t start_trial(struct trial *shared)
{
	int parent = proc_pidfd(getpid());
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		if (proc_die_with(parent))
			_exit(1);
		dup2(null, 1);
		dup2(null, 2);
		shared->error = -try_in_sandbox(shared->list);
		_exit(0);
	}
	int error = errno;
	if (parent >= 0)
		close(parent);
	errno = error;
	return pid;
}

const struct prereq *prereqs_look(size_t *n)
{
	return prereqs_look_patiently(PROGRAM_NS, n);
}

const struct prereq *prereqs_look_patiently(int64_t slow_after_ns, size_t *n)
{
	struct trial *shared =
	    mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	mem_there(shared == MAP_FAILED ? NULL : shared);
	*n = P_COUNT;
	memcpy(shared->list, prereqs_untried, sizeof(prereqs_untried));
	slow_ns = slow_after_ns;
	uid_before = geteuid();
	pid_t pid = start_trial(shared);
	int started = pid < 0 ? errno : 0;
	int status = started ? 0 : proc_wait(pid, clock_now_ns() + PROGRAMS * PATIENCE * slow_ns);
	memcpy(list, shared->list, sizeof(list));
	if (status)
		told_trial(&list[P_NAMESPACES], pid, status);
	int error = status ? 0 : shared->error;
	munmap(shared, sizeof(*shared));
	for (int i = 0; started && i < P_COUNT; i++) {
		found(&list[i], started, "not checked, because no process could be started");
		add_to_found(&list[i], ": %s", strerror(started));
	}
	try_namespaces(list);
	describe_device(&list[P_TAP], "/dev/net/tun");
	add_confinement(list, "", error);
	look_at_programs(list);
	for (int i = 0; i < P_COUNT; i++)
		if (list[i].there && list[i].took_ns > slow_ns)
			add_to_found(
			    &list[i], ", slow: %.1f s", (double)list[i].took_ns / NS_PER_S);
	return list;
}

static bool has_tap(const struct scenario_case *c)
{
	for (size_t i = 0; i < c->n_churns; i++)
		if (churn_is_tap(&c->churns[i]))
			return true;
	return false;
}

const struct prereq *prereqs_missing_for(
    const struct prereq *p, size_t n, const struct scenario_case *c)
{
	const struct {
		bool takes;
		int which;
	} of_case[] = {
	    {has_tap(c), P_TAP},
	    {c->querier != QUERIER_NEVER, P_IPV6},
	    {c->firewall_backend == BACKEND_NFT, P_NFT},
	    {c->firewall_backend == BACKEND_LEGACY, P_LEGACY},
	    {c->firewall == FIREWALL_BRIDGED, P_BR_NETFILTER},
	    {c->firewall == FIREWALL_DROP_TOO_BIG && (c->families & FAMILY_BIT(IP_V6)),
	        P_IP6TABLES},
	};

	for (size_t i = 0; i < n; i++)
		if (p[i].needed && !p[i].there)
			return &p[i];
	for (size_t i = 0; i < ARRAY_SIZE(of_case); i++)
		if (of_case[i].takes && !p[of_case[i].which].there)
			return &p[of_case[i].which];
	return NULL;
}
