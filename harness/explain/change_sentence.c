/* SPDX-License-Identifier: GPL-2.0-or-later */
/* change_sentence.c: an event of a case in a sentence. */
#include "explain/change_sentence.h"

#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "scenario/change.h"
#include "scenario/macs.h"

char *sentence_span(int64_t ns, char *out)
{
	duration_text(ns, out);
	size_t digits = strspn(out, "0123456789.-"), len = strlen(out);

	if (len + 2 <= DURATION_TEXT) {
		memmove(out + digits + 1, out + digits, len - digits + 1);
		out[digits] = ' ';
	}
	return out;
}

/* The client whose MAC it is, or NULL. */
static const char *client_of_mac(const struct scenario_case *c, struct mac mac)
{
	uint64_t client = mac_number(mac) - (MACS_OWN_ENDS + 1);

	return client < c->n_clients ? c->clients[client].name : NULL;
}

static void put_new_mac(const struct scenario_case *c, const struct change *ch, struct buf *b)
{
	static const char *const words[] = {
	    [CHANGE_MAC_RANDOM] = "a random MAC",
	    [CHANGE_MAC_BELOW_ALL] = "a MAC below all others",
	    [CHANGE_MAC_ABOVE_ALL] = "a MAC above all others",
	    [CHANGE_MAC_TO_CURRENT] = "the MAC that it has",
	};
	const char *client = client_of_mac(c, ch->fixed);
	char text[MAC_TEXT];

	if (ch->mac == CHANGE_MAC_FIXED && client)
		buf_printf(b, "the MAC of %s's eth0", client);
	else
		buf_puts(
		    b, ch->mac == CHANGE_MAC_FIXED ? mac_text(ch->fixed, text) : words[ch->mac]);
}

char *change_sentence(const struct scenario_case *c, const struct change *ch)
{
	static const char *const again[] = {
	    [RECREATE_WITHOUT_MAC] = "without a MAC",
	    [RECREATE_SAME_MAC] = "with the MAC that it had",
	    [RECREATE_OTHER_MAC] = "with another MAC",
	};
	static const char *const addresses[] = {
	    [ADDRESS_IPV4] = "IPv4",
	    [ADDRESS_IPV6] = "IPv6",
	    [ADDRESS_LINK_LOCAL] = "link-local",
	};
	char span[DURATION_TEXT], device[NAME_MAX_LEN];
	struct buf b = {0};

	change_device(c, ch, device);
	buf_printf(&b, "at %s ", sentence_span(ch->at_ns, span));
	if (ch->whose == WHOSE_CLIENT_END)
		buf_printf(&b, "%s's eth0", c->clients[ch->index].name);
	else if (ch->whose == WHOSE_CLIENT_PORT)
		buf_printf(&b, "%s's port", device);
	else
		buf_printf(&b, "%s%s", ch->whose == WHOSE_PORT ? "port " : "", device);
	switch (ch->what) {
	case CHANGE_DELETE_ADDRESS:
	case CHANGE_ADD_ADDRESS:
		buf_printf(&b, " %s its %s address%s",
		    ch->what == CHANGE_DELETE_ADDRESS ? "loses" : "gets", addresses[ch->address],
		    ch->what == CHANGE_DELETE_ADDRESS ? "" : " back");
		break;
	case CHANGE_ADD_ROUTE:
		buf_printf(&b, " gets its %s default route back", addresses[ch->address]);
		break;
	case CHANGE_SET_MAC:
		buf_puts(&b, " gets ");
		put_new_mac(c, ch, &b);
		break;
	case CHANGE_SET_MTU:
		buf_printf(&b, " gets MTU %u", (unsigned)ch->mtu);
		break;
	case CHANGE_UP:
	case CHANGE_DOWN:
		buf_printf(&b, " is set %s", ch->what == CHANGE_UP ? "up" : "down");
		break;
	case CHANGE_JOINS:
	case CHANGE_LEAVES:
		buf_printf(&b, " %s the bridge", ch->what == CHANGE_JOINS ? "joins" : "leaves");
		break;
	case CHANGE_SENDS_AS:
		buf_printf(&b, " sends a frame from %s's MAC", client_of_mac(c, ch->fixed));
		break;
	case CHANGE_FILTER_VLANS:
		buf_puts(&b, " begins to filter VLANs");
		break;
	case CHANGE_RECREATE:
		buf_printf(&b, " is deleted and created again %s", again[ch->by]);
		break;
	}
	return b.s;
}
