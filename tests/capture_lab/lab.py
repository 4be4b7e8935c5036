#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Capture under a real kernel: three network namespaces (client, gate, server) joined by veth pairs, the bare forwarder
in the middle. Needs root and `ip`; says "skipped: why" (exit status 77) where it cannot run.

  lab.py FORWARDER            runs all tests
  lab.py FORWARDER NAME…      runs those tests
  lab.py FORWARDER --measure  throughput (iperf3) and latency of both inline modes, beside the kernel's bridge and routing
"""
import hashlib, json, os, re, shutil, signal, socket, struct, subprocess, sys, tempfile, time

PREFIX = f"gh{os.getpid() % 100000}"
CLIENT, GATE, SERVER = PREFIX + "c", PREFIX + "g", PREFIX + "s"
FORWARDER = ""
VLAN_FRAME_TYPE = 0x88B5  # IEEE 802: for local experiments
SOL_PACKET, PACKET_AUXDATA, PACKET_VNET_HDR = 263, 8, 15


class Failed(Exception):
    pass


def check(truth, why):
    if not truth:
        raise Failed(why)


def run(*command, within=None, quiet=False, **more):
    words = (["ip", "netns", "exec", within] if within else []) + list(command)
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode != 0 and not quiet:
        raise Failed(f"`{' '.join(words)}` failed: {done.stdout.strip()}")
    return done


started = []


def start(*command, within):
    process = subprocess.Popen(["ip", "netns", "exec", within, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    started.append(process)
    return process


def python(code, *arguments, within):
    return start(sys.executable, "-c", code, *arguments, within=within)


# ---- the houses -------------------------------------------------------------------------------------------------------

def build(routed):
    for name in (CLIENT, GATE, SERVER):
        run("ip", "netns", "add", name)
        run("ip", "-n", name, "link", "set", "lo", "up")
    run("ip", "link", "add", "c0", "netns", CLIENT, "type", "veth", "peer", "name", "g0", "netns", GATE)
    run("ip", "link", "add", "s0", "netns", SERVER, "type", "veth", "peer", "name", "g1", "netns", GATE)
    # Addresses are usable at once, without waiting for duplicate address detection.
    for name, interfaces in ((CLIENT, ("c0",)), (GATE, ("g0", "g1")), (SERVER, ("s0",))):
        for interface in interfaces:
            run("sysctl", "-qw", f"net.ipv6.conf.{interface}.accept_dad=0", within=name)
    if routed:
        for interface, net in (("g0", 1), ("g1", 2)):
            run("ip", "-n", GATE, "addr", "add", f"10.77.{net}.254/24", "dev", interface)
            run("ip", "-n", GATE, "addr", "add", f"fd77:{net}::fe/64", "dev", interface, "nodad")
        run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", within=GATE)
    else:
        run("sysctl", "-qw", "net.ipv6.conf.g0.disable_ipv6=1", "net.ipv6.conf.g1.disable_ipv6=1", within=GATE)
    for interface in ("g0", "g1"):
        run("ip", "-n", GATE, "link", "set", interface, "up", *([] if routed else ["arp", "off"]))
    for name, interface, net, host in ((CLIENT, "c0", 1, 1), (SERVER, "s0", 2 if routed else 1, 2)):
        run("ip", "-n", name, "addr", "add", f"10.77.{net}.{host}/24", "dev", interface)
        run("ip", "-n", name, "addr", "add", f"fd77:{net}::{host}/64", "dev", interface, "nodad")
        run("ip", "-n", name, "link", "set", interface, "up")
        if routed:
            run("ip", "-n", name, "route", "add", "default", "via", f"10.77.{net}.254")
            run("ip", "-n", name, "-6", "route", "add", "default", "via", f"fd77:{net}::fe")


def tear_down():
    for process in started:  # what a failed test has left running
        if process.poll() is None:
            process.kill()
            process.wait()
    started.clear()
    for name in (CLIENT, GATE, SERVER):
        run("ip", "netns", "del", name, quiet=True)


def server_address(routed):
    return "10.77.2.2" if routed else "10.77.1.2"


class Forwarder:
    def __init__(self, *arguments):
        self.process = start(FORWARDER, *arguments, within=GATE)
        lines = []
        while True:
            line = self.process.stdout.readline()
            if line.strip() == "forwarding":
                break
            if not line:
                raise Failed("the forwarder did not start: " + "".join(lines).strip())
            lines.append(line)
        self.said = "".join(lines)

    def stop(self):
        """Ends it cleanly and returns the sum of its workers' counters, and each worker's."""
        self.process.send_signal(signal.SIGTERM)
        text, _ = self.process.communicate(timeout=10)
        workers = [{k: int(v) for k, v in re.findall(r"(\w+) (\d+)", line)} for line in text.splitlines()
                   if line.startswith("worker")]
        check(workers, "the forwarder printed no counters: " + text)
        total = {key: sum(w[key] for w in workers) for key in workers[0]}
        return total, workers

    def kill(self):
        self.process.kill()
        self.process.wait()


# ---- what travels -----------------------------------------------------------------------------------------------------

SERVE_FILE = """
import socket, sys
s = socket.create_server(("0.0.0.0", 9000)); print("ready", flush=True)
c, _ = s.accept()
with open(sys.argv[1], "rb") as f: c.sendfile(f)
c.close()
"""
FETCH_FILE = """
import socket, sys, hashlib
c = socket.create_connection((sys.argv[1], 9000), timeout=20); h = hashlib.sha256(); n = 0
while (d := c.recv(1 << 20)): h.update(d); n += len(d)
print(n, h.hexdigest())
"""


def transfer_file(routed, size=64 << 20):
    with tempfile.NamedTemporaryFile() as file:
        content = os.urandom(1 << 20) * (size >> 20)
        file.write(content)
        file.flush()
        serving = python(SERVE_FILE, file.name, within=SERVER)
        check(serving.stdout.readline().strip() == "ready", "the file server did not start")
        fetching = python(FETCH_FILE, server_address(routed), within=CLIENT)
        text, _ = fetching.communicate(timeout=60)
        serving.kill()
        serving.wait()
        expected = f"{len(content)} {hashlib.sha256(content).hexdigest()}"
        check(text.strip() == expected, f"the file arrived changed: {text.strip()!r} instead of {expected!r}")


def ping(address, within=None, count=3, wait=1):
    tool = ["ping", "-6"] if ":" in address else ["ping"]
    return run(*tool, "-c", str(count), "-i", "0.05", "-W", str(wait), "-q", address, within=within or CLIENT, quiet=True)


def check_ping(address, **more):
    done = ping(address, **more)
    check(done.returncode == 0 and " 0% packet loss" in done.stdout, f"ping {address}: {done.stdout.strip()}")


def check_no_ping(address, **more):
    done = ping(address, **more)
    check("100% packet loss" in done.stdout, f"ping {address} should have failed: {done.stdout.strip()}")


LISTEN_RAW = """
import socket, struct, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); s.bind((sys.argv[1], 0))
s.setsockopt(263, 8, 1); s.settimeout(5); print("ready", flush=True)
mark = bytes.fromhex(sys.argv[2])
while True:
    frame, control, _, _ = s.recvmsg(1 << 17, 256)
    if mark not in frame: continue
    status, length, snap, mac, net, tci, tpid = struct.unpack("IIIHHHH", control[0][2][:20])
    print(length, hex(tci) if status & 16 else None, hex(tpid), flush=True); break
