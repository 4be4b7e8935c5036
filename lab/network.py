# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab's network: three namespaces, joined by veth pairs.

    things (zone of things)  <-- veth -->  gate  <-- veth -->  outside (zone outside)

In pair mode things and outside are one network with a transparent bridge, the engine, in its middle; in nfqueue mode they
are two networks, and the gate is the router between them.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PREFIX = "gatehouse"  # of the namespaces' names; the maker's process number follows


class NotPermitted(Exception):
    """Namespaces cannot be made here."""


def run(*argv, check=True, **more):
    done = subprocess.run([str(a) for a in argv], stdin=subprocess.DEVNULL, capture_output=True, text=True, **more)
    if check and done.returncode != 0:
        raise RuntimeError(f"`{' '.join(map(str, argv))}` failed: {(done.stderr or done.stdout).strip()}")
    return done


def remove_namespace(name):
    """Ends what runs inside, and the namespace with its interfaces."""
    for pid in run("ip", "netns", "pids", name, check=False).stdout.split():
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    run("ip", "netns", "del", name, check=False)
    shutil.rmtree(pathlib.Path("/etc/netns") / name, ignore_errors=True)


def remove_leftovers():
    """Namespaces of labs that were killed before they could clean up."""
    for line in run("ip", "netns", "list", check=False).stdout.splitlines():
        name = line.split()[0] if line.split() else ""
        made = re.fullmatch(rf"{PREFIX}(\d+)-(things|gate|outside)", name)
        if made and not pathlib.Path("/proc", made.group(1)).exists():
            remove_namespace(name)


class Network:
    def __init__(self, mode, state=None, keep=False):
        self.mode, self.keep = mode, keep
        tag = f"{PREFIX}{os.getpid()}"
        self.things, self.gate, self.outside = f"{tag}-things", f"{tag}-gate", f"{tag}-outside"
        self.state = pathlib.Path(state or tempfile.mkdtemp(prefix="gatehouse-lab-"))
        self.state.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o755)
        self.started = []
        routed = mode == "nfqueue"
        self.thing_ip, self.hub_ip, self.thing_ip6 = "10.77.1.10", "10.77.1.20", "fd77:1::10"
        self.server_ip = "10.77.2.100" if routed else "10.77.1.100"
        self.server_ip6 = "fd77:2::100" if routed else "fd77:1::100"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.down()

    def up(self):
        if os.geteuid() != 0:
            raise NotPermitted("the lab makes network namespaces, which only root may: run it with sudo")
        remove_leftovers()
        try:
            for ns in (self.things, self.gate, self.outside):
                run("ip", "netns", "add", ns)
                run("ip", "-n", ns, "link", "set", "lo", "up")
        except (RuntimeError, FileNotFoundError) as error:
            self.down()
            raise NotPermitted(f"network namespaces cannot be made here: {error}") from error
        self._wire(self.things, "eth-things")
        self._wire(self.outside, "eth-outside")
        for address in (self.thing_ip, self.hub_ip):
            run("ip", "-n", self.things, "addr", "add", f"{address}/24", "dev", "eth0")
        run("ip", "-n", self.things, "addr", "add", f"{self.thing_ip6}/64", "dev", "eth0", "nodad")
        run("ip", "-n", self.outside, "addr", "add", f"{self.server_ip}/24", "dev", "eth0")
        run("ip", "-n", self.outside, "addr", "add", f"{self.server_ip6}/64", "dev", "eth0", "nodad")
        if self.mode == "nfqueue":
            self._route()
        for ns in (self.things, self.outside):  # `ip netns exec` shows this as /etc/resolv.conf
            folder = pathlib.Path("/etc/netns") / ns
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "resolv.conf").write_text(f"nameserver {self.server_ip}\noptions timeout:1 attempts:2\n")

    def _wire(self, ns, gate_end):
        run("ip", "link", "add", "eth0", "netns", ns, "type", "veth", "peer", "name", gate_end, "netns", self.gate)
        run("ip", "-n", ns, "link", "set", "eth0", "up")
        run("ip", "-n", self.gate, "link", "set", gate_end, "up")

    def _route(self):
        for index, (ns, gate_end) in enumerate(((self.things, "eth-things"), (self.outside, "eth-outside")), start=1):
            run("ip", "-n", self.gate, "addr", "add", f"10.77.{index}.1/24", "dev", gate_end)
            run("ip", "-n", self.gate, "addr", "add", f"fd77:{index}::1/64", "dev", gate_end, "nodad")
            run("ip", "-n", ns, "route", "add", "default", "via", f"10.77.{index}.1")
            run("ip", "-n", ns, "-6", "route", "add", "default", "via", f"fd77:{index}::1")
        self.inside(self.gate, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")

    def down(self):
        for process in reversed(self.started):
            if process.poll() is None:
                process.terminate()
        for process in self.started:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.started.clear()
        if os.geteuid() == 0:
            for ns in (self.things, self.gate, self.outside):
                remove_namespace(ns)
        if not self.keep:
            shutil.rmtree(self.state, ignore_errors=True)

    # ---- within

    def inside(self, ns, *argv, check=True, **more):
        return run("ip", "netns", "exec", ns, *argv, check=check, **more)

    def spawn(self, ns, *argv, log=None):
        """Starts a program that `down` will end; what it says goes to a file in the state folder."""
        with open(self.state / (log or f"{str(argv[0]).split('/')[-1]}.log"), "ab") as out:
            process = subprocess.Popen(["ip", "netns", "exec", ns, *map(str, argv)], stdin=subprocess.DEVNULL, stdout=out,
                                       stderr=out)
        self.started.append(process)
        return process

    def wait_port(self, ns, address, port, seconds=10):
        probe = "import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 1)"
        until = time.monotonic() + seconds
        while self.inside(ns, sys.executable, "-c", probe, address, port, check=False).returncode != 0:
            if time.monotonic() > until:
                logs = "".join(f"\n{f.name}: {f.read_text(errors='replace')[-300:].strip()}" for f in self.state.glob("*.log"))
                raise RuntimeError(f"the lab's server on port {port} did not come up{logs}")
            time.sleep(0.1)
