/* SPDX-License-Identifier: GPL-2.0-or-later */
/* export_text.h: the shell code of an exported script, in the order in which it stands there. */
#ifndef SB_EXPORT_TEXT_H
#define SB_EXPORT_TEXT_H

/* clang-format off */
#define EXPORT_DRAWING \
	"#\n" \
	"#\tclient ---- br0 = gateway (router) ---- upstream\n" \
	"#\t             |\n" \
	"#\t        other ports\n" \
	"#\n"

#define EXPORT_EXPECT_BREAK \
	"# Expected: each probe is lost. br0 has another MAC, the client still sends to the old one.\n"
#define EXPORT_EXPECT_HOLD \
	"# Expected: br0 keeps its MAC and each probe is answered.\n"
#define EXPORT_EXPECT_ANSWERS \
	"# Expected: each probe is answered. The MAC of br0 may change.\n"
#define EXPORT_STATUSES \
	"# Exit status: 0 as expected, 1 not as expected or the lab failed, 4 something is missing.\n"

#define EXPORT_ADDRESSES \
	"gateway=192.0.2.1\n" \
	"client_address=192.0.2.11\n" \
	"upstream_address=198.51.100.2\n"

/* Namespaces, what the script needs, and how it gives up. */
#define EXPORT_NEEDS \
	"\n" \
	"[ \"$(id -u)\" -eq 0 ] || skip \"must be run as root\"\n" \
	"for tool in ip ping sysctl; do\n" \
	"\tcommand -v \"$tool\" >/dev/null || skip \"$tool is not installed\"\n" \
	"done\n"
#define EXPORT_NEEDS_TUN \
	"[ -w /dev/net/tun ] || skip \"/dev/net/tun cannot be opened: modprobe tun\"\n"
#define EXPORT_GIVE_UP \
	"\n" \
	"skip()\n" \
	"{\n" \
	"\techo \"skipped: $1\" >&2\n" \
	"\texit 4\n" \
	"}\n" \
	"\n" \
	"give_up()\n" \
	"{\n" \
	"\techo \"$1\" >&2\n" \
	"\texit 1\n" \
	"}\n"
#define EXPORT_GIVE_UP_KSELFTEST \
	"\n" \
	"# shellcheck source=/dev/null # net/lib.sh of the kernel's selftests\n" \
	"source \"$(dirname \"$(readlink -e \"$0\")\")/lib.sh\"\n" \
	"\n" \
	"skip()\n" \
	"{\n" \
	"\tlog_test_skip \"$name: $1\"\n" \
	"\texit \"$EXIT_STATUS\"\n" \
	"}\n" \
	"\n" \
	"give_up()\n" \
	"{\n" \
	"\tcheck_err 1 \"$1\"\n" \
	"\tlog_test \"$name\"\n" \
	"\texit \"$EXIT_STATUS\"\n" \
	"}\n"

#define EXPORT_CLEANUP \
	"; do\n" \
	"\t\tip netns del \"$ns\" 2>/dev/null\n" \
	"\tdone\n" \
	"}\n" \
	"trap cleanup EXIT\n" \
	"trap 'exit 1' HUP INT TERM\n"
#define EXPORT_NAMESPACES \
	"; do\n" \
	"\tip netns add \"$ns\" || give_up \"cannot make namespaces\"\n" \
	"done\n"

#define EXPORT_PROBE \
	"\n" \
	"gateway_mac()\n" \
	"{\n" \
	"\tip -n \"$router\" link show dev br0 | sed -n 's,^ *link/ether \\([0-9a-f:]*\\).*,\\1,p'\n" \
	"}\n" \
	"\n" \
	"# Is this MAC the client's neighbour entry for the gateway?\n" \
	"client_has()\n" \
	"{\n" \
	"\tip -n \"$client\" neigh show \"$gateway\" dev eth0 | grep -q \"lladdr $1 \"\n" \
	"}\n" \
	"\n" \
	"# Stands for one DNS lookup over UDP: one packet through the gateway to the upstream, and one back.\n" \
	"probe()\n" \
	"{\n" \
	"\tip netns exec \"$client\" ping -c 1 -W 1 \"$upstream_address\" >/dev/null 2>&1\n" \
	"}\n" \
	"\n" \
	"# Until a probe was answered and the client's neighbour entry has the gateway's MAC.\n" \
	"learn()\n" \
	"{\n" \
	"\ttries=0\n" \
	"\tuntil probe && client_has \"$(gateway_mac)\"; do\n" \
	"\t\ttries=$((tries + 1))\n" \
	"\t\t[ \"$tries\" -lt 10 ] || return 1\n" \
	"\tdone\n" \
	"}\n"

/* A client that sends nothing is only a port with its MAC. */
#define EXPORT_SILENT \
	"\n" \
	"# A port of br0, with this name and MAC, whose client sends nothing.\n" \
	"add_silent()\n" \
	"{\n" \
	"\tip -n \"$router\" link add name \"$1\" address \"$2\" \\\n" \
	"\t\ttype veth peer name \"$1\" netns \"$silent\" &&\n" \
	"\tip -n \"$silent\" link set dev \"$1\" up &&\n" \
	"\tip -n \"$router\" link set dev \"$1\" master br0 up\n" \
	"}\n"

/* The port that comes and goes. */
#define EXPORT_ON_TAPS \
	"# No process opens the tap, so it has no carrier. br0 takes the MAC of such a port all the same.\n"
#define EXPORT_MAKE_VETH \
	"\tip -n \"$router\" link add name \"$port\" address \"$port_mac\" \\\n" \
	"\t\ttype veth peer name \"$port\" netns \"$far\""