"""
SEND_RAW = """
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); s.bind((sys.argv[1], 0))
if sys.argv[3] == "vnet": s.setsockopt(263, 15, 1)
s.send(bytes.fromhex(sys.stdin.read()))
"""


def send_raw(sender, send_interface, receiver, receive_interface, frame, mark, vnet=False):
    """Sends a frame; returns what the far side's kernel saw: length without the tag, tag, tag protocol."""
    listening = python(LISTEN_RAW, receive_interface, mark.hex(), within=receiver)
    check(listening.stdout.readline().strip() == "ready", "no listener")
    run(sys.executable, "-c", SEND_RAW, send_interface, "", "vnet" if vnet else "plain", within=sender, input=frame.hex())
    text, _ = listening.communicate(timeout=10)
    return text.strip()


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def super_packet(tag):
    """A TCP segment of 20,000 bytes in a tagged frame, to be cut by somebody later: vnet header, frame."""
    payload = b"gatehouse-super-packet" + bytes(20000 - 22)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 1, 0x4000, 64, 6, 0, socket.inet_aton("10.77.1.1"),
                     socket.inet_aton("10.77.1.2"))
    ip = ip[:10] + struct.pack(">H", ~checksum(ip) & 0xFFFF) + ip[12:]
    pseudo = ip[12:20] + struct.pack(">HH", 6, 20 + len(payload))
    tcp = struct.pack(">HHIIBBHHH", 40000, 40001, 1, 1, 0x50, 0x18, 1000, checksum(pseudo), 0)
    ethernet = b"\x02\0\0\0\0\x09" + b"\x02\0\0\0\0\x01" + struct.pack(">HHH", 0x8100, tag, 0x0800)
    vnet = struct.pack("=BBHHHH", 1, 1, 18 + 40, 1400, 18 + 20, 16)
    return vnet + ethernet + ip + tcp + payload


