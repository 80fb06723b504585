/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confine.c: what confines this process, as /proc and /sys tell it.
 *
 * Who refuses a namespace says EPERM and no more: a sysctl of Debian's or of the kernel, Ubuntu's
 * AppArmor, which lets a user namespace be made and then gives it no capability, or the seccomp
 * filter of a container. So each is looked for, in the order in which they would be met. */
#include "host/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/data.h"
#include "base/macros.h"
#include "base/utf8.h"

#define FILE_MAX (64 * 1024)

static const char *const names[] = {"chown", "dac_override", "dac_read_search", "fowner", "fsetid",
    "kill", "setgid", "setuid", "setpcap", "linux_immutable", "net_bind_service", "net_broadcast",
    "net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot",
    "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time",
    "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap", "mac_override",
    "mac_admin", "syslog", "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf",
    "checkpoint_restore"};
#define N_NAMES ARRAY_SIZE(names)
#define ALL ((UINT64_C(1) << N_NAMES) - 1)

/* Namespaces and mounts, links and rules, captures. */
static const char *const needed[] = {"sys_admin", "net_admin", "net_raw"};

/* A file's text without its last newline; "" when it cannot be read. Caller frees. */
static char *read_text(const char *root, const char *path)
{
	char *whole = mem_printf("%s%s", root, path);
	struct buf b = {0};

	if (data_read(whole, FILE_MAX, &b, NULL)) {
		buf_free(&b);
		buf_puts(&b, "");
	}
	free(whole);
	while (b.len && b.s[b.len - 1] == '\n')
		b.s[--b.len] = '\0';
	utf8_clean(b.s, true);
	return b.s;
}

static long read_number(const char *root, const char *path)
{
	char *whole = mem_printf("%s%s", root, path);
	long n = data_number(whole, CONFINE_UNKNOWN);

	free(whole);
	return n;
}

/* The value of a line "Key:\tvalue" of /proc/self/status, or NULL. */
static const char *field(const char *status, const char *key)
{
	size_t len = strlen(key);

	for (const char *s = status; s; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (!strncmp(s, key, len) && s[len] == ':')
			return s + len + 1;
	}
	return NULL;
}

static void read_status(const char *root, struct confine *out)
{
	char *status = read_text(root, "/proc/self/status");
	const char *s = field(status, "Uid");

	out->uid = CONFINE_UNKNOWN;
	if (s && sscanf(s, "%*d %ld", &out->uid) != 1)
		out->uid = CONFINE_UNKNOWN;
	s = field(status, "Seccomp");
	out->seccomp = s ? atoi(s) : CONFINE_UNKNOWN;
	s = field(status, "CapEff");
	out->effective = s ? strtoull(s, NULL, 16) : 0;
	s = field(status, "CapBnd");
	out->bounding = s ? strtoull(s, NULL, 16) : 0;
	free(status);
}

static bool is_there(const char *root, const char *path)
{
	char *whole = mem_printf("%s%s", root, path);
	bool yes = !access(whole, F_OK);

	free(whole);
	return yes;
}

static void read_container(const char *root, struct confine *out)
{
	char *env = read_text(root, "/run/systemd/container");
	const char *word = is_there(root, "/.dockerenv")          ? "docker"
	                   : is_there(root, "/run/.containerenv") ? "podman"
	                                                          : env;

	snprintf(out->container, sizeof(out->container), "%s", word);
	free(env);
}

