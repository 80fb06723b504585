/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereqs_test.c: what `steadybridge prereqs` tells, here and on machines that others have: their
 * /proc and /sys are below harness/test/data/machines. */
#include "test/kit/ctest.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/data.h"
#include "base/folder.h"
#include "base/macros.h"
#include "base/proc.h"
#include "host/confine.h"
#include "host/prereq_found.h"
#include "host/prereqs.h"
#include "lab/firewall.h"
#include "test/kit/program.h"

static char *machine(const char *name)
{
	char *below = mem_printf("harness/test/data/machines/%s", name), *path = data_path(below);

	ck_assert_msg(!access(path, F_OK), "%s is not there", path);
	free(below);
	return path;
}

PURE_TEST("prereqs", a_machine_that_refuses_namespaces_is_described_with_its_remedy)
{
	static const struct {
		const char *machine;
		int error;
		const char *found, *remedies[5];
	} rows[] = {
	    {"ubuntu-24.04", EPERM, "apparmor_restrict_unprivileged_userns is 1 (Ubuntu)",
	        {"profile steadybridge /opt/steadybridge flags=(unconfined) { userns, }"}},
	    {"ubuntu-24.04", EACCES, "AppArmor",
	        {"sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"}},
	    {"debian-10", EPERM, "kernel.unprivileged_userns_clone is 0 (Debian)",
	        {"sysctl -w kernel.unprivileged_userns_clone=1"}},
	    {"no-user-namespaces", ENOSPC, "user.max_user_namespaces is 0",
	        {"sysctl -w user.max_user_namespaces="}},
	    {"plain-root", ENOSPC, "user.max_*_namespaces is reached", {"lsns"}},
	    {"docker-default", EPERM, "Docker's default does",
	        {"docker run --privileged", "--cap-add NET_ADMIN", "--cap-add SYS_ADMIN",
	            "--security-opt seccomp=unconfined", "--security-opt systempaths=unconfined"}},
	    {"podman-rootless", EPERM, "podman's default does", {"--security-opt unmask=ALL"}},
	    /* neither /.dockerenv nor another sign, and no sysctl that explains it */
	    {"service-filter", EPERM, "a seccomp filter denies unshare", {"seccomp=unconfined"}},
	    /* nothing against it: the kernel's own error */
	    {"plain-root", EINVAL, "Invalid argument", {"run as root"}},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *root = machine(rows[i].machine), *remedy = NULL;
		struct confine c;

		confine_read(root, &c);
		char *text = confine_why(&c, rows[i].error, "/opt/steadybridge", &remedy);
		ASSERT_HAS(text, rows[i].found);
		for (size_t k = 0; k < ARRAY_SIZE(rows[i].remedies) && rows[i].remedies[k]; k++)
			ASSERT_HAS(remedy, rows[i].remedies[k]);
		free(text);
		free(remedy);
		free(root);
	}
}

static const struct prereq *one(const struct prereq *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	ck_abort_msg("prereqs know no %s", name);
	return NULL;
}

PURE_TEST("prereqs", each_machine_is_described_with_its_capabilities_and_filter)
{
	size_t n;
	char *root = machine("docker-default");
	const struct prereq *list = prereqs_of(root, EPERM, &n);

	ck_assert(!one(list, n, "namespaces")->there);
	ck_assert(!one(list, n, "capabilities")->there);
	ASSERT_HAS(one(list, n, "capabilities")->found, "lacks sys_admin, net_admin");
	ASSERT_HAS(one(list, n, "capabilities")->found, "chown, dac_override");
	ck_assert_str_eq(one(list, n, "seccomp")->found, "a filter, container: docker");
	ASSERT_HAS(one(list, n, "lsm")->found, "profile docker-default");
	free(root);
	root = machine("ubuntu-24.04");
	list = prereqs_of(root, EPERM, &n);
	ck_assert_str_eq(one(list, n, "capabilities")->found, "none; bounding: all");
	ck_assert(one(list, n, "capabilities")->there); /* a user namespace has its own */
	ASSERT_HAS(one(list, n, "lsm")->found, "apparmor,ima");
	ASSERT_HAS(one(list, n, "lsm")->found, "restricts user namespaces");
	ck_assert_str_eq(one(list, n, "seccomp")->found, "none");
	free(root);
	root = machine("plain-root");
	list = prereqs_of(root, 0, &n);
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(list[i].there, "%s: %s", list[i].name, list[i].found);
	ck_assert_str_eq(one(list, n, "capabilities")->found, "all; bounding: all");
	free(root);
}

