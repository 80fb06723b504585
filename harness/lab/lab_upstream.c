/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lab_upstream.c: the upstream of a lab: its link, dnsmasq, and what delays that. */
#include "lab/lab_upstream.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "lab/dns.h"
#include "lab/lab_names.h"
#include "lab/slow_upstream.h"
#include "lab/upstream.h"
#include "net/link.h"

int lab_start_upstream(struct lab *lab, const struct lab_spec *spec, struct err *e)
{
	int64_t delay_ns = spec->upstream_delay_real_ns;

	lab->dnsmasq_says = memfd_create("dnsmasq", MFD_CLOEXEC);
	if (lab->dnsmasq_says < 0)
		return err_set(e, errno, "memfd_create:");
	lab->dnsmasq = upstream_start(lab->upstream, spec->dnsmasq_conf, spec->answer_size,
	    delay_ns ? SLOW_UPSTREAM_PORT : DNS_PORT, lab->dnsmasq_says, e);
	if (lab->dnsmasq < 0)
		return lab->dnsmasq;
	if (delay_ns)
		lab->relay = slow_upstream_start(lab->upstream, delay_ns, spec->ip6, e);
	return lab->relay < 0 ? lab->relay : 0;
}

int lab_up_upstream(struct lab *lab, uint32_t mtu, struct err *e)
{
	struct veth v = {.name = LAB_UPLINK,
	    .peer = LAB_CLIENT_DEV,
	    .peer_ns = lab->upstream,
	    .mtu = mtu,
	    .up = true};
	int r = link_add_veth(lab->nl, &v, e);

	if (!r)
		r = lab->uplink = link_index(lab->nl, LAB_UPLINK, e);
	if (r > 0)
		r = lab->upstream_eth0 = link_index(lab->nl_upstream, LAB_CLIENT_DEV, e);
	if (r > 0)
		r = link_add_address(lab->nl, lab->uplink, AF_INET, lab_uplink_ip4, 24, e);
	if (!r)
		r = link_add_address(
		    lab->nl_upstream, lab->upstream_eth0, AF_INET, lab_upstream_ip4, 24, e);
	if (!r)
		r = link_set_up(lab->nl_upstream, lab->upstream_eth0, true, e);
	return r;
}

int lab_wait_upstream(const struct lab *lab, int64_t deadline_ns, struct err *e)
{
	return upstream_wait(lab->dnsmasq, lab->dnsmasq_says, lab_upstream_ip4,
	    lab->relay ? SLOW_UPSTREAM_PORT : DNS_PORT, deadline_ns, e);
}
