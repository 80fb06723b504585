#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
# soak.py: plays everything many times, idle and under load, and counts wrong verdicts.
#
#	ci/soak.py [OPTION...] [ARGUMENT of `steadybridge check`...]      see also: make soak
#
#	--runs N         so many runs in each mode (1; with --for as many as fit)
#	--modes LIST     of idle,cpu,memory,io,timer,nice19,onecore (all)
#	--for TIME       starts no run after this: 90s, 30min, 8h
#	--out DIR        what comes of it is in DIR/soak (out)
#	--resume         adds to the soak.json that is there, up to N runs in each mode
#	--seed HEX       of the runs' seeds (a new one each time; it is printed)
#	--limit TIME     a run that takes longer is ended, and counts as one that hung (2h)
#	--program FILE   the steadybridge to play with (build/steadybridge)
#
# The modes take turns, so that all have about as many runs whenever it ends. Each run is a fresh
# `steadybridge check` with a seed of its own, which plays it again. nice19 is nice 19 beside one busy
# process a core, since niceness is nothing but whom the processor is given to; onecore is one core without
# other load.
#
# DIR/soak holds soak.json and soak.md, written anew after each run (aside, then renamed), and MODE/run-K
# of each run that was not all right: the folders of its cases that were not, with those of their
# controls, and results.json cut down to them (`steadybridge replay` reads it); all of a run that left no
# report. Whatever else a run wrote is deleted.
#
# Exit status: 0 no wrong verdict; 1 a wrong one; 2 usage; 3 none, but something proves nothing (inconclusive,
# invalid, a run that ended otherwise); 4 nothing was played; 128 + N when signal N ended it.
import dataclasses
import datetime
import fcntl
import glob
import hashlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import tally  # noqa: E402  these two are beside this file
from children import Children, Load  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CORES = len(os.sched_getaffinity(0))
STRESS = "stress-ng"
STRESS_REMEDY = "apt-get install stress-ng"
IDLE_RUNS = 3  # so many runs in a row without a play: it is no use


@dataclasses.dataclass
class Mode:
    prefix: list  # before the command
    load: list    # arguments of stress-ng, or none


MODES = {
    "idle": Mode([], []),
    "cpu": Mode([], ["--cpu", 4 * CORES]),
    # The bytes are of both workers together.
    "memory": Mode([], ["--vm", 2, "--vm-bytes", "50%"]),
    "io": Mode([], ["--iomix", 2, "--iomix-bytes", "64m", "--hdd", 2, "--hdd-bytes", "128m"]),
    "timer": Mode([], ["--timer", CORES, "--timerfd", CORES]),
    "nice19": Mode(["nice", "-n", "19"], ["--cpu", CORES]),
    "onecore": Mode(["taskset", "-c", str(min(os.sched_getaffinity(0)))], []),
}


class Usage(Exception):
    pass


@dataclasses.dataclass
class Options:
    runs: int = 0
    modes: list = dataclasses.field(default_factory=lambda: list(MODES))
    seconds: float = 0
    out: str = "out"
    resume: bool = False
    seed: str = ""
    limit: float = 2 * 3600
    program: str = os.path.join(ROOT, "build/steadybridge")
    arguments: list = dataclasses.field(default_factory=list)


def seconds(what, s):
    m = re.fullmatch(r"(\d+(?:\.\d+)?)(s|min|h)", s)
    if not m or float(m[1]) <= 0:
        raise Usage(f"{what}: found '{s}', expected a time like 90s, 30min or 8h")
    return float(m[1]) * {"s": 1, "min": 60, "h": 3600}[m[2]]


