/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_maker.c: which tool made a bridge of the host, and how it is told to pin it.
 *
 * A tool's own state comes first: networkd, NetworkManager and ifupdown keep a file for each link
 * that is theirs. Docker, podman, CNI, libvirt, LXC and LXD leave nothing that says so without
 * asking them, but the name that they give a bridge by default. */
#include "host/bridge_maker.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/macros.h"
#include "base/mem.h"

#define STATE_MAX (64 * 1024)

/* %N is the bridge's name, %I its ifindex, %M the MAC. */
static const struct maker {
	const char *tool;
	const char *state, *says; /* a file of its state, and a line that it then has; or NULL */
	const char *names[4];     /* globs of the names that it gives; or none */
	const char *pins;         /* what to write or to run */
} makers[] = {
    {"systemd-networkd", "/run/systemd/netif/links/%I", "NETWORK_FILE=*", {NULL},
        "in its .netdev file, below [NetDev]:\nMACAddress=%M"},
    {"NetworkManager", "/run/NetworkManager/devices/%I", "nm-owned=true", {NULL},
        "nmcli connection modify %N bridge.mac-address %M"},
    {"ifupdown", "/run/network/ifstate", "%N=%N", {NULL},
        "in /etc/network/interfaces, below iface %N:\nbridge_hw %M"},
    {"libvirt", NULL, NULL, {"virbr[0-9]*"},
        "in `virsh net-edit NETWORK`, within <network>:\n<mac address='%M'/>"},
    {"lxc-net", NULL, NULL, {"lxcbr[0-9]*"}, "in /etc/default/lxc-net:\nLXC_BRIDGE_MAC=\"%M\""},
    {"LXD or Incus", NULL, NULL, {"lxdbr[0-9]*", "incusbr[0-9]*"},
        "lxc network set %N bridge.hwaddr %M"},
    {"Docker", NULL, NULL,
        {"docker[0-9]*", "docker_gwbridge",
            "br-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"
            "[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"},
        "Docker pins the bridges that it makes: remove the network and create it again"},
    {"a CNI plugin", NULL, NULL, {"cni[0-9]*", "cni-podman[0-9]*", "cbr0"},
        "in the network's configuration, so that the plugin gives it the address:\n"
        "\"isGateway\": true"},
    {"podman (netavark)", NULL, NULL, {"podman[0-9]*"},
        "netavark pins it from 1.9 on: containers/netavark#833"},
};

static char *fill_in(const char *text, const char *name, int ifindex, struct mac mac)
{
	struct buf b = {0};
	char as_text[MAC_TEXT];

	for (; *text; text++) {
		if (*text != '%') {
			buf_add(&b, text, 1);
			continue;
		}
		text++;
		if (*text == 'N')
			buf_puts(&b, name);
		else if (*text == 'I')
			buf_printf(&b, "%d", ifindex);
		else
			buf_puts(&b, mac_text(mac, as_text));
	}
	return b.s;
}

/* Is there such a line? */
static bool has_line(const char *path, const char *glob)
{
	struct buf text = {0};
	bool found = false;

	if (!data_read(path, STATE_MAX, &text, NULL))
		for (char *left = text.s, *line; !found && (line = strsep(&left, "\n"));)
			found = !fnmatch(glob, line, 0);
	buf_free(&text);
	return found;
}

/* By what it is known that this is its maker; NULL: it is not. Caller frees. */
static char *known_by(const struct maker *m, const char *root, const char *name, int ifindex)
{
	const struct mac none = {{0}};

	if (m->state) {
		char *below = fill_in(m->state, name, ifindex, none),
		     *path = mem_printf("%s%s", root, below),
		     *line = fill_in(m->says, name, ifindex, none);
		bool is = has_line(path, line);

		free(path);
		free(line);
		if (is)
			return below;
		free(below);
	}
	for (size_t i = 0; i < ARRAY_SIZE(m->names) && m->names[i]; i++)
		if (!fnmatch(m->names[i], name, 0))
			return mem_strdup("its name");
	return NULL;
}

bool bridge_maker_find(
    const char *root, const char *name, int ifindex, struct mac mac, struct bridge_maker *out)
{
	*out = (struct bridge_maker){0};
	for (size_t i = 0; !out->tool && i < ARRAY_SIZE(makers); i++) {
		out->known_by = known_by(&makers[i], root, name, ifindex);
		if (!out->known_by)
			continue;
		out->tool = makers[i].tool;
		out->config = mac_is_zero(mac) ? NULL : fill_in(makers[i].pins, name, ifindex, mac);
	}
	return out->tool;
}

void bridge_maker_free(struct bridge_maker *m)
{
	free(m->known_by);
	free(m->config);
}
