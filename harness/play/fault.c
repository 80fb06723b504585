/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault.c: deliberate defects, injected so that tests can see the suite fail. Most are a few
 * commands of other programs, each in its namespace.
 *
 * A step is one process, so that what must happen together does: `ip -batch` takes several lines.
 * Words that begin with @ stand for what the lab has: @client-mac of the first client (which is
 * 192.0.2.11), @port its port, @gateway-mac the bridge's before the fault, @other-mac one that
 * nobody has, @joining-mac that of the port that joins. */
#include "play/fault.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_bridge.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/firewall.h"
#include "net/link.h"
#include "net/netns.h"
#include "scenario/words.h"

#define TOOL_NS (10 * NS_PER_S) /* timeout of a program */
#define STEPS 3
#define WORDS 16

enum place { ROUTER, CLIENT, UPSTREAM };

struct step {
	enum place in;
	enum { NOTHING, IP, BRIDGE, IPTABLES, EBTABLES, SYSCTL } by;
	const char *text; /* IP: lines of a batch; SYSCTL: name and value; else arguments */
};

static const struct {
	struct step begin[STEPS], end[STEPS];
} defects[] = {
    [FAULT_UNDO_PIN] = {{{ROUTER, IP, "link set dev br0 address @joining-mac"}}},
    [FAULT_RE_ADDRESS] = {{{ROUTER, IP, "link set dev br0 address @other-mac"}}},
    [FAULT_FORWARD_DROP] = {{{ROUTER, IPTABLES, "-I FORWARD -j DROP"}},
        {{ROUTER, IPTABLES, "-D FORWARD -j DROP"}}},
    [FAULT_SHRINK_MTU] = {{{ROUTER, IP, "link set dev br0 mtu 1400"}}},
    [FAULT_DELETE_FDB] = {{{ROUTER, BRIDGE, "fdb del @gateway-mac dev br0 self local"}}},
    [FAULT_DELETE_IPV6] = {{{ROUTER, IP, "address del @gateway-ip6/64 dev br0"}}},
    [FAULT_MUTE_ARP] = {{{ROUTER, SYSCTL, "net.ipv4.conf.br0.arp_ignore 8"},
                            {CLIENT, IP, "neigh flush dev eth0"}},
        {{ROUTER, SYSCTL, "net.ipv4.conf.br0.arp_ignore 0"}}},
    /* Without a port the bridge's MAC is zero, and a device accepts the MAC that it already has. */
    [FAULT_ZERO_MAC] = {{{ROUTER, IP,
                            "link set dev @port nomaster\n"
                            "link set dev br0 address 00:00:00:00:00:00\n"
                            "link set dev @port master br0"}},
        {{ROUTER, IP, "link set dev br0 address @gateway-mac"}}},
    [FAULT_DUPLICATE_MAC] = {{{ROUTER, IP, "link set dev br0 address @client-mac"},
                                 {CLIENT, IP, "neigh flush dev eth0"}},
        {{ROUTER, IP, "link set dev br0 address @gateway-mac"}}},
    [FAULT_WRONG_CLIENT] =
        {{{ROUTER, IP, "neigh replace 192.0.2.11 lladdr @other-mac dev br0 nud permanent"}},
            {{ROUTER, IP, "neigh del 192.0.2.11 dev br0"}}},
    /* With this entry the client sends no ARP request, so the gateway does not learn the new MAC.
     */
    [FAULT_CLIENT_REMAC] = {{{CLIENT, IP,
        "link set dev eth0 address @other-mac\n"
        "neigh replace 192.0.2.1 lladdr @gateway-mac dev eth0 nud reachable"}}},
    [FAULT_SHRINK_UPLINK] = {{{ROUTER, IPTABLES,
                                  "-I OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP"},
                                 {ROUTER, IP, "link set dev up0 mtu 68"}},
        {{ROUTER, IP, "link set dev up0 mtu 1500"}}},
    [FAULT_SHRINK_BRIDGE] = {{{ROUTER, IPTABLES,
                                  "-I OUTPUT -p icmp --icmp-type fragmentation-needed -j DROP"},
                                 {ROUTER, IP, "link set dev br0 mtu 68"}},
        {{ROUTER, IP, "link set dev br0 mtu 1500"}}},
    [FAULT_CLIENT_DOWN] = {{{CLIENT, IP, "link set dev eth0 down"}},
        {{CLIENT, IP, "link set dev eth0 up\nroute add default via 192.0.2.1"}}},
    [FAULT_PORT_DOWN] = {{{ROUTER, IP, "link set dev @port down"}},
        {{ROUTER, IP, "link set dev @port up"}}},
    [FAULT_FORWARD_OFF] = {{{ROUTER, SYSCTL, "net.ipv4.ip_forward 0"}},
        {{ROUTER, SYSCTL, "net.ipv4.ip_forward 1"}}},
    [FAULT_NO_ROUTE] = {{{ROUTER, IP, "rule add iif br0 blackhole"}},
        {{ROUTER, IP, "rule del iif br0 blackhole"}}},
    [FAULT_NO_WAY_BACK] = {{{ROUTER, IP, "rule add iif up0 blackhole"}},
        {{ROUTER, IP, "rule del iif up0 blackhole"}}},
    [FAULT_PATH_MTU] = {{{ROUTER, IP,
        "route add default via 198.51.100.2 dev up0 table 100 mtu lock 60\n"
        "rule add iif br0 table 100"}}},
    /* The router's own lookups come with a time to live of 64. */
    [FAULT_UPSTREAM_DROP] = {{{UPSTREAM, IPTABLES,
                                 "-I INPUT -p udp --dport 53 -m ttl --ttl-lt 64 -j DROP"}},
        {{UPSTREAM, IPTABLES, "-D INPUT -p udp --dport 53 -m ttl --ttl-lt 64 -j DROP"}}},
    [FAULT_CLIENT_DROP] = {{{CLIENT, IPTABLES, "-I INPUT -p udp --sport 53 -j DROP"}},
        {{CLIENT, IPTABLES, "-D INPUT -p udp --sport 53 -j DROP"}}},
    /* A promiscuous bridge also receives what it floods. */
    [FAULT_FLOOD] = {{{ROUTER, IP, "link set dev br0 promisc on"},
                         {ROUTER, BRIDGE, "fdb del @gateway-mac dev br0 self local"}},
        {{ROUTER, BRIDGE, "fdb add @gateway-mac dev br0 self local"},
            {ROUTER, IP, "link set dev br0 promisc off"}}},
    [FAULT_ADD_IPV4] = {{{ROUTER, IP, "address add 192.0.2.2/24 dev br0"}}},
    [FAULT_MISLEAD_FDB] = {{{ROUTER, BRIDGE,
                               "fdb replace @client-mac dev @other-port master static sticky"}},
        {{ROUTER, BRIDGE, "fdb del @client-mac dev @other-port master"}}},
    [FAULT_PIN_NOW] = {{{ROUTER, IP, "link set dev br0 address @gateway-mac"}}},
    [FAULT_DELETE_PVID] = {{{ROUTER, BRIDGE, "vlan del dev @port vid 1"}},
        {{ROUTER, BRIDGE, "vlan add dev @port vid 1 pvid untagged"}}},
    [FAULT_DROP_TO_BR0] = {{{ROUTER, EBTABLES, "-A INPUT -i @port -p IPv4 -j DROP"}},
        {{ROUTER, EBTABLES, "-D INPUT -i @port -p IPv4 -j DROP"}}},
    [FAULT_DROP_FROM_BR0] = {{{ROUTER, EBTABLES, "-A OUTPUT -o @port -p IPv4 -j DROP"}},
        {{ROUTER, EBTABLES, "-D OUTPUT -o @port -p IPv4 -j DROP"}}},
};

