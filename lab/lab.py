#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small Intranet of Things in network namespaces, with the gate in the middle.

    things (zone of things)  <-- veth -->  gate  <-- veth -->  outside (zone outside)

Real servers stand on both sides and real clients talk through the gate, inline. `up` in pair mode gives one network with
a transparent bridge in its middle; in nfqueue mode two networks with a router between them.
"""
import argparse
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
DOWNLOAD_BYTES = 8 * 1024 * 1024
SMALL_DOWNLOAD = 64 * 1024
NAMES = ["updates.vendor.example", "cloud.vendor.example", "mail.vendor.example", "tracker.example", "time.vendor.example"]


class NotPermitted(Exception):
    """Namespaces cannot be made here."""


def run(*argv, check=True, quiet=True, **more):
    out = subprocess.DEVNULL if quiet else None
    return subprocess.run([str(a) for a in argv], check=check, stdout=out, stderr=out, **more)


class Attempt:
    """One thing that somebody on this network tries to do, and what the policy says about it."""

    def __init__(self, who, what, argv, allowed, stdin=None, timeout=8, expect=None):
        self.who, self.what, self.argv, self.allowed = who, what, [str(a) for a in argv], allowed
        self.stdin, self.timeout, self.expect = stdin, timeout, expect
        self.succeeded, self.seconds, self.output = None, 0.0, b""

    @property
    def as_expected(self):
        return self.succeeded == self.allowed


class Lab:
    def __init__(self, mode, state=None, keep=False, download_bytes=DOWNLOAD_BYTES):
        self.mode, self.keep, self.download_bytes = mode, keep, download_bytes
        tag = f"gh{os.getpid() % 100000}"
        self.things, self.gate, self.outside = f"{tag}-things", f"{tag}-gate", f"{tag}-outside"
        self.state = pathlib.Path(state or tempfile.mkdtemp(prefix="gatehouse-lab-"))
        self.state.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o755)
        self.servers = []
        self.engine = None
        routed = mode == "nfqueue"
        self.outside_net = "10.77.2" if routed else "10.77.1"
        self.outside_net6 = "fd77:2" if routed else "fd77:1"
        self.thing_ip, self.hub_ip = "10.77.1.10", "10.77.1.20"
        self.thing_ip6 = "fd77:1::10"
        self.server_ip, self.server_ip6 = f"{self.outside_net}.100", f"{self.outside_net6}::100"
        self.zones = ("eth-things", "eth-outside")

    # ---- networks

    def up(self):
        try:
            for ns in (self.things, self.gate, self.outside):
                run("ip", "netns", "add", ns)
                run("ip", "-n", ns, "link", "set", "lo", "up")
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            self.down()
            raise NotPermitted("network namespaces cannot be made here (root, and a kernel that allows them, is needed)") from error
        self._wire(self.things, "eth0", "eth-things")
        self._wire(self.outside, "eth0", "eth-outside")
        for address in (self.thing_ip, self.hub_ip):
            run("ip", "-n", self.things, "addr", "add", f"{address}/24", "dev", "eth0")
        run("ip", "-n", self.things, "addr", "add", f"{self.thing_ip6}/64", "dev", "eth0", "nodad")
        run("ip", "-n", self.outside, "addr", "add", f"{self.server_ip}/24", "dev", "eth0")
        run("ip", "-n", self.outside, "addr", "add", f"{self.server_ip6}/64", "dev", "eth0", "nodad")
        if self.mode == "nfqueue":
            self._route()
        for ns in (self.things, self.outside):
            folder = pathlib.Path("/etc/netns") / ns
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "resolv.conf").write_text(f"nameserver {self.server_ip}\noptions timeout:1 attempts:1\n")

    def _wire(self, ns, inner, outer):
        run("ip", "link", "add", inner, "netns", ns, "type", "veth", "peer", "name", outer, "netns", self.gate)
        run("ip", "-n", ns, "link", "set", inner, "up")
        run("ip", "-n", self.gate, "link", "set", outer, "up")

    def _route(self):
        g = self.gate
        for index, (ns, outer) in enumerate(((self.things, "eth-things"), (self.outside, "eth-outside")), start=1):
            run("ip", "-n", g, "addr", "add", f"10.77.{index}.1/24", "dev", outer)
            run("ip", "-n", g, "addr", "add", f"fd77:{index}::1/64", "dev", outer, "nodad")
            run("ip", "-n", ns, "route", "add", "default", "via", f"10.77.{index}.1")
            run("ip", "-n", ns, "-6", "route", "add", "default", "via", f"fd77:{index}::1")
        run("ip", "netns", "exec", g, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")

    def down(self):
        for process in [self.engine, *reversed(self.servers)]:
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
        for ns in (self.things, self.gate, self.outside):
            pids = subprocess.run(["ip", "netns", "pids", ns], capture_output=True, text=True).stdout.split()
            for pid in pids:  # only what was started inside our own namespaces
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            run("ip", "netns", "del", ns, check=False)
            shutil.rmtree(pathlib.Path("/etc/netns") / ns, ignore_errors=True)
        if not self.keep:
            shutil.rmtree(self.state, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.down()

    # ---- servers

    def spawn(self, ns, *argv, log=None, **more):
        out = open(self.state / (log or f"{argv[0].split('/')[-1]}.log"), "ab")
        process = subprocess.Popen(["ip", "netns", "exec", ns, *[str(a) for a in argv]], stdout=out, stderr=out,
                                   stdin=subprocess.DEVNULL, **more)
        self.servers.append(process)
        return process

    def start_servers(self):
        self._certificate()
        self._nginx(self.outside, "outside")
        self._nginx(self.things, "camera")
        names = [f"--host-record={n},{self.server_ip},{self.server_ip6}" for n in NAMES]
        self.spawn(self.outside, "dnsmasq", "--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null",
                   "--user=root", f"--pid-file={self.state}/dnsmasq.pid", "--cache-size=0", *names,
                   "--txt-record=vendor.example,v=lab", "--mx-host=vendor.example,mail.vendor.example,10")
        (self.state / "mosquitto.conf").write_text("listener 1883\nallow_anonymous true\nuser root\npersistence false\n")
        self.spawn(self.outside, "mosquitto", "-c", self.state / "mosquitto.conf")
        self._sshd()
        self._smtpd()
        for port in (80, 443, 1883, 22, 25):
            self._wait_port(self.outside, self.server_ip, port)
        self._wait_port(self.things, self.thing_ip, 80)

    def _certificate(self):
        names = ",".join(f"DNS:{n}" for n in NAMES)
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
            "-subj", "/O=Lab/CN=vendor.example", "-addext", f"subjectAltName={names}", "-keyout", self.state / "key.pem",
            "-out", self.state / "cert.pem")
        (self.state / "key.pem").chmod(0o600)

    def _nginx(self, ns, name):
        root = self.state / name
        root.mkdir(exist_ok=True)
        (root / "index.html").write_text(f"<h1>{name}</h1>\n")
        if name == "outside":
            blob = hashlib.sha256(b"gatehouse lab").digest() * (self.download_bytes // 32)
            (root / "firmware.bin").write_bytes(blob)
            self.firmware = hashlib.sha256(blob).hexdigest()
        (self.state / f"nginx-{name}.conf").write_text(f"""
