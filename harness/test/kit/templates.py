# SPDX-License-Identifier: GPL-2.0-or-later
"""templates.py: the templates of ci/templates, read as a CI reads them: each step's shell is shell, each file
that a step starts is there, what a run leaves is kept whatever came of it. Says how many steps it saw."""

import json
import os
import re
import subprocess
import sys
import tempfile

import jsonschema
import yaml

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
steps = 0
wrong = []


def load(name):
    with open(os.path.join(ROOT, "ci/templates", name)) as f:
        return yaml.safe_load(f)


def shell(where, text):
    """A fragment is taken by `sh -n`, and by shellcheck where that is installed (a list of words, such as $ARGS, is
    meant to be split); its programs exist."""
    global steps
    steps += 1
    text = re.sub(r"\$\{\{[^}]*\}\}", "value", text)
    for check in (["sh", "-n"], ["shellcheck", "--shell=sh", "--exclude=SC2086", "-"]):
        try:
            done = subprocess.run(check, input=text, text=True, capture_output=True)
        except FileNotFoundError:
            continue
        if done.returncode:
            wrong.append(f"{where}: {done.stdout}{done.stderr}")
    for program in re.findall(r"\bci/[\w.-]+", text):
        if not os.access(os.path.join(ROOT, program), os.X_OK):
            wrong.append(f"{where}: {program} is no program")


action = load("../../action.yml")
PINNED = r"[\w-]+/[\w-]+@[0-9a-f]{40}"


def used(where, step):
    """What a step uses is pinned to a commit, and given what it knows."""
    if step["uses"] == "OWNER/steadybridge@COMMIT":
        for key in step.get("with", {}):
            if key not in action["inputs"]:
                wrong.append(f"{where}: no input {key}")
    elif not re.fullmatch(PINNED, step["uses"]):
        wrong.append(f"{where}: {step['uses']} is not pinned to a commit")
    if "checkout" in step["uses"] and step["with"]["persist-credentials"] is not False:
        wrong.append(f"{where}: it keeps credentials")


for step in action["runs"]["steps"]:
    if "run" in step:
        shell(f"action: {step['name']}", step["run"])
        if "${{" in step["run"]:
            wrong.append(f"action: {step['name']}: an input becomes shell")
    else:
        used("action", step)
kept = action["runs"]["steps"][-1]
if not kept["if"].startswith("always()") or kept["with"]["path"] != action["outputs"]["out"]["value"]:
    wrong.append("action: the last step does not keep the reports")

github = load("github.yml")
for name, job in github["jobs"].items():
    if not str(job["runs-on"]).startswith("ubuntu-"):
        wrong.append(f"{name}: no Ubuntu")
    for step in job["steps"]:
        if "run" in step:
            shell(f"github {name}: {step['name']}", step["run"])
        else:
            used(name, step)
if github["jobs"]["container"]["container"]["options"] != "--privileged":
    wrong.append("github container: not privileged")

# A matrix of N shards plays each of N once; the job after it takes what they keep.
shards, merge = github["jobs"]["shards"], github["jobs"]["merge"]
numbers = shards["strategy"]["matrix"]["shard"]
played, fetched = shards["steps"][0]["with"], merge["steps"][0]["with"]
if numbers != list(range(1, len(numbers) + 1)) or played["args"] != "--shard ${{ matrix.shard }}/%d" % len(numbers):
    wrong.append("github shards: not each shard once")
if shards["strategy"]["fail-fast"] or merge["needs"] != "shards" or merge["if"] != "always()":
    wrong.append("github merge: not after all shards, whatever came of them")
if played["artifact-name"].replace("${{ matrix.shard }}", "*") != fetched["pattern"]:
    wrong.append("github merge: takes other artifacts")
if merge["steps"][1]["with"]["merge"] != fetched["path"]:
    wrong.append("github merge: joins another folder")

gitlab = load("gitlab-ci.yml")
for name, job in gitlab.items():
    job = {**gitlab.get(job.get("extends"), {}), **job}
    for line in job["before_script"] + job.get("script", []) + job["after_script"]:
        shell(f"gitlab {name}", line)
    artifacts = job["artifacts"]
    if artifacts["when"] != "always":
        wrong.append(f"gitlab {name}: what failed is not kept")
    if name != "steadybridge-shards" and artifacts["reports"]["junit"] != "steadybridge-out/junit.xml":
        wrong.append(f"gitlab {name}: junit.xml is not kept")
