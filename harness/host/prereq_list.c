/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereq_list.c: all that a machine may have or lack, what that disables, and what brings it. */
#include "host/prereq_list.h"

#define NEEDED(what, brings)                                                                       \
	{                                                                                          \
		.name = what, .needed = true, .disables = "everything", .remedy = brings           \
	}
#define WANTED(what, without, brings)                                                              \
	{                                                                                          \
		.name = what, .disables = without, .remedy = brings                                \
	}
#define NAMESPACE(what)                                                                            \
	WANTED(what, "everything", "see \"namespaces\" above (or a kernel with CONFIG_NAMESPACES)")

const struct prereq prereqs_untried[P_COUNT] = {
    [P_NAMESPACES] = NEEDED("namespaces", "run as root"),
    [P_USER_NS] =
        WANTED("user-ns", "playing without root", "run as root (a kernel with CONFIG_USER_NS)"),
    [P_NET_NS] = NAMESPACE("net-ns"),
    [P_MNT_NS] = NAMESPACE("mnt-ns"),
    [P_PID_NS] = NAMESPACE("pid-ns"),
    [P_IPC_NS] = NAMESPACE("ipc-ns"),
    [P_CAPABILITIES] = WANTED("capabilities", "playing as root",
        "sudo; in a container: --cap-add NET_ADMIN --cap-add SYS_ADMIN --cap-add NET_RAW, or "
        "--privileged"),
    [P_SECCOMP] = {.name = "seccomp"},
    [P_LSM] = {.name = "lsm"},
    [P_SYSCTL] = NEEDED("sysctl",
        "in a container: --security-opt systempaths=unconfined (docker), --security-opt unmask=ALL "
        "(podman), or --privileged"),
    [P_PACKET] = NEEDED("packet-socket",
        "sudo; in a container: --cap-add NET_RAW (docker gives it, podman does not), or "
        "--privileged"),
    [P_BRIDGE] = NEEDED("bridge", "modprobe bridge"),
    [P_VETH] = NEEDED("veth", "modprobe veth"),
    [P_TAP] = WANTED("tap", "churn ports of kind tap and tap-down",
        "modprobe tun, and read and write access to /dev/net/tun; in a container: --device "
        "/dev/net/tun"),
    [P_VLANS] = WANTED("vlan-filtering", "cases with VLANs of a bridge",
        "a kernel with CONFIG_BRIDGE_VLAN_FILTERING"),
    [P_IPTABLES] = NEEDED("iptables", "apt-get install iptables (and modprobe nf_tables)"),
    [P_NFT] = WANTED("iptables-nft", "cases with firewall-backend: nft",
        "apt-get install iptables, and modprobe nf_tables nft_compat"),
    [P_LEGACY] = WANTED("iptables-legacy", "cases with firewall-backend: legacy",
        "apt-get install iptables, and modprobe iptable_nat iptable_filter (a kernel with "
        "CONFIG_IP_NF_IPTABLES_LEGACY)"),
    [P_IP6TABLES] = WANTED("ip6tables",
        "IPv6 lookups with firewall: drop-icmp-too-big, or with mld-reports: never",
        "apt-get install iptables, and modprobe nf_tables nft_compat, or for firewall-backend: "
        "legacy ip6table_filter"),
    [P_BR_NETFILTER] = WANTED(
        "br_netfilter", "cases with firewall: forward-drop-bridged", "modprobe br_netfilter"),
    [P_DNSMASQ] = NEEDED("dnsmasq", "apt-get install dnsmasq-base"),
    [P_IP] = WANTED("iproute2", "the faults of make test", "apt-get install iproute2"),
    [P_IPV6] =
        WANTED("ipv6", "watching the bridge's IPv6 address, and cases over IPv6 or with a querier",
            "boot without ipv6.disable=1 (a kernel with CONFIG_IPV6)"),
    [P_SYSFS] = WANTED("sysfs", "reading addr_assign_type", "in a container: --privileged"),
    [P_DROPS] = WANTED("drop-tracepoint",
        "naming the function of the kernel that dropped the lookups of a failed case",
        "run as root (a kernel with CONFIG_FTRACE and CONFIG_PERF_EVENTS); in a container: "
        "--cap-add SYS_ADMIN --cap-add SYSLOG, or --privileged"),
};