daemon off; user root; worker_processes 1; pid {self.state}/nginx-{name}.pid; error_log {self.state}/nginx-{name}.log;
events {{ worker_connections 128; }}
http {{
  access_log off; default_type text/html; gzip on; client_body_temp_path {root}/tmp; proxy_temp_path {root}/tmp;
  fastcgi_temp_path {root}/tmp; uwsgi_temp_path {root}/tmp; scgi_temp_path {root}/tmp;
  server {{
    listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl; root {root};
    ssl_certificate {self.state}/cert.pem; ssl_certificate_key {self.state}/key.pem;
  }}
}}
""")
        self.spawn(ns, "nginx", "-c", self.state / f"nginx-{name}.conf", log=f"nginx-{name}.out")

    def _sshd(self):
        for name in ("host", "user"):
            run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.state / f"{name}_key")
        (self.state / "authorized_keys").write_bytes((self.state / "user_key.pub").read_bytes())
        (self.state / "sshd_config").write_text(
            f"HostKey {self.state}/host_key\nPidFile {self.state}/sshd.pid\nAuthorizedKeysFile {self.state}/authorized_keys\n"
            "PermitRootLogin prohibit-password\nStrictModes no\nUsePAM no\nPort 22\nPort 2222\n")
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        self.spawn(self.outside, shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", self.state / "sshd_config")

    def _smtpd(self):
        self.spawn(self.outside, "/usr/bin/python3", "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", "0.0.0.0:25",
                   "--tlscert", self.state / "cert.pem", "--tlskey", self.state / "key.pem", "--no-requiretls", log="smtp.log")

    def _wait_port(self, ns, address, port, seconds=10):
        probe = "import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 1)"
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if run("ip", "netns", "exec", ns, sys.executable, "-c", probe, address, port, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError(f"the lab's server on port {port} did not come up; see {self.state}")

    # ---- the gate

    def write_config(self, fail="closed", workers=1, policy=None):
        policy = policy or HERE / "policy.yaml"
        capture = {
            "pair": "  mode: af-packet\n  pairs: [ { a: eth-things, b: eth-outside } ]\n",
            "nfqueue": f"  mode: nfqueue\n  nfqueue: {{ queues: 0-{workers - 1}, fail: {fail} }}\n",
            "tap": "  mode: tap\n  interfaces: [eth-things]\n",
        }[self.mode]
        path = self.state / "gatehouse.yaml"
        path.write_text(f"""version: 1
