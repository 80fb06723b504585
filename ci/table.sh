#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# table.sh: docs/RESULTS.md from the results.json of a run: scenario by arm, what was lost and what it could see.
# With what `steadybridge list --reports --json` prints, docs/REPORTS.md: each report, its remedy, what came of it.
# usage: ci/table.sh OUT/results.json 'COMMAND THAT MADE IT' [REPORTS.json] >docs/RESULTS.md
set -eu
case $# in 2 | 3) ;; *) sed -n '3,5s/^# //p' "$0" >&2; exit 2 ;; esac
exec python3 - "$@" <<'PY'
import datetime, json, os, sys, textwrap

path, command, *reports = sys.argv[1:]
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


def cell(text):
    return text.replace("|", "\\|")


def outcome(report, arms):
    """What came of the controls and of the remedies, in the order of the run."""
    said = []
    for (scenario, arm), cases in arms.items():
        if scenario != report["scenario"] or not (cases[0]["control"] or arm in report["remedy"]):
            continue
        causes = sorted({c["cause"] for c in cases} - {"none"})
        text = f"`{arm}` {verdicts(cases)}"
        if cases[0]["control"]:
            text += f" by {', '.join(causes) or 'no cause'}, {span(max(c['longest-outage-s'] for c in cases))}"
        said.append(text)
    return "; ".join(said) or "not played"


date = datetime.datetime.fromtimestamp(os.path.getmtime(path), datetime.timezone.utc)
arms = rows(run["cases"])
made = textwrap.fill("Made by `ci/table.sh` from `results.json`; not written by hand. Played on Linux "
                     f"{run['kernel']}, {date:%Y-%m-%d}, seed {run['seed']}, by", 100) + f"\n\n    {command}\n"
if reports:
    print("# Public reports, played\n")
    print(made)
    print("A row is a report of traffic that died on a Linux bridge, told as a scenario that anybody can\n"
          "play: `steadybridge check SCENARIO`. **Remedy**: the arm that the report ended with; it must hold.\n"
          "**In vain**: arms that were recommended and do not help; they break, as the control does, by the\n"
          "cause and for the time shown, in the scenario's own time.\n")
    print("| scenario | symptom | reported in | remedy | in vain | here |")
    print("|---|---|---|---|---|---|")
    with open(reports[0]) as f:
        for r in json.load(f):
            lists = [", ".join(r[k]) or "-" for k in ("references", "remedy", "in-vain")]
            print("| " + " | ".join(cell(t) for t in (r["scenario"], r["symptom"], *lists, outcome(r, arms))) + " |")
    sys.exit()
print("# What a run measured\n")
print(made)
print("A row is an arm over all values of its matrix; \"a to b\" is the least and the most of its cases.\n"
      "**Exposures**: changes of what a bridge inherits that were seen. **Longest** outage and **shortest\n"
      "detectable outage** are in the scenario's own time, whatever the pace.\n")
print("| scenario | arm | came of it | cause | exposures | lost of sent | longest outage | shortest detectable outage |")
print("|---|---|---|---|---|---|---|---|")
for (scenario, arm), cases in arms.items():
    causes = sorted({c["cause"] for c in cases} - {"none"}) or ["-"]
    lost = sum(c["counts"]["lost"] for c in cases)
    sent = sum(c["counts"]["sent"] for c in cases)
    print(f"| {scenario} | {arm} | {verdicts(cases)} | {', '.join(causes)} | {reach([c['exposures'] for c in cases])} "
          f"| {lost:,} of {sent:,} | {reach([c['longest-outage-s'] for c in cases], span)} | {reach([c['resolution-s'] for c in cases], span)} |")
PY
