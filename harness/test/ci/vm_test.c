/* SPDX-License-Identifier: GPL-2.0-or-later */
/* vm_test.c: tests of ci/vm and what it calls, with stand-ins for QEMU, apt and make
 * (harness/test/data/vm), and of the table over several kernels. */
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "test/kit/bench.h"
#include "test/kit/program.h"
#include "test/kit/readers.h"

#define HOST "set -u; . $STEADYBRIDGE_DATA/harness/test/data/vm/host.sh; "

CTEST("vm", CTEST_PLAY, NULL, wrong_arguments_are_named_and_stop_a_bisection)
{
	program_own_host();
	ASSERT_RUNS({.script = HOST "$VM",
	                .status = 2,
	                .says = {"no kernel given", "ci/vm [OPTION...] KERNEL"}},
	    {.script = HOST "$VM --fast", .status = 2, .says = {"unknown option: '--fast'"}},
	    {.script = HOST "$VM . --fast --bisect", .status = 128, .says = {"'--fast'"}},
	    {.script = HOST "$VM a b",
	        .status = 2,
	        .says = {"unexpected: 'b' after the kernel 'a'"}},
	    {.script = HOST "$VM a --out", .status = 2, .says = {"--out needs a value"}},
	    {.script = HOST "$VM a --cpus x", .status = 2, .says = {"expected a number: 'x'"}},
	    {.script = HOST "$VM /nowhere", .status = 4, .says = {"/nowhere: no such file"}},
	    {.script = HOST "$VM .", .status = 4, .says = {"tree: expected a bzImage or vmlinux"}},
	    {.script = HOST "rm $D/build/steadybridge; $VM . --bisect",
	        .status = 128,
	        .says = {"make builds it"}},
	    {.script = HOST "$VM --config", .says = {"CONFIG_BRIDGE=y\n"}});
}

CTEST("vm", CTEST_PLAY, NULL, kernels_of_apt_are_listed_and_fetched)
{
	program_own_host();
	ASSERT_RUNS({.script = HOST "$VM --list | tr -s ' '",
	                .prints = "debian:6.12 linux-image-6.12.4+deb12-amd64 5.0-2\n"
	                          "debian:6.1 linux-image-6.1.0-10-amd64 5.0-2\n"
	                          "debian:6.12.4+deb12 linux-image-6.12.4+deb12-amd64 5.0-2\n"
	                          "debian:6.1.0-10 linux-image-6.1.0-10-amd64 5.0-2\n"
	                          "debian:6.1.0-9 linux-image-6.1.0-9-amd64 5.0-2\n"},
	    {.script = HOST "NO_LISTS=1 $VM --list",
	        .status = 4,
	        .says = {"apt-get update brings"}},
	    {.script = HOST "$VM debian:5.10 -- a",
	        .status = 4,
	        .says = {"debian:5.10: no such kernel; there are debian:6.12 debian:6.1 "}},
	    {.script = HOST "$VM debian:5.10 --bisect", .status = 128, .says = {"was not fetched"}},
	    /* the second time it is there; what is on the machine's own lists needs no others */
	    {.script = HOST "$VM debian:6.1 -- 'a b' && $VM debian:6.1.0-10 -- c && "
	                    "grep -c '^apt-get.* download ' $D/calls && ls $D/build/vm/kernels && "
	                    "! grep Dir::State $D/calls",
	        .says = {"'check' '--out'", "'a b' ", " 1\nlinux-image-6.1.0-10-amd64_5.0-2\n"}},
	    /* another suite: lists of its own, once */
	    {.script = HOST "$VM debian:trixie/6.12 && $VM debian:trixie/6.1 && "
	                    "grep -c ' update' $D/calls; cat $D/build/vm/apt/trixie/sources.list; "
	                    "grep ' update' $D/calls",
	        .says = {" 1\ndeb [signed-by=", "http://deb.debian.org/debian trixie main\n",
	            "-o Dir::State=", "-o Dir::Etc::sourceparts=- "}},
	    {.script = HOST "NO_MIRROR=1 $VM --mirror http://m/ --list nosuch",
	        .status = 4,
	        .says = {"the packages of nosuch cannot be listed: expected a suite of Debian at "
	                 "http://m/"}},
	    {.script = HOST "$VM --list ../x",
	        .status = 4,
	        .says = {"../x: expected the name of a suite"}});
}

/* In the order of arguments that `git bisect run` is given. */
#define BISECT "$VM . --bisect -- lowest-port-leaves"

CTEST("vm", CTEST_PLAY, NULL, a_commit_is_good_bad_or_skipped)
{
	program_own_host();
	ASSERT_RUNS({.script = HOST BISECT "; s=$?; ls $D/tree; exit $s",
	                .says = {"'check' '--out' ", " '--exit' 'bisect' 'lowest-port-leaves'",
	                    " scripts\n"}},
	    {.script = HOST "GUEST=1; " BISECT, .status = 1},
	    {.script = HOST "GUEST=125; " BISECT, .status = 125},
	    {.script = HOST "GUEST=128; " BISECT, .status = 128},
	    {.script = HOST "GUEST=dead; " BISECT,
	        .status = 125,
	        .says = {"the guest ended before the program did"}},
	    {.script = HOST "GUEST=silent; " BISECT, .status = 125},
	    {.script = HOST "KVM=1 GUEST=stuck; export KVM; $VM . --bisect --limit 1 -- x",
	        .status = 125,
	        .says = {"did not end in 1 s"}},
	    {.script = HOST "BROKEN=no_semicolon " BISECT,
	        .status = 125,
	        .says = {"br.c:1: error: no_semicolon", "does not build"}},
	    {.script = HOST "rm $D/bin/flex; mkdir $D/few; for p in sh sed dirname; do "
	                    "ln -s /bin/$p $D/few; done; PATH=$D/bin:$D/few " BISECT,
	        .status = 128,
	        .says = {"is missing: apt-get install build-essential flex"}},
	    {.script = HOST "touch .config; " BISECT, .status = 128, .says = {"make mrproper"}},
	    {.script = HOST "rm -r scripts; " BISECT, .status = 128, .says = {"the source tree"}},
	    /* without it: the statuses of check, of a tree that is built */
	    {.script = HOST "GUEST=3; touch vmlinux; $VM . -- x", .status = 3, .hides = {"--exit"}},
	    {.script = HOST "GUEST=dead; $VM $D/bzImage", .status = 4});
}

