/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flags.c: facts of the kernel: what the flags of a bridge port keep back, and what they send back.
 */
#include <linux/if_link.h>
#include <unistd.h>

#include "net/frame.h"
#include "net/link.h"
#include "net/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

static void set_flag(struct fact_lab *f, int n, int flag)
{
	FACT_OK(link_set_port_flag(f->nl, f->clients[n].port, flag, 1, &fact_e));
}

/* Does a broadcast of the first client's come out at client n? A later one of br0's surely does. */
static bool reaches(struct fact_lab *f, int n)
{
	uint32_t mark = wire_mark_from(f, 0);

	return wire_passed(f->clients[n].ear, mark, wire_mark(f->bridge));
}

FACT(isolated_ports_pass_nothing_to_each_other_and_everything_to_the_bridge)
{
	fact_two_clients(f, MIDDLE, MIDDLE);
	set_flag(f, 0, IFLA_BRPORT_ISOLATED);
	ck_assert(reaches(f, 1));
	set_flag(f, 1, IFLA_BRPORT_ISOLATED);
	ck_assert(!reaches(f, 1));
	uint32_t mark = wire_mark_from(f, 0);
	ck_assert(wire_passed(f->ear, mark, wire_mark_from(f, 0)));
}

FACT(an_isolated_port_learns_like_any_other)
{
	char text[MAC_TEXT];

	fact_two_clients(f, MIDDLE, MIDDLE);
	struct mac first = fact_mac(fact_client_mac(f, 0, text));
	set_flag(f, 0, IFLA_BRPORT_ISOLATED);
	set_flag(f, 1, IFLA_BRPORT_ISOLATED);
	FACT_OK(netns_enter(f->clients[1].ns, &fact_e));
	int fd = frame_open(NULL);
	FACT_OK(frame_send_from(fd, f->clients[1].eth0, first, &fact_e));
	FACT_OK(netns_enter(f->home, &fact_e));
	close(fd);
	uint32_t mark = wire_mark_from(f, 1);
	ck_assert(wire_passed(f->ear, mark, wire_mark_from(f, 1)));
	ck_assert_int_eq(fact_fdb(f, first, NULL), f->clients[1].port);
}

FACT(a_port_in_hairpin_mode_gets_its_own_broadcast_back)
{
	fact_two_clients(f, MIDDLE, MIDDLE);
	ck_assert(!reaches(f, 0));
	set_flag(f, 0, IFLA_BRPORT_MODE);
	ck_assert(reaches(f, 0));
}