/* The step's text with every @word replaced; caller frees. */
static char *fill(const struct fault_tools *f, const char *text)
{
	char client[MAC_TEXT], gateway[MAC_TEXT], other[MAC_TEXT], joining[MAC_TEXT];
	char ip6[INET6_ADDRSTRLEN], port[IF_NAMESIZE] = "", other_port[IF_NAMESIZE] = "";
	const struct {
		const char *name, *value;
	} words[] = {{"@client-mac", client}, {"@port", port}, {"@gateway-mac", gateway},
	    {"@gateway-ip6", ip6}, {"@other-mac", other}, {"@other-port", other_port},
	    {"@joining-mac", joining}};
	struct buf b = {0};

	mac_text(f->s->client_macs[0], client);
	mac_text(f->saved, gateway);
	mac_text(f->s->fault_mac, other);
	mac_text(f->joining, joining);
	inet_ntop(AF_INET6, lab_gateway_ip6, ip6, sizeof(ip6));
	if_indextoname((unsigned)f->lab->clients[0].port, port);
	if (f->lab->n_clients > 1)
		if_indextoname((unsigned)f->lab->clients[1].port, other_port);
	while (*text) {
		size_t i = 0, n = ARRAY_SIZE(words);

		while (i < n && strncmp(text, words[i].name, strlen(words[i].name)))
			i++;
		if (i < n)
			buf_printf(&b, "%s", words[i].value);
		else
			buf_printf(&b, "%c", *text);
		text += i < n ? strlen(words[i].name) : 1;
	}
	return b.s;
}

