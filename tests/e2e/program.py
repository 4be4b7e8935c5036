# SPDX-License-Identifier: GPL-3.0-or-later
"""What all end-to-end tests share: the program under test, the corpus, running a replay and reading its log."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.path.abspath(os.environ.get("GATEHOUSE_PROGRAM", SOURCE / "build" / "release" / "gatehouse"))
CORPUS = pathlib.Path(os.environ.get("GATEHOUSE_CORPUS") or SOURCE.parent / "shared" / "corpus")

ROUND = SOURCE / "lab" / "round.pcap"  # one round of the lab's traffic, recorded in the lab
LAB_POLICY = SOURCE / "lab" / "policy.yaml"

SKIPPED = 77  # the exit status that ctest knows as "skipped"
LONGEST_RUN = 120  # seconds; sanitizers on a busy machine included

# A sanitizer's report must not look like one of the program's own exit statuses.
SANITIZED = {"ASAN_OPTIONS": "exitcode=99", "UBSAN_OPTIONS": "exitcode=99:print_stacktrace=1", "TSAN_OPTIONS": "exitcode=99"}


class Done:
    """A run of the program that has ended."""

    def __init__(self, completed):
        self.status = completed.returncode
        self.out = completed.stdout.decode(errors="replace")
        self.err = completed.stderr.decode(errors="replace")

    def __str__(self):
        return f"status {self.status}\n{self.out}{self.err}"


def gatehouse(*words, **more):
    argv = [PROGRAM, *map(str, words)]
    return Done(subprocess.run(argv, capture_output=True, stdin=subprocess.DEVNULL, timeout=LONGEST_RUN,
                               env={**SANITIZED, **os.environ}, **more))


class BadLog(AssertionError):
    """The log is not lines of JSON objects."""


def read_log(path):
    """The records of a log, in order. Each line must be one JSON object, the last one whole as well."""
    records = []
    content = pathlib.Path(path).read_bytes()
    if content and not content.endswith(b"\n"):
        raise BadLog(f"{path} ends within a line: …{content[-80:]!r}")
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            record = json.loads(line.decode("utf-8"))
        except ValueError as why:
            raise BadLog(f"{path}:{number}: {why}: {line[:300]!r}") from why
        if not isinstance(record, dict) or "event_type" not in record:
            raise BadLog(f"{path}:{number}: not a record: {line[:300]!r}")
        records.append(record)
    return records


class Case(unittest.TestCase):
    """A test with a folder of its own, which is removed when the test has ended."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gatehouse-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def replay(self, capture, *options, status=0, name="log"):
        """Replays a capture and returns its log's records."""
        out = self.folder / name
        done = gatehouse("replay", capture, "--out", out, "--quiet", *options)
        self.assertEqual(done.status, status, f"replay of {capture}: {done}")
        return read_log(out / "eve.json")

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path


def of_type(records, kind):
    return [r for r in records if r["event_type"] == kind]


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def need_program():
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f"there is no program at {PROGRAM}; GATEHOUSE_PROGRAM names it")


def need_corpus(*folders):
    for folder in folders:
        if not (CORPUS / folder).exists():
            skip(f"there is no corpus at {CORPUS} ({folder} is missing); GATEHOUSE_CORPUS names it")


def main(loader=unittest.defaultTestLoader):
    need_program()
    unittest.main(module="__main__", verbosity=2, testLoader=loader)
