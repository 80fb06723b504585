#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# case.sh: lowest-port-leaves/inherited in plain shell: a lookup each 250 ms; the port with the lowest
# MAC leaves; how many were lost?
#
#	bench/case.sh SECONDS LEAVE    plays for SECONDS, the port leaves after LEAVE (both may be fractions)
# shellcheck source=bench/lab.sh
. "$(dirname "$0")/lab.sh"
seconds=${1:?SECONDS} leave=${2:?LEAVE}

now_ms() { # without a process
	local t=${EPOCHREALTIME/[.,]/}
	echo "${t%???}"
}
in_ms() {
	awk -v s="$1" 'BEGIN { printf "%d", s * 1000 }'
}

lab_up
begin=$(now_ms) sent=0 lost=0 left=0
end=$((begin + $(in_ms "$seconds"))) leave=$((begin + $(in_ms "$leave"))) next=$begin
while :; do
	now=$(now_ms)
	[ "$now" -lt "$end" ] || break
	if [ "$left" = 0 ] && [ "$now" -ge "$leave" ]; then
		ip -n "$router" link del lowest
		left=1
	fi
	sent=$((sent + 1))
	lookup || lost=$((lost + 1))
	next=$((next + 250)) now=$(now_ms)
	[ "$next" -gt "$now" ] || next=$now
	wait_ms=$((next - now))
	[ "$wait_ms" = 0 ] || sleep "$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))"
done
echo "lost $lost of $sent"
[ "$lost" -gt 0 ] # the control must break
