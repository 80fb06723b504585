#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# against.sh: this steadybridge beside that of an older commit, both in one run, turn and turn about.
#
#	sudo make bench BASE=COMMIT   or  sudo bench/against.sh COMMIT [ROUNDS]    (default: 10)
#
# Nothing is asserted. The table is Markdown: medians of wall time and CPU (user and system time of the
# command and all its children), and what one run asked of the kernel, as strace and perf count it. Both
# play the scenarios of the older commit.
#
#   list            no case is played
#   prereqs         what is looked for on this machine
#   check --quick   one control and three arms, by events
#   one case        lowest-port-leaves/inherited, the port deleted; without what it plays, 3.1 s
#   one more        (61 cases at once less one) / 60, of a case that plays 150 ms
#   check           everything that is not large; a third of the rounds
set -eu
cd "$(dirname "$0")/.."
[ $# -ge 1 ] || { sed -n 's/^#\t//p' "$0" >&2 && exit 2; }
base=$(git rev-parse --short=7 "$1") head=$(git rev-parse --short=7 HEAD)
rounds=${2:-10}
many=60
if [ "$(id -u)" -ne 0 ]; then
	echo "$0: run it as root, which plays without a user namespace" >&2
	exit 4
fi
scratch=$(mktemp -d)
trap 'rm -rf --one-file-system -- "$scratch"' EXIT
mkdir "$scratch/base"
git archive "$base" | tar -x -C "$scratch/base"
make -s -j"$(nproc)" -C "$scratch/base" COMMIT="$base" build/steadybridge
declare -A at=([base]=$scratch/base/build/steadybridge [this]=$PWD/build/steadybridge)
cd "$scratch/base"

file=suite/scenarios/mac/lowest-port-leaves.yaml
quick=(check --quick "$file" --filter 'lowest-port-leaves/*,leaves-by=delete')
one=(check --seed 7 "$file" --filter 'lowest-port-leaves/inherited,leaves-by=delete')
several=(check --seed 7 --repeat $((1 + many)) bench/first-answer.yaml)
scenarios=()
for file in suite/scenarios/*/*.yaml; do
	[[ $file == */large/* ]] || scenarios+=("$file")
done

# run WHICH COMMAND...: of that steadybridge.
run() {
	local which=$1
	shift
	if [ "$1" = check ]; then
		"${at[$which]}" "$@" --out "$scratch/out"
	else
		"${at[$which]}" "$@"
	fi >"$scratch/said" 2>&1
}

# settle: until the kernel has taken the namespaces of the run before apart, which holds RTNL.
settle() {
	local calm=0 began
	while [ "$calm" -lt 20 ]; do
		began=${EPOCHREALTIME/./}
		ip -o link show dev lo >/dev/null
		calm=$(((${EPOCHREALTIME/./} - began) < 10000 ? calm + 1 : 0))
	done
}

# measure NAME WHICH COMMAND...: notes NAME WHICH, wall and CPU milliseconds.
measure() {
	local name=$1 which=$2 wall user sys TIMEFORMAT='%3R %3U %3S'
	shift 2
	settle
	if ! { time run "$which" "$@"; } 2>"$scratch/time"; then
		echo "$0: failed: $which: $*: $(tail -1 "$scratch/said")" >&2
		failed=$((failed + 1))
		return
	fi
	read -r wall user sys <"$scratch/time"
	awk -v n="$name" -v b="$which" -v w="$wall" -v u="$user" -v s="$sys" \
		'BEGIN { printf "%s %s %.1f %.1f\n", n, b, w * 1000, (u + s) * 1000 }' >>"$scratch/figures"
}

# asked NAME WHICH COMMAND...: programs and processes started, system calls, page faults, thousands.
asked() {
	local name=$1 which=$2 faults=
	shift 2
	[ "$1" != check ] || set -- "$@" --out "$scratch/out"
	strace -f -c -U name,calls -o "$scratch/calls" "${at[$which]}" "$@" >/dev/null 2>&1 || true
	perf stat -x, -e page-faults -o "$scratch/faults" "${at[$which]}" "$@" >/dev/null 2>&1 || true
	faults=$(awk -F, '/page-faults/ { print $1 }' "$scratch/faults" 2>/dev/null)
	awk -v n="$name" -v b="$which" -v f="${faults:--}" '
		$1 == "execve" { execs = $2 } $1 ~ /^(clone|clone3|fork|vfork)$/ { forks += $2 } $1 == "total" { all = $2 }
		END { printf "%s %s %d %d %d %s\n", n, b, execs, forks, all, f }' "$scratch/calls" >>"$scratch/asked"
}

failed=0
: >"$scratch/figures"
: >"$scratch/asked"
for ((i = 0; i < rounds; i++)); do
	[ ! -t 2 ] || printf '\rround %d of %d ' $((i + 1)) "$rounds" >&2
	for which in base this; do
		measure list "$which" list
		measure prereqs "$which" prereqs
		measure quick "$which" "${quick[@]}"
		measure one "$which" "${one[@]}"
		measure small "$which" check --seed 7 bench/first-answer.yaml
		measure several "$which" "${several[@]}"
		[ $((i % 3)) -ne 0 ] || measure check "$which" check --seed 7 "${scenarios[@]}"
	done
done
[ ! -t 2 ] || printf '\r\033[K' >&2
if command -v strace >/dev/null; then
	for which in base this; do
		asked list "$which" list
		asked prereqs "$which" prereqs
		asked quick "$which" "${quick[@]}"
		asked one "$which" "${one[@]}"
	done
fi
[ "$failed" = 0 ] || echo "$failed runs failed and are not counted"

median() {
	awk -v n="$1" -v b="$2" -v c="$3" '$1 == n && $2 == b { print $c }' "$scratch/figures" | sort -n |
		awk '{ v[NR] = $1 } END { printf "%.1f", NR ? (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 : -1 }'
}

# row WHAT NAME [LESS]: milliseconds; LESS of each are not counted.
row() {
	awk -v what="$1" -v bw="$(median "$2" base 3)" -v tw="$(median "$2" this 3)" -v bc="$(median "$2" base 4)" \
		-v tc="$(median "$2" this 4)" -v less="${3:-0}" '
		BEGIN { printf "| %s | %.0f | %.0f | %.2f | %.0f | %.0f | %.2f |\n", what, bw - less, tw - less,
			(bw - less) / (tw - less), bc, tc, bc / tc }'
}

echo "Linux $(uname -r), $(getconf _NPROCESSORS_ONLN) cores, $rounds rounds, load average $(cut -d' ' -f1 /proc/loadavg)"
echo
echo "| ms | wall, $base | wall, $head | times | CPU, $base | CPU, now | times |"
echo "|---|---|---|---|---|---|---|"
row "\`list\`" list
row "\`prereqs\`" prereqs
row "\`check --quick\`, a control and three arms" quick
row "one case, without its playing" one 3100
for which in base this; do
	awk -v b="$which" -v m="$many" -v sw="$(median small "$which" 3)" -v lw="$(median several "$which" 3)" \
		-v sc="$(median small "$which" 4)" -v lc="$(median several "$which" 4)" \
		'BEGIN { printf "more %s %.2f %.2f\n", b, (lw - sw) / m, (lc - sc) / m }' >>"$scratch/figures"
done
row "one more case at once" more
row "\`check\`, everything" check
if [ -s "$scratch/asked" ]; then
	echo
	echo "| one run | programs | processes | system calls | page faults |"
	echo "|---|---|---|---|---|"
	while read -r name which execs forks all faults; do
		[ "$which" = this ] || which=$base
		echo "| $name, ${which/this/now} | $execs | $forks | $all | $faults |"
	done < <(sort -s -k1,1 "$scratch/asked")
fi
