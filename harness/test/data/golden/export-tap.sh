#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A port with a lower MAC joins and the gateway takes its address
#
#	client ---- br0 = gateway (router) ---- upstream
#	             |
#	        other ports
#
# br0 is given a MAC of its own after its first ports have joined.
# In each round the client learns the gateway's MAC. Then the port "lower"
# joins br0, and one probe follows. Then the change is undone.
#
# Expected: br0 keeps its MAC and each probe is answered.
#	RESULT: broke in 0 of 3 rounds
# Exit status: 0 as expected, 1 not as expected or the lab failed, 4 something is missing.
#
# Case: lower-port-joins/pinned-later,kind=tap-down
# Reported in: kubernetes/kubernetes#30783
# Written by steadybridge 1.0.0 (test)

rounds=3
port='lower'
port_mac='02:00:00:80:46:67'
client_port='victim'
client_port_mac='fe:00:00:00:00:02'
bridge_mac='fe:fa:f0:0d:d8:d6'
gateway=192.0.2.1
client_address=192.0.2.11
upstream_address=198.51.100.2

skip()
{
	echo "skipped: $1" >&2
	exit 4
}

give_up()
{
	echo "$1" >&2
	exit 1
}

[ "$(id -u)" -eq 0 ] || skip "must be run as root"
for tool in ip ping sysctl; do
	command -v "$tool" >/dev/null || skip "$tool is not installed"
done
[ -w /dev/net/tun ] || skip "/dev/net/tun cannot be opened: modprobe tun"

router=sb-router-$$
client=sb-client-$$
upstream=sb-upstream-$$
silent=sb-silent-$$

cleanup()
{
	for ns in "$router" "$client" "$upstream" "$silent"; do
		ip netns del "$ns" 2>/dev/null
	done
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
for ns in "$router" "$client" "$upstream" "$silent"; do
	ip netns add "$ns" || give_up "cannot make namespaces"
done

gateway_mac()
{
	ip -n "$router" link show dev br0 | sed -n 's,^ *link/ether \([0-9a-f:]*\).*,\1,p'
}

# Is this MAC the client's neighbour entry for the gateway?
client_has()
{
	ip -n "$client" neigh show "$gateway" dev eth0 | grep -q "lladdr $1 "
}

# Stands for one DNS lookup over UDP: one packet through the gateway to the upstream, and one back.
probe()
{
	ip netns exec "$client" ping -c 1 -W 1 "$upstream_address" >/dev/null 2>&1
}

# Until a probe was answered and the client's neighbour entry has the gateway's MAC.
learn()
{
	tries=0
	until probe && client_has "$(gateway_mac)"; do
		tries=$((tries + 1))
		[ "$tries" -lt 10 ] || return 1
	done
}

# A port of br0, with this name and MAC, whose client sends nothing.
add_silent()
{
	ip -n "$router" link add name "$1" address "$2" \
		type veth peer name "$1" netns "$silent" &&
	ip -n "$silent" link set dev "$1" up &&
	ip -n "$router" link set dev "$1" master br0 up
}

# No process opens the tap, so it has no carrier. br0 takes the MAC of such a port all the same.
make_port()
{
	ip -n "$router" tuntap add dev "$port" mode tap &&
	ip -n "$router" link set dev "$port" address "$port_mac"
}

join()
{
	make_port &&
	ip -n "$router" link set dev "$port" master br0
}

leave()
{
	ip -n "$router" link del dev "$port"
}

# ARP from br0 would correct the client's entry. So arp_notify is off, whatever the host has, and
# router and client wait 300 s before they check an entry that they use.
build()
{
	ip netns exec "$router" sysctl -qw net.ipv4.ip_forward=1 &&
	ip netns exec "$router" sysctl -qw net.ipv4.conf.all.arp_notify=0 &&
	ip netns exec "$router" sysctl -qw net.ipv4.conf.default.arp_notify=0 &&
	ip -n "$router" link add name up0 type veth peer name eth0 netns "$upstream" &&
	ip -n "$router" address add 198.51.100.1/24 dev up0 &&
	ip -n "$router" link set dev up0 up &&
	ip -n "$upstream" address add "$upstream_address/24" dev eth0 &&
	ip -n "$upstream" link set dev eth0 up &&
	ip -n "$upstream" route add 192.0.2.0/24 via 198.51.100.1 &&
	ip -n "$router" link add name br0 type bridge &&
	ip -n "$router" address add "$gateway/24" dev br0 &&
	ip -n "$router" link set dev br0 up &&
	ip -n "$router" link add name "$client_port" address "$client_port_mac" \
		type veth peer name eth0 netns "$client" &&
	ip -n "$client" address add "$client_address/24" dev eth0 &&
	ip -n "$client" link set dev eth0 up &&
	ip -n "$client" route add default via "$gateway" &&
	ip -n "$router" link set dev "$client_port" master br0 up &&
	ip netns exec "$router" sysctl -qw net.ipv4.neigh.br0.delay_first_probe_time=300 &&
	ip netns exec "$client" sysctl -qw net.ipv4.neigh.eth0.delay_first_probe_time=300 &&
	add_silent 'anchor' 'fe:00:00:00:00:01' &&
	ip -n "$router" link set dev br0 address "$bridge_mac"
}

build || give_up "the lab could not be built"
broke=0
round=1
while [ "$round" -le "$rounds" ]; do
	learn || give_up "round $round: the client did not learn the gateway's MAC"
	before=$(gateway_mac)
	join || give_up "round $round: join failed"
	after=$(gateway_mac)
	if probe; then probe=answered; else probe=lost; fi
	echo "round $round: gateway MAC $before -> $after; probe $probe"
	if [ "$probe" = lost ] || [ "$before" != "$after" ]; then
		broke=$((broke + 1))
	fi
	leave || give_up "round $round: leave failed"
	round=$((round + 1))
done
echo "RESULT: broke in $broke of $rounds rounds"
[ "$broke" -eq 0 ] || exit 1
