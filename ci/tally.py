#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# tally.py: what came of many runs: counts of verdicts by case, a bound of the wrong ones, tables.
#
#	ci/tally.py SOAK.JSON        the tables in Markdown, for docs/RELIABILITY.md
#	ci/tally.py bound WRONG N    the bound alone
#
# Every play is one of right, wrong, invalid, replayed, inconclusive. All shipped scenarios must pass, so
# a fail is wrong, and so is a control that was not reproduced; a failure that is listed as known is right.
# Replayed: invalid, and retried by the run itself, so that it counts in nothing there.
#
# The bound is that of Clopper and Pearson, one-sided: with 95 % confidence the rate of wrong verdicts is
# not above it. It is of conclusive verdicts (right and wrong) and takes plays for independent; those that
# were played beside each other are so only as far as the machine does not make them err together.
import json
import math
import os
import sys

CONFIDENCE = 0.95
FORMAT = 1
KINDS = ("right", "wrong", "invalid", "replayed", "inconclusive")
COUNTS = ("plays", *KINDS, "skipped")
WELL = "well"  # how a run ended whose status and report say the same


def tail(wrong, n, rate):
    """The probability of at most so many wrong ones of n."""
    if rate <= 0 or rate >= 1:
        return 1.0 if rate <= 0 else 0.0
    return math.fsum(math.exp(math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
                              + i * math.log(rate) + (n - i) * math.log1p(-rate)) for i in range(wrong + 1))


def bound(wrong, n):
    """The highest rate that so few wrong ones of n leave possible; 1 where nothing is known."""
    if wrong >= n:
        return 1.0
    if not wrong:
        return -math.expm1(math.log(1 - CONFIDENCE) / n)
    low, high = wrong / n, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        if tail(wrong, n, middle) > 1 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def kind(case):
    """Of a play in results.json."""
    verdict = case["verdict"]
    if verdict == "pass" or (verdict == "fail" and case["known"]):
        return "right"
    if verdict in ("fail", "not-reproduced"):
        return "wrong"
    if verdict == "invalid":
        return "invalid" if case["counts-in"] else "replayed"
    if verdict == "inconclusive":
        return verdict
    raise ValueError(f"{case['name']}: a play with verdict {verdict}")


def plays(results):
    """All plays but the drop plays of failed cases, which count nowhere."""
    return [case for case in results["cases"] if not case.get("drop-play")]


def nothing():
    return dict.fromkeys(COUNTS, 0)


def add(into, counts):
    for key in COUNTS:
        into[key] += counts[key]


def read(path):
    """(results, counts by case) of a results.json. ValueError or OSError: it is none."""
    with open(path, encoding="utf-8") as f:
        results = json.load(f)
    try:
        if results["format"] != 1:
            raise ValueError(f"format {results['format']}")
        cases = {}
        for case in plays(results):
            counts = cases.setdefault(case["name"], nothing())
            counts["plays"] += 1
            counts[kind(case)] += 1
        for skipped in results["skipped"]:
            cases.setdefault(skipped["name"], nothing())["skipped"] += 1
    except (KeyError, TypeError) as e:
        raise ValueError(f"not as docs/results.schema.json has it: {e!r}") from e
    return results, cases


def total(cases):
    out = nothing()
    for counts in cases.values():
        add(out, counts)
    return out


def status_of(results):
    """The exit status that a run's verdicts ask for."""
    counted = [case for case in results["cases"] if case["counts-in"]]
    verdicts_in = [case["verdict"] for case in counted if not case["known"]]
    if "fail" in verdicts_in or (results["must-run"] and results["skipped"]):
        return 1
    if all(case["verdict"] == "invalid" and case["why"].startswith("the lab could not be built") for case in counted):
        return 4
    return 0 if set(verdicts_in) <= {"pass"} and results["instrument"]["ok"] else 3


def percent(wrong, n):
    return f"{100 * bound(wrong, n):.3g}%" if n else "-"


def verdicts(counts):
    return counts["right"] + counts["wrong"]


def at_most(counts):
    return percent(counts["wrong"], verdicts(counts))


def whole(soak):
    """(counts, runs, runs that did not end well) over all modes."""
    counts, runs = nothing(), []
    for mode in soak["modes"].values():
        add(counts, total(mode["cases"]))
        runs += mode["runs"]
    return counts, runs, [r for r in runs if r["ended"] != WELL]


def sure(counts):
    if not verdicts(counts):
        return "no verdict"
    return (f"{counts['wrong']:,} wrong of {verdicts(counts):,} verdicts: at 95 % confidence their rate is at most "
            f"{at_most(counts)} (Clopper-Pearson, one-sided)")


