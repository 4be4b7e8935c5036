#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small Intranet of Things in network namespaces, with the gate in the middle.

    things  <-- veth -->  gate  <-- veth -->  outside

Real servers stand on both sides and real clients talk through the gate, inline; lab/policy.yaml says who may do what.
Needs root. network.py has the wires, servers.py the servers.
"""
import argparse
import hashlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
os.environ["PATH"] += ":/usr/sbin:/sbin"

import servers  # noqa: E402
from network import Network, NotPermitted  # noqa: E402

POLICY = HERE / "policy.yaml"
DOWNLOAD_BYTES, SMALL_DOWNLOAD = 8 * 1024 * 1024, 64 * 1024
NOT_PERMITTED = 4  # the exit status of this program and of the engine alike


class Attempt:
    """One thing that somebody on this network tries to do, and what the policy says about it."""

    def __init__(self, who, what, argv, allowed, outside=False):
        self.who, self.what, self.argv, self.allowed, self.outside = who, what, [str(a) for a in argv], allowed, outside
        self.succeeded, self.seconds, self.output, self.refused_by = None, 0.0, "", ""

    @property
    def as_expected(self):
        return self.succeeded == self.allowed


class Lab(Network):
    def __init__(self, mode, state=None, keep=False, download_bytes=DOWNLOAD_BYTES):
        super().__init__(mode, state, keep)
        self.download_bytes, self.firmware, self.engine = download_bytes, None, None
        self.log = self.state / "eve.json"
        self.socket = self.state / "control.socket"

    def start_servers(self):
        self.firmware = servers.start(self, self.download_bytes)

    # ---- the gate

    def write_config(self, fail="closed", workers=1, policy=POLICY, more=""):
        """`policy`: a file, or None for none: everything passes. `more`: further sections, as YAML."""
        capture = {
            "pair": "  mode: af-packet\n  pairs: [ { a: eth-things, b: eth-outside } ]\n",
            "nfqueue": f"  mode: nfqueue\n  nfqueue: {{ queues: 0-{workers - 1}, fail: {fail} }}\n",
            "tap": "  mode: tap\n  interfaces: [eth-things]\n",
        }[self.mode]
        path = self.state / "gatehouse.yaml"
        path.write_text(f"version: 1\nsystem:\n  runtime-dir: {self.state}\n  fail-policy: {{ default: {fail} }}\n"
                        f"capture:\n{capture}  workers: {workers}\nlog: {{ eve: {self.log} }}\n"
                        f"control: {{ socket: {self.socket} }}\npolicy: {{ file: {json.dumps(str(policy or ''))} }}\n{more}")
        return path

    def start_engine(self, binary, config=None, show=False, wrapper=()):
        """Starts the engine within the gate and waits until it answers. Without `show` what it says is in engine.log."""
        argv = ["ip", "netns", "exec", self.gate, *wrapper, str(binary), "run", "-c", str(config or self.write_config())]
        with open(self.state / "engine.log", "ab") as out:
            where = {} if show else {"stdout": out, "stderr": out}
            self.engine = subprocess.Popen(argv + (["--show"] if show else []), stdin=subprocess.DEVNULL, **where)
        self.started.append(self.engine)
        until = time.monotonic() + 20
        while not self._answers():
            if self.engine.poll() is not None:
                raise RuntimeError(f"the engine ended at once with status {self.engine.returncode}: {self.engine_says()}")
            if time.monotonic() > until:
                raise RuntimeError(f"the engine did not come up: {self.engine_says()}")
            time.sleep(0.05)
        return self.engine

    def stop_engine(self, how=signal.SIGTERM):
        """Returns the engine's exit status; negative: the signal that ended it."""
        if self.engine.poll() is None:
            self.engine.send_signal(how)
        return self.engine.wait(20)

    def _answers(self):
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.socket))
                return True
            except OSError:  # not there yet, or left by an engine that was killed
                return False

    def engine_says(self):
        return (self.state / "engine.log").read_text(errors="replace")

    def records(self):
        """What the engine has logged so far, whole lines only."""
        if not self.log.exists():
            return []
        return [json.loads(line) for line in self.log.read_bytes().rpartition(b"\n")[0].splitlines()]

    # ---- traffic

    def curl(self, *words):
        return ["curl", "-sS", "--max-time", "6", "--cacert", self.state / "cert.pem", *words]

    def attempts(self):
        page = self.curl("-o", "/dev/null")
        ssh = ["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
               "-o", "ConnectTimeout=5", "-o", "LogLevel=ERROR", "-i", self.state / "user_key"]
        mail = ["swaks", "--server", "mail.vendor.example", "--helo", "nas.lan", "--from", "nas@lan.example",
                "--to", "owner@vendor.example", "--header", "Subject: disk report", "--body", "all is well", "--timeout", "6"]
        return [
            Attempt("camera", "asks DNS for its cloud", ["dig", "+short", "+time=3", "+tries=2", "cloud.vendor.example"], True),
            Attempt("camera", "fetches firmware by HTTP", [*page, "http://updates.vendor.example/firmware.bin"], True),
            Attempt("camera", "fetches firmware by HTTPS", [*page, "https://updates.vendor.example/firmware.bin"], True),
            Attempt("camera", "fetches the page by HTTPS over IPv6", [*page, "-6", "https://updates.vendor.example/"], True),
            Attempt("sensor", "publishes by MQTT", ["mosquitto_pub", "-h", "cloud.vendor.example", "-t", "plant/7/temperature",
                                                    "-m", "21.5", "-q", "1"], True),
            Attempt("nas", "sends mail with STARTTLS", [*mail, "--tls"], True),
            Attempt("camera", "talks to a tracker by HTTP", [*page, "http://tracker.example/collect?id=7"], False),
            Attempt("camera", "talks to a tracker by HTTPS", [*page, "https://tracker.example/collect?id=7"], False),
            Attempt("camera", "opens SSH to the outside", [*ssh, f"root@{self.server_ip}", "true"], False),
            Attempt("camera", "hides SSH on another port", [*ssh, "-p", "2222", f"root@{self.server_ip6}", "true"], False),
            Attempt("stranger", "opens the camera's page", [*page, "--max-time", "3", f"http://{self.thing_ip}/"], False, outside=True),
        ]

    def attempt(self, a):
        """Lets it happen. Where it is refused, the log says by which rule."""
        before = len(self.records())
        begin = time.monotonic()
        done = self.inside(self.outside if a.outside else self.things, "timeout", "10", *a.argv, check=False, errors="replace")
        a.seconds = time.monotonic() - begin
        a.output, a.succeeded = done.stdout + done.stderr, done.returncode == 0
        until = time.monotonic() + (0 if a.succeeded else 1)
        while not a.refused_by:
            for record in self.records()[before:]:
                if record["event_type"] == "alert":
                    a.refused_by = "'{rule}', line {line}".format(**record["alert"]["context"]["policy"])
            if time.monotonic() >= until:
                break
            time.sleep(0.05)
        return a

    def download_is_identical(self, url="http://updates.vendor.example/firmware.bin", *words):
        argv = ["ip", "netns", "exec", self.things, *map(str, self.curl("--max-time", "20", *words, url))]
        content = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True).stdout
        return hashlib.sha256(content).hexdigest() == self.firmware