#define EXPORT_MAKE_TAP \
	"\tip -n \"$router\" tuntap add dev \"$port\" mode tap &&\n" \
	"\tip -n \"$router\" link set dev \"$port\" address \"$port_mac\""
#define EXPORT_JOIN "\tip -n \"$router\" link set dev \"$port\" master br0"
#define EXPORT_JOIN_UP EXPORT_JOIN " up"
#define EXPORT_FAR_UP "\tip -n \"$far\" link set dev \"$port\" up"
#define EXPORT_LEAVE_DELETE "\tip -n \"$router\" link del dev \"$port\""
#define EXPORT_LEAVE_RELEASE "\tip -n \"$router\" link set dev \"$port\" nomaster"
#define EXPORT_LEAVE_DEATH(delete) \
	"\t" delete " || return 1\n" \
	"\t# The kernel removes the port a moment later. The pause only spares the processor.\n" \
	"\ttries=0\n" \
	"\twhile ip -n \"$router\" link show dev \"$port\" >/dev/null 2>&1; do\n" \
	"\t\ttries=$((tries + 1))\n" \
	"\t\t[ \"$tries\" -lt 1000 ] || return 1\n" \
	"\t\tsleep 0.01\n" \
	"\tdone"

/* %s: the MAC with which br0 is created. */
#define EXPORT_BUILD \
	"\n" \
	"# ARP from br0 would correct the client's entry. So arp_notify is off, whatever the host has, and\n" \
	"# router and client wait 300 s before they check an entry that they use.\n" \
	"build()\n" \
	"{\n" \
	"\tip netns exec \"$router\" sysctl -qw net.ipv4.ip_forward=1 &&\n" \
	"\tip netns exec \"$router\" sysctl -qw net.ipv4.conf.all.arp_notify=0 &&\n" \
	"\tip netns exec \"$router\" sysctl -qw net.ipv4.conf.default.arp_notify=0 &&\n" \
	"\tip -n \"$router\" link add name up0 type veth peer name eth0 netns \"$upstream\" &&\n" \
	"\tip -n \"$router\" address add 198.51.100.1/24 dev up0 &&\n" \
	"\tip -n \"$router\" link set dev up0 up &&\n" \
	"\tip -n \"$upstream\" address add \"$upstream_address/24\" dev eth0 &&\n" \
	"\tip -n \"$upstream\" link set dev eth0 up &&\n" \
	"\tip -n \"$upstream\" route add 192.0.2.0/24 via 198.51.100.1 &&\n" \
	"\tip -n \"$router\" link add name br0%s type bridge &&\n" \
	"\tip -n \"$router\" address add \"$gateway/24\" dev br0 &&\n" \
	"\tip -n \"$router\" link set dev br0 up &&\n" \
	"\tip -n \"$router\" link add name \"$client_port\" address \"$client_port_mac\" \\\n" \
	"\t\ttype veth peer name eth0 netns \"$client\" &&\n" \
	"\tip -n \"$client\" address add \"$client_address/24\" dev eth0 &&\n" \
	"\tip -n \"$client\" link set dev eth0 up &&\n" \
	"\tip -n \"$client\" route add default via \"$gateway\" &&\n" \
	"\tip -n \"$router\" link set dev \"$client_port\" master br0 up &&\n" \
	"\tip netns exec \"$router\" sysctl -qw net.ipv4.neigh.br0.delay_first_probe_time=300 &&\n" \
	"\tip netns exec \"$client\" sysctl -qw net.ipv4.neigh.eth0.delay_first_probe_time=300"
#define EXPORT_PIN(mac) " &&\n\tip -n \"$router\" link set dev br0 address " mac

/* What counts as broken. */
#define EXPORT_BROKE_CONTROL "[ \"$probe\" = lost ] && [ \"$before\" != \"$after\" ]"
#define EXPORT_BROKE_HOLD "[ \"$probe\" = lost ] || [ \"$before\" != \"$after\" ]"
#define EXPORT_BROKE_ANSWERS "[ \"$probe\" = lost ]"
/* %s: the change, what undoes it, what counts as broken. */
#define EXPORT_ROUNDS \
	"\n" \
	"build || give_up \"the lab could not be built\"\n" \
	"broke=0\n" \
	"round=1\n" \
	"while [ \"$round\" -le \"$rounds\" ]; do\n" \
	"\tlearn || give_up \"round $round: the client did not learn the gateway's MAC\"\n" \
	"\tbefore=$(gateway_mac)\n" \
	"\t%1$s || give_up \"round $round: %1$s failed\"\n" \
	"\tafter=$(gateway_mac)\n" \
	"\tif probe; then probe=answered; else probe=lost; fi\n" \
	"\techo \"round $round: gateway MAC $before -> $after; probe $probe\"\n" \
	"\tif %3$s; then\n" \
	"\t\tbroke=$((broke + 1))\n" \
	"\tfi\n" \
	"\t%2$s || give_up \"round $round: %2$s failed\"\n" \
	"\tround=$((round + 1))\n" \
	"done\n" \
	"echo \"RESULT: broke in $broke of $rounds rounds\"\n"
/* After the condition on $broke. */
#define EXPORT_END " || exit 1\n"
#define EXPORT_END_KSELFTEST \
	"\n" \
	"check_err $? \"broke in $broke of $rounds rounds\"\n" \
	"log_test \"$name\"\n" \
	"exit \"$EXIT_STATUS\"\n"
/* clang-format on */

#endif
