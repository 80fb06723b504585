#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""schema.py SCHEMA: reads scenario texts from stdin, each after a line with its length in bytes, and
writes a line for each: ok, yaml (no YAML), or schema (refused by the schema), with the reason. Scalars
are read as texts, as steadybridge reads them, and once more as an editor does: what is good as texts
must be good then, too (else: typed)."""
import sys

import jsonschema
import yaml
import json

validator = jsonschema.Draft7Validator(json.load(open(sys.argv[1])))


def judged(text):
    try:
        texts = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))
        typed = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError) as e:
        return "yaml " + str(e)
    for kind, tree in (("schema", texts), ("typed", typed)):
        error = jsonschema.exceptions.best_match(validator.iter_errors(tree))
        if error:
            return kind + " " + "/".join(map(str, error.path)) + ": " + error.message
    return "ok"


data = sys.stdin.buffer
while line := data.readline():
    text = data.read(int(line))
    print(judged(text).replace("\n", " ")[:300], flush=True)