system:
  runtime-dir: {self.state}
  fail-policy: {{ default: {fail} }}
capture:
{capture}  workers: {workers}
log:
  eve: {self.state}/eve.json
control:
  socket: {self.state}/control.socket
policy:
  file: {policy}
""")
        return path

    def start_engine(self, binary, config=None, show=True, wrapper=()):
        config = config or self.write_config()
        argv = ["ip", "netns", "exec", self.gate, *wrapper, str(binary), "run", "-c", str(config)] + (["--show"] if show else [])
        out = None if show else open(self.state / "engine.log", "ab")
        self.engine = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        until = time.monotonic() + 15
        while time.monotonic() < until:
            if self.engine.poll() is not None:
                raise RuntimeError(f"the engine ended at once with status {self.engine.returncode}; its log: {self.state}/engine.log")
            if (self.state / "control.socket").exists():
                return
            time.sleep(0.05)
        raise RuntimeError("the engine did not come up")

    # ---- traffic

    def attempts(self):
        curl = ["curl", "-sS", "--max-time", "6", "-o", "/dev/null", "--cacert", self.state / "cert.pem"]
        ssh = ["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
               "-o", "ConnectTimeout=5", "-o", "LogLevel=ERROR", "-i", self.state / "user_key"]
        mail = ["swaks", "--server", "mail.vendor.example", "--helo", "nas.lan", "--from", "nas@lan.example",
                "--to", "owner@vendor.example", "--header", "Subject: disk report", "--body", "all is well", "--timeout", "6"]
        return [
            Attempt("camera", "asks DNS for its cloud", ["dig", "+short", "+time=2", "+tries=1", "cloud.vendor.example"], True),
            Attempt("camera", "fetches firmware by HTTP", [*curl, "http://updates.vendor.example/firmware.bin"], True),
            Attempt("camera", "fetches firmware by HTTPS", [*curl, "https://updates.vendor.example/firmware.bin"], True),
            Attempt("camera", "fetches the page by HTTPS over IPv6", [*curl, "-6", "https://updates.vendor.example/"], True),
            Attempt("sensor", "publishes by MQTT", ["mosquitto_pub", "-h", "cloud.vendor.example", "-t", "plant/7/temperature",
                                                    "-m", "21.5", "-q", "1"], True),
            Attempt("nas", "sends mail with STARTTLS", [*mail, "--tls"], True),
            Attempt("camera", "talks to a tracker by HTTP", [*curl, "http://tracker.example/collect?id=7"], False),
            Attempt("camera", "talks to a tracker by HTTPS", [*curl, "https://tracker.example/collect?id=7"], False),
            Attempt("camera", "opens SSH to the outside", [*ssh, f"root@{self.server_ip}", "true"], False),
            Attempt("camera", "hides SSH on another port", [*ssh, "-p", "2222", f"root@{self.server_ip6}", "true"], False),
            Attempt("stranger", "opens the camera's page", ["@outside", *curl, f"http://{self.thing_ip}/"], False, timeout=5),
        ]

    def attempt(self, a):
        argv, ns = a.argv, self.things
        if argv[0] == "@outside":
            argv, ns = argv[1:], self.outside
        begin = time.monotonic()
        try:
            done = subprocess.run(["ip", "netns", "exec", ns, *argv], input=a.stdin, stdin=None if a.stdin else subprocess.DEVNULL,
                                  capture_output=True, timeout=a.timeout)
            a.output = done.stdout + done.stderr
            a.succeeded = done.returncode == 0
        except subprocess.TimeoutExpired:
            a.succeeded = False
        a.seconds = time.monotonic() - begin
        return a

    def download_is_identical(self, url="http://updates.vendor.example/firmware.bin"):
        done = subprocess.run(["ip", "netns", "exec", self.things, "curl", "-sS", "--max-time", "20", "--cacert",
                               str(self.state / "cert.pem"), url], capture_output=True)
        return hashlib.sha256(done.stdout).hexdigest() == self.firmware


def summary(attempts):
    width = max(len(a.what) for a in attempts)
    print(f"\n{'who':10} {'what':{width}}  {'policy':8} {'result':9} seconds")
    for a in attempts:
        result = "arrived" if a.succeeded else "refused"
        print(f"{a.who:10} {a.what:{width}}  {'allow' if a.allowed else 'refuse':8} {result:9} {a.seconds:6.2f}"
              + ("" if a.as_expected else "   <-- not as the policy says"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gatehouse", required=True, help="the built program")
    parser.add_argument("--mode", choices=["pair", "nfqueue"], default="pair")
    parser.add_argument("--once", action="store_true", help="one round of traffic, then end; exit 1 if something was not as the policy says")
    parser.add_argument("--record", metavar="FILE", help="one round, recorded on the things' side with tcpdump, with small downloads")
    parser.add_argument("--pause", type=float, default=5, help="seconds between rounds")
    args = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    with Lab(args.mode, download_bytes=SMALL_DOWNLOAD if args.record else DOWNLOAD_BYTES) as lab:
        try:
            lab.up()
        except NotPermitted as error:
            print(f"lab: {error}", file=sys.stderr)
            sys.exit(4)
        print(f"The lab stands: things {lab.thing_ip} -- gate ({args.mode}) -- outside {lab.server_ip}. "
              "Starting its servers and the engine…", flush=True)
        lab.start_servers()
        lab.start_engine(pathlib.Path(args.gatehouse).resolve())
        recording = None
        if args.record:
            recording = lab.spawn(lab.gate, "tcpdump", "-U", "-i", "eth-things", "-w", args.record)
            time.sleep(1)
        failed = False
        while True:
            done = [lab.attempt(a) for a in lab.attempts()]
            time.sleep(0.5)
            summary(done)
            same = lab.download_is_identical()
            print(f"downloads through the gate are {'byte-identical' if same else 'DIFFERENT from what was sent'}", flush=True)
            failed = failed or not same or not all(a.as_expected for a in done)
            if recording is not None:
                recording.terminate()
                recording.wait()
            if args.once or recording is not None:
                break
            time.sleep(args.pause)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