PURE_TEST("prereqs", what_is_missing_has_its_effect_and_its_remedy)
{
	size_t n;
	char *root = machine("ubuntu-24.04");
	const struct prereq *list = prereqs_of(root, EPERM, &n);
	struct buf text = {0};

	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(list[i].found[0] != '\0', "%s: nothing found", list[i].name);
		if (list[i].there)
			continue;
		ck_assert_msg(list[i].disables && *list[i].disables, "%s", list[i].name);
		ck_assert_msg(list[i].remedy && *list[i].remedy, "%s", list[i].name);
	}
	ck_assert(!prereqs_text(list, n, false, &text));
	ASSERT_HAS(text.s, "namespaces      MISSING  kernel.apparmor_");
	ASSERT_HAS(text.s, "disables everything");
	ASSERT_HAS(text.s, "remedy   sudo sh -c");
	buf_free(&text);
	ck_assert(!prereqs_text(list, n, true, &text));
	json_t *j = json_loads(text.s, 0, NULL);
	ck_assert_ptr_nonnull(j);
	ck_assert(json_is_false(json_object_get(j, "ok")));
	ck_assert_uint_eq(json_array_size(json_object_get(j, "prereqs")), n);
	json_t *first = json_array_get(json_object_get(j, "prereqs"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(first, "name")), "namespaces");
	ck_assert(json_is_true(json_object_get(first, "needed")));
	ck_assert_ptr_nonnull(json_string_value(json_object_get(first, "remedy")));
	json_decref(j);
	buf_free(&text);
	free(root);
}

PURE_TEST("prereqs", capabilities_have_names)
{
	struct buf b = {0};

	confine_capabilities(0, &b);
	ck_assert_str_eq(b.s, "none");
	buf_free(&b);
	confine_capabilities(UINT64_C(1) << 12 | 1, &b);
	ck_assert_str_eq(b.s, "chown, net_admin");
	buf_free(&b);
	confine_capabilities(~(UINT64_C(1) << 21), &b);
	ck_assert_str_eq(b.s, "all but sys_admin");
	ck_assert(!confine_can_build(~(UINT64_C(1) << 21), &b));
	ck_assert_str_eq(b.s, "all but sys_adminsys_admin");
	ck_assert(confine_can_build(~UINT64_C(0), &b));
	buf_free(&b);
}

/* The machine itself, by the command: what is played here is there. */
CTEST("prereqs", CTEST_HOST, NULL, this_machine_has_what_its_tests_play_with)
{
	static const char *const names[] = {"namespaces", "net-ns", "mnt-ns", "pid-ns", "ipc-ns",
	    "sysctl", "packet-socket", "bridge", "veth", "iptables", "dnsmasq"};
	struct program_result r = run("prereqs", "--json");
	json_t *j = json_loads(r.text.s, 0, NULL), *o;
	size_t i, found = 0;

	ck_assert_msg(j != NULL, "%s", r.text.s);
	ck_assert_int_eq(r.status, json_is_true(json_object_get(j, "ok")) ? 0 : 4);
	json_array_foreach(json_object_get(j, "prereqs"), i,
	    o) for (size_t k = 0; k < ARRAY_SIZE(names); k++) found +=
	    !strcmp(json_string_value(json_object_get(o, "name")), names[k]) &&
	    json_is_true(json_object_get(o, "there"));
	ck_assert_uint_eq(found, ARRAY_SIZE(names));
	json_decref(j);
	buf_free(&r.text);
}

/* A stand-in in front of the real programs. */
static void put_program(const char *dir, const char *name, const char *script)
{
	AUTO_FREE char *path = mem_printf("%s/%s", dir, name);

	ck_assert_int_eq(data_write(path, script, strlen(script), NULL), 0);
	ck_assert_int_eq(chmod(path, 0755), 0);
}

/* Only 500 ms are given, and five seconds before it counts as a hang. */
CTEST("prereqs", CTEST_HOST, NULL, slow_is_there_and_a_hang_needs_no_install)
{
	const char *name = firewall_program();
	char real[4096], *dir = program_scratch("slow");
	AUTO_BUF text = {0};
	size_t n;

	ck_assert(name && proc_find(name, real, sizeof(real)));
	AUTO_FREE char *slow = mem_printf("#!/bin/sh\nsleep 0.6\nexec %s \"$@\"\n", real);
	AUTO_FREE char *path = mem_printf("%s:%s", dir, getenv("PATH"));
	ck_assert_int_eq(folder_make(dir, NULL), 0);
	put_program(dir, name, slow);
	put_program(dir, "dnsmasq", "#!/bin/sh\nexec sleep 1000\n");
	setenv("PATH", path, 1);
	prereq_slow_ns = 500 * NS_PER_MS;
	const struct prereq *list = prereqs_look(&n);
	const struct prereq *iptables = one(list, n, "iptables"),
	                    *dnsmasq = one(list, n, "dnsmasq");

	ck_assert_msg(iptables->there, "%s", iptables->found);
	ASSERT_HAS(iptables->found, name);
	ASSERT_HAS(iptables->found, ", slow: ");
	ck_assert(!dnsmasq->there);
	ck_assert_str_eq(dnsmasq->found, "did not end within 5 s");
	ck_assert_msg(!strstr(dnsmasq->remedy, "install "), "%s", dnsmasq->remedy);
	ck_assert(!prereqs_text(list, n, true, &text));
	ASSERT_HAS(text.s, ", slow: ");
	program_drop(dir);
}

