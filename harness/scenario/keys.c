/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.c: the one table of the keys that a scenario file may have. grammar.c takes from it which
 * keys are known, read.c the ranges, words and defaults. docs/scenario.schema.json and the tables
 * of docs/SCENARIOS.md are written from it. */
#include "scenario/keys.h"

#include <string.h>

#include "base/units.h"

#define HOUR (3600 * NS_PER_S)
#define MTU .kind = KEY_COUNT, .least = 68 /* the kernel's, for IPv4 */, .most = 65535
#define VLAN .kind = KEY_COUNT, .least = 1, .most = 4094
#define LIMIT .kind = KEY_COUNT, .most = 1000000000, .words = words_any

const struct key keys_client[] = {
    {"port-mac", "MAC of the port, the bridge's end of the link", .kind = KEY_MAC,
        .words = words_port_mac + 1, .normal = PORT_MAC_RANDOM},
    {"mtu", "MTU of both ends of the link, the port and the client's eth0, in bytes", MTU,
        .normal = MTU_USUAL},
    {"gateway-entry",
        "how the client knows the gateway's MAC over IPv4: by ARP, or by a permanent neighbour "
        "entry with the MAC that the bridge has before the warm-up",
        .kind = KEY_WORD, .words = words_entry},
    {"learning",
        "whether the client's port learns MACs. Off: the bridge does not note that the client is "
        "there, and floods frames for it, unless another port learns its MAC",
        .kind = KEY_WORD, .words = words_bool, .normal = true},
    {"isolated",
        "whether the client's port is isolated: the bridge passes nothing from an isolated port to "
        "another one",
        .kind = KEY_WORD, .words = words_bool},
    {"hairpin",
        "whether the client's port is in hairpin mode: the bridge sends a broadcast, or what it "
        "floods, back to the client that it came from",
        .kind = KEY_WORD, .words = words_bool},
    {"neigh-suppress",
        "whether neighbour suppression is on at the client's port: the bridge does not flood to it "
        "what it can answer itself, nor gratuitous ARP",
        .kind = KEY_WORD, .words = words_bool},
    {"vlan",
        "the VLAN that the client's port puts untagged frames into (its PVID), and sends untagged. "
        "The port stays in the bridge's default VLAN too",
        VLAN},
    {"mld-reports",
        "whether the client reports the multicast groups that it listens to. `never`: its own "
        "firewall drops the reports, so that a bridge that snoops and knows a querier sends it no "
        "solicitations",
        .kind = KEY_WORD, .words = words_reports},
    {"count",
        "number of clients like this one, named NAME-1, NAME-2, ...; in `lookups.from`, NAME "
        "means all of them",
        .kind = KEY_COUNT, .least = 1, .most = CLIENTS_MAX, .normal = 1},
    {0},
};

const struct key keys_bridge[] = {
    {"pin",
        "how the bridge's MAC is set. `at-create`: in the create request. `to-other`: before "
        "t=0, to a value of its own. `to-current`: before t=0, to the MAC that it has. A MAC: "
        "that one, in the create request",
        .kind = KEY_MAC, .words = words_pin, .normal = PIN_NEVER},
    {"stp",
        "spanning tree: a port listens and learns, each for `forward-delay`, before it forwards",
        .kind = KEY_WORD, .words = words_bool},
    {"forward-delay",
        "how long a port listens, and how long it learns; without STP it has no effect",
        .kind = KEY_DURATION, .least = 2 * NS_PER_S, .most = 30 * NS_PER_S,
        .normal = 15 * NS_PER_S},
    {"ageing-time",
        "how long the bridge keeps a MAC that it has learned and does not see; 0s: it learns "
        "no MACs and floods frames for clients",
        .kind = KEY_DURATION, .most = HOUR, .normal = 300 * NS_PER_S},
    {"mtu",
        "MTU given in the create request, in bytes. This does not pin it: the bridge goes on "
        "following the smallest MTU of its ports",
        MTU},
    {"mtu-pin",
        "`via-other`: before t=0 the MTU is set to one byte less and back to `mtu` (1500 where "
        "`mtu` is not given), which pins it",
        .kind = KEY_WORD, .words = words_mtu_pin},
    {"ipv6-gateway",
        "the next hop of the clients' IPv6 default route: the bridge's global address, or the "
        "address that the kernel makes from the bridge's MAC",
        .kind = KEY_WORD, .words = words_ip6_gateway},
    {"mcast-snooping",
        "multicast snooping. It takes effect when a querier has been heard: a packet for a "
        "group, such as a neighbour solicitation, then goes only to ports that have reported "
        "the group",
        .kind = KEY_WORD, .words = words_bool, .normal = true},
    {"vlan-filtering",
        "whether the bridge filters VLANs: a frame then passes between two ports, or a port and "
        "br0, only if both are in its VLAN, and an untagged frame needs a port with a PVID",
        .kind = KEY_WORD, .words = words_bool},
    {"default-pvid",
        "the VLAN that br0 and each port that joins are in, as their PVID; `none`: in no VLAN",
        VLAN, .words = words_none, .normal = PVID_USUAL},
    {"vlan", "the VLAN that br0 itself is put into, as its PVID", VLAN},
    {0},
};

