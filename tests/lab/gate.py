# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's tests share: a lab with its servers, made once for each class of tests, and an engine for each test."""
import os
import pathlib
import signal
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "lab"), str(HERE.parent / "e2e")]

import lab as lab_module  # noqa: E402
import program  # noqa: E402
import servers  # noqa: E402
from network import NotPermitted  # noqa: E402

PROGRAM = program.PROGRAM
POLICY = lab_module.POLICY


def wait_until(holds, seconds=5, why="it did not happen"):
    """Waits until `holds()` is true, and returns what it returned."""
    until = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > until:
            raise AssertionError(f"after {seconds} seconds: {why() if callable(why) else why}")
        time.sleep(0.05)
    return found


class GateCase(unittest.TestCase):
    """Tests of one mode. Classes that say no mode only hold tests for those that do."""

    mode = None
    with_servers = True
    download_bytes = lab_module.DOWNLOAD_BYTES

    @classmethod
    def setUpClass(cls):
        cls.lab = lab_module.Lab(cls.mode, download_bytes=cls.download_bytes)
        cls.addClassCleanup(cls.lab.down)
        cls.lab.up()
        if cls.with_servers:
            cls.lab.start_servers()

    def setUp(self):
        for file in ("eve.json", "engine.log"):
            (self.lab.state / file).unlink(missing_ok=True)
        self.rules_before = self.firewall_rules()

    def tearDown(self):
        if self.lab.engine is not None:
            self.lab.stop_engine(signal.SIGTERM)
            self.lab.engine = None

    def start(self, **config):
        return self.lab.start_engine(PROGRAM, self.lab.write_config(**config))

    def policy(self, text, name="policy.yaml"):
        path = self.lab.state / name
        path.write_text(text)
        return path

    def ask(self, *words):
        return program.gatehouse(*words, "--socket", self.lab.socket)

    def firewall_rules(self):
        """All rules of the gate's namespace, whatever tool made them, without counters and comments."""
        text = self.lab.inside(self.lab.gate, "nft", "list", "ruleset", check=False).stdout
        for tool in ("iptables-save", "ip6tables-save", "iptables-legacy-save", "ip6tables-legacy-save"):
            text += self.lab.inside(self.lab.gate, tool, check=False).stdout if program.shutil.which(tool) else ""
        return [line for line in text.splitlines() if not line.startswith(("#", ":", "*", "COMMIT"))]

    # ---- traffic

    def fetch(self, host="updates.vendor.example", *words, path="/", seconds=5):
        """True where a page came by HTTP."""
        argv = self.lab.curl("-f", "-o", "/dev/null", "--max-time", seconds, *words, f"http://{host}{path}")
        return self.lab.inside(self.lab.things, *argv, check=False).returncode == 0

    def reach(self, seconds=1.0):
        """True where a new session of HTTP to the server's address, no name asked for, is answered in time."""
        return self.fetch(self.lab.server_ip, "-H", "Host: updates.vendor.example", seconds=seconds)

    def banner(self, port=22, seconds=5):
        """True where an SSH server answered a client's first line beyond its own."""
        talk = ("import socket,sys; s = socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]));"
                "s.settimeout(float(sys.argv[3])); s.sendall(b'SSH-2.0-OpenSSH_9.2\\r\\n'); data = b''\n"
                "while len(data) < 200: data += s.recv(4096) or sys.exit(1)")
        done = self.lab.inside(self.lab.things, sys.executable, "-c", talk, self.lab.server_ip, port, seconds, check=False)
        return done.returncode == 0

    def alerts(self):
        return [r for r in self.lab.records() if r["event_type"] == "alert"]


class Loader(unittest.TestLoader):
    def loadTestsFromTestCase(self, case):
        return self.suiteClass() if getattr(case, "mode", "") is None else super().loadTestsFromTestCase(case)


def main():
    program.need_program()
    if os.geteuid() != 0:
        program.skip("the lab makes network namespaces, which only root may")
    if servers.missing_programs():
        program.skip(f"these programs are missing: {', '.join(servers.missing_programs())}")
    probe = lab_module.Lab("pair")
    try:
        probe.up()
    except NotPermitted as why:
        program.skip(str(why))
    finally:
        probe.down()
    program.main(Loader())
