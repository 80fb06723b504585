/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereqs.c: what this machine must have, what is disabled without it, and what brings it. */
#include "host/prereqs.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "host/confine.h"
#include "host/prereq_found.h"
#include "host/prereq_trials.h"
#include "scenario/churn.h"
#include "scenario/client.h"

#define PROGRAMS 6 /* all trials end within the time of this many programs */

static struct prereq list[P_COUNT];
static char *namespace_remedy; /* of this machine */

static void look_at_program(struct prereq *p, const char *name, const char *arg)
{
	char path[4096], line[160];
	struct err e = {{0}};
	bool is_there = proc_find(name, path, sizeof(path));
	int64_t began = clock_now_ns();
	int r = proc_ask((const char *[]){is_there ? path : name, arg, NULL},
	    prereq_deadline(began), line, sizeof(line), &e);

	prereq_found_by(p, r, &e, line, began);
}

/* What a child, that enters one namespace of that kind, met: 0 or an errno. */
static int try_namespace(int kind)
{
	pid_t pid = fork();

	if (!pid) {
		if (geteuid() && kind != CLONE_NEWUSER && unshare(CLONE_NEWUSER))
			_exit(errno);
		_exit(unshare(kind) ? errno : 0);
	}
	if (pid < 0)
		return errno;
	int status = proc_reap(pid);
	return status < 0 ? -status : status > 128 ? EINTR : status;
}

static void try_namespaces(struct prereq *p, const struct prereq_set *set)
{
	static const struct {
		int which, kind;
	} kinds[] = {{P_USER_NS, CLONE_NEWUSER}, {P_NET_NS, CLONE_NEWNET}, {P_MNT_NS, CLONE_NEWNS},
	    {P_PID_NS, CLONE_NEWPID}, {P_IPC_NS, CLONE_NEWIPC}};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (set->of[kinds[i].which])
			prereq_found_errno(&p[kinds[i].which], try_namespace(kinds[i].kind));
}

