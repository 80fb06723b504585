# SPDX-License-Identifier: GPL-2.0-or-later
"""templates.py: the templates of ci/templates, read as a CI reads them: each step's shell is shell, each file
that a step starts is there, what a run leaves is kept whatever came of it. Says how many steps it saw."""

import os
import re
import subprocess
import sys
import tempfile

import yaml

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
steps = 0
wrong = []


def load(name):
    with open(os.path.join(ROOT, "ci/templates", name)) as f:
        return yaml.safe_load(f)


def shell(where, text):
    """A fragment is taken by `sh -n`, and by shellcheck where that is installed; its programs exist."""
    global steps
    steps += 1
    text = re.sub(r"\$\{\{[^}]*\}\}", "value", text)
    for check in (["sh", "-n"], ["shellcheck", "--shell=sh", "-"]):
        try:
            done = subprocess.run(check, input=text, text=True, capture_output=True)
        except FileNotFoundError:
            continue
        if done.returncode:
            wrong.append(f"{where}: {done.stdout}{done.stderr}")
    for program in re.findall(r"\bci/[\w.-]+", text):
        if not os.access(os.path.join(ROOT, program), os.X_OK):
            wrong.append(f"{where}: {program} is no program")


github = load("github.yml")
for name, job in github["jobs"].items():
    if not str(job["runs-on"]).startswith("ubuntu-"):
        wrong.append(f"{name}: no Ubuntu")
    for step in job["steps"]:
        if "run" in step:
            shell(f"github {name}: {step['name']}", step["run"])
        elif not re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"]):
            wrong.append(f"{name}: {step['uses']}")
    kept = job["steps"][-1]
    if kept.get("if") != "always()" or kept["with"]["path"] != "out":
        wrong.append(f"{name}: the last step does not keep out/")
if github["jobs"]["container"]["container"]["options"] != "--privileged":
    wrong.append("github container: not privileged")

for name, job in load("gitlab-ci.yml").items():
    for line in job["script"] + job["after_script"]:
        shell(f"gitlab {name}", line)
    artifacts = job["artifacts"]
    if artifacts["when"] != "always" or artifacts["reports"]["junit"] != "out/junit.xml":
        wrong.append(f"gitlab {name}: junit.xml is not kept")

TAP = """TAP version 13
1..4
ok 1 - a/inherited
not ok 2 - a/pinned
# fail: why
ok 3 - b/tap # SKIP tap; remedy: none
ok 4 - a/known # XFAIL known
"""
with tempfile.TemporaryDirectory() as out:
    with open(os.path.join(out, "results.tap"), "w") as f:
        f.write(TAP)
    said = subprocess.run([os.path.join(ROOT, "ci/summary.sh"), out], text=True, capture_output=True).stdout
for words in ("1 passed, 1 failed, 2 skipped", "- a/pinned\n", "| a | 1 | 1 | 1 |", "| b | 0 | 0 | 1 |", "1 times: SKIP tap; remedy: none"):
    if words not in said:
        wrong.append(f"summary.sh: no '{words}' in:\n{said}")

for line in wrong:
    print(line)
print(f"{steps} steps")
sys.exit(bool(wrong))