merge = gitlab["steadybridge-merge"]
if not gitlab["steadybridge-shards"]["parallel"] > 1 or merge["needs"] != ["steadybridge-shards"] or merge["when"] != "always":
    wrong.append("gitlab steadybridge-merge: not after all shards, whatever came of them")


def documents(name):
    with open(os.path.join(ROOT, "ci/templates/kubernetes", name)) as f:
        return list(yaml.safe_load_all(f))


def strict(node):
    """The schema with no other keys than it names."""
    if isinstance(node, dict):
        if "properties" in node:
            node.setdefault("additionalProperties", False)
        for key, value in node.items():
            if key != "if":
                strict(value)
    return node


with open(os.path.join(ROOT, "harness/test/data/schema/kubernetes.json")) as f:
    kubernetes = jsonschema.Draft202012Validator(strict(json.load(f)))
kinds = documents("shards.yml") + documents("merge.yml")
for document in kinds:
    for error in kubernetes.iter_errors(document):
        wrong.append(f"kubernetes {document['kind']}: {error.json_path}: {error.message[:300]}")
claim, job, join = kinds
pod, after = (k["spec"]["template"]["spec"]["containers"][0] for k in (job, join))
values = {e["name"]: e["value"] for e in pod["env"]}
if values["STEADYBRIDGE_SHARDS"] != str(job["spec"]["completions"]) or job["spec"]["completionMode"] != "Indexed":
    wrong.append("kubernetes: a pod is given another number of shards")
if {"name": "RUN", "value": values["RUN"]} not in after["env"] or pod["image"] != after["image"]:
    wrong.append("kubernetes: merge.yml joins another run")
if any(k["spec"]["template"]["spec"]["volumes"][0]["persistentVolumeClaim"]["claimName"] != claim["metadata"]["name"] for k in (job, join)):
    wrong.append("kubernetes: another volume")
shell("kubernetes merge", after["command"][2])

# The scripts for Slurm, as it starts them.
with tempfile.TemporaryDirectory() as here:
    program = os.path.join(here, "steadybridge")
    with open(program, "w") as f:
        f.write("#!/bin/sh\necho \"$@\"\n")
    os.chmod(program, 0o755)
    for k in (1, 2):
        os.makedirs(os.path.join(here, f"out/77/shard-{k}"))
    for name, args, words in (
        ("shards.sbatch", ["--quick"], "check --shard auto --out out/77/shard-3 --quick\n"),
        ("merge.sbatch", ["77"], "merge --out out/77/merged out/77/shard-1 out/77/shard-2\n"),
    ):
        path = os.path.join(ROOT, "ci/templates/slurm", name)
        with open(path) as f:
            shell(f"slurm {name}", f.read())
        said = subprocess.run(
            ["sh", path, *args], cwd=here, text=True, capture_output=True,
            env={"PATH": f"{here}:{os.environ['PATH']}", "SLURM_ARRAY_JOB_ID": "77", "SLURM_ARRAY_TASK_ID": "3"},
        )
        if said.stdout != words:
            wrong.append(f"slurm {name}: starts {said.stdout}{said.stderr}")

tmt = load("tmt/main.fmf")
shell("tmt", tmt["test"].replace("../../", "ci/"))

# The action's own script, with what inputs may hold: each is one word, or words, and never shell.
INPUTS = {
    "SCENARIOS": "a.yaml b.yaml", "SUBJECT": "x; touch owned", "TOOL": "$(touch owned)", "ROOTLESS": "true", "MUST_RUN": "true",
    "MERGE": "a b", "ARGS": "--filter *",
}
WORDS = ["--rootless", "--merge", "a b", "--must-run", "--subject", "x; touch owned", "--tool", "$(touch owned)", "--filter", "*", "a.yaml", "b.yaml"]
with tempfile.TemporaryDirectory() as here:
    os.mkdir(os.path.join(here, "ci"))
    job = os.path.join(here, "ci/job.sh")
    with open(job, "w") as f:
        f.write("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    os.chmod(job, 0o755)
    said = subprocess.run(
        ["sh", "-e", "-c", action["runs"]["steps"][0]["run"]], cwd=here, text=True, capture_output=True,
        env={"PATH": os.environ["PATH"], "GITHUB_ACTION_PATH": here, **INPUTS},
    )
    if said.stdout.splitlines() != WORDS or os.path.exists(os.path.join(here, "owned")):
        wrong.append(f"action: it calls job.sh with {said.stdout.splitlines()} {said.stderr}")

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