void confine_read(const char *root, struct confine *out)
{
	char *map = read_text(root, "/proc/self/uid_map"), *text;
	unsigned long first = 1, above = 1, count = 0;

	*out = (struct confine){0};
	read_status(root, out);
	out->all_users = sscanf(map, "%lu %lu %lu", &first, &above, &count) == 3 && !first &&
	                 !above && count == 4294967295UL;
	out->max_user_namespaces = read_number(root, "/proc/sys/user/max_user_namespaces");
	out->unprivileged_userns_clone =
	    read_number(root, "/proc/sys/kernel/unprivileged_userns_clone");
	out->apparmor_restricts_userns =
	    read_number(root, "/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
	text = read_text(root, "/sys/kernel/security/lsm");
	snprintf(out->lsm, sizeof(out->lsm), "%s", text);
	free(text);
	text = read_text(root, "/proc/self/attr/current");
	snprintf(out->profile, sizeof(out->profile), "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
	read_container(root, out);
	free(map);
}

/* What lets a container do it, by its program. */
static char *container_flags(const char *container)
{
	static const char docker[] =
	    "docker run --privileged, or --cap-add NET_ADMIN --cap-add SYS_ADMIN --security-opt "
	    "seccomp=unconfined --security-opt apparmor=unconfined --security-opt "
	    "systempaths=unconfined";
	static const char podman[] =
	    "podman run --privileged, or --cap-add NET_ADMIN --cap-add SYS_ADMIN --cap-add NET_RAW "
	    "--security-opt seccomp=unconfined --security-opt unmask=ALL";

	if (!strcmp(container, "podman"))
		return mem_strdup(podman);
	if (!strcmp(container, "docker"))
		return mem_strdup(docker);
	return mem_printf("%s; %s", docker, podman);
}

static char *apparmor_remedy(const char *program)
{
	return mem_printf(
	    "sudo sh -c 'printf \"abi <abi/4.0>,\\nprofile steadybridge %s flags=(unconfined) "
	    "{ userns, }\\n\" >/etc/apparmor.d/steadybridge && apparmor_parser -r "
	    "/etc/apparmor.d/steadybridge', or sudo sysctl -w "
	    "kernel.apparmor_restrict_unprivileged_userns=0, or run as root",
	    program);
}

static bool has(uint64_t set, const char *name)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (!strcmp(names[i], name))
			return set >> i & 1;
	return false;
}

char *confine_why(const struct confine *c, int error, const char *program, char **remedy)
{
	bool root = has(c->effective, "sys_admin");

	if (error == ENOSPC && c->max_user_namespaces) {
		*remedy = mem_strdup("raise the sysctls user.max_*_namespaces, or end what holds "
		                     "so many namespaces (lsns)");
		return mem_strdup("the limit user.max_*_namespaces is reached");
	}
	if (!root && !c->max_user_namespaces) {
		*remedy =
		    mem_strdup("sudo sysctl -w user.max_user_namespaces=15000, or run as root");
		return mem_strdup("user.max_user_namespaces is 0: no user namespace can be made");
	}
	if (!root && !c->unprivileged_userns_clone) {
		*remedy =
		    mem_strdup("sudo sysctl -w kernel.unprivileged_userns_clone=1, or run as root");
		return mem_strdup("kernel.unprivileged_userns_clone is 0 (Debian): only root may "
		                  "make user namespaces");
	}
	if (c->seccomp == 2 && c->container[0]) {
		*remedy = container_flags(c->container);
		return mem_printf("a seccomp filter denies unshare in a container (%s), as %s "
		                  "default does",
		    c->container, strcmp(c->container, "podman") ? "Docker's" : "podman's");
	}
	if (!root && c->apparmor_restricts_userns > 0) {
		*remedy = apparmor_remedy(program);
		return mem_strdup("kernel.apparmor_restrict_unprivileged_userns is 1 (Ubuntu): "
		                  "AppArmor gives a user namespace no capability");
	}
	if (!root && c->seccomp == 2) {
		*remedy = container_flags("");
		return mem_strdup("a seccomp filter denies unshare: a container, whose default "
		                  "(Docker's) does so, or a service");
	}
	if (!root && (!c->uid || c->container[0])) {
		*remedy = container_flags(c->container);
		return mem_printf("user 0 without CAP_SYS_ADMIN%s%s",
		    c->container[0] ? ", in a container: " : "", c->container);
	}
	*remedy = mem_strdup("run as root; in a container: --privileged");
	return mem_printf("namespaces are refused: %s", strerror(error));
}

void confine_capabilities(uint64_t set, struct buf *out)
{
	unsigned there = (unsigned)__builtin_popcountll(set & ALL);
	bool but = there >= N_NAMES / 2;
	const char *comma = but ? " but " : "";

	buf_puts(out, !there ? "none" : but ? "all" : "");
	for (size_t i = 0; i < N_NAMES && there; i++) {
		if ((set >> i & 1) == but)
			continue;
		buf_printf(out, "%s%s", comma, names[i]);
		comma = ", ";
	}
}

bool confine_can_build(uint64_t set, struct buf *out)
{
	const char *comma = "";

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		if (has(set, needed[i]))
			continue;
		buf_printf(out, "%s%s", comma, needed[i]);
		comma = ", ";
	}
	return !*comma;
}
