#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh: steadybridge beside the same thing in plain shell, both in one run, turn and turn about.
#
#	sudo make bench            or  sudo bench/run.sh [ROUNDS]    (default: 10)
#
# Nothing is asserted; medians (least-most) are printed. Wall time is the whole command's; CPU is user
# and system time of it and all its children. Work that the kernel does later on its own account
# (taking namespaces apart) is in neither side's. Shell plays in real time; steadybridge plays at pace
# 20, so in the same time it sees 20 times as much of the scenario, but both wait as long.
#
# 1. The lab: three namespaces, bridge, NAT, dnsmasq, first answer, teardown.
#      shell         first-answer.sh, a process for each step, as kernel selftests do it
#      ip -batch     the same with three `ip -batch` and one iptables-restore: the best that shell can
#      steadybridge  first-answer.yaml. What one more case costs: (1 + 10 cases, one after another,
#                    less 1 case) / 10. That holds more than the others do: a sandbox, five captures,
#                    monitors, a churner, lookups by two streams, the judging, a trace on disk.
#                    "without its waiting" leaves out the time it just waits for the last deadlines,
#                    as its own trace tells.
# 2. A whole case: lowest-port-leaves/inherited, the port deleted.
#      shell         case.sh for as long as steadybridge plays: a lookup each 250 ms, lost ones counted;
#                    and once for as long as the scenario is
#      steadybridge  the whole command, with prerequisites, instrument check, judging and reports
# 3. Everything: `steadybridge check`, its wall time and the scenarios' own time.
set -eu
cd "$(dirname "$0")/.."
set -- "${1:-10}"
if [ "${BENCH_ROOT:-}" != "$PWD" ]; then
	for program in dig dnsmasq ip iptables iptables-restore unshare; do
		if ! PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null; then
			echo "$0: no $program (apt-get install bind9-dnsutils dnsmasq-base iproute2 iptables)" >&2
			exit 4
		fi
	done
	if [ "$(id -u)" -ne 0 ]; then
		echo "$0: run it as root: the shell side makes network namespaces" >&2
		exit 4
	fi
	export BENCH_ROOT=$PWD PATH="$PATH:/usr/sbin:/sbin"
	exec bash bench/run.sh "$@"
fi
# shellcheck source=bench/apart.sh
. bench/apart.sh

rounds=$1
more=10 # cases more, to see what one costs
many=60 # cases at once
steadybridge=build/steadybridge
seconds=3.1 leave=0.35 # (2 s of warm-up + 60 s) / 20, and (2 s + 5 s) / 20
scratch=$(mktemp -d)
trap 'rm -rf --one-file-system -- "$scratch"' EXIT
figures=$scratch/figures
again=0

# measure NAME COMMAND...: notes NAME, wall and CPU milliseconds. What failed is measured again, and said.
measure() {
	local name=$1 tries=0 wall user sys TIMEFORMAT='%3R %3U %3S'
	shift
	until { time "$@" >"$scratch/said" 2>&1; } 2>"$scratch/time"; do
		tries=$((tries + 1))
		again=$((again + 1))
		echo "$0: failed, and measured again: $*" >&2
		tail -3 "$scratch/said" >&2
		[ "$tries" -lt 5 ] || exit 1
	done
	read -r wall user sys <"$scratch/time"
	awk -v n="$name" -v w="$wall" -v u="$user" -v s="$sys" \
		'BEGIN { printf "%s %.0f %.0f\n", n, w * 1000, (u + s) * 1000 }' >>"$figures"
}

check() {
	"$steadybridge" check --seed 7 --out "$scratch/out" "$@"
}

# Median, least and most of a column (2 wall, 3 CPU) of the figures of NAME.
spread() {
	awk -v n="$1" -v c="$2" '$1 == n { print $c }' "$figures" | sort -n | awk '
		{ v[NR] = $1 }
		END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2; printf "%.1f %.1f %.1f\n", m, v[1], v[NR] }'
}

# row WHAT NAME BASE: medians of NAME, and how many times less than BASE's they are.
row() {
	local w wl wm c cl cm bw bc
	read -r w wl wm < <(spread "$2" 2)
	read -r c cl cm < <(spread "$2" 3)
	read -r bw _ < <(spread "$3" 2)
	read -r bc _ < <(spread "$3" 3)
	awk -v what="$1" -v w="$w" -v wl="$wl" -v wm="$wm" -v c="$c" -v cl="$cl" -v cm="$cm" -v bw="$bw" -v bc="$bc" '
		function times(a, b) { return b > 0 ? sprintf("%.1f x", a / b) : "-" }
		BEGIN { printf "  %-36s %7.0f (%.0f-%.0f) %*s %7.0f (%.0f-%.0f) %*s %8s %8s\n", what, w, wl, wm,
			12 - length(sprintf("(%.0f-%.0f)", wl, wm)), "", c, cl, cm,
			12 - length(sprintf("(%.0f-%.0f)", cl, cm)), "", times(bw, w), times(bc, c) }'
}