/* The third of four commits breaks. */
CTEST("vm", CTEST_PLAY, READER_GIT, git_bisect_finds_the_commit)
{
	program_own_host();
	ASSERT_RUNS(
	    {.script = HOST
	        "export GUEST=tree HOME=$D GIT_CONFIG_NOSYSTEM=1; git init -q .; git config user.name t; "
	        "git config user.email t@example.org; for c in a0 b0 c1 d1; do echo ${c#?} >state; "
	        "echo $c >name; git add .; git commit -qm $c; done; "
	        "git bisect start HEAD HEAD~3 && git bisect run " BISECT "; git bisect log",
	        .says = {"# first bad commit: [", "] c1\n"}});
}

CTEST("vm", CTEST_PLAY, NULL, without_kvm_it_is_tcg_and_says_so_once)
{
	program_own_host();
	ASSERT_RUNS(
	    {.script = HOST "GUEST=7; $VM --out $D/o $D/bzImage; cat $D/o/vm.json",
	        .says = {"KVM runs no guest here (Could not access KVM); TCG does, slower\n",
	            "/bzImage\", \"release\": \"6.99.0\", \"accelerator\": \"tcg\", "
	            "\"init-s\": 1.50, \"shell-s\": ",
	            ", \"status\": 7}\n"},
	        .times = 1},
	    {.script = HOST
	        "KVM=1 $VM --verbose --out $D/o,o $D/bzImage; cat $D/o,o/vm.json; cat $D/calls",
	        .says = {"\"accelerator\": \"kvm\"",
	            "Linux 6.99.0 under kvm: ", "path=", "/o,,o,security_model"},
	        .hides = {"TCG", "accel tcg"}},
	    /* KVM is there, and its guest stands still */
	    {.script = HOST "KVM=stopped $VM --limit 2 --out $D/o $D/bzImage; cat $D/o/vm.json",
	        .says = {"KVM runs no guest here", "\"accelerator\": \"tcg\""}},
	    /* what an earlier run left is not this one's */
	    {.script = HOST
	        "$VM --out $D/o $D/bzImage; GUEST=dead; $VM --out $D/o $D/bzImage; ls $D/o",
	        .hides = {"vm.json"}});
}

/* $D: a folder with ci/kernels.py, a stand-in for ci/vm beside it, and two stored runs. */
static char *kernels_host(void)
{
	char *dir = program_scratch("kernels");
	struct program_result r = run_program("sh", "-c",
	    "mkdir -p $1/ci && cp $0/ci/kernels.py $1/ci/ && "
	    "cp $0/harness/test/data/vm/played $1/ci/vm",
	    SB_SOURCE_DIR, dir);
	static const struct {
		const char *name;
		void (*make)(struct bench *);
	} runs[] = {{"good", bench_good_run}, {"bad", bench_bad_run}};

	ASSERT_PROGRAM(r, 0, "");
	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		AUTO_BENCH *b = bench_new();
		AUTO_FREE char *path = mem_printf("%s/%s.json", dir, runs[i].name);
		struct err e = {{0}};

		runs[i].make(b);
		const char *json = bench_report(b, report_json);
		ck_assert_msg(!data_write(path, json, strlen(json), &e), "%s", e.text);
	}
	setenv("D", dir, 1);
	return dir;
}

#define KERNELS "cd $D; ci/kernels.py --out o "

CTEST("vm", CTEST_PURE, READER_PYTHON, kernels_stand_side_by_side)
{
	char *dir = kernels_host();
	struct program_result r = run_script(KERNELS "good dead bad -- --smoke | sed s:$D:DIR:");

	bench_golden("kernels.txt", &r.text);
	buf_free(&r.text);
	r = run_script(KERNELS "good dead; s=$?; cat o/kernels.html; exit $s");
	ASSERT_HAS(r.text.s, "<th><a href=\"1-good/index.html\">good</a></th><th>dead</th>");
	ASSERT_PROGRAM(r, 4, "<td class=bad>did not start</td>");
	r = run_script(KERNELS "good good >o.txt && cat o/kernels.json");
	ck_assert_uint_eq(program_count(r.text.s, "\"shell-s\": 6.7"), 2);
	ASSERT_PROGRAM(r, 0, "\"arguments\": []");
	program_drop(dir);
}

CTEST("vm", CTEST_PURE, READER_PYTHON, several_kernels_have_the_worst_status)
{
	static const struct {
		const char *arguments;
		int status;
		const char *says;
	} rows[] = {{"good", 0, "all"}, {"dead bad good", 1, "bad: 2 of 3"},
	    {"good killed good", 143, "killed: 2 of 3"}, {"-- x", 2, "usage: ci/kernels.py"}};
	char *dir = kernels_host();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *script = mem_printf(KERNELS "%s", rows[i].arguments);
		struct program_result r = run_script(script);

		ASSERT_PROGRAM(r, rows[i].status, rows[i].says);
	}
	program_drop(dir);
}
