#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The lowest-MAC port leaves and takes the gateway's address with it
#
#	client ---- br0 = gateway (router) ---- upstream
#	             |
#	        other ports
#
# br0 is not given a MAC. It takes the lowest one of its ports.
# In each round the client learns the gateway's MAC. Then the port "lowest"
# is deleted, and one probe follows. Then the change is undone.
#
# Expected: each probe is lost. br0 has another MAC, the client still sends to the old one.
#	RESULT: broke in 3 of 3 rounds
# Exit status: 0 as expected, 1 not as expected or the lab failed, 4 something is missing.
#
# Case: lowest-port-leaves/inherited,leaves-by=delete
# Reported in: serverfault 931474
# Reported in: lxc/lxc#604
# Reported in: flannel-io/flannel#1381
# Reported in: containers/netavark#833
# Written by steadybridge 1.0.0 (test)

rounds=3
port='lowest'
port_mac='02:00:00:6b:09:70'
client_port='c1'
client_port_mac='fe:bf:07:c8:77:fe'
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

router=sb-router-$$
client=sb-client-$$
upstream=sb-upstream-$$
far=sb-far-$$

cleanup()
{
	for ns in "$router" "$client" "$upstream" "$far"; do
		ip netns del "$ns" 2>/dev/null
	done
}
trap cleanup EXIT
trap 'exit 1' HUP INT TERM
for ns in "$router" "$client" "$upstream" "$far"; do
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

make_port()
{
	ip -n "$router" link add name "$port" address "$port_mac" \
		type veth peer name "$port" netns "$far"
}

join()
{
	make_port &&
	ip -n "$router" link set dev "$port" master br0 up &&
	ip -n "$far" link set dev "$port" up
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
	join
}

build || give_up "the lab could not be built"
broke=0
round=1
while [ "$round" -le "$rounds" ]; do
	learn || give_up "round $round: the client did not learn the gateway's MAC"
	before=$(gateway_mac)
	leave || give_up "round $round: leave failed"
	after=$(gateway_mac)
	if probe; then probe=answered; else probe=lost; fi
	echo "round $round: gateway MAC $before -> $after; probe $probe"
	if [ "$probe" = lost ] && [ "$before" != "$after" ]; then
		broke=$((broke + 1))
	fi
	join || give_up "round $round: join failed"
	round=$((round + 1))
done
echo "RESULT: broke in $broke of $rounds rounds"
[ "$broke" -eq "$rounds" ] || exit 1
