# SPDX-License-Identifier: GPL-2.0-or-later
# lib.sh: stands in for net/lib.sh of the kernel's selftests: only what an exported script calls.
# shellcheck shell=bash disable=SC2034 # EXIT_STATUS is read by the script
EXIT_STATUS=0
RET=0
reason=
made=()

setup_ns() {
	local var
	for var in "$@"; do
		[ -n "${!var}" ] || printf -v "$var" '%s' "stand-in-$var-$$"
		ip netns add "${!var}" || return 4
		made+=("${!var}")
	done
}

cleanup_ns() {
	ip netns del "$1"
}

cleanup_all_ns() {
	local ns
	for ns in "${made[@]}"; do
		ip netns del "$ns" 2>/dev/null
	done
}

check_err() {
	if [ "$1" -ne 0 ]; then
		RET=1
		reason=$2
	fi
}

log_test() {
	echo "TEST: $1 [$RET] $reason"
	EXIT_STATUS=$RET
}

log_test_skip() {
	echo "TEST: $1 [SKIP]"
	EXIT_STATUS=4
}
