/* SPDX-License-Identifier: GPL-2.0-or-later */
/* install_test.c: what `make install` installs works wherever it is moved, completes its own words,
 * and goes without a trace. */
#include "test/kit/ctest.h"
#include "test/kit/program.h"

/* Below /mnt/i, then moved; without what tells the tests where the source is. */
#define INSTALL                                                                                    \
	"set -e; make='make -s -C '$STEADYBRIDGE_DATA' B=" SB_BUILD                                \
	" DESTDIR=/mnt/i PREFIX=/usr'; "                                                           \
	"$make install; unset STEADYBRIDGE_DATA; cd /; "
#define MOVED INSTALL "mv /mnt/i/usr /mnt/moved; rmdir /mnt/i; export PATH=/mnt/moved/bin:$PATH; "
#define REMOVE "; rm -r /mnt/moved"

CTEST("install", CTEST_PLAY, NULL, what_is_installed_works_wherever_it_is_moved)
{
	program_own_host();
	ASSERT_RUNS(
	    {.script = MOVED "steadybridge list lowest-port-leaves; steadybridge lint "
	                     "/mnt/moved/share/steadybridge/suite/scenarios/*/*.yaml" REMOVE,
	        .says = {"lowest-port-leaves/inherited,leaves-by=delete", "ok"}},
	    {.script = MOVED "steadybridge check $QUICK" REMOVE, .says = {"1 of 1 control broke"}},
	    {.script = MOVED "steadybridge check --out /mnt/out --subject iproute2-pinned" REMOVE,
	        .says = {"1 of 1 arm held"}},
	    {.script = MOVED "cd /mnt; steadybridge new mine; steadybridge lint mine.yaml; "
	                     "rm mine.yaml" REMOVE,
	        .says = {"mine.yaml"}},
	    /* where it finds nothing it says where it looked */
	    {.script = MOVED "rm -r /mnt/moved/share; status=0; steadybridge list || status=$?; rm "
	                     "-r /mnt/moved; exit $status",
	        .status = 4,
	        .says = {"/mnt/moved/bin/../share/steadybridge/suite/scenarios: No such file"}});
}

CTEST("install", CTEST_PLAY, NULL, it_is_uninstalled_whole)
{
	program_own_host();
	ASSERT_ON_HOST(INSTALL "find /mnt/i -type f | wc -l; unset SB; $make uninstall; "
	                       "find /mnt/i ! -type d; rm -r /mnt/i; echo gone",
	    0, "gone");
	/* nothing that is not its own */
	ASSERT_ON_HOST(INSTALL "touch /mnt/i/usr/bin/other; $make uninstall; "
	                       "find /mnt/i ! -type d; rm -r /mnt/i",
	    0, "/mnt/i/usr/bin/other");
}

/* complete LINE: what bash offers at the end of it. */
#define COMPLETE                                                                                   \
	"complete() { bash -c 'complete() { :; }; "                                                \
	". /mnt/moved/share/bash-completion/completions/steadybridge; COMP_LINE=$0; "              \
	"COMP_POINT=${#0}; read -ra COMP_WORDS <<<\"$0\"; [[ $0 != *\" \" ]] || "                  \
	"COMP_WORDS+=(\"\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _steadybridge; "               \
	"printf \"<%s>\\n\" \"${COMPREPLY[@]}\"' \"$1\"; }; "

CTEST("install", CTEST_PLAY, NULL, completion_offers_what_the_program_knows)
{
	program_own_host();
	ASSERT_RUNS(
	    {.script = MOVED COMPLETE "complete 'steadybridge re'" REMOVE, .prints = "<replay>\n"},
	    {.script = MOVED COMPLETE "complete 'steadybridge check --sub'" REMOVE,
	        .prints = "<--subject>\n<--subjects>\n"},
	    {.script = MOVED COMPLETE "complete 'steadybridge check --capture n'" REMOVE,
	        .prints = "<never>\n"},
	    {.script = MOVED COMPLETE "complete 'steadybridge check --subject iproute2-'" REMOVE,
	        .prints = "<iproute2-pinned>\n"},
	    {.script = MOVED COMPLETE "complete 'steadybridge explain link-local'" REMOVE,
	        .says = {"<link-local-gateway>", "<link-local-gateway/inherited>"}},
	    /* bash breaks a word at "=": only what follows is offered */
	    {.script = MOVED COMPLETE
	        "complete 'steadybridge schedule lowest-port-leaves/inherited,leaves-by=d'" REMOVE,
	        .prints = "<delete>\n"},
	    {.script = MOVED COMPLETE
	        "cd /mnt; touch my.yaml my.txt; complete 'steadybridge lint m'; rm my.*" REMOVE,
	        .prints = "<my.yaml>\n"});
}
