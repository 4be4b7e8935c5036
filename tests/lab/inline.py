#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate inline, between real clients and real servers, as a bridge (pair) and as a router (nfqueue), over IPv4 and IPv6:
the policy holds, nothing that passes is changed, and the engine obeys its signals."""
import hashlib
import json
import pathlib
import re
import signal
import subprocess

import gate
import program
from gate import POLICY, GateCase, wait_until

DOWNLOADS = [(scheme, family) for scheme in ("http", "https") for family in ("-4", "-6")]
NO_HTTP = """version: 1
zones:
  things: { interfaces: [eth-things] }
  outside: { interfaces: [eth-outside] }
rules:
  - { name: names, application: dns, action: allow }
  - { name: neighbours, protocol: icmpv6, action: allow }
default: { things->outside: reject, any: drop }
"""


class Inline(GateCase):
    def test_every_attempt_goes_as_the_policy_says(self):
        self.start()
        attempts = [self.lab.attempt(a) for a in self.lab.attempts()]
        wrong = [f"{a.who} {a.what}: {'arrived' if a.succeeded else 'refused'}: {a.output}" for a in attempts if not a.as_expected]
        self.assertEqual(wrong, [])
        self.assertEqual([a.what for a in attempts if not a.allowed and not a.refused_by], [], "refused without a reason in the log")
        self.assertEqual([a.what for a in attempts if a.allowed and a.refused_by], [], "refused in the log, and yet arrived")

    def test_the_log_names_the_rule_of_every_refusal(self):
        self.start()
        for a in self.lab.attempts():
            self.lab.attempt(a)
        lines = POLICY.read_text().splitlines()
        refused = set()
        for alert in self.alerts():
            note = alert["alert"]["context"]["policy"]
            refused.add((alert["app_proto"], note.get("domain"), note["rule"]))
            self.assertIn("default:" if note["rule"].startswith("default") else note["rule"], lines[note["line"] - 1])
        self.assertEqual(refused, {("http", "tracker.example", "default things->outside"),
                                   ("tls", "tracker.example", "default things->outside"),
                                   ("ssh", None, "no remote shells"),
                                   ("http", self.lab.thing_ip, "default outside->things")})
        self.assertEqual(len({a["flow_id"] for a in self.alerts() if a["app_proto"] == "ssh"}), 2)
        for alert in self.alerts():
            self.assertEqual(alert["alert"]["action"], "blocked")
            drops = [r["drop"]["reason"] for r in self.lab.records() if r["event_type"] == "drop" and r["flow_id"] == alert["flow_id"]]
            self.assertTrue(drops and drops[0].startswith("firewall"), f"{alert['alert']['signature']}: {drops}")

    def test_every_record_of_a_living_gate_is_valid(self):
        try:
            import jsonschema  # noqa: F401
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        if not (program.CORPUS / "eve" / "schema.json").exists():
            self.skipTest("there is no corpus, and so no schema")
        import schema
        self.start()
        for a in self.lab.attempts():
            self.lab.attempt(a)
        self.assertEqual(self.lab.stop_engine(), 0)
        checker = schema.validator()
        wrong = {f"{r['event_type']}: {schema.place_of(e)}" for r in self.lab.records() for e in checker.iter_errors(r)}
        self.assertEqual(wrong, set())
        interfaces = {r.get("in_iface") for r in self.lab.records() if r["event_type"] in ("http", "dns", "alert")}
        self.assertEqual(interfaces, {"eth-things", "eth-outside"}, "records name the interface a packet came by")

    def test_a_rejected_client_is_told_at_once(self):
        self.start()
        for a in self.lab.attempts():
            if not a.allowed and not a.outside:
                self.lab.attempt(a)
                self.assertLess(a.seconds, 2, f"{a.what} waited instead of being told")

    def test_downloads_arrive_byte_identical(self):
        self.start()
        for scheme, family in DOWNLOADS:
            with self.subTest(scheme=scheme, family=family):
                self.assertTrue(self.lab.download_is_identical(f"{scheme}://updates.vendor.example/firmware.bin", family))

    def test_files_that_pass_are_in_the_log_with_size_and_digest(self):
        self.start()
        self.assertTrue(self.lab.download_is_identical())
        files = lambda: [r["fileinfo"] for r in self.lab.records() if r["event_type"] == "fileinfo"]  # noqa: E731
        wait_until(files, why="no fileinfo record")
        self.assertEqual([(f["size"], f["sha256"], f["state"]) for f in files()],
                         [(self.lab.download_bytes, self.lab.firmware, "CLOSED")])

    # ---- reload

    def generation(self):
        return json.loads(self.ask("status", "--json").out)["generation"]

    def test_a_reloaded_policy_judges_new_sessions_and_leaves_open_ones_alone(self):
        policy = self.policy(POLICY.read_text())
        self.start(policy=policy)
        argv = ["ip", "netns", "exec", self.lab.things, *map(str, self.lab.curl("--max-time", "30", "http://updates.vendor.example/slow/firmware.bin"))]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as download:
            beginning = download.stdout.read(100_000)
            self.policy(NO_HTTP)
            self.lab.engine.send_signal(signal.SIGUSR2)
            wait_until(lambda: self.generation() == 2, why=self.lab.engine_says)
            self.assertFalse(self.fetch(), "the new policy is active, and HTTP is still let through")
            self.assertIsNone(download.poll(), "the open download had ended already: the test proves nothing")
            content = beginning + download.stdout.read()
            self.assertEqual(download.wait(), 0)
        self.assertEqual(hashlib.sha256(content).hexdigest(), self.lab.firmware)
        alert = wait_until(self.alerts)[-1]["alert"]
        self.assertEqual((alert["signature"], alert["context"]["policy"]["generation"]), ("default things->outside", 2))
        self.policy(POLICY.read_text())
        self.lab.engine.send_signal(signal.SIGUSR2)
        wait_until(lambda: self.generation() == 3, why=self.lab.engine_says)
        self.assertTrue(self.fetch(), "the first policy is active again, and HTTP is still refused")

    def test_a_wrong_policy_leaves_the_old_one_active_and_is_told(self):
        policy = self.policy(POLICY.read_text())
        self.start(policy=policy)
        self.policy(POLICY.read_text().replace("action: reject", "action: rejct"))
        self.lab.engine.send_signal(signal.SIGUSR2)
        said = wait_until(lambda: re.search(rf"{policy}:\d+:\d+: .*rejct.*", self.lab.engine_says()), why=self.lab.engine_says)
        self.assertIn("did you mean 'reject'", said.group())
        self.assertEqual(self.generation(), 1)
        self.assertTrue(self.fetch())
        self.assertFalse(self.banner())

    # ---- other signals, and the control socket

    def test_sighup_reopens_the_log(self):
        self.start()
        self.assertTrue(self.fetch())
        wait_until(self.lab.records)
        rotated = self.lab.state / "eve.json.1"
        self.lab.log.rename(rotated)
        self.addCleanup(rotated.unlink, missing_ok=True)
        self.lab.engine.send_signal(signal.SIGHUP)
        wait_until(self.lab.log.exists, why="no new log was opened")
        size = rotated.stat().st_size
        self.assertTrue(self.fetch())
        wait_until(self.lab.records, why="nothing is written to the new log")
        self.assertEqual(rotated.stat().st_size, size, "the old log still grows")

    def test_sigterm_ends_in_order_and_leaves_nothing_behind(self):
        self.start()
        self.assertTrue(self.fetch())
        self.assertEqual(self.lab.stop_engine(signal.SIGTERM), 0, self.lab.engine_says())
        self.assertEqual(self.firewall_rules(), self.rules_before)
        self.assertFalse(self.lab.socket.exists())
        records = self.lab.records()
        self.assertEqual(records[-1]["event_type"], "stats")
        # Those whose beginning was seen: what an earlier test left unanswered may still knock.
        flows = [r for r in records if r["event_type"] == "flow" and r.get("app_proto") == "http" and r["tcp"].get("syn")]
        self.assertEqual([f["flow"]["action"] for f in flows], ["pass"])

    def test_the_running_engine_answers(self):
        self.start()
        self.assertTrue(self.fetch())
        self.assertFalse(self.banner())
        status = json.loads(self.ask("status", "--json").out)
        self.assertEqual((status["generation"], status["policy"], status["rules"]), (1, str(POLICY), status["rules"]))
        seen = lambda: json.loads(self.ask("counters", "--json").out)  # noqa: E731
        wait_until(lambda: seen()["app_layer"]["flow"]["ssh"] >= 1, why="the counters do not show the session")
        self.assertGreaterEqual(seen()["detect"]["alert"], 1)
        self.assertEqual(self.ask("status").status, 0)

    def test_a_second_engine_on_the_same_socket_is_refused(self):
        self.start()
        second = self.lab.inside(self.lab.gate, gate.PROGRAM, "run", "-c", self.lab.state / "gatehouse.yaml", check=False, timeout=20)
        self.assertIn(second.returncode, (1, 4), second.stderr)
        self.assertTrue(second.stderr.startswith("gatehouse: "), second.stderr)
        self.assertTrue(self.fetch(), "the first engine was disturbed")
        self.assertFalse(self.banner(), "the first engine was disturbed")


class Pair(Inline):
    mode = "pair"

    def test_every_thread_gives_its_privileges_up(self):
        user = "nobody"
        self.lab.state.chmod(0o777)  # the log and the socket are its own; packages give it a folder
        self.addCleanup(self.lab.state.chmod, 0o755)
        config = self.lab.write_config()
        config.write_text(config.read_text().replace("system:\n", f"system:\n  user: {user}\n"))
        self.lab.start_engine(gate.PROGRAM, config)
        wait_until(self.fetch)
        wrong = []
        for status in pathlib.Path(f"/proc/{self.lab.engine.pid}/task").glob("*/status"):
            of = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            found = (of["Uid"].split()[1], int(of["CapEff"], 16), of["NoNewPrivs"], of["Seccomp"])
            if found[0] == "0" or found[1:] != (0, "1", "2"):
                wrong.append(f"thread {of['Name']}: user {found[0]}, capabilities {found[1]:#x}, no_new_privs {found[2]}, seccomp {found[3]}")
        self.assertEqual(wrong, [])
        self.assertFalse(self.banner())


class Nfqueue(Inline):
    mode = "nfqueue"


if __name__ == "__main__":
    gate.main()
