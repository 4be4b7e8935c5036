#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fail policy: what becomes of traffic when the engine dies without a word. `closed`: nothing passes that nobody
inspects. `open`: traffic goes on at once, uninspected. In both cases the next engine inspects again."""
import signal
import time

import gate
from gate import GateCase, wait_until

AT_ONCE = 1.0  # seconds in which a new session must be through where the gate fails open


# Until the dead engine's heartbeat is old enough for the kernel's program to believe it; a SYN that is lost meanwhile comes
# again only after TCP's own second.
GROWS_OLD = 0.3


class Failure(GateCase):
    download_bytes = 64 * 1024

    def start_inspecting(self):
        self.start(fail=self.fail)
        wait_until(lambda: self.reach(2), why="nothing passes the gate")
        self.assertFalse(self.banner(), "the policy does not hold")

    def kill(self):
        self.assertEqual(self.lab.stop_engine(signal.SIGKILL), -signal.SIGKILL)
        return time.monotonic()

    def inspects_again(self):
        """A new engine takes over from one that was killed; its end leaves nothing of either behind."""
        (self.lab.state / "eve.json").unlink(missing_ok=True)
        self.start_inspecting()
        wait_until(self.alerts, why="the new engine has not logged the refusal")
        self.assertEqual(self.lab.stop_engine(), 0, self.lab.engine_says())
        self.assertEqual(self.firewall_rules(), [])


class Closed(Failure):
    fail = "closed"

    def test_nothing_passes_a_dead_engine(self):
        self.start_inspecting()
        self.kill()
        for _ in range(2):
            self.assertFalse(self.reach(AT_ONCE), "a session passed with nobody to inspect it")
        self.assertFalse(self.banner(seconds=1), "a forbidden session passed")
        self.inspects_again()


class Open(Failure):
    fail = "open"

    def test_traffic_goes_on_past_a_dead_engine_at_once(self):
        self.start_inspecting()
        killed = self.kill()
        time.sleep(GROWS_OLD)
        passed = self.reach(AT_ONCE)
        took = time.monotonic() - killed
        self.assertTrue(passed, f"no new session passed within {AT_ONCE} s")
        self.assertLess(took, GROWS_OLD + AT_ONCE + 0.5)
        self.assertTrue(self.banner(), "open means that nothing is judged any more")
        self.inspects_again()

    def test_a_download_survives_the_engine_and_its_successor(self):
        self.start_inspecting()
        argv = self.lab.curl("-o", "/dev/null", "-w", "%{size_download}", "--limit-rate", "16k", "--max-time", "20",
                             "-H", "Host: updates.vendor.example", f"http://{self.lab.server_ip}/firmware.bin")
        download = gate.program.subprocess.Popen(["ip", "netns", "exec", self.lab.things, *map(str, argv)],
                                                 stdout=gate.program.subprocess.PIPE)
        time.sleep(0.7)
        self.kill()
        time.sleep(0.7)
        self.start(fail=self.fail)
        size, _ = download.communicate(timeout=30)
        self.assertEqual((download.returncode, int(size)), (0, self.download_bytes))


class PairClosed(Closed):
    mode = "pair"


class PairOpen(Open):
    mode = "pair"


class NfqueueClosed(Closed):
    mode = "nfqueue"


class NfqueueOpen(Open):
    mode = "nfqueue"


if __name__ == "__main__":
    gate.main()