def read_options(args):
    """Options of our own come first; from the first other argument on, all are check's."""
    o = Options()
    while args:
        name, eq, value = args[0].partition("=")
        if name == "--resume" and not eq:
            o.resume = True
            args = args[1:]
            continue
        if name not in ("--runs", "--modes", "--for", "--out", "--seed", "--limit", "--program"):
            break
        if not eq and len(args) < 2:
            raise Usage(f"{name} needs a value")
        value, args = (value, args[1:]) if eq else (args[1], args[2:])
        if name == "--runs":
            if not re.fullmatch(r"[1-9]\d{0,6}", value):
                raise Usage(f"--runs: found '{value}', expected a number from 1")
            o.runs = int(value)
        elif name == "--modes":
            o.modes = list(dict.fromkeys(value.split(",")))
            for mode in o.modes:
                if mode not in MODES:
                    raise Usage(f"--modes: found '{mode}', expected some of {','.join(MODES)}")
        elif name == "--for":
            o.seconds = seconds(name, value)
        elif name == "--limit":
            o.limit = seconds(name, value)
        elif name == "--seed":
            if not re.fullmatch(r"[0-9a-f]{1,16}", value):
                raise Usage(f"--seed: found '{value}', expected a hexadecimal number")
            o.seed = value
        elif name == "--out":
            o.out = value
        else:
            o.program = value
    for arg in args:
        if re.match(r"--(runs|modes|for|out|resume|seed|limit|program)(=|$)", arg):
            raise Usage(f"{arg} goes before the arguments of check, of which {args[0]} is the first")
        if re.match(r"--(exit|watch|pause-on-fail)(=|$)", arg):
            raise Usage(f"{arg} is not for a soak")
    o.runs = o.runs or (0 if o.seconds else 1)
    o.arguments = args
    return o


def load_command(mode):
    return [STRESS, *mode.load] if mode.load else []