CTEST("prereqs", CTEST_HOST, NULL, only_what_is_asked_for_is_tried)
{
	struct scenario_case c = {.firewall_backend = BACKEND_NFT};
	struct prereq_set set = {0};
	size_t n, tried = 0, needed = 0;

	prereqs_add(&set, &c);
	const struct prereq *list = prereqs_look_for(&set, &n);

	for (size_t i = 0; i < n; i++) {
		needed += prereqs_untried[i].needed;
		tried += set.of[i] && list[i].found[0];
	}
	ck_assert_uint_eq(tried, needed + 1);
	ck_assert_msg(
	    one(list, n, "iptables-nft")->there, "%s", one(list, n, "iptables-nft")->found);
	ck_assert_str_eq(one(list, n, "iptables-legacy")->found, "");
	ck_assert_str_eq(one(list, n, "tap")->found, "");
	ck_assert_str_eq(one(list, n, "drop-tracepoint")->found, "");
	ck_assert_ptr_null(prereqs_missing_for(list, n, &c));
	c.firewall_backend = BACKEND_LEGACY;
	ck_assert_ptr_nonnull(prereqs_missing_for(list, n, &c));
}

PURE_TEST("prereqs", a_kernel_without_ipv6_lacks_something_for_cases_over_ipv6_only)
{
	struct scenario_case c = {.families = FAMILY_BIT(IP_V4)};
	struct prereq list[P_COUNT];

	memcpy(list, prereqs_untried, sizeof(list));
	for (size_t i = 0; i < P_COUNT; i++)
		list[i].there = i != P_IPV6;
	ck_assert_ptr_null(prereqs_missing_for(list, P_COUNT, &c));
	c.families |= FAMILY_BIT(IP_V6);
	ck_assert_ptr_eq(prereqs_missing_for(list, P_COUNT, &c), &list[P_IPV6]);
}

/* A refusal of the real kernel: without CAP_SYS_ADMIN and with a user id of 0, as in a container.
 */
CTEST("prereqs", CTEST_HOST, NULL, a_process_without_sys_admin_is_told_what_it_lacks)
{
	struct program_result r = program_run(
	    &(struct program_options){.args = ARGS("prereqs"), .lacks_cap = "sys_admin"});

	ASSERT_HAS(r.text.s, "lacks sys_admin");
	ASSERT_HAS(
	    r.text.s, "cannot make mount, pid and network namespaces: Operation not permitted");
	ASSERT_PROGRAM(r, 4, "--cap-add SYS_ADMIN");
}

/* Podman does not give CAP_NET_RAW by default. */
CTEST("prereqs", CTEST_HOST, NULL, a_process_without_net_raw_is_told_before_anything_is_played)
{
	struct program_result r = program_run(&(struct program_options){
	    .args = ARGS("check", "--out", "/tmp/sb-no-net-raw", "lowest-port-leaves"),
	    .lacks_cap = "net_raw"});

	ASSERT_HAS(r.text.s, "missing: packet-socket: Operation not permitted");
	ASSERT_HAS(r.text.s, "--cap-add NET_RAW");
	ASSERT_PROGRAM(r, 4, "nothing was played, nothing was changed");
	ck_assert(access("/tmp/sb-no-net-raw", F_OK) && errno == ENOENT);
}

/* As containers have it by default. */
CTEST("prereqs", CTEST_HOST, NULL, sysctls_that_are_read_only_are_told_before_anything_is_played)
{
	struct program_result r =
	    run_script("exec unshare --mount sh -c 'mount --bind /proc/sys /proc/sys && "
	               "mount -o remount,ro,bind /proc/sys && "
	               "exec $SB check --out /tmp/sb-read-only lowest-port-leaves'");

	ASSERT_HAS(r.text.s, "missing: sysctl: Read-only file system");
	ASSERT_PROGRAM(r, 4, "--security-opt unmask=ALL");
}
