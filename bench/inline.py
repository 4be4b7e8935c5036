#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Throughput and latency inline, between two network namespaces with the gate's namespace in the middle.

Every mode is measured in turn, round after round, in one run, and medians are printed: machines are noisy, and only ratios of
one run mean something. One iperf3 TCP stream; latency is ping's, 1 ms apart, without other load.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

TAG = f"ghb{os.getpid() % 100000}"
CLIENT, GATE, SERVER = f"{TAG}-c", f"{TAG}-g", f"{TAG}-s"


def run(*argv, **more):
    return subprocess.run([str(a) for a in argv], check=True, capture_output=True, text=True, **more).stdout


def inside(ns, *argv, **more):
    return run("ip", "netns", "exec", ns, *argv, **more)


class Wires:
    """client -- gate -- server; routed (two networks) or bridged (one)."""

    def __init__(self, routed, offloads):
        self.routed, self.offloads = routed, offloads
        self.server = "10.78.2.2" if routed else "10.78.1.2"

    def __enter__(self):
        for ns in (CLIENT, GATE, SERVER):
            run("ip", "netns", "add", ns)
            run("ip", "-n", ns, "link", "set", "lo", "up")
        for ns, outer, address in ((CLIENT, "left", "10.78.1.1"), (SERVER, "right", self.server)):
            run("ip", "link", "add", "eth0", "netns", ns, "type", "veth", "peer", "name", outer, "netns", GATE)
            run("ip", "-n", ns, "addr", "add", f"{address}/24", "dev", "eth0")
            run("ip", "-n", ns, "link", "set", "eth0", "up")
            run("ip", "-n", GATE, "link", "set", outer, "up")
            if not self.offloads:
                for where, device in ((ns, "eth0"), (GATE, outer)):
                    inside(where, "ethtool", "-K", device, "tso", "off", "gso", "off", "gro", "off", "tx", "off")
        if self.routed:
            run("ip", "-n", GATE, "addr", "add", "10.78.1.254/24", "dev", "left")
            run("ip", "-n", GATE, "addr", "add", "10.78.2.254/24", "dev", "right")
            run("ip", "-n", CLIENT, "route", "add", "default", "via", "10.78.1.254")
            run("ip", "-n", SERVER, "route", "add", "default", "via", "10.78.2.254")
            inside(GATE, "sysctl", "-qw", "net.ipv4.ip_forward=1")
        return self

    def __exit__(self, *_):
        for ns in (CLIENT, GATE, SERVER):
            subprocess.run(["ip", "netns", "del", ns], capture_output=True)

    def bridge(self):
        run("ip", "-n", GATE, "link", "add", "br0", "type", "bridge")
        for device in ("left", "right", "br0"):
            if device != "br0":
                run("ip", "-n", GATE, "link", "set", device, "master", "br0")
            run("ip", "-n", GATE, "link", "set", device, "up")


def measure(wires, seconds):
    server = subprocess.Popen(["ip", "netns", "exec", SERVER, "iperf3", "-s", "-1"], stdout=subprocess.DEVNULL)
    time.sleep(0.4)
    try:
        result = json.loads(inside(CLIENT, "iperf3", "-c", wires.server, "-t", seconds, "-J"))
        mbits = result["end"]["sum_received"]["bits_per_second"] / 1e6
    finally:
        server.kill()
        server.wait()
    ping = inside(CLIENT, "ping", "-i", "0.001", "-c", "2000", "-n", wires.server)
    times = sorted(float(line.split("time=")[1].split()[0]) for line in ping.splitlines() if "time=" in line)
    return mbits, statistics.mean(times), times[len(times) // 2], times[int(len(times) * 0.99)]


CONFIG = """version: 1
system: {{ runtime-dir: {state}, fail-policy: {{ default: closed }} }}
capture:
{capture}
  workers: 1
log: {{ eve: {state}/eve.json }}
control: {{ socket: {state}/control.socket }}
policy: {{ file: {state}/policy.yaml }}
"""
POLICY = """version: 1
zones: { inside: { interfaces: [left] }, outside: { interfaces: [right] } }
rules:
  - { name: no remote shells, application: ssh, action: reject }
default: allow
"""
CAPTURES = {
    "pair": "  mode: af-packet\n  pairs: [ { a: left, b: right } ]",
    "nfqueue": "  mode: nfqueue\n  nfqueue: { queues: 0, fail: closed }",
}


class Engine:
    def __init__(self, binary, kind):
        self.binary, self.kind = binary, kind

    def __enter__(self):
        self.state = tempfile.TemporaryDirectory(prefix="gatehouse-bench-")
        path = pathlib.Path(self.state.name)
        (path / "policy.yaml").write_text(POLICY)
        (path / "gatehouse.yaml").write_text(CONFIG.format(state=path, capture=CAPTURES[self.kind]))
        self.process = subprocess.Popen(["ip", "netns", "exec", GATE, self.binary, "run", "-c", str(path / "gatehouse.yaml")],
                                        stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while not (path / "control.socket").exists():
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the engine did not come up")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.state.cleanup()


def modes(binary):
    def bridge(offloads):
        def measured(seconds):
            with Wires(False, offloads) as wires:
                wires.bridge()
                return measure(wires, seconds)
        return measured

    def routing(offloads):
        def measured(seconds):
            with Wires(True, offloads) as wires:
                return measure(wires, seconds)
        return measured

    def engine(kind):
        def measured(seconds):
            with Wires(kind == "nfqueue", True) as wires, Engine(binary, kind):
                return measure(wires, seconds)
        return measured

    return {
        "kernel bridge, offloads on": bridge(True), "kernel bridge, offloads off": bridge(False),
        "routing, offloads on": routing(True), "routing, offloads off": routing(False),
        "Gatehouse AF_PACKET pair": engine("pair"), "Gatehouse NFQUEUE": engine("nfqueue"),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gatehouse", default="build/release/gatehouse")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4)
    args = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    table = modes(str(pathlib.Path(args.gatehouse).resolve()))
    results = {name: [] for name in table}
    for number in range(args.rounds):
        for name, measured in table.items():
            print(f"\rround {number + 1} of {args.rounds}: {name:30}", end="", file=sys.stderr, flush=True)
            results[name].append(measured(args.seconds))
    print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
    middle = {name: [statistics.median(r[i] for r in rows) for i in range(4)] for name, rows in results.items()}
    print(f"{'':30} {'Mbit/s':>8} {'ping avg':>9} {'p50':>7} {'p99':>7}  ms")
    for name, (mbits, mean, p50, p99) in middle.items():
        print(f"{name:30} {mbits:8.0f} {mean:9.3f} {p50:7.3f} {p99:7.3f}")
    pair, nfq = middle["Gatehouse AF_PACKET pair"], middle["Gatehouse NFQUEUE"]
    print(f"\nAF_PACKET pair / bridge without offloads: {pair[0] / middle['kernel bridge, offloads off'][0]:.2f}"
          f"\nNFQUEUE / routing without offloads:       {nfq[0] / middle['routing, offloads off'][0]:.2f}"
          f"\nadded latency, pair over bridge:          {pair[1] - middle['kernel bridge, offloads on'][1]:.3f} ms (p50 {pair[2] - middle['kernel bridge, offloads on'][2]:.3f}, p99 {pair[3] - middle['kernel bridge, offloads on'][3]:.3f})"
          f"\nadded latency, NFQUEUE over routing:      {nfq[1] - middle['routing, offloads on'][1]:.3f} ms (p50 {nfq[2] - middle['routing, offloads on'][2]:.3f}, p99 {nfq[3] - middle['routing, offloads on'][3]:.3f})")


main()
