#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `./run` shows on a first day: one round in the lab, which ends by itself with a summary; who may not make a lab is
told so."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import gate
import network

LAB = pathlib.Path(gate.lab_module.__file__)


def start(*words):
    return subprocess.Popen([sys.executable, str(LAB), "--gatehouse", gate.PROGRAM, *words], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def namespaces():
    return subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout


class FirstRun(unittest.TestCase):
    def one_round(self, mode):
        with start("--once", "--mode", mode) as lab:
            said, _ = lab.communicate(timeout=120)
        self.assertEqual(lab.returncode, 0, said)
        *_, last = said.strip().splitlines()
        self.assertRegex(last, r"^(\d+) of \1 attempts went as the policy says; .* byte-identical\.$")
        self.assertIn("REFUSED by 'no remote shells'", said)
        self.assertNotIn(f"gatehouse{lab.pid}-", namespaces())

    def test_a_lab_that_is_told_to_end_cleans_up(self):
        with start() as lab:
            for line in lab.stdout:
                if line.startswith("4. traffic"):
                    break
            self.assertIn(f"gatehouse{lab.pid}-", namespaces())
            lab.terminate()
            lab.communicate(timeout=60)
        self.assertNotIn(f"gatehouse{lab.pid}-", namespaces())

    def test_the_next_lab_cleans_up_after_one_that_was_killed(self):
        with start() as lab:
            for line in lab.stdout:
                if line.startswith("2. servers"):
                    break
            lab.kill()
        self.assertIn(f"gatehouse{lab.pid}-", namespaces())
        network.remove_leftovers()
        self.assertNotIn(f"gatehouse{lab.pid}-", namespaces())

    def test_one_round_with_the_gate_as_a_bridge(self):
        self.one_round("pair")

    def test_one_round_with_the_gate_as_a_router(self):
        self.one_round("nfqueue")

    def test_who_is_not_root_is_told_so(self):
        # In a folder of its own: the project's may not be open to others.
        with tempfile.TemporaryDirectory(prefix="gatehouse-lab-") as folder:
            os.chmod(folder, 0o755)
            shutil.copytree(LAB.parent, pathlib.Path(folder) / "lab")
            done = subprocess.run([sys.executable, f"{folder}/lab/lab.py", "--gatehouse", "gatehouse", "--once"], capture_output=True,
                                  text=True, user="nobody", group="nogroup", extra_groups=[], cwd="/")
        self.assertEqual(done.returncode, gate.lab_module.NOT_PERMITTED, done.stdout + done.stderr)
        self.assertIn("only root may", done.stderr)


if __name__ == "__main__":
    gate.main()