# ---- tests ------------------------------------------------------------------------------------------------------------

def test_pair_carries_a_file_whole_in_super_packets():
    build(routed=False)
    forwarder = Forwarder("pair", "g0", "g1")
    transfer_file(routed=False)
    counters, _ = forwarder.stop()
    check(counters["send_failures"] == 0 and counters["truncated"] == 0, f"lost on the way: {counters}")
    check(counters["bytes"] / counters["packets"] > 4000, f"super-packets were cut: {counters}")


def test_pair_carries_ipv6_and_arp():
    build(routed=False)
    forwarder = Forwarder("pair", "g0", "g1")
    check_ping("10.77.1.2")
    check_ping("fd77:1::2")
    counters, _ = forwarder.stop()
    check(counters["forwarded"] == counters["packets"] > 12, f"{counters}")


def test_pair_carries_vlan_tags_both_ways():
    build(routed=False)
    forwarder = Forwarder("pair", "g0", "g1")
    mark = b"gatehouse-tagged"
    for tpid, tag in ((0x8100, 0x6ABC), (0x88A8, 0x0123)):
        frame = b"\xff" * 6 + b"\x02\0\0\0\0\x01" + struct.pack(">HHH", tpid, tag, VLAN_FRAME_TYPE) + mark + bytes(60)
        expected = f"{len(frame) - 4} {tag:#x} {tpid:#x}"
        for way in ((CLIENT, "c0", SERVER, "s0"), (SERVER, "s0", CLIENT, "c0")):
            seen = send_raw(*way, frame, mark)
            check(seen == expected, f"a tagged frame arrived as {seen!r} instead of {expected!r}")
    double = b"\xff" * 6 + b"\x02\0\0\0\0\x01" + struct.pack(">HHHHH", 0x88A8, 5, 0x8100, 6, VLAN_FRAME_TYPE) + mark + bytes(60)
    seen = send_raw(CLIENT, "c0", SERVER, "s0", double, mark)
    check(seen == f"{len(double) - 4} 0x5 0x88a8", f"a frame with two tags arrived as {seen!r}")
    forwarder.stop()


def test_pair_carries_a_tagged_super_packet_whole():
    build(routed=False)
    forwarder = Forwarder("pair", "g0", "g1")
    packet = super_packet(tag=77)
    seen = send_raw(CLIENT, "c0", SERVER, "s0", packet, b"gatehouse-super-packet", vnet=True)
    check(seen == f"{len(packet) - 10 - 4} 0x4d 0x8100", f"it arrived as {seen!r}")
    counters, _ = forwarder.stop()
    check(counters["send_failures"] == 0, f"{counters}")


def test_pair_with_two_workers_keeps_both_directions_together():
    build(routed=False)
    forwarder = Forwarder("pair", "g0", "g1", "workers=2")
    for last in range(10, 26):
        run("ip", "-n", CLIENT, "addr", "add", f"10.77.1.{last}/24", "dev", "c0")
    for last in range(10, 26):
        done = run("ping", "-c", "2", "-i", "0.02", "-W", "1", "-q", "-I", f"10.77.1.{last}", "10.77.1.2", within=CLIENT, quiet=True)
        check(" 0% packet loss" in done.stdout, done.stdout)
    transfer_file(routed=False, size=8 << 20)
    counters, workers = forwarder.stop()
    check(counters["send_failures"] == 0, f"{counters}")
    check(all(w["packets"] > 0 for w in workers), f"one worker got nothing: {workers}")


def test_dropping_forwarder_lets_nothing_pass():
    build(routed=False)
    forwarder = Forwarder("pair", "g0", "g1", "drop")
    check_no_ping("10.77.1.2")
    counters, _ = forwarder.stop()
    check(counters["forwarded"] == 0 and counters["dropped"] > 0, f"{counters}")