static const struct phrase asks[] = {{"every", QUERIER_EVERY, NS_PER_S, HOUR}, {0}};

const struct key keys_querier[] = {
    {"asks", "when a multicast querier (MLD) behind a port of its own, `querier`, asks",
        .kind = KEY_PHRASE, .words = words_asks, .phrases = asks, .normal = QUERIER_NEVER},
    {0},
};

const struct key keys_upstream[] = {
    {"mtu", "MTU of both ends of the link between router and upstream, up0 and its peer, in bytes",
        MTU, .normal = MTU_USUAL},
    {"delay", "how long the upstream keeps a query before it answers; only over UDP",
        .kind = KEY_DURATION, .most = 60 * NS_PER_S},
    {0},
};

static const struct phrase joins[] = {
    {"at", JOIN_AT, 0, HOUR},
    {"every", JOIN_EVERY, NS_PER_MS, HOUR},
    {0},
};
static const struct phrase leaves[] = {
    {"at", LEAVE_AT, 0, HOUR},
    {"after", LEAVE_AFTER, NS_PER_MS, HOUR},
    {0},
};

const struct key keys_churn[] = {
    {"joins",
        "when the port joins the bridge. `before`: it is there before the warm-up. `every`: "
        "from join to join, the first at t=0. `5/s` is `every 200ms`",
        .kind = KEY_PHRASE, .needed = true, .words = words_joins, .phrases = joins,
        .pattern = "[0-9]+(\\.[0-9]+)?/s", .pattern_text = "N/s",
        .forms = "before, at T, every T or N/s"},
    {"leaves", "when the port leaves the bridge; `after` counts from that join", .kind = KEY_PHRASE,
        .needed = true, .words = words_leaves, .phrases = leaves,
        .forms = "never, at T or after T"},
    {"leaves-by",
        "`delete`: the port is deleted. `release`: it is released from the bridge. "
        "`namespace-death`: the namespace of its other end dies, which a tap does not have",
        .kind = KEY_WORD, .words = words_leaves_by, .normal = BY_DELETE},
    {"port-mac", "MAC of the port", .kind = KEY_MAC, .words = words_port_mac,
        .normal = PORT_MAC_RANDOM},
    {"kind", "kind of the port. `-down`: it joins, but is never set up", .kind = KEY_WORD,
        .words = words_kind, .normal = KIND_VETH},
    {"count",
        "number of ports like this one, which come and go together, named NAME-1, NAME-2, ...",
        .kind = KEY_COUNT, .least = 1, .most = CHURN_PORTS_MAX, .normal = 1},
    {"mtu", "MTU of the port and of its peer, in bytes", MTU, .normal = MTU_USUAL},
    {0},
};