def cannot(mode):
    """What a mode lacks here, or None."""
    for program, remedy in ((mode.prefix[:1], "apt-get install util-linux coreutils"), ([STRESS] if mode.load else [], STRESS_REMEDY)):
        if program and not shutil.which(program[0]):
            return {"reason": f"no {program[0]}", "remedy": remedy}
    if mode.load:
        tried = subprocess.run([str(word) for word in load_command(mode)] + ["--dry-run"], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
        if tried.returncode:
            said = (tried.stdout.strip().splitlines() or ["nothing"])[-1]
            return {"reason": f"{STRESS} refuses it: {said}", "remedy": "a newer stress-ng"}
    return None


def write(path, s):
    """Whole or as it was."""
    aside = path + ".new"
    with open(aside, "w", encoding="utf-8") as f:
        f.write(s)
        f.flush()
        os.fsync(f.fileno())
    os.replace(aside, path)


def drop(folder):
    """Deletes a run's folder, and its mode's where that is empty then."""
    shutil.rmtree(folder)
    try:
        os.rmdir(os.path.dirname(folder))
    except OSError:
        pass


def prune(folder, results, counts):
    """Leaves the plays of cases that were not all right, and of their controls; True: there are some."""
    wanted = {case["group"] for case in results["cases"] if counts[case["name"]]["plays"] != counts[case["name"]]["right"]}
    kept = [case for case in results["cases"] if case["group"] in wanted
            and (case["control"] or counts[case["name"]]["plays"] != counts[case["name"]]["right"])]
    slugs = {case["slug"] for case in kept}
    cases = os.path.join(folder, "cases")
    for slug in os.listdir(cases) if os.path.isdir(cases) else []:
        if slug not in slugs:
            shutil.rmtree(os.path.join(cases, slug))
    for name in ("index.html", "junit.xml", "results.tap"):
        if os.path.exists(os.path.join(folder, name)):
            os.unlink(os.path.join(folder, name))
    write(os.path.join(folder, "results.json"), json.dumps({**results, "cases": kept}, indent=1) + "\n")
    return bool(kept)


class Soak:
    def __init__(self, o, children):
        self.o = o
        self.children = children
        self.folder = os.path.join(o.out, "soak")
        self.file = os.path.join(self.folder, "soak.json")
        self.data = {"steadybridge-soak": tally.FORMAT, "seed": o.seed or secrets.token_hex(4).lstrip("0") or "1",
                     "arguments": o.arguments, "cores": CORES, "confidence": tally.CONFIDENCE, "modes": {}, "notable": []}

    def open(self):
        if not shutil.which(self.o.program):
            raise OSError(f"no program {self.o.program}; make builds it")
        os.makedirs(self.folder, exist_ok=True)
        self.lock = os.open(self.folder, os.O_RDONLY)  # goes with this process
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Usage(f"another soak is at work in {self.folder}") from None
        for left in glob.glob(os.path.join(glob.escape(self.folder), "load-*")):  # by one that was killed
            shutil.rmtree(left)
        if os.path.exists(self.file):
            self.add_to()
        for name in self.o.modes:
            mode = self.data["modes"].setdefault(name, {"runs": [], "cases": {}})
            mode["prefix"] = "".join(word + " " for word in MODES[name].prefix)
            mode["load"] = " ".join(map(str, load_command(MODES[name])))
            mode["skipped"] = cannot(MODES[name])

    def add_to(self):
        with open(self.file, encoding="utf-8") as f:
            try:
                was = json.load(f)
            except ValueError:
                was = None
        if not isinstance(was, dict) or was.get("steadybridge-soak") != tally.FORMAT:
            raise Usage(f"{self.file} is no soak.json of this format")
        if not self.o.resume:
            raise Usage(f"{self.file} is there: --resume adds to it, another --out begins anew")
        if was["arguments"] != self.o.arguments:
            raise Usage(f"{self.file} is of `check {' '.join(was['arguments'])}`: --resume takes the same arguments")
        if self.o.seed not in ("", was["seed"]):
            raise Usage(f"{self.file} is of seed {was['seed']}")
        self.data = was

    def seed(self, name, k):
        """Of that run: known from the soak's own, and no other run's."""
        return "%x" % int(hashlib.sha256(f"{self.data['seed']}/{name}/{k}".encode()).hexdigest()[:12], 16)

    def next(self):
        """The mode that had the fewest runs; None: all had enough."""
        modes = [name for name in self.o.modes if not self.data["modes"][name]["skipped"]]
        name = min(modes, key=lambda m: len(self.data["modes"][m]["runs"]), default=None)
        return None if name is None or (self.o.runs and len(self.data["modes"][name]["runs"]) >= self.o.runs) else name

    def run(self, name):
        """Plays everything once; the record of it, or None when a signal came."""
        k = len(self.data["modes"][name]["runs"]) + 1
        record = {"run": k, "seed": self.seed(name, k), "steadybridge": None, "kernel": None,
                  "began": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")}
        folder = os.path.join(self.folder, name, f"run-{k}")
        command = [*MODES[name].prefix, self.o.program, "check", "--out", folder, "--seed", record["seed"], *self.o.arguments]
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        began = time.monotonic()
        with open(os.path.join(folder, "check.log"), "wb") as log, open(os.path.join(folder, "load.log"), "wb") as load_log:
            load = Load(self.children, load_command(MODES[name]), self.folder, load_log)
            try:
                check = self.children.start(command, log)
                ended = self.children.wait(check, self.o.limit)
                self.children.end(check)
                left = self.children.orphans(load.pids())
            finally:
                unloaded = load.end()
        if not ended and self.children.ended_by:
            drop(folder)
            return None
        if check.returncode == 2:
            with open(os.path.join(folder, "check.log"), encoding="utf-8", errors="replace") as log:
                raise Usage(f"check refuses its arguments: {log.read().strip()[-2000:]}")
        record["wall-s"] = round(time.monotonic() - began, 3)
        record["status"] = check.returncode
        record["ended"] = self.count(name, folder, record, None if ended else f"hung: ended after {self.o.limit:g} s")
        for also in (unloaded, left and f"left {left} processes behind"):
            if also:
                record["ended"] = also if record["ended"] == tally.WELL else f"{record['ended']}; {also}"
        self.data["modes"][name]["runs"].append(record)
        return record

    def count(self, name, folder, record, ended):
        """Adds up what the run's report says; how it ended. Keeps of its files what is of use."""
        status = record["status"]
        if not ended and status < 0:
            ended = f"killed by signal {-status}"
        elif not ended and status not in (0, 1, 3):
            ended = f"ended with status {status}"
        record["counts"] = tally.nothing()
        try:
            results, cases = tally.read(os.path.join(folder, "results.json"))
        except (OSError, ValueError) as e:
            why = "without a report" if isinstance(e, FileNotFoundError) else f"no report to be read: {e}"
            return f"{ended or f'ended with status {status}'}, {why}"
        record["steadybridge"], record["kernel"] = results["steadybridge"], results["kernel"]
        record["counts"] = tally.total(cases)
        for case, counts in cases.items():
            tally.add(self.data["modes"][name]["cases"].setdefault(case, tally.nothing()), counts)
        self.note(name, folder, record, results)
        if not ended and results["seed"] != record["seed"]:
            ended = f"played with seed {results['seed']}, not its own"
        should = tally.status_of(results)
        if not ended and (status != should or results["exit-status"] != should):
            ended = f"ended with status {status}, its report has {results['exit-status']}, and its verdicts ask for {should}"
        if not prune(folder, results, cases) and not ended:
            drop(folder)
        return ended or tally.WELL

    def note(self, name, folder, record, results):
        for case in tally.plays(results):
            what = tally.kind(case)
            if what != "right":
                self.data["notable"].append(
                    {"mode": name, "run": record["run"], "seed": record["seed"], "case": case["name"], "what": what,
                     "verdict": case["verdict"], "why": case["why"], "cause": case["cause"], "pace": case["pace"],
                     "folder": os.path.relpath(os.path.join(folder, "cases", case["slug"]), self.folder)})

    def save(self):
        counts, runs, bad = tally.whole(self.data)
        self.data["totals"] = {"runs": len(runs), "ended-otherwise": len(bad), **counts,
                               "wrong-at-most": tally.bound(counts["wrong"], tally.verdicts(counts)) if runs else 1.0}
        write(self.file, json.dumps(self.data, indent=1) + "\n")
        write(os.path.join(self.folder, "soak.md"), tally.markdown(self.data))

    def tell(self, name, record):
        of = f"/{self.o.runs}" if self.o.runs else ""
        counts = ", ".join(f"{record['counts'][key]} {key}" for key in tally.COUNTS[1:] if record["counts"][key] or key in ("right", "wrong"))
        print(f"{name:8} {record['run']}{of}  seed {record['seed']}  {counts}  {record['wall-s']:.1f} s", flush=True)
        if record["ended"] != tally.WELL:
            print(f"  ENDED OTHERWISE: {record['ended']}; see {self.folder}/{name}/run-{record['run']}", flush=True)

    def all(self):
        """Runs until there are enough, time is over or a signal came."""
        until = time.monotonic() + self.o.seconds if self.o.seconds else None
        idle = 0
        while (name := self.next()) and idle < IDLE_RUNS and not self.children.interrupted():
            if until is not None and time.monotonic() >= until:
                break
            record = self.run(name)
            if not record:
                break
            idle = 0 if record["counts"]["plays"] else idle + 1
            self.save()
            self.tell(name, record)
        if idle >= IDLE_RUNS:
            print(f"soak: {IDLE_RUNS} runs in a row played nothing: see {self.folder}", file=sys.stderr)


def main(args):
    if args and args[0] in ("-h", "--help"):
        with open(os.path.abspath(__file__), encoding="utf-8") as f:
            lines = f.read().splitlines()[1:]
        print("\n".join(line[2:] for line in lines[: next(i for i, line in enumerate(lines) if not line.startswith("#"))]))
        return 0
    o = read_options(args)
    children = Children()
    soak = Soak(o, children)
    soak.open()
    print(f"soak: seed {soak.data['seed']}, {CORES} cores, {'as many runs as fit' if not o.runs else f'{o.runs} of each'}: "
          f"{', '.join(o.modes)}", flush=True)
    soak.all()
    soak.save()
    print(tally.text(soak.data, soak.folder), end="", flush=True)
    if children.ended_by:
        print(f"soak: interrupted; {soak.file} has what was measured, --resume adds to it", file=sys.stderr)
        return 128 + children.ended_by
    return tally.exit_status(soak.data)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Usage as e:
        print(f"soak: {e}", file=sys.stderr)
        sys.exit(2)
    except OSError as e:
        print(f"soak: {e}", file=sys.stderr)
        sys.exit(4)
