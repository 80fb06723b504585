#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# growth.sh: how the wall time of `steadybridge check` grows with cases, ports and clients.
#
#	sudo bench/growth.sh [FILE.svg [ROUNDS]]    (default: docs/growth.svg 3)
#
# Prints medians as Markdown and draws them. The case is bench/first-answer.yaml: its lab, its first
# answers, 150 ms of real time played. Cases: so many of it. Ports: one with so many more ports that stay
# (down, as in suite/scenarios/large/many-ports.yaml). Clients: one with so many.
set -eu
cd "$(dirname "$0")/.."
svg=${1:-docs/growth.svg} rounds=${2:-3}
scratch=$(mktemp -d)
trap 'rm -rf --one-file-system -- "$scratch"' EXIT

# measure WHAT N ARGUMENT...: notes WHAT, N, wall milliseconds.
measure() {
	local what=$1 n=$2 began=${EPOCHREALTIME/./}
	shift 2
	if ! build/steadybridge check --seed 7 --out "$scratch/out" "$@" >"$scratch/said" 2>&1; then
		echo "$0: failed: $what $n: $(tail -1 "$scratch/said")" >&2
		return
	fi
	echo "$what $n $(((${EPOCHREALTIME/./} - began) / 1000))" >>"$scratch/figures"
}

for n in 1 10 100 1000; do
	sed "s/^churn:/&\n  crowd: {joins: before, leaves: never, kind: veth-down, count: $n}/" \
		bench/first-answer.yaml >"$scratch/ports-$n.yaml"
done
for n in 1 4 16 64; do
	sed "s/{c1: {}}/{c: {count: $n}}/" bench/first-answer.yaml >"$scratch/clients-$n.yaml"
done
: >"$scratch/figures"
for ((i = 0; i < rounds; i++)); do
	for n in 1 4 16 64 256; do
		measure cases "$n" --repeat "$n" bench/first-answer.yaml
	done
	for n in 1 10 100 1000; do
		measure ports "$n" "$scratch/ports-$n.yaml"
	done
	for n in 1 4 16 64; do
		measure clients "$n" "$scratch/clients-$n.yaml"
	done
done
sort -k1,1 -k2,2n -k3,3n "$scratch/figures" | awk '
	$1 " " $2 != key { flush(); key = $1 " " $2; n = 0 }
	{ v[++n] = $3 }
	function flush() { if (n) print key, (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2 }
	END { flush() }' >"$scratch/medians"
echo "| what | how many: seconds |"
echo "|---|---|"
awk '{ line[$1] = line[$1] sep[$1] $2 ": " sprintf("%.2f", $3 / 1000); sep[$1] = ", " }
	END { for (what in line) print "| " what " | " line[what] " |" }' "$scratch/medians" | sort
awk '
	function x(n) { return 60 + 440 * log(n) / log(1000) }
	function y(ms) { return 260 - 220 * log(ms / 100) / log(1000) }
	function text(tx, ty, anchor, words) {
		printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", tx, ty, anchor, words
	}
	BEGIN {
		print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 580 310\" role=\"img\">"
		print "<title>Wall time against the number of cases, ports and clients</title>"
		print "<style>text{font:13px sans-serif;fill:#333}.g{stroke:#ddd}.cases{stroke:#1b6ca8}" \
			".ports{stroke:#b5482a}.clients{stroke:#3a7d44}polyline{fill:none;stroke-width:2}</style>"
		print "<rect width=\"580\" height=\"310\" fill=\"#fff\"/>"
		for (n = 1; n <= 1000; n *= 10) {
			printf "<line class=\"g\" x1=\"%.1f\" y1=\"40\" x2=\"%.1f\" y2=\"260\"/>\n", x(n), x(n)
			text(x(n), 280, "middle", n)
		}
		for (ms = 100; ms <= 100000; ms *= 10) {
			printf "<line class=\"g\" x1=\"60\" y1=\"%.1f\" x2=\"500\" y2=\"%.1f\"/>\n", y(ms), y(ms)
			text(52, y(ms) + 4, "end", ms / 1000 " s")
		}
		text(280, 300, "middle", "how many")
		text(60, 24, "start", "wall time of check")
	}
	{ points[$1] = points[$1] sprintf("%.1f,%.1f ", x($2), y($3)); px[$1] = x($2); py[$1] = y($3) }
	END {
		for (what in points) {
			printf "<polyline class=\"%s\" points=\"%s\"/>\n", what, points[what]
			text(px[what] + 6, py[what] + 4, "start", what)
		}
		print "</svg>"
	}' "$scratch/medians" >"$svg"