# ---- for people


def say(text=""):
    print(text, flush=True)


def show_attempt(lab, a):
    say(f"-- {a.who} {a.what}")
    lab.attempt(a)
    time.sleep(0.2)  # the engine's own lines about it come first
    verdict = "arrived" if a.succeeded else f"refused by rule {a.refused_by}" if a.refused_by else "failed"
    say(f"   {verdict}{'' if a.as_expected else '   <-- NOT as the policy says'}")


def summary(attempts):
    width = max(len(a.what) for a in attempts)
    say(f"\n{'who':9} {'what':{width}}  {'policy':7} {'result':8} {'seconds':>7}  rule of {POLICY.name}")
    for a in attempts:
        say((f"{a.who:9} {a.what:{width}}  {'allow' if a.allowed else 'refuse':7} {'arrived' if a.succeeded else 'refused':8} "
             f"{a.seconds:7.2f}  {a.refused_by}{'' if a.as_expected else '   <-- NOT as the policy says'}").rstrip())


def one_round(lab):
    done = lab.attempts()
    for a in done:
        show_attempt(lab, a)
    same = lab.download_is_identical()
    return done, same


def conclude(done, same):
    """Says how a round went; true if all was as the policy says."""
    summary(done)
    right = sum(a.as_expected for a in done)
    say(f"\n{right} of {len(done)} attempts went as the policy says; a download of {DOWNLOAD_BYTES >> 20} MiB through the gate was "
        f"{'byte-identical' if same else 'NOT what was sent'}.")
    return right == len(done) and same


def record(lab, binary, target):
    """One round with nothing refused, as seen on the things' side: what a policy does with it shows in a replay."""
    lab.start_engine(binary, lab.write_config(policy=None))
    recording = lab.spawn(lab.gate, "tcpdump", "-U", "-i", "eth-things", "-w", target)
    time.sleep(1)
    for a in lab.attempts():
        lab.attempt(a)
        say(f"{a.who} {a.what}: {'arrived' if a.succeeded else 'failed'}")
    time.sleep(1)
    recording.terminate()
    recording.wait()


def guard(lab, binary, once, pause):
    say(f"   things {lab.thing_ip} {lab.thing_ip6}  --  gate ({lab.mode})  --  outside {lab.server_ip} {lab.server_ip6}")
    say("2. servers: nginx, dnsmasq, mosquitto, sshd, aiosmtpd")
    lab.start_servers()
    say(f"3. engine: gatehouse run in the gate, policy {POLICY.relative_to(HERE.parent)}; its log {lab.log}")
    lab.start_engine(binary, show=True)
    say("4. traffic: each attempt, and what the engine says of it")
    while True:
        done, same = one_round(lab)
        if once:
            break
        conclude(done, same)
        say(f"Again in {pause:g} seconds; Ctrl-C ends it.")
        time.sleep(pause)
    say("5. end: the engine is stopped and closes the sessions' books")
    status = lab.stop_engine()
    if status != 0:
        say(f"The engine ended with status {status}.")
    return conclude(done, same) and status == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gatehouse", required=True, help="the built program")
    parser.add_argument("--mode", choices=["pair", "nfqueue"], default="pair")
    parser.add_argument("--once", action="store_true", help="one round of traffic, then end; exit 1 if something was not as the policy says")
    parser.add_argument("--record", metavar="FILE", help="one round without a policy, recorded on the things' side, with small downloads")
    parser.add_argument("--pause", type=float, default=5, help="seconds between rounds")
    args = parser.parse_args()
    binary = pathlib.Path(args.gatehouse).resolve()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything is cleaned up then too
    with Lab(args.mode, download_bytes=SMALL_DOWNLOAD if args.record else DOWNLOAD_BYTES) as lab:
        try:
            if os.geteuid() == 0 and servers.missing_programs():
                raise NotPermitted(f"these programs are missing: {', '.join(servers.missing_programs())}")
            say("1. network: three namespaces on this host, nothing outside them is touched")
            lab.up()
        except NotPermitted as error:
            print(f"lab: {error}", file=sys.stderr)
            return NOT_PERMITTED
        if args.record:
            lab.start_servers()
            record(lab, binary, args.record)
            return 0
        return 0 if guard(lab, binary, args.once, args.pause) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say()