head_line() {
	echo
	echo "$1"
	printf '  %-36s %-22s %-21s %8s %8s\n' "" "     wall ms" "     CPU ms" wall CPU
}

# What the last two figures differ by, for each of $1 cases; $2 its name, $3 milliseconds to leave out.
difference() {
	tail -2 "$figures" | awk -v n="$1" -v name="$2" -v less="$3" '
		{ w[NR] = $2; c[NR] = $3 }
		END { printf "%s %.2f %.2f\n", name, (w[2] - w[1]) / n - less, (c[2] - c[1]) / n }' >"$scratch/one"
	cat "$scratch/one" >>"$figures"
}

# Real milliseconds from the beginning of warm-up to the last deadline, as the last trace tells.
waiting() {
	cat "$scratch"/out/cases/*/trace.jsonl | awk -F'[:,]' '
		/"pace":/ && !pace { line = $0; sub(/.*"pace":/, "", line); pace = line + 0 }
		/"phase":"warmup"/ { from = $2 }
		/"phase":"end"/ { to = $2 }
		END { printf "%.2f", (to - from) / (pace ? pace : 1) / 1e6 }'
}

round() {
	measure lab-shell bench/first-answer.sh
	measure lab-1 check -j 1 bench/first-answer.yaml
	measure lab-more check -j 1 --repeat $((1 + more)) bench/first-answer.yaml
	difference "$more" lab-each 0
	tail -1 "$figures" | awk -v w="$(waiting)" '{ print "lab-own", $2 - w, $3 }' >"$scratch/one"
	cat "$scratch/one" >>"$figures"
	LAB_BATCH=1 measure lab-batch bench/first-answer.sh
	measure lab-1 check bench/first-answer.yaml
	measure lab-many check --repeat $((1 + many)) bench/first-answer.yaml
	difference "$many" lab-at-once 0
	measure case-shell bench/case.sh "$seconds" "$leave"
	awk '/^lost/ { print "sent", $4, 0 }' "$scratch/said" >>"$figures"
	measure case-own check --filter 'lowest-port-leaves/inherited,leaves-by=delete'
}

total() {
	sed -n "s/.*\"$1\": *\\([0-9.]*\\).*/\\1/p" "$scratch/out/results.json" | head -1
}

echo "$("$steadybridge" --version), Linux $(uname -r), $(getconf _NPROCESSORS_ONLN) cores, $rounds rounds"
echo "medians (least-most); on the right: how many times less than the first line"
measure first check bench/first-answer.yaml # what is read once from disk is read now
measure first bench/first-answer.sh
for ((i = 1; i <= rounds; i++)); do
	[ ! -t 2 ] || printf '\rround %d of %d ' "$i" "$rounds" >&2
	round
done
[ ! -t 2 ] || printf '\r\033[K' >&2
[ "$again" = 0 ] || echo "$again runs failed and were measured again"

head_line "the lab: 3 namespaces, bridge, NAT, dnsmasq, first answer, teardown"
row "shell" lab-shell lab-shell
row "ip -batch, iptables-restore" lab-batch lab-shell
row "steadybridge, one more case" lab-each lab-shell
row "steadybridge, without its waiting" lab-own lab-shell
row "steadybridge, cases at once, each" lab-at-once lab-shell

head_line "a whole case: lowest-port-leaves/inherited, $seconds s played"
row "shell" case-shell case-shell
row "steadybridge, the whole command" case-own case-shell
read -r sent _ < <(spread sent 2)
echo "  in that time shell sent ${sent%.*} lookups and saw $seconds s of the scenario; steadybridge about 250, and all 62 s"

measure case-full bench/case.sh 62 7
head_line "the same 62 s of the scenario"
row "shell, once" case-full case-full
row "steadybridge, the whole command" case-own case-full

: >"$scratch/all"
for _ in 1 2 3; do
	measure all check
	total traffic-s >>"$scratch/all"
done
read -r wall least most < <(spread all 2)
read -r cpu _ < <(spread all 3)
echo
awk -v w="$wall" -v l="$least" -v m="$most" -v c="$cpu" -v t="$(sort -n "$scratch/all" | sed -n 2p)" -v n="$(total played)" 'BEGIN {
	printf "everything: steadybridge check, 3 times\n"
	printf "  %d cases, %.0f s of the scenarios'\'' own time in %.1f s (%.1f-%.1f), CPU %.1f s: %.0f times as fast\n",
		n, t, w / 1000, l / 1000, m / 1000, c / 1000, t / (w / 1000) }'
