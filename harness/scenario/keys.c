/* keys.c: the one table of the keys that a scenario file may have. grammar.c takes from it which
 * keys are known, read.c the ranges, words and defaults, and docs/scenario.schema.json is written
 * from it. */
#include "scenario/keys.h"

#include <string.h>

#include "base/units.h"

#define HOUR (3600 * NS_PER_S)
#define MTU .kind = KEY_COUNT, .least = 68 /* the kernel's, for IPv4 */, .most = 65535
#define LIMIT .kind = KEY_COUNT, .most = 1000000000, .words = words_any

const struct key keys_client[] = {
    {"port-mac", "MAC of the port, the bridge-side end", .kind = KEY_MAC,
        .words = words_port_mac + 1, .normal = PORT_MAC_RANDOM},
    {"mtu", "MTU of both ends of the client's link, in bytes", MTU, .normal = MTU_USUAL},
    {"gateway-entry", "how the client knows the gateway's MAC over IPv4", .kind = KEY_WORD,
        .words = words_entry},
    {"count", "number of clients like this one, named NAME-1, NAME-2, ...", .kind = KEY_COUNT,
        .least = 1, .most = CLIENTS_MAX, .normal = 1},
    {0},
};

const struct key keys_bridge[] = {
    {"pin", "whether and how the bridge's MAC is set", .kind = KEY_MAC, .words = words_pin,
        .normal = PIN_NEVER},
    {"stp", "spanning tree protocol", .kind = KEY_WORD, .words = words_bool},
    {"forward-delay", "how long a port listens and learns with STP", .kind = KEY_DURATION,
        .least = 2 * NS_PER_S, .most = 30 * NS_PER_S, .normal = 15 * NS_PER_S},
    {"mtu", "MTU given in the create request, in bytes", MTU},
    {"mtu-pin", "whether the MTU is set again before t=0, which pins it", .kind = KEY_WORD,
        .words = words_mtu_pin},
    {"ipv6-gateway", "the bridge's address that is the clients' IPv6 gateway", .kind = KEY_WORD,
        .words = words_ip6_gateway},
    {"mcast-snooping", "multicast snooping", .kind = KEY_WORD, .words = words_bool, .normal = true},
    {0},
};

static const struct phrase asks[] = {{"every", QUERIER_EVERY, NS_PER_S, HOUR}, {0}};

const struct key keys_querier[] = {
    {"asks", "when a multicast querier behind a port of its own asks", .kind = KEY_PHRASE,
        .words = words_asks, .phrases = asks, .normal = QUERIER_NEVER},
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
    {"joins", "when the port joins the bridge", .kind = KEY_PHRASE, .needed = true,
        .words = words_joins, .phrases = joins, .pattern = "[0-9]+(\\.[0-9]+)?/s",
        .forms = "before, at T, every T or N/s"},
    {"leaves", "when the port leaves the bridge", .kind = KEY_PHRASE, .needed = true,
        .words = words_leaves, .phrases = leaves, .forms = "never, at T or after T"},
    {"leaves-by", "how the port leaves", .kind = KEY_WORD, .words = words_leaves_by,
        .normal = BY_DELETE},
    {"port-mac", "MAC of the port", .kind = KEY_MAC, .words = words_port_mac,
        .normal = PORT_MAC_RANDOM},
    {"kind", "kind of the port", .kind = KEY_WORD, .words = words_kind, .normal = KIND_VETH},
    {"count", "number of ports like this one, named NAME-1, NAME-2, ...", .kind = KEY_COUNT,
        .least = 1, .most = CHURN_PORTS_MAX, .normal = 1},
    {"mtu", "MTU of the port, in bytes", MTU, .normal = MTU_USUAL},
    {0},
};

const struct key keys_event[] = {
    {"at", "when the event happens", .kind = KEY_DURATION, .most = HOUR, .needed = true,
        .forms = "T"},
    {"bridge", "the event happens to the bridge", .kind = KEY_WORD, .words = words_true},
    {"port", "the churn port that the event happens to", .kind = KEY_NAME},
    {"client", "the client that the event happens to", .kind = KEY_NAME},
    {"end", "the end of the client's link", .kind = KEY_WORD, .words = words_end,
        .normal = WHOSE_CLIENT_PORT},
    {"set-mac", "the MAC is set", .kind = KEY_MAC, .words = words_change_mac,
        .pattern = "same-as .+"},
    {"set-mtu", "the MTU is set, in bytes", MTU},
    {"set", "the link is set up or down", .kind = KEY_WORD, .words = words_set, .normal = -1},
    {"leaves", "the port leaves the bridge", .kind = KEY_WORD, .words = words_bridge},
    {"joins", "the port joins the bridge", .kind = KEY_WORD, .words = words_bridge},
    {"recreate", "the bridge is deleted and made again", .kind = KEY_WORD, .words = words_recreate,
        .normal = -1},
    {0},
};

const struct key keys_lookups[] = {
    {"every", "time from the start of a lookup to the start of the next", .kind = KEY_DURATION,
        .least = NS_PER_MS, .most = HOUR},
    {"pause", "time from the end of a lookup to the start of the next", .kind = KEY_DURATION,
        .least = NS_PER_MS, .most = HOUR},
    {"timeout", "a lookup without an answer by then is lost", .kind = KEY_DURATION,
        .least = NS_PER_MS, .most = 60 * NS_PER_S, .normal = NS_PER_S},
    {"from", "the clients that look up; without it, all", .kind = KEY_NAMES},
    {"attempts", "attempts of each lookup", .kind = KEY_LATER},
    {"family", "IPv4, IPv6 or both", .kind = KEY_WORD, .words = words_family,
        .normal = FAMILY_BIT(IP_V4)},
    {"transport", "UDP, TCP or both", .kind = KEY_WORD, .words = words_transport,
        .normal = TRANSPORT_BIT(TRANSPORT_UDP)},
    {"answer-size", "size of the answer as a DNS message, in bytes", .kind = KEY_COUNT,
        .least = 100, .most = 4096},
    {0},
};