const struct key keys_event[] = {
    {"at", "when the event happens, before the case is over", .kind = KEY_DURATION, .most = HOUR,
        .needed = true, .forms = "T"},
    {"bridge", "the event happens to the bridge", .kind = KEY_WORD, .words = words_true},
    {"port",
        "the churn port that the event happens to; with `count`, NAME-1 and so on. The port "
        "must be there at that time, and must not come and go by `joins: every`",
        .kind = KEY_NAME},
    {"client",
        "the client that the event happens to; with `count`, NAME-1 and so on. `leaves` and "
        "`joins` act on its port",
        .kind = KEY_NAME},
    {"end", "with `client` and a `set...`: the bridge's end of the link, or the client's eth0",
        .kind = KEY_WORD, .words = words_end, .normal = -1},
    {"set-mac",
        "the MAC is set. `below-all` and `above-all`: next to the lowest or highest of all "
        "ports of the case. `to-current`: the MAC that it has. `same-as`: the MAC that the "
        "client's eth0 begins with",
        .kind = KEY_MAC, .words = words_change_mac, .normal = -1, .pattern = "same-as .+",
        .pattern_text = "same-as CLIENT"},
    {"set-mtu", "the MTU is set, in bytes", MTU},
    {"set", "the link is set up or down", .kind = KEY_WORD, .words = words_set, .normal = -1},
    {"leaves", "the port is released from the bridge; the link itself stays. Not for the bridge",
        .kind = KEY_WORD, .words = words_bridge},
    {"joins", "the port is enslaved again as it is. Not for the bridge", .kind = KEY_WORD,
        .words = words_bridge},
    {"sends-as",
        "the client sends one broadcast frame whose source is the MAC that another client's eth0 "
        "begins with: the bridge learns that MAC at the sender's port. Without `end`",
        .kind = KEY_NAME},
    {"recreate",
        "the bridge is deleted and made again, with the same ports, addresses and sysctls. Its "
        "MAC is given at create, or inherited. Only for the bridge",
        .kind = KEY_WORD, .words = words_recreate, .normal = -1},
    {"set-vlan-filtering", "VLAN filtering is turned on. Only for the bridge", .kind = KEY_WORD,
        .words = words_true},
    {"delete-address",
        "the address of the bridge is deleted, as by a program that manages addresses. "
        "`link-local`: the one over IPv6. Only for the bridge",
        .kind = KEY_WORD, .words = words_address},
    {"add-address", "the same address is added again. Only for the bridge", .kind = KEY_WORD,
        .words = words_address},
    {"add-route",
        "the default route by the gateway, which goes when the client's eth0 is set down, is added "
        "again. Only with `client` and `end: own`",
        .kind = KEY_WORD, .words = words_route},
    {0},
};

const struct key keys_lookups[] = {
    {"every",
        "time from the start of a lookup to the start of the next; either this or `pause` is "
        "required",
        .kind = KEY_DURATION, .least = NS_PER_MS, .most = HOUR},
    {"pause", "time from the end of a lookup to the start of the next, as in a shell loop",
        .kind = KEY_DURATION, .least = NS_PER_MS, .most = HOUR},
    {"timeout", "an attempt without an answer by then is lost; at most `duration`",
        .kind = KEY_DURATION, .least = NS_PER_MS, .most = 60 * NS_PER_S, .normal = NS_PER_S},
    {"from", "the clients that look up; without it, all", .kind = KEY_NAMES},
    {"attempts", "attempts of each lookup", .kind = KEY_LATER},
    {"family", "the family of the lookups; with `both`, each in a stream of its own",
        .kind = KEY_WORD, .words = words_family, .normal = FAMILY_BIT(IP_V4)},
    {"transport",
        "`tcp`: a connection for each attempt. `tcp-kept`: one connection, made before the "
        "warm-up, for all attempts. `both`: `udp` and `tcp`, each in a stream of its own",
        .kind = KEY_WORD, .words = words_transport, .normal = TRANSPORT_BIT(TRANSPORT_UDP)},
    {"answer-size",
        "size of the answer as a DNS message, in bytes, within 16 bytes; over UDP it is "
        "requested by EDNS. Without it, answers are small",
        .kind = KEY_COUNT, .least = 100, .most = 4096},
    {0},
};

static const struct key keys_sysctl[] = {
    {"router", "sysctls of the bridge's namespace, such as `net.ipv4.conf.br0.arp_notify: 1`",
        .kind = KEY_SYSCTLS},
    {"clients", "sysctls of every client's namespace", .kind = KEY_SYSCTLS},
    {0},
};

