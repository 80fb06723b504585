# SPDX-License-Identifier: GPL-2.0-or-later
# lab.sh: the lab of one case in plain shell, as a kernel selftest builds it: one ip, iptables or dig
# process after another. Sourced by case.sh and first-answer.sh; it is the other side of the benchmark.
#
#	client -- [p0 br0] router [up0] -- upstream (dnsmasq)
#
# LAB_BATCH=1 builds the same links and rules by `ip -batch` and iptables-restore.
# shellcheck shell=bash
set -eu

# shellcheck source=bench/apart.sh
. "$(dirname "$0")/apart.sh"

here=$(cd "$(dirname "$0")/.." && pwd)
client=client-$$ router=router-$$ upstream=upstream-$$
dnsmasq_pid=
number=0

lab_down() {
	if [ -n "$dnsmasq_pid" ]; then
		kill "$dnsmasq_pid" 2>/dev/null || true
		wait "$dnsmasq_pid" 2>/dev/null || true
	fi
	for ns in "$client" "$router" "$upstream"; do
		ip netns del "$ns" 2>/dev/null || true
	done
}
trap lab_down EXIT
trap 'exit 130' INT TERM HUP

in_client() { ip netns exec "$client" "$@"; }
in_router() { ip netns exec "$router" "$@"; }

lab_links() {
	ip -n "$router" link add br0 type bridge
	ip -n "$router" link add p0 address fe:00:00:00:00:01 type veth peer name eth0 netns "$client"
	ip -n "$router" link add lowest address 02:00:00:00:00:01 type veth peer name lowest-peer
	ip -n "$router" link add up0 type veth peer name eth0 netns "$upstream"
	ip -n "$router" link set p0 master br0
	ip -n "$router" link set lowest master br0
	ip -n "$router" addr add 192.0.2.1/24 dev br0
	ip -n "$router" addr add 198.51.100.1/24 dev up0
	ip -n "$router" link set br0 up
	ip -n "$router" link set p0 up
	ip -n "$router" link set lowest up
	ip -n "$router" link set lowest-peer up
	ip -n "$router" link set up0 up
	ip -n "$client" addr add 192.0.2.2/24 dev eth0
	ip -n "$client" link set eth0 up
	ip -n "$client" route add default via 192.0.2.1
	ip -n "$upstream" addr add 198.51.100.2/24 dev eth0
	ip -n "$upstream" link set eth0 up
}

lab_links_batch() {
	ip -n "$router" -batch - <<-END
		link add br0 type bridge
		link add p0 address fe:00:00:00:00:01 type veth peer name eth0 netns $client
		link add lowest address 02:00:00:00:00:01 type veth peer name lowest-peer
		link add up0 type veth peer name eth0 netns $upstream
		link set p0 master br0 up
		link set lowest master br0 up
		link set lowest-peer up
		addr add 192.0.2.1/24 dev br0
		addr add 198.51.100.1/24 dev up0
		link set br0 up
		link set up0 up
	END
	ip -n "$client" -batch - <<-END
		addr add 192.0.2.2/24 dev eth0
		link set eth0 up
		route add default via 192.0.2.1
	END
	ip -n "$upstream" -batch - <<-END
		addr add 198.51.100.2/24 dev eth0
		link set eth0 up
	END
}

lab_rules() {
	in_router sysctl -q -w net.ipv4.ip_forward=1
	in_router iptables -P FORWARD DROP
	in_router iptables -A FORWARD -i br0 -o up0 -j ACCEPT
	in_router iptables -A FORWARD -i up0 -o br0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
	in_router iptables -t nat -A POSTROUTING -s 192.0.2.0/24 -o up0 -j MASQUERADE
}

lab_rules_batch() {
	in_router sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward && exec iptables-restore' <<-END
		*nat
		-A POSTROUTING -s 192.0.2.0/24 -o up0 -j MASQUERADE
		COMMIT
		*filter
		:FORWARD DROP
		-A FORWARD -i br0 -o up0 -j ACCEPT
		-A FORWARD -i up0 -o br0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
		COMMIT
	END
}

# One lookup of a name of its own. 0 when the right answer came within a second.
lookup() {
	number=$((number + 1))
	[ "$(in_client dig +short +tries=1 +time=1 @198.51.100.2 "n$number.lookup.example" 2>/dev/null)" = 203.0.113.53 ]
}

# The lab, until the first answer.
lab_up() {
	ip netns add "$client"
	ip netns add "$router"
	ip netns add "$upstream"
	if [ "${LAB_BATCH:-0}" = 1 ]; then
		lab_links_batch
		lab_rules_batch
	else
		lab_links
		lab_rules
	fi
	ip netns exec "$upstream" dnsmasq --keep-in-foreground --user=root --group= \
		--conf-file="$here/fixtures/dnsmasq.conf" 2>/dev/null &
	dnsmasq_pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		if lookup; then
			return
		fi
	done
	echo "$0: no answer" >&2
	exit 1
}