def mode_rows(soak):
    """A row each mode that was played, and one of all."""
    rows, all_counts, all_runs, _ = [], *whole(soak)
    played = {name: mode for name, mode in soak["modes"].items() if mode["runs"]}
    for name, mode in played.items():
        rows.append((name, mode["runs"], total(mode["cases"])))
    if len(played) > 1:
        rows.append(("all", all_runs, all_counts))
    return [[name, f"{len(runs):,}"] + [f"{counts[key]:,}" for key in ("plays", "right", "wrong")]
            + [at_most(counts)] + [f"{counts[key]:,}" for key in COUNTS[3:]]
            + [f"{sum(r['ended'] != WELL for r in runs):,}"] for name, runs, counts in rows]


HEAD = ["mode", "runs", "plays", "right", "wrong", "at most", *COUNTS[3:], "ended otherwise"]


def other_cases(soak):
    """(mode, case, counts) of those with anything but right."""
    for name, mode in soak["modes"].items():
        for case, counts in sorted(mode["cases"].items()):
            if counts["plays"] != counts["right"] or counts["skipped"]:
                yield name, case, counts


def told(counts):
    parts = [f"{counts[key]:,} {key}" for key in COUNTS[2:] if counts[key]]
    if counts["wrong"]:
        parts.append(f"wrong at most {at_most(counts)}")
    return f"{counts['right']:,} of {counts['plays']:,} right, {', '.join(parts)}"


def text(soak, folder):
    """For a terminal; folder is where soak.json is."""
    rows = [HEAD] + mode_rows(soak)
    width = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    out = []
    for row in rows:
        out.append("  ".join([row[0].ljust(width[0])] + [c.rjust(w) for c, w in zip(row[1:], width[1:])]))
    for mode, case, counts in other_cases(soak):
        out.append(f"  {mode}  {case}: {told(counts)}")
    for n in soak["notable"]:
        if n["what"] == "wrong":
            out.append(f"WRONG  {n['mode']} run {n['run']}, seed {n['seed']}: {n['case']}: {n['why']}; {folder}/{n['folder']}")
    for name, mode in soak["modes"].items():
        if mode["skipped"]:
            out.append(f"SKIP  {name}: {mode['skipped']['reason']}; remedy: {mode['skipped']['remedy']}")
        for r in mode["runs"]:
            if r["ended"] != WELL:
                out.append(f"ENDED OTHERWISE  {name} run {r['run']}, seed {r['seed']}: {r['ended']}")
    out.append(sure(whole(soak)[0]))
    return "\n".join(out) + "\n"


def cell(s):
    return str(s).replace("|", "\\|").replace("\n", " ")


def table(head, rows):
    out = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return out + ["| " + " | ".join(map(cell, row)) + " |" for row in rows]


def markdown(soak):
    """The same as a part of a document."""
    counts, runs, _ = whole(soak)
    made = sorted({(r["steadybridge"], r["kernel"]) for r in runs if r["steadybridge"]})
    command = " ".join(["steadybridge check", *soak["arguments"]])
    out = [f"{sure(counts)}. Made by `ci/soak.py` from runs of `{command}`: {soak['cores']} cores, seed {soak['seed']}, "
           f"{'; '.join(f'steadybridge {v}, Linux {k}' for v, k in made) or 'no report'}.", ""]
    out += table(HEAD, mode_rows(soak)) + [""]
    out += table(["mode", "a run is", "beside"],
                 [[name, f"`{m['prefix']}steadybridge check`", f"`{m['load']}`" if m["load"] else "nothing"]
                  for name, m in soak["modes"].items() if m["runs"]]) + [""]
    others = [[case, mode, *(f"{c[key]:,}" for key in COUNTS), at_most(c)] for mode, case, c in other_cases(soak)]
    if others:
        out += table(["case", "mode", *COUNTS, "wrong at most"], others) + [""]
    else:
        out += ["Every play of every case was right.", ""]
    bad = [[name, r["run"], r["seed"], r["ended"]] for name, m in soak["modes"].items()
           for r in m["runs"] if r["ended"] != WELL]
    if bad:
        out += table(["mode", "run", "seed", "ended otherwise"], bad) + [""]
    out += [f"Skipped: {name}: {m['skipped']['reason']}; remedy: {m['skipped']['remedy']}."
            for name, m in soak["modes"].items() if m["skipped"]]
    return "\n".join(out).rstrip("\n") + "\n"


def exit_status(soak):
    """0 no wrong verdict; 1 a wrong one; 3 none, but something proves nothing; 4 nothing was played."""
    counts, _, bad = whole(soak)
    if counts["wrong"]:
        return 1
    if bad or counts["invalid"] or counts["inconclusive"]:
        return 3
    return 0 if counts["plays"] else 4


def main(args):
    if len(args) == 3 and args[0] == "bound" and args[1].isdigit() and args[2].isdigit():
        print(percent(int(args[1]), int(args[2])))
        return 0
    if len(args) != 1:
        with open(os.path.abspath(__file__), encoding="utf-8") as f:
            sys.stderr.write("".join(line[2:] for line in f.readlines()[3:5]))
        return 2
    with open(args[0], encoding="utf-8") as f:
        sys.stdout.write(markdown(json.load(f)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
