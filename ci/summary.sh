#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# summary.sh: a run's verdicts as Markdown, from its results.tap; for the summary page of a CI.
# usage: ci/summary.sh OUT
set -u
[ $# -eq 1 ] || { sed -n '4s/^# //p' "$0" >&2; exit 2; }
if [ ! -f "$1/results.tap" ]; then
	echo "**steadybridge**: there is no report; nothing was played, or the run was ended. Its log says why."
	exit 0
fi
exec awk '
	/^# answered / { answered = substr($0, 3) }
	/^(not )?ok / {
		bad = /^not /
		name = $0
		sub(/^(not )?ok [0-9]* *-? */, "", name)
		why = ""
		if (match(name, / # /)) {
			why = substr(name, RSTART + 3)
			name = substr(name, 1, RSTART - 1)
			sub(/(; )?time=[0-9]*ms$/, "", why)
		}
		scenario = name
		sub(/\/.*/, "", scenario)
		if (!(scenario in seen)) {
			seen[scenario] = 1
			order[++n] = scenario
		}
		if (bad) {
			failed[scenario]++
			fails++
			list = list "- " name "\n"
		} else if (why ~ /^(SKIP|XFAIL)/) {
			skipped[scenario]++
			skips++
			reasons[why]++
		} else {
			passed[scenario]++
			passes++
		}
	}
	END {
		printf "**steadybridge**: %d passed, %d failed, %d skipped\n\n", passes, fails, skips
		if (answered != "")
			print answered "\n"
		if (list != "")
			print "Not as it must be:\n\n" list
		print "| scenario | passed | failed | skipped |\n|---|---|---|---|"
		for (i = 1; i <= n; i++)
			printf "| %s | %d | %d | %d |\n", order[i], passed[order[i]], failed[order[i]], skipped[order[i]]
		for (why in reasons)
			printf "\n%d times: %s\n", reasons[why], why
	}' "$1/results.tap"