static const struct key keys_sysctl[] = {
    {"router", "sysctls of the namespace that the bridge is in", .kind = KEY_SYSCTLS},
    {"clients", "sysctls of every client's namespace", .kind = KEY_SYSCTLS},
    {0},
};

const struct key keys_limits[] = {
    {"lost", "attempts that may be lost in all", LIMIT},
    {"outages", "outages that are allowed in all", LIMIT},
    {"outage", "the longest outage that is allowed", .kind = KEY_DURATION, .most = HOUR,
        .words = words_any},
    {"answered", "the share of attempts that must be answered", .kind = KEY_SHARE, .most = 100,
        .words = words_any, .normal = LIMIT_ANY},
    {"gateway-mac-changes", "changes of the bridge's MAC that are allowed", LIMIT},
    {0},
};

const struct key keys_known[] = {
    {"arm", "the arm that fails", .kind = KEY_NAME, .needed = true, .forms = "NAME"},
    {"if", "the kernels that it fails on; without it, all", .kind = KEY_PATTERN,
        .pattern = "kernel *(<|<=|>|>=|==) *[0-9]+(\\.[0-9]+)*"},
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
    {"name", "first part of the name of every case; without it, the file's name",
        .kind = KEY_PATTERN, .place = KEY_IN_FILE, .unlisted = true,
        .pattern = "[A-Za-z0-9._-]{1,100}"},
    {"seed", "the seed that a case.yaml was played with", .kind = KEY_HEX, .place = KEY_IN_FILE,
        .unlisted = true},
    {"pace", "the pace that a case.yaml was played at", .kind = KEY_NUMBER, .place = KEY_IN_FILE,
        .unlisted = true, .least = 1, .most = 100},
    {"summary", "one line that says what happens", .kind = KEY_TEXT, .place = KEY_IN_FILE,
        .most = 200, .needed = true, .forms = "one line that says what happens"},
    {"references", "where this was met", .kind = KEY_TEXTS, .place = KEY_IN_FILE},
    {"clients", "clients, each in a namespace behind a port of the bridge", .kind = KEY_NAMED,
        .sub = keys_client, .needed = true, .forms = "{c1: {}}"},
    {"bridge", "the bridge", .kind = KEY_MAP, .sub = keys_bridge},
    {"querier", "a multicast querier", .kind = KEY_MAP, .sub = keys_querier},
    {"churn", "ports that join and leave", .kind = KEY_NAMED, .sub = keys_churn},
    {"events", "one-off changes of the bridge, a port or a client", .kind = KEY_LIST, .most = 1000,
        .sub = keys_event},
    {"lookups", "what the clients look up, and when", .kind = KEY_MAP, .sub = keys_lookups,
        .needed = true, .forms = "{every: T} or {pause: T}"},
    {"sysctl", "sysctls that the lab sets before the warm-up", .kind = KEY_MAP, .sub = keys_sysctl},
    {"firewall", "what the router's firewall does beside NAT and forwarding", .kind = KEY_WORD,
        .words = words_firewall, .normal = FIREWALL_NONE},
    {"firewall-backend", "iptables-nft or iptables-legacy; without it, what is installed",
        .kind = KEY_WORD, .words = words_backend, .normal = BACKEND_ANY},
    {"warmup", "lookups without churn before t=0", .kind = KEY_DURATION, .least = NS_PER_MS,
        .most = 600 * NS_PER_S, .normal = 2 * NS_PER_S},
    {"duration", "time from t=0 to the last attempt", .kind = KEY_DURATION, .least = NS_PER_MS,
        .most = HOUR, .needed = true, .forms = "T"},
    {"limits", "what an arm that must hold may lose", .kind = KEY_MAP, .sub = keys_limits},
    {"max-pace", "the highest pace that the case is played at", .kind = KEY_NUMBER, .least = 1,
        .most = 100, .normal = 50},
    {"exposures", "whether what a bridge inherits from its ports must change", .kind = KEY_WORD,
        .words = words_exposures},
    {"matrix", "values to vary, by their paths", .kind = KEY_MATRIX, .place = KEY_IN_FILE},
    {"arms", "set-ups of the bridge that the same churn is played on", .kind = KEY_ARMS,
        .place = KEY_IN_FILE, .needed = true, .forms = "{NAME: {...}}"},
    {"known", "failures that are tolerated and shown", .kind = KEY_LIST, .place = KEY_IN_FILE,
        .sub = keys_known},
    {"fault", "a deliberate defect", .kind = KEY_TESTS, .place = KEY_IN_FILE, .unlisted = true,
        .sub = keys_fault},
    {"expect", "what the defect must lead to", .kind = KEY_TESTS, .place = KEY_IN_FILE,
        .unlisted = true, .sub = keys_expect},
    {"subject", "the program that makes the bridge", .kind = KEY_LATER},
    {"udevd", "whether udevd runs", .kind = KEY_LATER},
    {"breaks", "makes the arm a control, which must break by this cause", .kind = KEY_CAUSE,
        .place = KEY_IN_ARM},
    {0},
};

const struct key *key_find(const struct key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (!strcmp(keys->name, name))
			return keys;
	return NULL;
}
