#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tools.py: docs/TOOLS.md from the results.json of runs of `check --subjects`, one a system.

usage: ci/tools.py NAME=FOLDER[,FOLDER...]... >docs/TOOLS.md
NAME: how the system is called; each FOLDER holds a results.json of it
"""
import json
import os
import sys
import textwrap


def word(case):
    outcome = case["tool-outcome"]
    return f"{outcome} ({case['verdict']})" if outcome == "no verdict" else outcome


def lost(case):
    counts = case["counts"]
    if not counts["lost"]:
        return f"0 of {counts['sent']}"
    return (f"{counts['lost']} of {counts['sent']} in {len(case['outages'])} outages, "
            f"the longest {case['longest-outage-s'] * 1e3:.0f} ms")


def came_of_it(cases):
    """Of all repeats of a case."""
    if not cases:
        return "-"
    words = sorted({word(c) for c in cases})
    worst = max(cases, key=lambda c: c["counts"]["lost"])
    times = f" ({len(cases)} times)" if len(cases) > 1 else ""
    return f"**{' or '.join(words)}**{times}; lost {lost(worst)}"


def median(cases, key):
    """In ms; of the medians that the cases have."""
    found = sorted(c[key] for c in cases if c[key])
    return f"{found[len(found) // 2] * 1e3:.0f} ms" if found else "-"


def rows(run):
    """By subject: its cases, but for the control, which is another subject."""
    subjects = {}
    for c in run["cases"]:
        if c["counts-in"] and c["scenario"] == c["arm"].removesuffix("-with-udevd"):
            udevd = c["arm"].endswith("-with-udevd")
            subjects.setdefault(c["scenario"], ([], []))[udevd].append(c)
    return sorted(subjects.items())


def read(folders):
    """One run of several: what was played in one of them is not skipped."""
    runs = []
    for folder in folders.split(","):
        with open(os.path.join(folder, "results.json"), encoding="utf-8") as f:
            runs.append(json.load(f))
    run = runs[0]
    for other in runs[1:]:
        run["cases"] += other["cases"]
        run["skipped"] += other["skipped"]
    played = {c["name"] for c in run["cases"]}
    run["skipped"] = [s for s in run["skipped"] if s["name"] not in played]
    return run


def main(arguments):
    if not arguments or any("=" not in a for a in arguments):
        sys.exit(__doc__.split("\n\n")[1])
    print("# What real tools do to their bridges\n")
    print("Made by `ci/tools.py` from runs of `check --subjects` (`ci/try-subjects --all SUITE`); not written\n"
          "by hand. Three times a port is attached, which becomes the lowest, and detached again, while a\n"
          "client looks up names. **holds**: no lookup was lost and the bridge kept its MAC. **flaps**: its MAC\n"
          "moved with the port; lookups are lost until the client is made to forget its entry, here at the\n"
          "next step, elsewhere after 8 to 50 s. **heals itself**: the same, but the tool announces the new\n"
          "MAC. **pins late**: its MAC moved with a port, and a later one did not move it. udevd gives each\n"
          "new bridge a MAC of its own (MACAddressPolicy=persistent), which pins it. A verb's time is its\n"
          "median without udevd, and includes 50 ms without a change that steadybridge waits for.")
    for argument in arguments:
        name, folders = argument.split("=", 1)
        run = read(folders)
        print(f"\n## {name}\n\nLinux {run['kernel']}, as {'root' if run['root'] else 'an ordinary user'}.\n")
        print("| subject | tool | without udevd | with udevd | exposures | attach | detach |")
        print("|---|---|---|---|---|---|---|")
        for subject, (without, beside) in rows(run):
            some = (without or beside)[0]
            exposures = min(c["exposures"] for c in without + beside)
            print(f"| {subject} | {some['tool']} | {came_of_it(without)} | {came_of_it(beside)} | {exposures} "
                  f"| {median(without, 'attach-real-s')} | {median(without, 'detach-real-s')} |")
        skipped = {}
        for s in run["skipped"]:
            skipped.setdefault(s["reason"], []).append(s["name"].split("/")[-1])
        for reason, names in sorted(skipped.items()):
            text = f"Skipped: {', '.join(sorted(set(names)))}: {reason}."
            print("\n" + textwrap.fill(text, 100, break_on_hyphens=False))


if __name__ == "__main__":
    main(sys.argv[1:])
