#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kernels.py: plays the suite under several kernels, one after the other, and puts side by side what came of it.

usage: ci/kernels.py [--out DIR] KERNEL... [-- ARGUMENT of `steadybridge check`...]      see also: make check-vm
KERNEL: as of ci/vm

DIR (build/vm) gets kernels.html and kernels.json, and a folder of reports for each kernel. Exit status: 1
where a case failed under one of them, else the highest; 4 is that of a kernel that did not come to a verdict.
"""
import collections
import html
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VERDICTS = ("pass", "fail", "known", "inconclusive", "not-reproduced", "invalid", "skip")
HAPPY = {"pass", "known", "skip"}


def load(path):
    """A file of JSON; None where it is not there or is no JSON."""
    try:
        with open(path, encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError):
        return None


def verdict(case):
    return "known" if case["verdict"] == "fail" and case["known"] else case["verdict"]


def counts(results):
    """By scenario, in the order of the run: how many cases have each verdict."""
    scenarios = {}
    for case in results["cases"]:
        if case["counts-in"]:
            scenarios.setdefault(case["scenario"], collections.Counter())[verdict(case)] += 1
    for skipped in results["skipped"]:
        scenarios.setdefault(skipped["name"].split("/")[0], collections.Counter())["skip"] += 1
    return {name: {v: count[v] for v in VERDICTS if count[v]} for name, count in scenarios.items()}


def read(name, folder, status):
    """What came of one kernel. Reports that an earlier run left are not its own: vm.json is removed first."""
    vm = load(os.path.join(folder, "vm.json"))
    results = vm and load(os.path.join(folder, "results.json"))
    kernel = {"name": name, "folder": os.path.basename(folder), "status": status, "release": None, "accelerator": None,
              "init-s": None, "shell-s": None, "scenarios": {}, "skipped": []}
    if vm:
        kernel.update({key: vm[key] for key in ("release", "accelerator", "init-s", "shell-s")})
    if results:
        kernel["scenarios"] = counts(results)
        reasons = collections.Counter((s["reason"], s["remedy"]) for s in results["skipped"])
        kernel["skipped"] = [{"reason": r, "remedy": m, "cases": n} for (r, m), n in reasons.items()]
    return kernel


def cell(count):
    return ", ".join(f"{n} {v}" for v, n in count.items()) or "-"


def total(kernel):
    whole = collections.Counter()
    for count in kernel["scenarios"].values():
        whole.update(count)
    return {v: whole[v] for v in VERDICTS if whole[v]}


def rows(kernels):
    """A row for each scenario, a column for each kernel; each cell is (text, whether it is well)."""
    names = list(dict.fromkeys(name for k in kernels for name in k["scenarios"]))
    counted = [[name, *(k["scenarios"].get(name, {}) for k in kernels)] for name in names]
    counted.append(["all", *(total(k) for k in kernels)])
    out = [[(name, True), *((cell(c), c.keys() <= HAPPY) for c in row)] for name, *row in counted]
    out.append([("exit status", True), *((str(k["status"]), not k["status"]) for k in kernels)])
    out.append([("release", True), *((k["release"] or "did not start", bool(k["release"])) for k in kernels)])
    out.append([("shell after", True), *((f"{k['shell-s']} s" if k["shell-s"] else "-", True) for k in kernels)])
    return out


def skips(kernels):
    return [f"{k['name']}: {s['cases']} skipped: {s['reason']}" + (f"; remedy: {s['remedy']}" if s["remedy"] else "")
            for k in kernels for s in k["skipped"]]


def text(kernels):
    lines = [["", *(k["name"] for k in kernels)]] + [[c[0] for c in row] for row in rows(kernels)]
    width = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    lines = ["  ".join(word.ljust(w) for word, w in zip(line, width)).rstrip() for line in lines]
    return "\n".join(lines + skips(kernels)) + "\n"


def page(kernels, arguments):
    def heading(k):
        name = html.escape(k["name"])
        return f'<th><a href="{html.escape(k["folder"])}/index.html">{name}</a></th>' if k["scenarios"] else f"<th>{name}</th>"
    body = "\n".join("<tr><th>" + html.escape(row[0][0]) + "</th>" + "".join(
        f'<td{"" if well else " class=bad"}>{html.escape(word)}</td>' for word, well in row[1:]) + "</tr>" for row in rows(kernels))
    notes = "".join(f"<li>{html.escape(s)}</li>" for s in skips(kernels))
    command = html.escape(" ".join(["steadybridge check", *arguments]))
    return ("<!doctype html>\n<html lang=en><meta charset=utf-8><title>steadybridge: kernels</title>\n"
            "<style>body{font:15px/1.5 sans-serif;margin:2em}table{border-collapse:collapse}"
            "th,td{border:1px solid #bbb;padding:.2em .6em;text-align:left}.bad{background:#fdd;color:#600}</style>\n"
            f"<h1>Kernels side by side</h1>\n<p><code>{command}</code> under each kernel, in a guest of its own.</p>\n"
            f"<table>\n<tr><th></th>{''.join(map(heading, kernels))}</tr>\n{body}\n</table>\n<ul>{notes}</ul>\n</html>\n")


def write(path, content):
    with open(path + ".part", "w", encoding="utf-8") as f:
        f.write(content)
    os.replace(path + ".part", path)


def worst(statuses):
    return 1 if 1 in statuses else max(statuses)


def play(names, arguments, out):
    kernels = []
    for n, name in enumerate(names, 1):
        folder = os.path.join(out, f"{n}-" + re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-"))
        print(f"{name}: {n} of {len(names)}", flush=True)
        status = subprocess.run([os.path.join(ROOT, "ci/vm"), "--out", folder, name, "--", *arguments], check=False).returncode
        if status < 0 or status > 128:  # it was interrupted: so is this
            sys.exit(status if status > 0 else 128 - status)
        kernels.append(read(name, folder, status))
    return kernels


def main(words):
    out = os.path.join(ROOT, "build/vm")
    if len(words) > 1 and words[0] == "--out":
        out, words = os.path.abspath(words[1]), words[2:]
    end = words.index("--") if "--" in words else len(words)
    names, arguments = words[:end], words[end + 1:]
    if not names or any(name.startswith("-") for name in names):
        sys.stderr.write(__doc__.split("\n\n")[1] + "\n")
        return 2
    os.makedirs(out, exist_ok=True)
    kernels = play(names, arguments, out)
    write(os.path.join(out, "kernels.json"), json.dumps({"format": 1, "arguments": arguments, "kernels": kernels}, indent=1) + "\n")
    write(os.path.join(out, "kernels.html"), page(kernels, arguments))
    sys.stdout.write("\n" + text(kernels) + f"\npage  {out}/kernels.html\ndata  {out}/kernels.json\n")
    return worst([k["status"] for k in kernels])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
