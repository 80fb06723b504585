#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# steadybridge.sh: a kselftest: does traffic survive while ports of a bridge come and go? Plays the scenarios
# of the installed steadybridge, or of the program that STEADYBRIDGE names, and passes its TAP and its exit
# status on. Arguments (KSELFTEST_STEADYBRIDGE_SH_ARGS) go to `steadybridge check`. Reports stay in a new
# folder below TMPDIR, which the TAP names.
program=${STEADYBRIDGE:-steadybridge}

if ! command -v "$program" >/dev/null 2>&1; then
	echo "TAP version 13"
	echo "1..0 # SKIP $program is not there: install steadybridge, or set STEADYBRIDGE to the program"
	exit 4
fi
out=$(mktemp -d "${TMPDIR:-/tmp}/steadybridge.XXXXXX") || exit 1
exec "$program" check --tap --out "$out" "$@"
