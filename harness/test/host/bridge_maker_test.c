/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bridge_maker_test.c: the tool that made a bridge, by its own state or by the name it gives. */
#include "host/bridge_maker.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/data.h"
#include "base/folder.h"
#include "base/macros.h"
#include "base/mem.h"
#include "test/kit/ctest.h"
#include "test/kit/program.h"

static const struct mac mac = {{2, 0, 0, 0, 0, 7}};

/* "systemd-networkd, /run/systemd/netif/links/7: lines that pin it"; "": nothing is known. */
static char *told(const char *root, const char *name, struct mac of)
{
	struct bridge_maker m;
	bool known = bridge_maker_find(root, name, 7, of, &m);
	char *text = known ? mem_printf("%s, %s: %s", m.tool, m.known_by, m.config ? m.config : "-")
	                   : mem_strdup("");

	bridge_maker_free(&m);
	return text;
}

CTEST("inspect", CTEST_SANDBOX, NULL, the_maker_is_known_by_its_state)
{
	static const struct {
		const char *folder, *file, *text, *tool, *pins;
	} rows[] = {
	    {"run/systemd/netif/links", "7",
	        "# This is private data.\nADMIN_STATE=configured\nNETWORK_FILE=/etc/x.network\n",
	        "systemd-networkd, /run/systemd/netif/links/7: ", "MACAddress=02:00:00:00:00:07"},
	    {"run/NetworkManager/devices", "7", "[device]\nmanaged=true\nnm-owned=true\n",
	        "NetworkManager, /run/NetworkManager/devices/7: ",
	        "nmcli connection modify br0 bridge.mac-address 02:00:00:00:00:07"},
	    {"run/network", "ifstate", "lo=lo\nbr0=br0\n", "ifupdown, /run/network/ifstate: ",
	        "below iface br0:\nbridge_hw 02:00:00:00:00:07"},
	};
	char *root = program_scratch("maker");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *dir = mem_printf("%s/%s", root, rows[i].folder),
		               *path = mem_printf("%s/%s", dir, rows[i].file);
		struct err e = {{0}};

		AUTO_FREE char *before = told(root, "br0", mac);
		ck_assert_str_eq(before, "");
		ck_assert_int_eq(folder_make(dir, &e), 0);
		ck_assert_int_eq(data_write(path, rows[i].text, strlen(rows[i].text), &e), 0);
		AUTO_FREE char *text = told(root, "br0", mac);
		ck_assert_msg(strstr(text, rows[i].tool) && strstr(text, rows[i].pins), "%s", text);
		/* another link's, and one that a tool only knows of */
		AUTO_FREE char *other = told("/nowhere", "br0", mac);
		ck_assert_str_eq(other, "");
		ck_assert_int_eq(data_write(path, "managed=true\n", 13, &e), 0);
	}
	program_drop(root);
}

PURE_TEST("inspect", the_maker_is_known_by_the_name_it_gives)
{
	static const struct {
		const char *name, *says;
	} rows[] = {
	    {"docker0", "Docker, its name: "},
	    {"br-0123456789ab", "Docker"},
	    {"br-0123456789a", ""},
	    {"br0", ""},
	    {"virbr0", "<mac address='02:00:00:00:00:07'/>"},
	    {"virbridge", ""},
	    {"lxcbr0", "LXC_BRIDGE_MAC=\"02:00:00:00:00:07\""},
	    {"incusbr0", "lxc network set incusbr0 bridge.hwaddr 02:00:00:00:00:07"},
	    {"cni-podman0", "\"isGateway\": true"},
	    {"podman1", "netavark#833"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		AUTO_FREE char *text = told("/nowhere", rows[i].name, mac);

		ck_assert_msg(*rows[i].says ? strstr(text, rows[i].says) != NULL : !*text, "%s: %s",
		    rows[i].name, text);
	}
	/* of a pinned one only who made it */
	AUTO_FREE char *pinned = told("/nowhere", "docker0", (struct mac){{0}});
	ck_assert_str_eq(pinned, "Docker, its name: -");
}