def test_injected_packets_go_out():
    for routed, arguments in ((False, ("pair", "g0", "g1", "inject")), (True, ("queue", "rules", "inject"))):
        build(routed)
        forwarder = Forwarder(*arguments) if not routed else queue_forwarder("inject")
        check_ping(server_address(routed))
        check_ping("fd77:2::2" if routed else "fd77:1::2")
        counters, _ = forwarder.stop()
        check(counters["injected"] == counters["dropped"] == counters["packets"], f"{counters}")
        tear_down()


def longest_gap_of_ping(address, while_doing):
    """Pings every 10 ms; returns the longest time without an answer from the moment `while_doing` is called."""
    pinging = start("ping", "-n", "-D", "-i", "0.01", "-w", "3", address, within=CLIENT)
    time.sleep(0.8)
    moment = time.time()
    while_doing()
    text, _ = pinging.communicate(timeout=10)
    answers = [float(m) for m in re.findall(r"\[(\d+\.\d+)\].*icmp_seq", text)]
    duplicates = text.count("DUP!")
    after = [moment] + [a for a in answers if a > moment]
    gaps = [b - a for a, b in zip(after, after[1:])]
    return (max(gaps) if gaps else None), duplicates, len(after) - 1


def qdiscs():
    return run("tc", "qdisc", "show", within=GATE).stdout


def test_closed_pair_stops_when_the_engine_is_killed():
    build(routed=False)
    forwarder = Forwarder("pair", "g0", "g1", "fail=closed")
    check_ping("10.77.1.2")
    forwarder.kill()
    check_no_ping("10.77.1.2")


def test_open_pair_goes_on_when_the_engine_is_killed():
    build(routed=False)
    flags_before = run("ip", "-n", GATE, "link", "show").stdout
    forwarder = Forwarder("pair", "g0", "g1", "fail=open")
    check_ping("10.77.1.2")
    gap, duplicates, _ = longest_gap_of_ping("10.77.1.2", forwarder.kill)
    check(gap is not None and gap < 0.2, f"nothing passed for {gap} s after the engine was killed")
    check(duplicates == 0, f"{duplicates} packets passed twice")
    transfer_file(routed=False, size=16 << 20)
    mark = b"gatehouse-tagged"
    frame = b"\xff" * 6 + b"\x02\0\0\0\0\x01" + struct.pack(">HHH", 0x8100, 0x123, VLAN_FRAME_TYPE) + mark + bytes(60)
    seen = send_raw(CLIENT, "c0", SERVER, "s0", frame, mark)
    check(seen == f"{len(frame) - 4} 0x123 0x8100", f"past the engine a tagged frame arrived as {seen!r}")
    # The next engine takes over, no packet passes twice, and a clean stop lets packets pass at once.
    check_ping("10.77.1.2")
    again = Forwarder("pair", "g0", "g1", "fail=open")
    time.sleep(0.3)
    gap, duplicates, _ = longest_gap_of_ping("10.77.1.2", lambda: again.stop())
    check(gap is not None and gap < 0.1 and duplicates == 0, f"at a clean stop: gap {gap} s, {duplicates} twice")
    # Removing leaves nothing, and then nothing passes.
    check(run(FORWARDER, "remove", "g0", "g1", within=GATE).stdout.strip() == "removed", "remove")
    check("clsact" not in qdiscs(), f"left behind: {qdiscs()}")
    check(run("ip", "-n", GATE, "link", "show").stdout == flags_before, "interface flags were left changed")
    check_no_ping("10.77.1.2")


def test_open_pair_passes_nothing_twice_when_the_engine_stands_still():
    build(routed=False)
    forwarder = Forwarder("pair", "g0", "g1", "fail=open")

    def stand_still():
        forwarder.process.send_signal(signal.SIGSTOP)
        time.sleep(1)
        forwarder.process.send_signal(signal.SIGCONT)

    gap, duplicates, answers = longest_gap_of_ping("10.77.1.2", stand_still)
    check(gap is not None and gap < 0.2, f"gap {gap} s")
    check(duplicates == 0, f"{duplicates} packets passed twice")
    counters, _ = forwarder.stop()
    check(counters["bypassed"] > 50, f"{counters}")


