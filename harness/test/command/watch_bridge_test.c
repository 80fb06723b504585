/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch_bridge_test.c: tests of `steadybridge watch` and `inspect --all`: bridges of the host, here
 * of namespaces of the test's own. */
#include "test/kit/ctest.h"
#include "test/kit/program.h"

/* see WORDS: until they are in what it wrote. */
#define WATCH(options)                                                                             \
	"ip link add br0 type bridge; ip link set br0 up; log=/mnt/log; "                          \
	"$SB watch br0 " options " >$log & watcher=$!; "                                           \
	"see() { for try in $(seq 3000); do grep -q \"$1\" $log && return; sleep 0.01; done; "     \
	"echo \"not seen: $1\"; cat $log; exit 9; }; "
#define END                                                                                        \
	"; kill -INT $watcher; status=0; wait $watcher || status=$?; cat $log; rm $log; "          \
	"ip link del br0; exit $status"

CTEST("watch", CTEST_PLAY, NULL, each_change_is_told_with_the_port_that_did_it)
{
	program_own_host();
	ASSERT_ON_HOST(
	    WATCH("") "see watching; ip link add v1 address 02:00:00:00:00:09 type veth; "
	              "ip link set v1 master br0; see 'v1.*joined'; "
	              "ip link set v1 mtu 1400; see 'MTU 1400'; "
	              "ip link set v1 address 02:00:00:00:00:08; see '02:00:00:00:00:08, no'; "
	              "ip addr add 192.0.2.1/24 dev br0; see 192.0.2.1; "
	              "ip link del v1; see 'v1.*left'" END,
	    1, "br0 is NOT pinned", "port v1 (02:00:00:00:00:09) joined",
	    "-> 02:00:00:00:00:09: port v1 joined",
	    "br0 has MTU 1400, no longer 1500: port v1 was given another MTU",
	    "port v1 has 02:00:00:00:00:08, no longer 02:00:00:00:00:09",
	    "CHANGED 02:00:00:00:00:09 -> 02:00:00:00:00:08: port v1 was given another MAC",
	    "br0 was given 192.0.2.1/24",
	    "CHANGED 02:00:00:00:00:08 -> 00:00:00:00:00:00: port v1 left");
}

/* Another port than the one whose MAC it has says nothing of the cause. */
CTEST("watch", CTEST_PLAY, NULL, a_higher_port_changes_nothing)
{
	program_own_host();
	ASSERT_RUNS({.script = WATCH(
	                 "") "see watching; ip link add v1 address 02:00:00:00:00:09 type veth; "
	                     "ip link set v1 master br0; see 'v1 joined'; "
	                     "ip link add v2 address fe:00:00:00:00:09 type veth; "
	                     "ip link set v2 master br0; see 'v2.*joined'; ip link del v2; see "
	                     "'v2.*left'; ip link del v1; see 'CHANGED.*v1 left'" END,
	    .status = 1,
	    .says = {"port v2 (fe:00:00:00:00:09) joined"},
	    .hides = {"port v2 joined", "port v2 left"}});
}

CTEST("watch", CTEST_PLAY, NULL, it_says_when_it_is_pinned_and_when_it_is_gone)
{
	program_own_host();
	ASSERT_ON_HOST(
	    WATCH(
	        "--json") "see '\"pinned\":false'; "
	                  "ip link set br0 address 02:00:00:00:00:01; see '\"what\":\"pinned\"'" END,
	    0, "{\"bridge\":\"br0\",\"pinned\":false,", "\"what\":\"mac\"",
	    "\"to\":\"02:00:00:00:00:01\"", "\"what\":\"pinned\",\"on\":true,\"bridge\":\"br0\"}");
	ASSERT_ON_HOST(WATCH("") "see watching; ip link del br0; status=0; wait $watcher || "
	                         "status=$?; cat $log; rm $log; exit $status",
	    1, "br0 is gone");
	ASSERT_RUNS({{"watch", "nothere"}, .status = 2, .says = {"nothere: no such device"}},
	    {{"watch", "lo"}, .status = 2, .says = {"lo is not a bridge"}});
}

/* It is stopped, and the kernel has no room for its messages. */
CTEST("watch", CTEST_PLAY, NULL, what_it_could_not_read_is_told_all_the_same)
{
	program_own_host();
	ASSERT_ON_HOST(
	    WATCH("2>&1") "see watching; kill -STOP $watcher; "
	                  "for i in $(seq 3000); do echo link set br0 mtu 1400; "
	                  "echo link set br0 mtu 1500; done | ip -batch -; "
	                  "ip link set br0 mtu 1300; kill -CONT $watcher; see 'MTU 1300'" END,
	    1, "more changed than could be read", "br0 has MTU 1300, no longer 1");
}

CTEST("watch", CTEST_PLAY, NULL, all_bridges_are_inspected_for_scripts_and_for_metrics)
{
	program_own_host();
	ASSERT_RUNS({{"inspect", "--all"}, .says = {"no bridge in this network namespace"}},
	    {.script =
	            "ip link add ba type bridge; ip link add bb address 02:00:00:00:00:01 type "
	            "bridge; ip link add v1 master ba type veth; status=0; $SB inspect --all "
	            "--json || status=$?; $SB inspect --all --prom /mnt/x.prom; cat /mnt/x.prom; "
	            "rm /mnt/x.prom; ip link del ba; ip link del bb; ip link del v1; exit $status",
	        .status = 1,
	        .says = {"\"mac-from-port\": \"v1\"", "\"addresses\": []",
	            "\"bridge\": \"bb\",\n   \"pinned\": true",
	            "# TYPE steadybridge_bridge_pinned gauge\n"
	            "steadybridge_bridge_pinned{bridge=\"ba\"} 0\n"
	            "steadybridge_bridge_pinned{bridge=\"bb\"} 1\n",
	            "steadybridge_bridge_ports{bridge=\"ba\"} 1\n"}},
	    /* whole or not at all */
	    {.script = "$SB inspect --all --prom /mnt/nothere/x.prom",
	        .status = 4,
	        .says = {"/mnt/nothere/x.prom: No such file"}},
	    {{"inspect", "--all", "x"}, .status = 2, .says = {"expected BRIDGE, or --all"}},
	    {{"inspect", "--all", "--json", "--prom", "-"}, .status = 2,
	        .says = {"--json cannot be combined with --prom"}});
}
