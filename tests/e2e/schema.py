#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every record of the log is valid against the public JSON schema of EVE records, so that its readers read ours.

The schema is strict: a member that it does not know is a violation. It comes with the corpus, not with the project; so do
most of the captures. Violations are listed once per place, with how often and where they first occurred.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import sys
import tempfile
import unittest

import program
from program import CORPUS, LAB_POLICY, ROUND, gatehouse, read_log

SAMPLES = {"apps/pcaps": 60, "ids/pcaps": 60}  # captures of each folder, chosen evenly
WORKERS = 2
RECORDS_OF_A_TYPE = 400  # validated of each capture; a scan's thousand flows are all alike


def chosen():
    captures = [ROUND]
    for folder, wanted in SAMPLES.items():
        if os.environ.get("GATEHOUSE_SCHEMA_ALL"):
            wanted = 1_000_000
        found = sorted(p for p in (CORPUS / folder).rglob("*") if p.suffix in (".pcap", ".pcapng", ".cap"))
        captures += found[:: max(1, len(found) // wanted)]
    return captures


def validator():
    import jsonschema

    schema = json.loads((CORPUS / "eve" / "schema.json").read_text())
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft7Validator)
    kind.check_schema(schema)
    return kind(schema)


def place_of(error):
    """Where in a record, without array positions, and what is wrong there."""
    path = ".".join("[]" if isinstance(p, int) else p for p in error.absolute_path) or "(record)"
    return f"{path}: {error.message[:160]}" if error.validator == "additionalProperties" else f"{path}: {error.validator}"


def violations_of(capture, options):
    """Validates one replay's log: [(type, place, example)], records validated. Runs in a process of its own."""
    global checker
    if "checker" not in globals():
        checker = validator()
    with tempfile.TemporaryDirectory(prefix="gatehouse-schema-") as out:
        done = gatehouse("replay", capture, "--out", out, "--quiet", *options)
        if done.status not in (0, 1):
            return [("(run)", f"replay {done}", str(capture))], 0
        records = read_log(pathlib.Path(out) / "eve.json")
    seen, bad, validated = collections.Counter(), [], 0
    for record in records:
        seen[record["event_type"]] += 1
        if seen[record["event_type"]] > RECORDS_OF_A_TYPE:
            continue
        validated += 1
        for error in checker.iter_errors(record):
            bad.append((record["event_type"], place_of(error), f"{error.message[:200]} in {pathlib.Path(capture).name}"))
    return bad, validated


class Schema(unittest.TestCase):
    def test_every_record_is_valid(self):
        runs = [(capture, ()) for capture in chosen()]
        runs += [(ROUND, ("--ips", "--policy", LAB_POLICY)), (ROUND, ("--policy", LAB_POLICY))]
        runs += [(capture, ("--ips", "--policy", LAB_POLICY)) for capture in chosen()[1::4]]
        count, examples, total = collections.Counter(), {}, 0
        with concurrent.futures.ProcessPoolExecutor(WORKERS) as pool:
            for bad, validated in pool.map(violations_of, *zip(*runs)):
                total += validated
                for kind, place, example in bad:
                    count[kind, place] += 1
                    examples.setdefault((kind, place), example)
        print(f"{total} records of {len(runs)} replays validated", file=sys.stderr)
        self.assertGreater(total, 1000)
        listing = [f"{n:5d} x {kind:9} {place}\n          e.g. {examples[kind, place]}" for (kind, place), n in count.most_common()]
        self.assertFalse(count, "\n".join(["violations of the schema:", *listing]))


if __name__ == "__main__":
    try:
        import jsonschema  # noqa: F401
    except ImportError:
        program.skip("python3-jsonschema is not installed")
    program.need_corpus("eve/schema.json", "apps/pcaps", "ids/pcaps")
    program.main()