def test_closed_start_removes_an_open_program():
    build(routed=False)
    Forwarder("pair", "g0", "g1", "fail=open").kill()
    check("clsact" in qdiscs(), "the open program should have stayed")
    Forwarder("pair", "g0", "g1", "fail=closed").kill()
    check("clsact" not in qdiscs(), "the open program is still there")
    check_no_ping("10.77.1.2")


def test_other_peoples_filters_are_left_alone():
    build(routed=False)
    run("tc", "qdisc", "add", "dev", "g0", "clsact", within=GATE)
    before = qdiscs()
    Forwarder("pair", "g0", "g1", "fail=open").kill()
    run(FORWARDER, "remove", "g0", "g1", within=GATE)
    check(qdiscs() == before, "a qdisc that was not ours was touched")


def test_full_way_out_is_counted():
    build(routed=False)
    forwarder = Forwarder("pair", "g0", "g1")
    check_ping("10.77.1.2")
    run("ip", "-n", GATE, "link", "set", "g1", "down")
    check_no_ping("10.77.1.2")
    run("ip", "-n", GATE, "link", "set", "g1", "up")
    check_ping("10.77.1.2", wait=2)  # and goes on when the interface is back
    counters, _ = forwarder.stop()
    check(counters["send_failures"] > 0, f"{counters}")


def test_sentences_for_administrators():
    build(routed=False)
    run("ip", "-n", GATE, "link", "set", "g1", "mtu", "1400")
    for arguments, expected in ((("pair", "g0", "eth7"), "interface eth7 does not exist"),
                                (("pair", "g0", "g0"), "two different interfaces"),
                                (("pair", "g0", "g1"), "different MTUs (1500 and 1400)")):
        done = run(FORWARDER, *arguments, within=GATE, quiet=True)
        check(done.returncode == 1 and expected in done.stdout, f"{arguments}: {done.stdout.strip()}")


def test_tap_sees_both_directions_and_holds_nothing_up():
    build(routed=True)
    forwarder = Forwarder("tap", "g0,g1")
    check_ping(server_address(True), count=5)
    counters, _ = forwarder.stop()
    check(counters["packets"] >= 20 and counters["forwarded"] == 0, f"{counters}")  # 5 echoes, 5 replies, on two interfaces


def all_rules():
    text = ""
    for tool in ("iptables-nft", "ip6tables-nft", "iptables-legacy", "ip6tables-legacy"):
        if shutil.which(tool):
            text += run(tool, "-t", "mangle", "-S", within=GATE, quiet=True).stdout
    if shutil.which("nft"):
        text += run("nft", "list", "ruleset", within=GATE, quiet=True).stdout
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def queue_forwarder(*more):
    try:
        return Forwarder("queue", "rules", *more)
    except Failed as why:
        if "neither nftables nor iptables" in str(why) or "no netfilter" in str(why):
            raise Skipped(str(why))
        raise


def test_queue_carries_a_file_whole_in_super_packets():
    build(routed=True)
    forwarder = queue_forwarder()
    transfer_file(routed=True)
    check_ping("fd77:2::2")
    counters, _ = forwarder.stop()
    check(counters["forwarded"] == counters["packets"] and counters["truncated"] == 0, f"{counters}")
    check(counters["bytes"] / counters["packets"] > 4000, f"super-packets were cut: {counters}")


def test_queue_spreads_over_several_workers():
    build(routed=True)
    forwarder = queue_forwarder("queues=3", "first=4")
    for last in range(10, 26):
        run("ip", "-n", CLIENT, "addr", "add", f"10.77.1.{last}/24", "dev", "c0")
        done = run("ping", "-c", "2", "-i", "0.02", "-W", "1", "-q", "-I", f"10.77.1.{last}", "10.77.2.2", within=CLIENT, quiet=True)
        check(" 0% packet loss" in done.stdout, done.stdout)
    counters, workers = forwarder.stop()
    check(sum(w["packets"] > 0 for w in workers) >= 2, f"only one queue was used: {workers}")
    check(all(w["packets"] % 4 == 0 for w in workers), f"directions of a flow were parted: {workers}")


