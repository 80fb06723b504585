#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# fuzz.sh: builds libFuzzer targets and runs each for a set time. `make fuzz` calls it.
#
#	ci/fuzz.sh SECONDS [TARGET...]    TARGET: answer, netlink... (default: all of harness/test/fuzz/)
#
# Each begins with harness/test/data/corpus/TARGET and what earlier runs found (build/fuzz/corpus/TARGET), and has
# the words of harness/test/fuzz/TARGET.dict where there are some. A last line for each tells executions, edges
# covered (from, to), inputs that are new, and crashes, whose input is kept in build/fuzz/found/. The
# same as TAP in build/fuzz/fuzz.tap. Without clang each target is skipped. Exit status: 1 when one
# crashed or could not be built.
set -u
cd "$(dirname "$0")/.." || exit 1
[ $# -ge 1 ] || {
	echo "usage: ci/fuzz.sh SECONDS [TARGET...]" >&2
	exit 2
}
seconds=$1
shift
[ $# -gt 0 ] || {
	# shellcheck disable=SC2046 # names without spaces
	set -- $(basename -a -s .c harness/test/fuzz/fuzz_*.c | sed 's/^fuzz_//')
}
build=build/fuzz
found=$build/found
tap=$build/fuzz.tap
mkdir -p "$found"
{
	echo "TAP version 13"
	echo "1..$#"
} >"$tap"

if ! command -v clang >/dev/null || ! echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
	clang -x c -fsanitize=fuzzer -o /dev/null - 2>/dev/null; then
	n=0
	for target; do
		n=$((n + 1))
		why="clang with libFuzzer is missing: apt-get install clang (or ci/setup.sh lint)"
		echo "SKIP  fuzz/$target: $why"
		echo "ok $n - fuzz/$target # SKIP $why" >>"$tap"
	done
	exit 0
fi

targets="$*"
# shellcheck disable=SC2086 # a list
make -s -j"$(getconf _NPROCESSORS_ONLN)" fuzz-targets FUZZ_TARGETS="$targets" || exit 1

# A machine that others use holds a fuzzer up for many seconds: 120 s for one input is a hang.
# The largest input, in bytes: what a target reads in one go.
largest() {
	case $1 in
	packet) echo 400 ;;
	answer) echo 4096 ;;
	packet_buffer) echo 8192 ;;
	*) echo 16384 ;;
	esac
}

stat_of() {
	awk -v key="stat::$1:" '$1 == key { print $2 }' "$2"
}

# Edges covered, first and last, as the fuzzer tells them while it runs.
edges() {
	awk '{ for (i = 1; i < NF; i++) if ($i == "cov:") { if (first == "") first = $(i + 1); last = $(i + 1) } }
		END { printf "%d to %d", first, last }' "$1"
}

n=0 bad=0
for target; do
	n=$((n + 1))
	corpus=$build/corpus/$target
	log=$build/$target.log
	mkdir -p "$corpus"
	before=$(find "$found" -name "$target-*" | wc -l)
	[ -f "harness/test/fuzz/$target.dict" ] && dict=-dict=harness/test/fuzz/$target.dict || dict=
	# shellcheck disable=SC2086 # an option or nothing
	"$build/fuzz_$target" -max_total_time="$seconds" -timeout=120 -report_slow_units=120 -rss_limit_mb=2048 \
		-max_len="$(largest "$target")" $dict -artifact_prefix="$found/$target-" \
		-print_final_stats=1 "$corpus" "harness/test/data/corpus/$target" >"$log" 2>&1
	status=$?
	crashes=$(($(find "$found" -name "$target-*" | wc -l) - before))
	line="$(stat_of number_of_executed_units "$log") executions in $seconds s"
	line="$line, $(edges "$log") edges, $(stat_of new_units_added "$log") new inputs, $crashes crashes"
	if [ "$status" -eq 0 ] && [ "$crashes" -eq 0 ]; then
		echo "ok    fuzz/$target: $line"
		echo "ok $n - fuzz/$target # $line" >>"$tap"
	else
		bad=1
		echo "FAIL  fuzz/$target: $line, status $status; see $log, $found/$target-*"
		grep -m 3 -E 'does not hold|ERROR:|runtime error' "$log"
		echo "not ok $n - fuzz/$target # $line" >>"$tap"
	fi
done
exit "$bad"
