/* SPDX-License-Identifier: GPL-2.0-or-later */
/* client.c: what the clients of a case are, taken together. */
#include "scenario/client.h"

bool clients_some_silent(const struct scenario_case *c)
{
	for (size_t i = 0; i < c->n_clients; i++)
		if (c->clients[i].silent)
			return true;
	return false;
}

bool clients_some_have_flags(const struct scenario_case *c)
{
	for (const struct client *cl = c->clients; cl < c->clients + c->n_clients; cl++)
		if (cl->unlearned || cl->isolated || cl->hairpin || cl->suppressed)
			return true;
	return false;
}

bool clients_use_vlans(const struct scenario_case *c)
{
	for (size_t i = 0; i < c->n_clients; i++)
		if (c->clients[i].vlan)
			return true;
	for (size_t i = 0; i < c->n_changes; i++)
		if (c->changes[i].what == CHANGE_FILTER_VLANS)
			return true;
	return c->filters_vlans || c->vlan || c->default_pvid;
}