def test_closed_queue_stops_and_open_queue_goes_on_when_the_engine_is_killed():
    build(routed=True)
    before = all_rules()
    for fail, passes in (("closed", False), ("open", True)):
        forwarder = queue_forwarder(f"fail={fail}")
        check_ping("10.77.2.2")
        check_ping("fd77:2::2")
        forwarder.kill()
        (check_ping if passes else check_no_ping)("10.77.2.2")
        (check_ping if passes else check_no_ping)("fd77:2::2")
    check(run(FORWARDER, "remove", "rules", within=GATE).stdout.strip() == "removed", "remove")
    check(all_rules() == before, f"left behind:\n{all_rules()}")
    check_ping("10.77.2.2")
    check(run(FORWARDER, "remove", "rules", within=GATE).stdout.strip() == "nothing to remove", "removing twice")


def test_queue_of_another_reader_is_refused():
    build(routed=True)
    forwarder = Forwarder("queue")
    done = run(FORWARDER, "queue", within=GATE, quiet=True)
    check("another program reads it" in done.stdout, done.stdout)
    forwarder.stop()


# ---- measuring --------------------------------------------------------------------------------------------------------

def iperf(routed, seconds=5, runs=3):
    serving = start("iperf3", "-s", within=SERVER)
    time.sleep(0.5)
    figures = []
    for _ in range(runs):
        done = run("iperf3", "-c", server_address(routed), "-t", str(seconds), "-J", within=CLIENT)
        figures.append(json.loads(done.stdout)["end"]["sum_received"]["bits_per_second"] / 1e9)
    serving.kill()
    serving.wait()
    return sorted(figures)


def latency(routed):
    run("ping", "-c", "3", "-i", "0.05", "-q", server_address(routed), within=CLIENT, quiet=True)
    done = run("ping", "-c", "400", "-i", "0.005", "-q", server_address(routed), within=CLIENT)
    return float(re.search(r"= [\d.]+/([\d.]+)/", done.stdout).group(1)) * 1000


def offloads(on):
    for name, interface in ((CLIENT, "c0"), (SERVER, "s0"), (GATE, "g0"), (GATE, "g1")):
        for feature in ("tso", "gso", "gro"):
            run("ethtool", "-K", interface, feature, "on" if on else "off", within=name, quiet=True)


def bridge():
    run("ip", "-n", GATE, "link", "add", "br0", "type", "bridge")
    for interface in ("g0", "g1"):
        run("ip", "-n", GATE, "link", "set", interface, "master", "br0")
    run("ip", "-n", GATE, "link", "set", "br0", "up")


def measure():
    def line(what, routed, on=True):
        offloads(on)
        figures = iperf(routed)
        print(f"{what:44} {' '.join(f'{f:5.2f}' for f in figures)} Gbit/s   ping {latency(routed):5.0f} µs", flush=True)

    for what, routed, arguments in (("kernel bridge", False, None), ("pair", False, ("pair", "g0", "g1")),
                                    ("pair, fail=open", False, ("pair", "g0", "g1", "fail=open")),
                                    ("pair, qdisc bypass", False, ("pair", "g0", "g1", "bypass_qdisc")),
                                    ("kernel routing", True, None), ("queue", True, ("queue", "rules"))):
        build(routed)
        if arguments is None and not routed:
            bridge()
        forwarder = Forwarder(*arguments) if arguments else None
        line(what, routed)
        if what in ("kernel bridge", "pair", "kernel routing", "queue"):
            line(what + ", offloads off", routed, on=False)
        if forwarder:
            print(" " * 44, forwarder.stop()[0])
        tear_down()


class Skipped(Exception):
    pass


def main():
    global FORWARDER
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    FORWARDER = os.path.abspath(sys.argv[1])
    if os.geteuid() != 0:
        print("skipped: needs root")
        sys.exit(77)
    for tool in ("ip", "tc", "ping"):
        if not shutil.which(tool):
            print(f"skipped: {tool} is not installed")
            sys.exit(77)
    try:
        run("ip", "netns", "add", PREFIX + "try")
        run("ip", "netns", "del", PREFIX + "try")
    except Failed as why:
        print(f"skipped: network namespaces cannot be made here: {why}")
        sys.exit(77)
    if sys.argv[2:] == ["--measure"]:
        try:
            return measure()
        finally:
            tear_down()
    failed = 0
    for name, test in [(n, t) for n, t in globals().items() if n.startswith("test_")]:
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        try:
            test()
            print("ok     ", name, flush=True)
        except Skipped as why:
            print(f"skipped: {name}: {why}", flush=True)
        except (Failed, subprocess.TimeoutExpired) as why:
            failed += 1
            print(f"FAILED  {name}: {why}", flush=True)
        finally:
            tear_down()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
