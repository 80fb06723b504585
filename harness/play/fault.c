/* fault.c: deliberate defects, injected by other programs, so that tests can see the suite fail. */
#include "play/fault.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_bridge.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/firewall.h"
#include "lab/link.h"
#include "play/defect.h"

#define TOOL_NS (10 * NS_PER_S) /* within this a tool ends */

static int tool(const char *const argv[], struct err *e)
{
	return proc_run(argv, clock_now_ns() + TOOL_NS, e);
}

static int set_bridge_mac(struct mac mac, struct err *e)
{
	char text[MAC_TEXT];

	mac_text(mac, text);
	return tool(
	    (const char *[]){"ip", "link", "set", "dev", LAB_BRIDGE, "address", text, NULL}, e);
}

static int forward_drop(bool undo, struct err *e)
{
	const char *program =
	    strstr(firewall_program(), "legacy") ? "iptables-legacy" : "iptables-nft";

	return tool(
	    (const char *[]){program, "-w", undo ? "-D" : "-I", "FORWARD", "-j", "DROP", NULL}, e);
}

/* A datagram to a host that is not there: the kernel itself broadcasts ARP for it. */
static int talk(struct fault_tools *f, struct err *e)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};

	if (f->talk < 0)
		f->talk = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (f->talk < 0)
		return err_set(e, errno, "socket:");
	inet_pton(AF_INET, "192.0.2.99", &to.sin_addr);
	/* EHOSTUNREACH tells of the last one's failure; the next one asks anew. */
	(void)!sendto(f->talk, "", 1, 0, (struct sockaddr *)&to, sizeof(to));
	return 0;
}

static int delete_fdb(const struct fault_tools *f, struct err *e)
{
	char text[MAC_TEXT];
	struct mac mac;
	int r = link_mac(f->lab->nl, LAB_BRIDGE, &mac, e);

	if (r)
		return r;
	mac_text(mac, text);
	return tool((const char *[]){"bridge", "fdb", "del", text, "dev", LAB_BRIDGE, "self",
	                "local", NULL},
	    e);
}

int fault_run(struct fault_tools *f, enum fault_what what, bool undo, struct mac mac, struct err *e)
{
	char ip6[INET6_ADDRSTRLEN + 4];

	switch (what) {
	case FAULT_UNDO_PIN:
		return set_bridge_mac(mac_is_zero(mac) ? f->s->fault_mac : mac, e);
	case FAULT_RE_ADDRESS:
		return set_bridge_mac(f->s->fault_mac, e);
	case FAULT_STOP_UPSTREAM:
		return kill(f->lab->dnsmasq, undo ? SIGCONT : SIGSTOP)
		           ? err_set(e, errno, "dnsmasq:")
		           : 0;
	case FAULT_FORWARD_DROP:
		return forward_drop(undo, e);
	case FAULT_GATEWAY_TALKS:
		return talk(f, e);
	case FAULT_SHRINK_MTU:
		return tool(
		    (const char *[]){"ip", "link", "set", "dev", LAB_BRIDGE, "mtu", "1400", NULL},
		    e);
	case FAULT_DELETE_FDB:
		return delete_fdb(f, e);
	case FAULT_DELETE_IPV6:
		inet_ntop(AF_INET6, lab_gateway_ip6, ip6, sizeof(ip6));
		strcat(ip6, "/64");
		return tool(
		    (const char *[]){"ip", "-6", "address", "del", ip6, "dev", LAB_BRIDGE, NULL},
		    e);
	case FAULT_BLOCK_PORT:
		/* Disabled, not blocking: with STP off br_set_port_state() ends in
		 * br_port_state_selection(), which has a blocking port forward again at once. */
		return link_set_port_state(f->lab->nl, f->lab->clients[0].port,
		    undo ? BR_STATE_FORWARDING : BR_STATE_DISABLED, e);
	case FAULT_NONE:
	case FAULT_OVERRIDE:
		return 0;
	default:
		return defect_run(f, what, undo, e);
	}
}
