#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signatures in line, before a real web server: an exploit does not arrive, all else does, and rules may be exchanged under
live traffic without anybody's noticing."""
import hashlib
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

import gate
from gate import GateCase, wait_until

SESSIONS, TRANSFERRING = 2000, 50  # of those
RELOADS, LARGE_RELOADS = 100, 4
BLOB = hashlib.sha256(b"gatehouse blob").digest() * (256 * 1024 // 32)

RULES = """\
drop http any any -> any any (msg:"an exploit"; flow:established,to_server; http.uri; content:"/cgi-bin/exploit"; sid:1;)
reject http any any -> any any (msg:"a probe"; flow:established,to_server; http.uri; content:"/probe"; sid:2;)
alert http any any -> any any (msg:"curiosity"; flow:established,to_server; http.uri; content:"/curious"; sid:3;)
"""
LATE_RULE = 'drop http any any -> any any (msg:"a late exploit"; flow:established,to_server; http.uri; content:"/late"; sid:4;)\n'

# Sends a request in pieces of so many bytes and says what came: the status line, or how it ended.
ASK = r"""
import struct, socket, sys
host, path, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
s = socket.create_connection((host, 80), 5); s.settimeout(2); s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
# Ends with a reset: else the kernel goes on sending what was dropped, into the tests that follow.
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
request = f"GET {path} HTTP/1.1\r\nHost: victim.example\r\nConnection: close\r\n\r\n".encode()
try:
    for at in range(0, len(request), size): s.sendall(request[at:at + size])
    print(s.recv(4096).decode().split("\r\n")[0] or "closed")
except ConnectionResetError: print("reset")
except TimeoutError: print("silence")
"""

# Many sessions: most of them idle, some that fetch the same file again and again until a line comes by standard input.
# Then every idle one must still be able to speak. Ends with a line of JSON.
CROWD = r"""
import hashlib, json, resource, socket, sys, threading
host, count, busy, digest = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
errors, transfers, over = [], [0], threading.Event()

def ask(s, path):
    s.sendall(f"GET {path} HTTP/1.1\r\nHost: victim.example\r\n\r\n".encode())
    data = b""
    while b"\r\n\r\n" not in data: data += s.recv(65536) or sys.exit("closed")
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length"))
    parts, got = [body], len(body)
    while got < length:
        parts.append(s.recv(65536)); got += len(parts[-1])
        if not parts[-1]: raise ConnectionError("closed within a body")
    return head.split()[1], b"".join(parts)

def guarded(what, run):
    try: run()
    except BaseException as e: errors.append(f"{what}: {type(e).__name__} {e}")

def opened(): s = socket.create_connection((host, 80), 20); s.settimeout(60); return s

def fetch(s):
    while not over.is_set():
        status, body = ask(s, "/blob.bin")
        if hashlib.sha256(body).hexdigest() != digest: errors.append("a transfer's bytes are wrong")
        transfers[0] += 1

sessions = []
guarded("opening", lambda: [sessions.append(opened()) for _ in range(count)])
for s in sessions: guarded("first request", lambda: ask(s, "/"))
threads = [threading.Thread(target=guarded, args=("transfer", lambda s=s: fetch(s))) for s in sessions[:busy]]
for t in threads: t.start()
print("ready", len(sessions), len(errors), flush=True)
sys.stdin.readline()
over.set()
for t in threads: t.join()
alive = 0
for s in sessions:
    def once():
        global alive
        status, body = ask(s, "/")
        alive += status == b"200"
    guarded("last request", once)
print(json.dumps({"alive": alive, "transfers": transfers[0], "errors": errors[:20], "error_count": len(errors)}), flush=True)
"""


class Ips(GateCase):
    with_servers = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lab = cls.lab
        cls.access = lab.state / "access.log"
        root = lab.state / "www"
        root.mkdir()
        (root / "index.html").write_text("<h1>here</h1>\n")
        (root / "blob.bin").write_bytes(BLOB)
        temporary = " ".join(f"{kind}_temp_path {root}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (lab.state / "victim.conf").write_text(f"""
daemon off; user root; worker_processes 1; worker_rlimit_nofile 8192; pid {lab.state}/victim.pid; error_log {lab.state}/victim.log;
events {{ worker_connections 4096; }}
http {{
  log_format request '$request_uri'; access_log {cls.access} request; {temporary}
  keepalive_timeout 600; keepalive_requests 1000000; default_type text/html;
  server {{ listen 80 backlog=4096; listen [::]:80; root {root}; location / {{ try_files $uri /index.html; }} }}
}}
""")
        lab.spawn(lab.outside, "nginx", "-c", lab.state / "victim.conf", log="nginx.log")
        lab.wait_port(lab.outside, lab.server_ip, 80)

    def start_with(self, rules=RULES, action=None, folder=None):
        self.rules = (folder or self.lab.state) / "test.rules"
        self.rules.write_text(rules)
        cache = self.lab.state / "ips-cache"
        cache.mkdir(exist_ok=True)
        more = f"ips: {{ rules: [{self.rules}], cache: {cache}{f', action: {action}' if action else ''} }}\n"
        self.start(policy=None, more=more)
        wait_until(lambda: self.get("/ready") == "HTTP/1.1 200 OK", 10, self.lab.engine_says)

    def get(self, path, size=4096, host=None):
        done = self.lab.inside(self.lab.things, sys.executable, "-c", ASK, host or self.lab.server_ip, path, size, check=False)
        return done.stdout.strip() or done.stderr.strip()

    def seen_by_server(self):
        return self.access.read_text().split()

    def signature_alerts(self, sid):
        return [r for r in self.alerts() if r["alert"]["signature_id"] == sid]

    def one_alert(self, sid):
        return wait_until(lambda: self.signature_alerts(sid), why=f"no alert of {sid}; the log has {self.lab.records()[-3:]}")[-1]

    # ---- what rules do

    def test_an_exploit_is_dropped_before_the_server_sees_it(self):
        self.start_with()
        for number, (host, size) in enumerate([(self.lab.server_ip, 4096), (self.lab.server_ip, 1), (self.lab.server_ip6, 4096)]):
            with self.subTest(host=host, size=size):
                path = f"/cgi-bin/exploit-{self.id()}-{number}"
                self.assertEqual(self.get(f"/before-{path}"[:20]), "HTTP/1.1 200 OK")
                self.assertEqual(self.get(path, size, host), "silence")
                self.assertEqual(self.get(f"/harmless-{number}", size, host), "HTTP/1.1 200 OK")
                self.assertNotIn(path, self.seen_by_server())
                self.assertIn(f"/harmless-{number}", self.seen_by_server())
                alert = self.one_alert(1)
                self.assertEqual((alert["alert"]["action"], alert["alert"]["signature"]), ("blocked", "an exploit"))
                drops = lambda: [r["drop"]["reason"] for r in self.lab.records()  # noqa: B023, E731
                                 if r["event_type"] == "drop" and r["flow_id"] == alert["flow_id"]]  # noqa: B023
                self.assertEqual(wait_until(drops, why="no drop record")[0], "rules")
        self.assertEqual(len({a["flow_id"] for a in self.signature_alerts(1)}), 3)

    def test_a_rejected_client_is_reset(self):
        self.start_with()
        begin = time.monotonic()
        self.assertEqual(self.get("/probe-me"), "reset")
        self.assertLess(time.monotonic() - begin, 2)
        self.assertEqual(self.one_alert(2)["alert"]["action"], "blocked")
        self.assertNotIn("/probe-me", self.seen_by_server())
        self.assertEqual(self.get("/after"), "HTTP/1.1 200 OK")

    def test_a_rule_that_alerts_lets_pass(self):
        self.start_with()
        path = f"/curious-{self.mode}"
        self.assertEqual(self.get(path), "HTTP/1.1 200 OK")
        self.assertEqual(self.one_alert(3)["alert"]["action"], "allowed")
        self.assertIn(path, self.seen_by_server())

    def test_with_action_alert_nothing_is_dropped(self):
        self.start_with(action="alert")
        for path, sid in ((f"/cgi-bin/exploit-to-look-at-{self.mode}", 1), (f"/probe-to-look-at-{self.mode}", 2)):
            self.assertEqual(self.get(path), "HTTP/1.1 200 OK")
            self.assertEqual(self.one_alert(sid)["alert"]["action"], "allowed")
            self.assertIn(path, self.seen_by_server())
        self.assertEqual([r for r in self.lab.records() if r["event_type"] == "drop"], [])

    def test_a_wrong_rule_is_told_and_the_others_hold(self):
        self.start_with()
        broken = 'drop http any any -> any any (msg:"broken"; no.such.buffer; content:"x"; sid:9;)\n'
        self.rules.write_text(RULES + broken + LATE_RULE)
        self.lab.engine.send_signal(signal.SIGUSR2)
        wait_until(lambda: self.generation() == 2, why=self.lab.engine_says)
        self.assertEqual(self.get("/cgi-bin/exploit"), "silence")
        self.assertEqual(self.get("/late"), "silence")
        self.assertEqual(self.get("/fine"), "HTTP/1.1 200 OK")
        self.assertIn("no.such.buffer", self.lab.engine_says(), "nobody is told that a rule was refused")

    def test_rules_that_cannot_be_read_leave_the_old_ones_active(self):
        self.start_with()
        self.rules.unlink()
        with self.assertRaises(AssertionError):
            self.reload()
        self.assertEqual(self.get("/cgi-bin/exploit"), "silence")
        self.assertEqual(self.get("/fine"), "HTTP/1.1 200 OK")

    def test_rules_from_a_folder_of_their_own_are_reloaded(self):
        """However much the engine has given up of its rights."""
        with tempfile.TemporaryDirectory(prefix="gatehouse-rules-") as folder:
            self.start_with(folder=pathlib.Path(folder))
            for generation, by in enumerate((self.reload, lambda: self.lab.engine.send_signal(signal.SIGUSR2)), start=2):
                with self.subTest(generation=generation):
                    late = f"/late-{generation}"
                    self.rules.write_text(RULES + LATE_RULE.replace("/late", late))
                    by()
                    wait_until(lambda: self.generation() >= generation, why=self.lab.engine_says)  # noqa: B023
                    self.assertEqual(self.get(late), "silence")

    def test_reloads_by_signal_and_by_socket_at_once(self):
        self.start_with()
        for _ in range(30):
            self.lab.engine.send_signal(signal.SIGUSR2)
            self.reload()
        self.assertIsNone(self.lab.engine.poll(), self.lab.engine_says())
        self.assertEqual(self.get("/cgi-bin/exploit"), "silence")
        self.assertEqual(self.get("/fine"), "HTTP/1.1 200 OK")

    # ---- rules exchanged under traffic

    def memory_peak(self):
        """MiB."""
        with open(f"/proc/{self.lab.engine.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024

    def reload(self):
        with socket.socket(socket.AF_UNIX) as control:
            control.settimeout(120)
            control.connect(str(self.lab.socket))
            control.sendall(b'{"command": "reload-rules"}\n')
            answer = json.loads(control.makefile().readline())
        self.assertEqual(answer["return"], "OK", answer)

    def generation(self):
        return json.loads(self.ask("status", "--json").out)["generation"]

    def reload_under_traffic(self, times, base):
        digest = hashlib.sha256(BLOB).hexdigest()
        argv = ["ip", "netns", "exec", self.lab.things, sys.executable, "-c", CROWD, self.lab.server_ip, str(SESSIONS), str(TRANSFERRING), digest]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as crowd:
            self.addCleanup(crowd.kill)
            self.assertEqual(crowd.stdout.readline().split(), ["ready", str(SESSIONS), "0"])
            before, peak_before, begin = self.generation(), self.memory_peak(), time.monotonic()
            for number in range(times):
                self.rules.write_text(base + (LATE_RULE if number % 2 else ""))
                self.reload()
            took, peak = time.monotonic() - begin, self.memory_peak()
            self.assertEqual(self.generation(), before + times)
            crowd.stdin.write("enough\n")
            crowd.stdin.flush()
            said = crowd.stdout.readline()
            crowd.wait(60)
        found = json.loads(said)
        print(f"\n{times} reloads of {base.count(chr(10))} lines in {took:.1f} s under {SESSIONS} sessions, {found['transfers']} transfers of {len(BLOB) >> 10} KiB; "
              f"the engine's peak memory {peak_before:.0f} MiB before, {peak:.0f} MiB after ... ", end="", flush=True)
        self.assertEqual((found["alive"], found["error_count"], found["errors"]), (SESSIONS, 0, []))
        self.assertGreater(found["transfers"], TRANSFERRING, "too little was transferred for a test")
        self.assertEqual([r for r in self.lab.records() if r["event_type"] == "drop"], [])
        self.assertEqual(self.get("/late"), "silence", "the last rules that were loaded are not active")
        self.assertEqual(self.get("/cgi-bin/exploit"), "silence")

    def test_reloads_under_traffic_lose_nothing(self):
        self.start_with()
        self.reload_under_traffic(RELOADS, RULES)

    def test_reloads_of_a_large_set_under_traffic_lose_nothing(self):
        large = gate.program.CORPUS / "rules" / "et-open.rules"
        if not large.exists():
            self.skipTest(f"there is no {large}")
        base = RULES + large.read_text(errors="replace")
        self.start_with(base)
        self.reload_under_traffic(LARGE_RELOADS, base)


class Pair(Ips):
    mode = "pair"


class Nfqueue(Ips):
    mode = "nfqueue"


if __name__ == "__main__":
    gate.main()
