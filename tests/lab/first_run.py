#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `./run` shows on a first day: one round in the lab, which ends by itself with a summary; who may not make a lab is
told so."""
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import gate

LAB = pathlib.Path(gate.lab_module.__file__)


def lab(*words, **more):
    return subprocess.run([sys.executable, str(LAB), "--gatehouse", gate.PROGRAM, *words], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=120, **more)


class FirstRun(unittest.TestCase):
    def one_round(self, mode):
        done = lab("--once", "--mode", mode)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        *_, last = done.stdout.strip().splitlines()
        self.assertRegex(last, r"^(\d+) of \1 attempts went as the policy says; .* byte-identical\.$")
        self.assertIn("REFUSED by 'no remote shells'", done.stdout)
        left = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
        self.assertNotIn(f"gatehouse{os.getpid()}-", left)

    def test_one_round_with_the_gate_as_a_bridge(self):
        self.one_round("pair")

    def test_one_round_with_the_gate_as_a_router(self):
        self.one_round("nfqueue")

    def test_who_is_not_root_is_told_so(self):
        # In a folder of its own: the project's may not be open to others.
        import tempfile
        with tempfile.TemporaryDirectory(prefix="gatehouse-lab-") as folder:
            os.chmod(folder, 0o755)
            shutil.copytree(LAB.parent, pathlib.Path(folder) / "lab")
            done = subprocess.run([sys.executable, f"{folder}/lab/lab.py", "--gatehouse", "gatehouse", "--once"], capture_output=True,
                                  text=True, user="nobody", group="nogroup", extra_groups=[], cwd="/")
        self.assertEqual(done.returncode, gate.lab_module.NOT_PERMITTED, done.stdout + done.stderr)
        self.assertIn("only root may", done.stderr)


if __name__ == "__main__":
    gate.main()
