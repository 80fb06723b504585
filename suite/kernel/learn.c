/* SPDX-License-Identifier: GPL-2.0-or-later */
/* learn.c: facts of the kernel: which port a bridge takes a MAC to be behind. */
#include <linux/if_link.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/frame.h"
#include "net/link.h"
#include "net/netns.h"
#include "suite/kernel/facts.h"
#include "suite/kernel/facts_wire.h"

/* Client n sends a frame from this MAC. It is through the bridge when a later one is. */
static void send_from(struct fact_lab *f, int n, struct mac source)
{
	FACT_OK(netns_enter(f->clients[n].ns, &fact_e));
	int fd = frame_open(NULL);
	FACT_OK(frame_send_from(fd, f->clients[n].eth0, source, &fact_e));
	FACT_OK(netns_enter(f->home, &fact_e));
	wire_send(f, n, AF_INET);
	close(fd);
}

/* Two clients, and the MAC of the first. The port of client `unlearned` (-1: of none) learns no
 * MACs. */
static struct mac two_clients(struct fact_lab *f, int unlearned)
{
	char text[MAC_TEXT];

	fact_two_clients(f, MIDDLE, MIDDLE);
	if (unlearned >= 0)
		FACT_OK(link_set_port_flag(
		    f->nl, f->clients[unlearned].port, IFLA_BRPORT_LEARNING, 0, &fact_e));
	return fact_mac(fact_client_mac(f, 0, text));
}

FACT(a_frame_moves_the_fdb_entry_of_its_source_and_its_owners_next_frame_moves_it_back)
{
	struct mac first = two_clients(f, -1);
	wire_send(f, 0, AF_INET);
	ck_assert_int_eq(fact_fdb(f, first, NULL), f->clients[0].port);
	send_from(f, 1, first);
	ck_assert_int_eq(fact_fdb(f, first, NULL), f->clients[1].port);
	wire_send(f, 0, AF_INET);
	ck_assert_int_eq(fact_fdb(f, first, NULL), f->clients[0].port);
}

FACT(a_port_that_does_not_learn_moves_no_fdb_entry)
{
	struct mac first = two_clients(f, 1);
	wire_send(f, 0, AF_INET);
	send_from(f, 1, first);
	ck_assert_int_eq(fact_fdb(f, first, NULL), f->clients[0].port);
}

FACT(a_client_whose_own_port_does_not_learn_does_not_move_its_fdb_entry_back)
{
	struct mac first = two_clients(f, 0);
	send_from(f, 1, first);
	wire_send(f, 0, AF_INET);
	ck_assert_int_eq(fact_fdb(f, first, NULL), f->clients[1].port);
}

FACT(a_port_that_is_enslaved_again_learns_again)
{
	struct mac first = two_clients(f, 0);
	fact_release(f, f->clients[0].port);
	fact_enslave(f, f->clients[0].port);
	wire_send(f, 0, AF_INET);
	ck_assert_int_eq(fact_fdb(f, first, NULL), f->clients[0].port);
}

FACT(a_bridge_with_ageing_time_0_learns_no_mac)
{
	struct mac first = two_clients(f, -1);
	ck_assert_int_eq(fact_set_bridge(f, IFLA_BR_AGEING_TIME, 0), 0);
	send_from(f, 1, first);
	ck_assert_int_eq(fact_fdb(f, first, NULL), 0);
}