static int run_batch(const char *lines, struct err *e)
{
	const char *const argv[] = {"ip", "-batch", "-", NULL};
	int r = 0, in = memfd_create("batch", MFD_CLOEXEC);

	if (in < 0)
		return err_set(e, errno, "memfd_create:");
	dprintf(in, "%s\n", lines);
	lseek(in, 0, SEEK_SET);
	pid_t pid =
	    proc_start(argv, &(struct proc_options){.netns = -1, .in_fd = in, .out_fd = 2}, e);
	close(in);
	if (pid < 0)
		return pid;
	r = proc_wait(pid, clock_now_ns() + TOOL_NS);
	return r ? err_set(e, r < 0 ? -r : EIO, "ip -batch of '%.60s':", lines) : 0;
}

static int run_words(const char *program, char *text, struct err *e)
{
	const char *argv[WORDS] = {program};
	char *save = NULL;
	size_t n = 1;

	if (strstr(program, "iptables"))
		argv[n++] = "-w";
	for (char *word = strtok_r(text, " ", &save); word && n + 1 < WORDS;
	     word = strtok_r(NULL, " ", &save))
		argv[n++] = word;
	return proc_run(argv, clock_now_ns() + TOOL_NS, e);
}

static int run_step(const struct fault_tools *f, const struct step *s, struct err *e)
{
	char *text = fill(f, s->text), *value = text;
	const char *name;
	int r;

	switch (s->by) {
	case IP:
		r = run_batch(text, e);
		break;
	case BRIDGE:
		r = run_words("bridge", text, e);
		break;
	case EBTABLES:
		r = run_words("ebtables", text, e);
		break;
	case IPTABLES:
		r = run_words(
		    strstr(firewall_program(), "legacy") ? "iptables-legacy" : "iptables-nft", text,
		    e);
		break;
	default:
		name = strsep(&value, " ");
		r = netns_sysctl(name, value ? value : "", e);
	}
	free(text);
	return r;
}

static int run_steps(struct fault_tools *f, enum fault_what what, bool undo, struct err *e)
{
	const struct lab *lab = f->lab;
	const struct step *s;
	int r = 0;

	if ((size_t)what >= ARRAY_SIZE(defects) || !defects[what].begin[0].by)
		return err_set(e, EINVAL, "fault '%s' has no commands", fault_name(what));
	s = undo ? defects[what].end : defects[what].begin;
	if (!undo)
		r = link_mac(lab->nl, lab->bridge_name, &f->saved, e);
	for (size_t i = 0; !r && i < STEPS && s[i].by != NOTHING; i++) {
		int ns = s[i].in == CLIENT     ? lab->clients[0].ns
		         : s[i].in == UPSTREAM ? lab->upstream
		                               : lab->router;

		r = ns == lab->router ? 0 : netns_enter(ns, e);
		if (!r)
			r = run_step(f, &s[i], e);
		int back = ns == lab->router ? 0 : netns_enter(lab->router, e);
		r = r ? r : back;
	}
	return r;
}

/* A datagram to a host that is not there: the kernel itself broadcasts ARP for it. */
static int make_gateway_talk(struct fault_tools *f, struct err *e)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};

	if (f->talk < 0)
		f->talk = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (f->talk < 0)
		return err_set(e, errno, "socket:");
	inet_pton(AF_INET, "192.0.2.99", &to.sin_addr);
	/* EHOSTUNREACH is the failure of the one before; the next one asks again. */
	(void)!sendto(f->talk, "", 1, 0, (struct sockaddr *)&to, sizeof(to));
	return 0;
}

int fault_run(struct fault_tools *f, enum fault_what what, bool undo, struct mac mac, struct err *e)
{
	switch (what) {
	case FAULT_STOP_UPSTREAM:
		return kill(f->lab->dnsmasq, undo ? SIGCONT : SIGSTOP)
		           ? err_set(e, errno, "dnsmasq:")
		           : 0;
	case FAULT_GATEWAY_TALKS:
		return make_gateway_talk(f, e);
	case FAULT_BLOCK_PORT:
		/* Disabled, not blocking: with STP off br_set_port_state() ends in
		 * br_port_state_selection(), which has a blocking port forward again at once. */
		return link_set_port_state(f->lab->nl, f->lab->clients[0].port,
		    undo ? BR_STATE_FORWARDING : BR_STATE_DISABLED, e);
	case FAULT_NONE:
	case FAULT_OVERRIDE:
		return 0;
	default:
		f->joining = mac_is_zero(mac) ? f->s->fault_mac : mac;
		return run_steps(f, what, undo, e);
	}
}
