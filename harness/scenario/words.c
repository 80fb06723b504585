/* SPDX-License-Identifier: GPL-2.0-or-later */
/* words.c: the words that stand for values in scenario files. */
#include "scenario/words.h"

const struct word words_pin[] = {
    {"never", PIN_NEVER},
    {"at-create", PIN_AT_CREATE},
    {"to-other", PIN_TO_OTHER},
    {"to-current", PIN_TO_CURRENT},
    {0},
};

const struct word words_leaves_by[] = {
    {"delete", BY_DELETE},
    {"release", BY_RELEASE},
    {"namespace-death", BY_NAMESPACE_DEATH},
    {0},
};

const struct word words_kind[] = {
    {"veth", KIND_VETH},
    {"veth-down", KIND_VETH_DOWN},
    {"tap", KIND_TAP},
    {"tap-down", KIND_TAP_DOWN},
    {0},
};

const struct word words_port_mac[] = {
    {"random-each-time", PORT_MAC_EACH_TIME}, /* of churn only */
    {"random", PORT_MAC_RANDOM},
    {"below-all", PORT_MAC_BELOW_ALL},
    {"above-all", PORT_MAC_ABOVE_ALL},
    {"kernel", PORT_MAC_KERNEL},
    {0},
};

const struct word words_fault[] = {
    {"undo-pin", FAULT_UNDO_PIN},
    {"re-address", FAULT_RE_ADDRESS},
    {"stop-upstream", FAULT_STOP_UPSTREAM},
    {"forward-drop", FAULT_FORWARD_DROP},
    {"gateway-talks", FAULT_GATEWAY_TALKS},
    {"shrink-mtu", FAULT_SHRINK_MTU},
    {"delete-fdb", FAULT_DELETE_FDB},
    {"delete-ipv6", FAULT_DELETE_IPV6},
    {"block-port", FAULT_BLOCK_PORT},
    {"override", FAULT_OVERRIDE},
    {"mute-arp", FAULT_MUTE_ARP},
    {"zero-mac", FAULT_ZERO_MAC},
    {"duplicate-mac", FAULT_DUPLICATE_MAC},
    {"wrong-client", FAULT_WRONG_CLIENT},
    {"client-remac", FAULT_CLIENT_REMAC},
    {"shrink-uplink", FAULT_SHRINK_UPLINK},
    {"shrink-bridge", FAULT_SHRINK_BRIDGE},
    {"client-down", FAULT_CLIENT_DOWN},
    {"port-down", FAULT_PORT_DOWN},
    {"forward-off", FAULT_FORWARD_OFF},
    {"no-route", FAULT_NO_ROUTE},
    {"no-way-back", FAULT_NO_WAY_BACK},
    {"path-mtu", FAULT_PATH_MTU},
    {"upstream-drop", FAULT_UPSTREAM_DROP},
    {"client-drop", FAULT_CLIENT_DROP},
    {"flood", FAULT_FLOOD},
    {"add-ipv4", FAULT_ADD_IPV4},
    {"mislead-fdb", FAULT_MISLEAD_FDB},
    {"pin-now", FAULT_PIN_NOW},
    {"drop-to-br0", FAULT_DROP_TO_BR0},
    {"drop-from-br0", FAULT_DROP_FROM_BR0},
    {"delete-pvid", FAULT_DELETE_PVID},
    {0},
};

const struct word words_end[] = {
    {"port", WHOSE_CLIENT_PORT},
    {"own", WHOSE_CLIENT_END},
    {0},
};

const struct word words_set[] = {
    {"up", CHANGE_UP},
    {"down", CHANGE_DOWN},
    {0},
};

const struct word words_change_mac[] = {
    {"below-all", CHANGE_MAC_BELOW_ALL}, /* not of a client's own end */
    {"above-all", CHANGE_MAC_ABOVE_ALL}, /* nor this */
    {"random", CHANGE_MAC_RANDOM},
    {"to-current", CHANGE_MAC_TO_CURRENT},
    {0},
};

const struct word words_recreate[] = {
    {"without-mac", RECREATE_WITHOUT_MAC},
    {"with-same-mac", RECREATE_SAME_MAC},
    {"with-other-mac", RECREATE_OTHER_MAC},
    {0},
};

const struct word words_address[] = {
    {"ipv4", ADDRESS_IPV4},
    {"ipv6", ADDRESS_IPV6},
    {"link-local", ADDRESS_LINK_LOCAL},
    {0},
};

const struct word words_route[] = {{"ipv4", ADDRESS_IPV4}, {"ipv6", ADDRESS_IPV6}, {0}};

const struct word words_bool[] = {{"false", 0}, {"true", 1}, {0}};

const struct word words_udevd[] = {{"absent", 0}, {"present", 1}, {0}};

const struct word words_mtu_pin[] = {{"never", 0}, {"via-other", 1}, {0}};

const struct word words_ip6_gateway[] = {{"global", 0}, {"link-local", 1}, {0}};
const struct word words_asks[] = {{"never", QUERIER_NEVER}, {"before", QUERIER_BEFORE}, {0}};

const struct word words_joins[] = {{"before", JOIN_BEFORE}, {0}};
const struct word words_leaves[] = {{"never", LEAVE_NEVER}, {0}};
const struct word words_any[] = {{"any", LIMIT_ANY}, {0}};
const struct word words_none[] = {{"none", PVID_NONE}, {0}};

const struct word words_entry[] = {{"learned", 0}, {"permanent", 1}, {0}};

const struct word words_advice[] = {{"remedy", ADVICE_REMEDY}, {"in-vain", ADVICE_IN_VAIN}, {0}};
const struct word words_reports[] = {{"sent", 0}, {"never", 1}, {0}};

const struct word words_true[] = {{"true", 1}, {0}};

const struct word words_bridge[] = {{"bridge", 1}, {0}};

const struct word words_family[] = {
    {"ipv4", FAMILY_BIT(IP_V4)},
    {"ipv6", FAMILY_BIT(IP_V6)},
    {"both", FAMILY_BIT(IP_V4) | FAMILY_BIT(IP_V6)},
    {0},
};

const struct word words_transport[] = {
    {"udp", TRANSPORT_BIT(TRANSPORT_UDP)},
    {"tcp", TRANSPORT_BIT(TRANSPORT_TCP)},
    {"both", TRANSPORT_BIT(TRANSPORT_UDP) | TRANSPORT_BIT(TRANSPORT_TCP)},
    {"tcp-kept", TRANSPORT_BIT(TRANSPORT_TCP_KEPT)},
    {0},
};

const struct word words_exposures[] = {{"some", 0}, {"none", 1}, {0}};

const struct word words_firewall[] = {
    {"none", FIREWALL_NONE},
    {"drop-icmp-too-big", FIREWALL_DROP_TOO_BIG},
    {"forward-drop-bridged", FIREWALL_BRIDGED},
    {0},
};

const struct word words_backend[] = {
    {"nft", BACKEND_NFT},
    {"legacy", BACKEND_LEGACY},
    {0},
};

const char *leaves_by_name(enum leaves_by by)
{
	return word_name(words_leaves_by, (int)by);
}

const char *port_kind_name(enum port_kind kind)
{
	return word_name(words_kind, (int)kind);
}

const char *fault_name(enum fault_what what)
{
	return what == FAULT_NONE ? "none" : word_name(words_fault, (int)what);
}