static void describe_device(struct prereq *p, const char *path)
{
	static const char letters[] = "rwxrwxrwx";
	char mode[] = "---------";
	struct stat st;

	if (stat(path, &st)) {
		prereq_add(p, " (%s: %s)", path, strerror(errno));
		return;
	}
	for (int i = 0; i < 9; i++)
		if (st.st_mode & (0400U >> i))
			mode[i] = letters[i];
	prereq_add(p, " (%s %s of user %u, group %u)", path, mode, st.st_uid, st.st_gid);
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
	prereq_found(&p[P_CAPABILITIES], can || c.uid ? 0 : EPERM,
	    text.s); /* without root none are asked for */
	buf_free(&text);
	buf_printf(&text, "%s%s%s", c.seccomp < 0 || c.seccomp > 2 ? "?" : modes[c.seccomp],
	    c.container[0] ? ", container: " : "", c.container);
	prereq_found(&p[P_SECCOMP], 0, text.s);
	buf_free(&text);
	buf_printf(&text, "%s%s%s%s", c.lsm[0] ? c.lsm : "unknown (no securityfs)",
	    c.profile[0] ? ", profile " : "", c.profile,
	    c.apparmor_restricts_userns > 0 ? ", restricts user namespaces" : "");
	prereq_found(&p[P_LSM], 0, text.s);
	buf_free(&text);
	buf_free(&missing);
	if (!error)
		return;
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
	program[len > 0 ? len : 0] = '\0';
	free(namespace_remedy);
	why = confine_why(&c, error, program, &namespace_remedy);
	prereq_add(&p[P_NAMESPACES], "%s%s", p[P_NAMESPACES].found[0] ? ": " : "", why);
	p[P_NAMESPACES].remedy = namespace_remedy;
	free(why);
	for (size_t i = 0; i < P_COUNT; i++)
		if (!p[i].there && !p[i].found[0])
			prereq_found(&p[i], error, "not checked: no namespaces");
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

/* Those that need no trial. */
static void look_at_programs(struct prereq *dnsmasq, struct prereq *ip)
{
	look_at_program(dnsmasq, "dnsmasq", "--version");
	look_at_program(ip, "ip", "-V");
}

static void look_at_backends(struct prereq *p)
{
	if (p[P_NFT].there)
		look_at_program(&p[P_NFT], "iptables-nft", "--version");
	if (p[P_LEGACY].there)
		look_at_program(&p[P_LEGACY], "iptables-legacy", "--version");
}

const struct prereq *prereqs_last(size_t *n)
{
	*n = P_COUNT;
	return list;
}

static int64_t trials_deadline(int64_t began_ns)
{
	return began_ns + PROGRAMS * (prereq_deadline(began_ns) - began_ns);
}

/* The trial itself was killed or hangs: what it has not tried is not missing. */
static void told_trial(struct prereq *p, pid_t pid, int status)
{
	char text[96];

	if (status == -ETIMEDOUT) {
		kill(pid, SIGKILL);
		proc_wait(pid, trials_deadline(clock_now_ns()));
		snprintf(text, sizeof(text), "the check did not end within %g s",
		    (double)trials_deadline(0) / NS_PER_S);
	} else {
		snprintf(text, sizeof(text), "the check ended with status %d%s", status,
		    status > 128 ? " (killed)" : "");
	}
	prereq_found(p, EINTR, text);
	p->remedy = "try again";
}

/* What the child that tries leaves behind. */
struct trial {
	struct prereq list[P_COUNT];
	int error; /* that the sandbox met, or 0 */
};

/* The process that tries, silently; -1 with errno. */
static pid_t start_trial(struct trial *shared, const struct prereq_set *set)
{
	int parent = proc_pidfd(getpid());
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		if (proc_die_with(parent))
			_exit(1);
		dup2(null, 1);
		dup2(null, 2);
		shared->error = -prereq_trials(shared->list, set);
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
	struct prereq_set all;

	for (size_t i = 0; i < P_COUNT; i++)
		all.of[i] = true;
	return prereqs_look_for(&all, n);
}

const struct prereq *prereqs_look_for(const struct prereq_set *set, size_t *n)
{
	struct trial *shared =
	    mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	mem_there(shared == MAP_FAILED ? NULL : shared);
	*n = P_COUNT;
	memcpy(shared->list, prereqs_untried, sizeof(prereqs_untried));
	pid_t pid = start_trial(shared, set);
	int started = pid < 0 ? errno : 0;
	struct prereq dnsmasq = prereqs_untried[P_DNSMASQ], ip = prereqs_untried[P_IP];
	look_at_programs(&dnsmasq, &ip); /* while it tries */
	int status = started ? 0 : proc_wait(pid, trials_deadline(clock_now_ns()));
	memcpy(list, shared->list, sizeof(list));
	if (status)
		told_trial(&list[P_NAMESPACES], pid, status);
	int error = status ? 0 : shared->error;
	munmap(shared, sizeof(*shared));
	for (int i = 0; started && i < P_COUNT; i++) {
		prereq_found(&list[i], started, "not checked, because no process could be started");
		prereq_add(&list[i], ": %s", strerror(started));
	}
	try_namespaces(list, set);
	if (set->of[P_TAP])
		describe_device(&list[P_TAP], "/dev/net/tun");
	add_confinement(list, "", error);
	list[P_DNSMASQ] = dnsmasq;
	list[P_IP] = ip;
	look_at_backends(list);
	for (int i = 0; i < P_COUNT; i++)
		if (list[i].there && list[i].took_ns > prereq_slow_ns)
			prereq_add(&list[i], ", slow: %.1f s", (double)list[i].took_ns / NS_PER_S);
	return list;
}

static bool has_tap(const struct scenario_case *c)
{
	for (size_t i = 0; i < c->n_churns; i++)
		if (churn_is_tap(&c->churns[i]))
			return true;
	return false;
}

void prereqs_add(struct prereq_set *set, const struct scenario_case *c)
{
	for (size_t i = 0; i < P_COUNT; i++)
		set->of[i] |= prereqs_untried[i].needed;
	set->of[P_TAP] |= has_tap(c);
	set->of[P_VLANS] |= clients_use_vlans(c);
	set->of[P_IPV6] |= c->querier != QUERIER_NEVER || (c->families & FAMILY_BIT(IP_V6));
	set->of[P_NFT] |= c->firewall_backend == BACKEND_NFT;
	set->of[P_LEGACY] |= c->firewall_backend == BACKEND_LEGACY;
	set->of[P_BR_NETFILTER] |= c->firewall == FIREWALL_BRIDGED;
	set->of[P_IP6TABLES] |= (c->firewall == FIREWALL_DROP_TOO_BIG || clients_some_silent(c)) &&
	                        (c->families & FAMILY_BIT(IP_V6));
}

const struct prereq *prereqs_missing_for(
    const struct prereq *p, size_t n, const struct scenario_case *c)
{
	struct prereq_set set = {0};

	prereqs_add(&set, c);
	for (int needed = 1; needed >= 0; needed--)
		for (size_t i = 0; i < n; i++)
			if (set.of[i] && p[i].needed == needed && !p[i].there)
				return &p[i];
	return NULL;
}