const struct key keys_limits[] = {
    {"lost", "lost attempts that are allowed in all", LIMIT},
    {"outages", "runs of lost attempts that are allowed in all", LIMIT},
    {"outage",
        "the longest outage that is allowed; 0s, or at least the time between two lookups, "
        "because a shorter outage could not be detected",
        .kind = KEY_DURATION, .most = HOUR, .words = words_any},
    {"answered", "the least share of attempts that must be answered, such as 99.5%",
        .kind = KEY_SHARE, .most = 100, .words = words_any, .normal = LIMIT_ANY},
    {"gateway-mac-changes", "changes of the bridge's MAC that are allowed", LIMIT},
    {0},
};

const struct key keys_known[] = {
    {"arm", "the arm that fails", .kind = KEY_NAME, .needed = true, .forms = "NAME"},
    {"if", "the versions that it fails on, of the kernel or of the subject's tool; without it, all",
        .kind = KEY_PATTERN, .pattern_text = "kernel < VERSION or tool < VERSION",
        .pattern = "(kernel|tool) *(<|<=|>|>=|==) *[0-9]+(\\.[0-9]+)*"},
    {"breaks", "the cause of the failure; without it, any", .kind = KEY_CAUSE},
    {"why", "the reason, for reports", .kind = KEY_TEXT, .needed = true, .forms = "TEXT"},
    {0},
};

const struct key keys_fault[] = {
    {"what", "the defect", .kind = KEY_WORD, .words = words_fault, .needed = true,
        .forms = "DEFECT"},
    {"arm", "the arm that it is done to", .kind = KEY_NAME, .needed = true, .forms = "NAME"},
    {"at", "when it begins", .kind = KEY_DURATION, .most = HOUR},
    {"for", "how long it lasts; without it, to the end", .kind = KEY_DURATION, .least = NS_PER_MS,
        .most = HOUR},
    {"every", "how often it is repeated", .kind = KEY_DURATION, .least = NS_PER_MS, .most = HOUR},
    {"set", "values that replace the scenario's", .kind = KEY_TESTS},
    {0},
};

const struct key keys_expect[] = {
    {"verdict", "the verdict of the faulted case", .kind = KEY_WORD, .words = words_verdict,
        .normal = -1, .needed = true, .forms = "WORD"},
    {"cause", "the cause that the verdict names", .kind = KEY_CAUSE},
    {"form", "the form of stale-gateway", .kind = KEY_WORD, .words = words_form, .normal = -1},
    {"invariant", "the invariant that the verdict names", .kind = KEY_WORD,
        .words = words_invariant, .normal = -1},
    {0},
};

