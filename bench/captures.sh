#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# captures.sh: what the captures cost: the same plays by a build that has none, turn and turn about.
#
#	sudo bench/captures.sh [ROUNDS]    (default: 10)
#
# Nothing is asserted; medians (least-most) are printed. Without captures no lost lookup has a cause,
# so the verdicts of that build are worth nothing: it is for this only.
#
# 1. attempts a second: captures.yaml, twenty clients that ask as fast as they are answered.
# 2. the default run: wall time, CPU time of it and all its children, bytes written to out/.
#    Cases that need a cause do not pass without captures; they are played all the same.
set -eu
cd "$(dirname "$0")/.."
rounds=${1:-10}
if [ "$(id -u)" -ne 0 ]; then
	echo "$0: run it as root" >&2
	exit 4
fi
make -s -j2 B=build/blind CFLAGS='-O2 -g -DSB_NO_CAPTURES' build/blind/steadybridge
make -s -j2 build/steadybridge
scratch=$(mktemp -d)
trap 'rm -rf --one-file-system -- "$scratch"' EXIT

# play NAME PROGRAM ARGS...: notes wall and CPU milliseconds, and attempts answered.
play() {
	local name=$1 wall user sys TIMEFORMAT='%3R %3U %3S'
	shift
	{ time "$@" --seed 7 --out "$scratch/out" >"$scratch/said" 2>&1; } 2>"$scratch/time" || true
	read -r wall user sys <"$scratch/time"
	python3 - "$name" "$wall" "$user" "$sys" "$scratch/out/results.json" >>"$scratch/figures" <<'P'
import json, sys
name, wall, user, sys_, path = sys.argv[1:]
cases = json.load(open(path))["cases"]
answered = sum(c["counts"]["answered"] for c in cases)
print(name, float(wall) * 1000, (float(user) + float(sys_)) * 1000, answered)
P
}

for ((i = 0; i < rounds; i++)); do
	for build in build build/blind; do
		play "lookups:$build" $build/steadybridge check bench/captures.yaml --capture never
		play "default:$build" $build/steadybridge check --capture failed
	done
	play "kept:build" build/steadybridge check --capture always
done
python3 - "$scratch/figures" <<'P'
import statistics, sys
rows = {}
for line in open(sys.argv[1]):
    name, *figures = line.split()
    rows.setdefault(name, []).append([float(f) for f in figures])
print(f"{'what':24}{'wall ms':>24}{'CPU ms':>24}{'answered':>24}")
for name, r in rows.items():
    cells = []
    for column in zip(*r):
        cells.append(f"{statistics.median(column):.0f} ({min(column):.0f}-{max(column):.0f})")
    print(f"{name:24}" + "".join(f"{c:>24}" for c in cells))
P
