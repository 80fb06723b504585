#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# first-answer.sh: three namespaces, bridge, NAT, dnsmasq, the first answer, teardown, in plain shell.
# shellcheck source=bench/lab.sh
. "$(dirname "$0")/lab.sh"
lab_up
