#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`gatehouse replay` of a round of the lab's traffic: the log says who spoke what with whom, what was carried, what the
policy refused and why; in whatever format the capture comes, and whatever has become of it."""
import collections
import hashlib
import json
import random
import re
import time

import captures
import program
from program import LAB_POLICY, ROUND, gatehouse, of_type, read_log

AS_GATE = ("--ips", "--policy", LAB_POLICY)  # judged as the gate would have done
REFUSED = {  # of these sessions, from zone to zone, by this rule
    "no remote shells": ("things", "outside", 2),
    "default things->outside": ("things", "outside", 2),
    "default outside->things": ("outside", "things", 1),
}

# The recorded sessions, all of which were carried: protocol, server's port, app_proto, ndpi.proto, and flow.action where
# the gate judges them.
SESSIONS = {
    ("UDP", 53, "dns", "DNS", "pass"): 8,
    ("TCP", 80, "http", "HTTP", "pass"): 1,
    ("TCP", 80, "http", "HTTP", "drop"): 2,  # the tracker, and a stranger at the camera's page
    ("TCP", 443, "tls", "TLS", "pass"): 2,
    ("TCP", 443, "tls", "TLS", "drop"): 1,  # the tracker
    ("TCP", 1883, "mqtt", "MQTT", "pass"): 1,
    ("TCP", 25, "tls", "TLS", "pass"): 1,  # a mail, after STARTTLS
    ("TCP", 22, "ssh", "SSH", "drop"): 1,
    ("TCP", 2222, "ssh", "SSH", "drop"): 1,
}

# lab.py serves this as firmware.bin while it records.
FIRMWARE = hashlib.sha256(b"gatehouse lab").digest() * (64 * 1024 // 32)


def session_of(flow):
    return (flow["proto"], flow["dest_port"], flow.get("app_proto"), flow.get("ndpi", {}).get("proto"), flow["flow"].get("action"))


def comparable(records):
    """What two runs must have in common: all but the statistics, which tell of the run, and with flows numbered anew,
    because their identifiers are drawn by lot."""
    numbers = {}
    renumbered = []
    for record in records:
        if record["event_type"] != "stats":
            known = record.get("flow_id")  # what rides on the link has none
            renumbered.append({**record, "flow_id": known and numbers.setdefault(known, len(numbers))})
    return renumbered


class Round(program.Case):
    def setUp(self):
        super().setUp()
        self.log = self.replay(ROUND, *AS_GATE)

    def one(self, kind, **wanted):
        """The only record of this type whose members under its own key are so."""
        found = [r for r in of_type(self.log, kind) if all(r[kind].get(k) == v for k, v in wanted.items())]
        self.assertEqual(len(found), 1, f"{kind} records with {wanted}: {found}")
        return found[0][kind]

    def test_sessions_are_named_and_judged(self):
        flows = [f for f in of_type(self.log, "flow") if f["proto"] in ("TCP", "UDP")]
        self.assertEqual(collections.Counter(map(session_of, flows)), collections.Counter(SESSIONS))

    def test_a_session_that_changed_its_protocol_keeps_both_names(self):
        mail = [f for f in of_type(self.log, "flow") if f.get("dest_port") == 25]
        self.assertEqual([(f["app_proto_orig"], f["app_proto"]) for f in mail], [("smtp", "tls")])

    def test_names_of_a_flow_are_on_all_its_records(self):
        flows = {r["flow_id"]: r for r in of_type(self.log, "flow")}
        self.assertEqual(len(flows), len(of_type(self.log, "flow")), "each flow has an identifier of its own")
        for record in self.log:
            if record["event_type"] in ("stats", "arp"):  # of no flow
                continue
            flow = flows[record["flow_id"]]
            self.assertEqual({record["src_ip"], record["dest_ip"]}, {flow["src_ip"], flow["dest_ip"]})
            self.assertEqual(record["community_id"], flow["community_id"])
            self.assertRegex(record["timestamp"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+0000$")

    def test_devices_are_listed_with_what_they_say(self):
        done = gatehouse("devices", self.folder / "log" / "eve.json", "--json")
        self.assertEqual(done.status, 0, str(done))
        by_address = {address: device for device in json.loads(done.out) for address in device["addresses"]}
        fields = {s["field"] for s in by_address["10.77.1.100"]["says"]}
        self.assertIn("http.server", fields)
        self.assertTrue(by_address["10.77.1.100"]["mac"], "the link told its hardware address")

    def test_dns(self):
        answers = {}
        for record in of_type(self.log, "dns"):
            if record["dns"]["type"] == "response":
                query = record["dns"]["queries"][0]
                answers[query["rrname"], query["rrtype"]] = record["dns"]["answers"][0]["rdata"]
        self.assertEqual(answers["cloud.vendor.example", "A"], "10.77.1.100")
        self.assertEqual(answers["tracker.example", "AAAA"], "fd77:0001:0000:0000:0000:0000:0000:0100")

    def test_http_and_the_file_it_carried(self):
        fetched = self.one("http", url="/firmware.bin")
        self.assertEqual({k: fetched[k] for k in ("hostname", "http_method", "protocol", "status", "length")},
                         {"hostname": "updates.vendor.example", "http_method": "GET", "protocol": "HTTP/1.1", "status": 200,
                          "length": len(FIRMWARE)})
        carried = self.one("fileinfo", filename="/firmware.bin")
        self.assertEqual((carried["size"], carried["state"], carried["gaps"]), (len(FIRMWARE), "CLOSED", False))
        self.assertEqual(carried["sha256"], hashlib.sha256(FIRMWARE).hexdigest())
        self.assertNotIn("status", self.one("http", hostname="tracker.example"), "a refused request was answered")

    def test_tls(self):
        to_vendor = [r["tls"] for r in of_type(self.log, "tls") if r["tls"].get("sni") == "updates.vendor.example"]
        self.assertEqual(len(to_vendor), 2)
        for tls in to_vendor:
            self.assertEqual(tls["subject"], "O=Lab, CN=vendor.example")
            self.assertIn("updates.vendor.example", tls["subjectaltname"])
            self.assertRegex(tls["ja4"], r"^t1[23]d\d{4}h[12]_[0-9a-f]{12}_[0-9a-f]{12}$")
        self.assertNotIn("subject", self.one("tls", sni="tracker.example"), "a refused handshake was answered")

    def test_ssh(self):
        for record in of_type(self.log, "ssh"):
            self.assertRegex(record["ssh"]["client"]["software_version"], r"^OpenSSH_")
            self.assertNotIn("server", record["ssh"], "a refused session was answered")
        self.assertEqual(sorted(r["dest_port"] for r in of_type(self.log, "ssh")), [22, 2222])

    def test_mqtt(self):
        kinds = [next(iter(r["mqtt"])) for r in of_type(self.log, "mqtt")]
        self.assertEqual(kinds, ["connect", "publish", "disconnect"])
        published = of_type(self.log, "mqtt")[1]["mqtt"]["publish"]
        self.assertEqual((published["topic"], published["message"], published["qos"]), ("plant/7/temperature", "21.5", 1))

    def test_smtp(self):
        self.assertEqual([r["smtp"]["helo"] for r in of_type(self.log, "smtp")], ["nas.lan"])

    def test_every_refusal_names_its_rule_once(self):
        refused = {r["flow_id"] for r in of_type(self.log, "flow") if r["flow"].get("action") == "drop"}
        alerts = of_type(self.log, "alert")
        self.assertEqual(sorted(a["flow_id"] for a in alerts), sorted(refused))
        lines = LAB_POLICY.read_text().splitlines()
        found = collections.Counter()
        for alert in alerts:
            self.assertEqual(alert["alert"]["action"], "blocked")
            note = alert["alert"]["context"]["policy"]
            self.assertEqual(alert["alert"]["signature"], note["rule"])
            self.assertEqual(note["generation"], 1)
            self.assertIn("default:" if note["rule"].startswith("default") else note["rule"], lines[note["line"] - 1])
            found[note["rule"], note["from"], note["to"]] += 1
            if note["rule"] == "default things->outside":
                self.assertEqual(note["domain"], "tracker.example")
        self.assertEqual(found, {(rule, *zones): n for rule, (*zones, n) in REFUSED.items()})

    def test_every_dropped_packet_is_in_the_log_with_its_reason(self):
        reasons = collections.defaultdict(list)
        for record in of_type(self.log, "drop"):
            reasons[record["flow_id"]].append(record["drop"]["reason"])
        rule_of = {a["flow_id"]: a["alert"]["signature"] for a in of_type(self.log, "alert")}
        self.assertEqual(set(reasons), set(rule_of))
        for flow, first_and_rest in reasons.items():
            first = "firewall default packet policy" if rule_of[flow].startswith("default") else "firewall rules"
            self.assertEqual(first_and_rest, [first] + ["flow drop"] * (len(first_and_rest) - 1))

    def test_statistics_come_last_and_add_up(self):
        self.assertEqual([i for i, r in enumerate(self.log) if r["event_type"] == "stats"], [len(self.log) - 1])
        stats = self.log[-1]["stats"]
        _, _, packets = captures.packets(ROUND)
        self.assertEqual((stats["decoder"]["pkts"], stats["decoder"]["bytes"]), (len(packets), sum(p[2] for p in packets)))
        ips = stats["ips"]
        self.assertEqual(ips["accepted"] + ips["blocked"] + ips["rejected"], len(packets))
        self.assertEqual(ips["blocked"] + ips["rejected"], len(of_type(self.log, "drop")))
        self.assertEqual((stats["detect"]["alert"], stats["flow"]["total"]), (5, len(of_type(self.log, "flow"))))

    def test_an_observer_says_what_it_would_refuse_and_looks_on(self):
        seen = self.replay(ROUND, "--policy", LAB_POLICY, name="observer")
        self.assertEqual(of_type(seen, "drop"), [])
        rules = lambda log: sorted(a["alert"]["signature"] for a in of_type(log, "alert"))  # noqa: E731
        self.assertEqual(rules(seen), rules(self.log))
        self.assertEqual({a["alert"]["action"] for a in of_type(seen, "alert")}, {"allowed"})
        self.assertFalse([f for f in of_type(seen, "flow") if "action" in f["flow"]], "an observer lets nothing pass either")
        # It reads on in what a gate would have cut off.
        self.assertEqual([r["http"].get("status") for r in of_type(seen, "http") if r["http"]["hostname"] == "tracker.example"], [404])
        self.assertTrue(all("server" in r["ssh"] for r in of_type(seen, "ssh")))

    def test_without_a_policy_nothing_is_refused(self):
        seen = self.replay(ROUND, name="free")
        self.assertEqual(of_type(seen, "alert") + of_type(seen, "drop"), [])


class Formats(program.Case):
    def test_the_same_capture_gives_the_same_log_in_every_format(self):
        expected = comparable(self.replay(ROUND, *AS_GATE))
        for suffix, write in ((".pcap", lambda s, t: t.write_bytes(s.read_bytes())), (".pcapng", captures.write_pcapng),
                              (".be.pcap", captures.write_big_endian), (".pcap.gz", captures.write_gzip),
                              (".pcap.zst", captures.write_zstd)):
            with self.subTest(suffix):
                copy = self.folder / f"copy{suffix}"
                if write(ROUND, copy) is False:
                    self.skipTest("zstd is not installed")
                self.assertEqual(comparable(self.replay(copy, *AS_GATE)), expected)

    def test_compressed_pcapng(self):
        captures.write_pcapng(ROUND, self.folder / "copy.pcapng")
        captures.write_gzip(self.folder / "copy.pcapng", self.folder / "copy.pcapng.gz")
        self.assertEqual(comparable(self.replay(self.folder / "copy.pcapng.gz")), comparable(self.replay(ROUND)))

    def test_the_captures_own_pace(self):
        times = [seconds + fraction / 1e6 for seconds, fraction, _, _ in captures.packets(ROUND)[2]]
        expected = comparable(self.replay(ROUND, *AS_GATE))
        for option, lasting in (("--live-rate", times[-1] - times[0]), ("--live-rate=4", (times[-1] - times[0]) / 4)):
            with self.subTest(option):
                begin = time.monotonic()
                paced = self.replay(ROUND, *AS_GATE, option)
                self.assertGreater(time.monotonic() - begin, lasting * 0.9)
                self.assertEqual(comparable(paced), expected, "time is the packets' own, at whatever pace they are read")

    def test_the_summary(self):
        done = gatehouse("replay", ROUND, "--out", self.folder, *AS_GATE)
        self.assertRegex(done.out, r"^\d+ packets, \d+ flows, 5 refused sessions, 0 alerts, \d+ log records")
        self.assertIn(str(self.folder / "eve.json"), done.out)
        shown = gatehouse("replay", ROUND, "--out", self.folder, *AS_GATE, "--show").out
        self.assertEqual(len(re.findall("REFUSED by", shown)), 5)
        self.assertEqual(len(re.findall("REFUSED by 'no remote shells'", shown)), 2)


class Damage(program.Case):
    """Whatever has become of a capture, the program ends by itself, and its log is whole lines of JSON."""

    COPIES = 50

    def survive(self, damage):
        whole = ROUND.read_bytes()
        for number in range(self.COPIES):
            chance = random.Random(f"{damage.__name__} {number}")  # the same damage in every run
            copy = self.folder / f"{damage.__name__}-{number}.pcap"
            copy.write_bytes(damage(whole, chance))
            out = self.folder / f"log-{number}"
            done = gatehouse("replay", copy, "--out", out, *AS_GATE)
            self.assertIn(done.status, (0, 1), f"copy {number}: {done}")
            if done.status == 1:
                self.assertIn("gatehouse: ", done.err, f"copy {number} ended without saying why")
            if (out / "eve.json").exists():
                read_log(out / "eve.json")

    def test_truncated_at_any_length(self):
        self.survive(captures.truncated)

    def test_bytes_changed_anywhere(self):
        self.survive(captures.flipped)

    def test_bytes_changed_within_packets(self):
        self.survive(captures.flipped_packets)

    def test_a_truncated_capture_tells_what_came_before_the_cut(self):
        copy = self.folder / "half.pcap"
        copy.write_bytes(ROUND.read_bytes()[:-7])
        done = gatehouse("replay", copy, "--out", self.folder, *AS_GATE)
        self.assertEqual(done.status, 0, str(done))
        self.assertIn("is cut short", done.err)
        log = read_log(self.folder / "eve.json")
        self.assertEqual(len(of_type(log, "alert")), 5)
        self.assertEqual(log[-1]["event_type"], "stats")


if __name__ == "__main__":
    program.main()