const struct key keys_file[] = {
    {"name",
        "first part of every case's name; without it, the file's name without `.yaml`. A run "
        "writes it into `case.yaml`, so that the case keeps its name if the file is renamed",
        .kind = KEY_PATTERN, .place = KEY_IN_FILE, .unlisted = true,
        .pattern = "[A-Za-z0-9._-]{1,100}"},
    {"seed", "the seed with which a `case.yaml` was played; `--seed` overrides it", .kind = KEY_HEX,
        .place = KEY_IN_FILE, .unlisted = true},
    {"pace", "the pace at which a `case.yaml` was played; `--pace` overrides it",
        .kind = KEY_NUMBER, .place = KEY_IN_FILE, .unlisted = true, .least = 1, .most = 100},
    {"summary", "what happens: the first line of every report", .kind = KEY_TEXT,
        .place = KEY_IN_FILE, .most = 200, .needed = true,
        .forms = "one line that says what happens"},
    {"references", "where this was reported, such as `[serverfault 931474]`", .kind = KEY_TEXTS,
        .place = KEY_IN_FILE},
    {"clients",
        "clients, each in a namespace behind one port of the bridge, which has the client's "
        "name; at least one, at most 64 in all",
        .kind = KEY_NAMED, .sub = keys_client, .needed = true, .forms = "{c1: {}}"},
    {"bridge", "the bridge", .kind = KEY_MAP, .sub = keys_bridge},
    {"querier", "a multicast querier", .kind = KEY_MAP, .sub = keys_querier},
    {"upstream", "the link to the upstream", .kind = KEY_MAP, .sub = keys_upstream},
    {"churn", "ports that join and leave", .kind = KEY_NAMED, .sub = keys_churn},
    {"events", "one-off changes of the bridge, a port or a client", .kind = KEY_LIST, .most = 1000,
        .sub = keys_event},
    {"lookups", "what the clients look up, and when", .kind = KEY_MAP, .sub = keys_lookups,
        .needed = true, .forms = "{every: T} or {pause: T}"},
    {"sysctl", "sysctls that the lab sets before the warm-up", .kind = KEY_MAP, .sub = keys_sysctl},
    {"firewall", "what the router's firewall does besides NAT and forwarding", .kind = KEY_WORD,
        .words = words_firewall, .normal = FIREWALL_NONE},
    {"firewall-backend",
        "`iptables-nft` or `iptables-legacy`; without it, what is installed, nft first. Where "
        "it is missing, the case is skipped",
        .kind = KEY_WORD, .words = words_backend, .normal = BACKEND_ANY},
    {"warmup",
        "lookups without churn before t=0; one loss makes the case invalid. At least the time "
        "between two lookups",
        .kind = KEY_DURATION, .least = NS_PER_MS, .most = 600 * NS_PER_S, .normal = 2 * NS_PER_S},
    {"duration", "time from t=0 to the last attempt; at least twice the time between two lookups",
        .kind = KEY_DURATION, .least = NS_PER_MS, .most = HOUR, .needed = true, .forms = "T"},
    {"limits", "what an arm that must hold may lose", .kind = KEY_MAP, .sub = keys_limits},
    {"max-pace",
        "the highest pace, for cases in which something cannot be played faster; 1 is real time",
        .kind = KEY_NUMBER, .least = 1, .most = 100, .normal = 50},
    {"exposures",
        "`none`: a negative control. Nothing that a bridge inherits from its ports may change, "
        "and the arm must hold",
        .kind = KEY_WORD, .words = words_exposures},
    {"matrix",
        "the values to vary, by their paths, such as `churn.lowest.leaves-by: [delete, release]`",
        .kind = KEY_MATRIX, .place = KEY_IN_FILE},
    {"arms",
        "set-ups of the bridge that the same scenario is played on. An arm may hold any key "
        "but those about the file",
        .kind = KEY_ARMS, .place = KEY_IN_FILE, .needed = true, .forms = "{NAME: {...}}"},
    {"known", "failures that are tolerated and shown", .kind = KEY_LIST, .place = KEY_IN_FILE,
        .sub = keys_known},
    {"fault", "a deliberate defect", .kind = KEY_TESTS, .place = KEY_IN_FILE, .unlisted = true,
        .sub = keys_fault},
    {"expect", "what the defect must lead to", .kind = KEY_TESTS, .place = KEY_IN_FILE,
        .unlisted = true, .sub = keys_expect},
    {"subject",
        "the real program that makes the bridge, its ports come and go by it: the name of one "
        "that is installed (`steadybridge list --subjects`). Such a case is played by events, with --pace N by the clock",
        .kind = KEY_PATTERN, .pattern_text = "NAME", .pattern = "[a-z][a-z0-9-]{0,31}"},
    {"udevd", "with `subject`: whether systemd-udevd runs beside it", .kind = KEY_WORD,
        .words = words_udevd},
    {"breaks",
        "makes the arm a control. It must break by this cause over each family and each "
        "transport that it looks up by; with several clients, one of them is enough. A control "
        "has no limits of its own",
        .kind = KEY_CAUSE, .place = KEY_IN_ARM},
    {"advice",
        "of a public report: `remedy`: the arm is what the report ended with, and must hold. "
        "`in-vain`: the arm is what was recommended and does not help, so it has `breaks`",
        .kind = KEY_WORD, .place = KEY_IN_ARM, .words = words_advice, .normal = ADVICE_NONE},
    {0},
};

const struct key *key_find(const struct key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (!strcmp(keys->name, name))
			return keys;
	return NULL;
}
