#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The corpus scores the program: events of the protocols that are parsed, and applications that are named.

The corpus brings its own scorers; here is the least that must be reached. Raise it as the program gets better.
"""
import json
import os
import re
import subprocess
import sys

import program
from program import CORPUS, PROGRAM

EVENTS_AT_LEAST = 93  # percent of the cases
EXACT_AT_LEAST, WRONG_AT_MOST = 75, 4  # percent of the flows
THINGS_EXACT_AT_LEAST, THINGS_WRONG_AT_MOST = 92, 2  # of those of things and of the industry


def score(script, *words):
    done = subprocess.run([sys.executable, script, "--gatehouse", PROGRAM, *words], capture_output=True, text=True,
                          timeout=1500)
    print(done.stdout, end="", file=sys.stderr)
    return done


def tree_of_cases(folder):
    """The corpus' cases where they can be run: each in its own folder, also those that have no file of their own."""
    tree = folder / "ids"
    (tree / "work").mkdir(parents=True)
    for name in os.listdir(CORPUS / "ids"):
        if name != "cases":
            (tree / name).symlink_to(CORPUS / "ids" / name)
    for listing in ("events.jsonl", "alerts.jsonl"):
        for line in (CORPUS / "ids" / listing).read_text().splitlines():
            case = json.loads(line)
            (tree / case["dir"]).mkdir(parents=True, exist_ok=True)
            original = CORPUS / "ids" / case["dir"]
            for file in original.iterdir() if original.is_dir() else ():
                link = tree / case["dir"] / file.name
                if not link.exists():
                    link.symlink_to(file)
    return tree


class Conformance(program.Case):
    def test_events(self):
        tree = tree_of_cases(self.folder)
        done = score(CORPUS / "ids" / "run.py", "--corpus", tree, "--work", tree / "work", "--suite", "events",
                     "--fail-under", str(EVENTS_AT_LEAST))
        self.assertRegex(done.stdout, r"events: \d+ of \d+ cases pass", done.stderr)
        self.assertEqual(done.returncode, 0, f"fewer than {EVENTS_AT_LEAST} % of the cases pass:\n{done.stdout}{done.stderr}")

    def test_applications(self):
        done = score(CORPUS / "apps" / "run.py", "--work", self.folder / "work", "--fail-under", str(EXACT_AT_LEAST))
        figures = re.search(r"all flows: exact ([\d.]+) %, master [\d.]+ %, wrong ([\d.]+) %", done.stdout)
        self.assertTrue(figures, done.stdout + done.stderr)
        exact, wrong = map(float, figures.groups())
        self.assertGreaterEqual(exact, EXACT_AT_LEAST)
        self.assertLessEqual(wrong, WRONG_AT_MOST)
        things = re.search(r"IoT and industrial: exact ([\d.]+) %, master [\d.]+ %, wrong ([\d.]+) %", done.stdout)
        self.assertTrue(things, done.stdout)
        exact, wrong = map(float, things.groups())
        self.assertGreaterEqual(exact, THINGS_EXACT_AT_LEAST)
        self.assertLessEqual(wrong, THINGS_WRONG_AT_MOST)


if __name__ == "__main__":
    program.need_corpus("ids/events.jsonl", "ids/run.py", "apps/run.py")
    program.main()
