#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# table.sh: docs/RESULTS.md from the results.json of a run: scenario by arm, what was lost and what it could see.
# usage: ci/table.sh OUT/results.json 'COMMAND THAT MADE IT' >docs/RESULTS.md
set -eu
[ $# -eq 2 ] || { sed -n '3,4s/^# //p' "$0" >&2; exit 2; }
exec python3 - "$1" "$2" <<'PY'
import datetime, json, os, sys

path, command = sys.argv[1:]
with open(path) as f:
    run = json.load(f)


def span(s):
    if not s:
        return "0"
    return f"{s * 1e3:.0f} ms" if s < 0.9995 else f"{s:.1f} s"


def reach(values, text=str):
    least, most = min(values), max(values)
    return text(least) if text(least) == text(most) else f"{text(least)} to {text(most)}"


def rows(cases):
    """Last plays, by scenario and arm in the order of the run."""
    arms = {}
    for c in cases:
        if c["counts-in"]:
            arms.setdefault((c["scenario"], c["arm"]), []).append(c)
    return arms


def verdicts(cases):
    n = len(cases)
    ok = sum(c["verdict"] == "pass" for c in cases)
    word = "broke" if cases[0]["control"] else "held"
    if ok == n:
        return f"{word} {n}/{n}"
    others = sorted({c["verdict"] for c in cases if c["verdict"] != "pass"})
    return f"{word} {ok}/{n} ({', '.join(others)})"


date = datetime.datetime.fromtimestamp(os.path.getmtime(path), datetime.timezone.utc)
print("# What a run measured\n")
print("Made by `ci/table.sh` from `results.json`; not written by hand. Played on Linux "
      f"{run['kernel']}, {date:%Y-%m-%d}, seed {run['seed']}, by\n")
print(f"    {command}\n")
print("A row is an arm over all values of its matrix; \"a to b\" is the least and the most of its cases. **Exposures**: changes of what a bridge\n"
      "inherits that were seen. **Longest** outage and **shortest detectable outage** are in the scenario's own\n"
      "time, whatever the pace.\n")
print("| scenario | arm | came of it | cause | exposures | lost of sent | longest outage | shortest detectable outage |")
print("|---|---|---|---|---|---|---|---|")
for (scenario, arm), cases in rows(run["cases"]).items():
    causes = sorted({c["cause"] for c in cases} - {"none"}) or ["-"]
    lost = sum(c["counts"]["lost"] for c in cases)
    sent = sum(c["counts"]["sent"] for c in cases)
    print(f"| {scenario} | {arm} | {verdicts(cases)} | {', '.join(causes)} | {reach([c['exposures'] for c in cases])} "
          f"| {lost:,} of {sent:,} | {reach([c['longest-outage-s'] for c in cases], span)} | {reach([c['resolution-s'] for c in cases], span)} |")
PY
