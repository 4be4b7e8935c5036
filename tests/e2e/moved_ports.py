#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications are named by content: the corpus's labelled captures, with every port moved elsewhere, are named as before.

  tests/e2e/moved_ports.py                    as a test: both runs, and by how much names may differ
  tests/e2e/moved_ports.py --make DIR         only makes the moved copy of the corpus's captures and labels there
"""
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

from program import CORPUS, PROGRAM, SKIPPED

MOST_LOST = 4.0  # percent of all flows: flows that others arrange (their ports are in the payload), and what README names


def moved(port):
    """A bijection, so that flows stay apart; no port that a protocol is known for becomes another such port."""
    return (port * 40503 + 12345) & 0xFFFF


def move_transport(frame, at, protocol):
    if protocol in (6, 17) and at + 4 <= len(frame):
        a, b = struct.unpack_from("!HH", frame, at)
        struct.pack_into("!HH", frame, at, moved(a), moved(b))


def move_ip(frame, at):
    if at >= len(frame):
        return
    version = frame[at] >> 4
    if version == 4 and at + 20 <= len(frame):
        later_fragment = struct.unpack_from("!H", frame, at + 6)[0] & 0x1FFF
        if not later_fragment:
            move_transport(frame, at + 4 * (frame[at] & 15), frame[at + 9])
    elif version == 6 and at + 40 <= len(frame):
        following, at = frame[at + 6], at + 40
        while following in (0, 43, 60, 44) and at + 8 <= len(frame):
            if following == 44 and struct.unpack_from("!H", frame, at + 2)[0] & 0xFFF8:
                return
            following, at = frame[at], at + (8 if following == 44 else 8 * (frame[at + 1] + 1))
        move_transport(frame, at, following)


def move_frame(data, link):
    frame = bytearray(data)
    if link == 1 and len(frame) >= 14:
        at = 12
        while struct.unpack_from("!H", frame, at)[0] in (0x8100, 0x88A8) and at + 6 <= len(frame):
            at += 4
        kind = struct.unpack_from("!H", frame, at)[0]
        if kind == 0x8864:
            at += 8
        if kind in (0x0800, 0x86DD, 0x8864):
            move_ip(frame, at + 2)
    elif link in (101, 12, 14, 228, 229):
        move_ip(frame, 0)
    elif link == 113:
        move_ip(frame, 16)
    elif link == 276:
        move_ip(frame, 20)
    elif link in (0, 108):
        move_ip(frame, 4)
    return bytes(frame)


def move_classic(content, order, out):
    link = struct.unpack_from(order + "I", content, 20)[0] & 0xFFFF
    out.write(content[:24])
    at = 24
    while at + 16 <= len(content):
        size = struct.unpack_from(order + "I", content, at + 8)[0]
        out.write(content[at:at + 16] + move_frame(content[at + 16:at + 16 + size], link))
        at += 16 + size


def move_pcapng(content, out):
    at, order, links = 0, "<", []
    while at + 12 <= len(content):
        if content[at:at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if content[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            links = []
        kind, size = struct.unpack_from(order + "II", content, at)
        if size < 12:
            break
        block = bytearray(content[at:at + size])
        if kind == 1:
            links.append(struct.unpack_from(order + "H", block, 8)[0])
        elif kind == 6:
            interface, kept = struct.unpack_from(order + "I", block, 8)[0], struct.unpack_from(order + "I", block, 20)[0]
            if interface < len(links):
                block[28:28 + kept] = move_frame(block[28:28 + kept], links[interface])
        out.write(block)
        at += size


def move_capture(source, target):
    content = source.read_bytes()
    with open(target, "wb") as out:
        if content[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
            move_classic(content, "<", out)
        elif content[:4] in (b"\xa1\xb2\xc3\xd4", b"\xa1\xb2\x3c\x4d"):
            move_classic(content, ">", out)
        else:
            move_pcapng(content, out)


def make(folder):
    folder = pathlib.Path(folder)
    (folder / "pcaps").mkdir(parents=True, exist_ok=True)
    with open(folder / "cases.jsonl", "w", encoding="utf-8") as out:
        for line in open(CORPUS / "apps" / "cases.jsonl", encoding="utf-8"):
            case = json.loads(line)
            move_capture(CORPUS / "apps" / "pcaps" / case["pcap"], folder / "pcaps" / case["pcap"])
            for flow in case["flows"]:
                if flow["l4"] in ("TCP", "UDP"):
                    flow["ap"], flow["bp"] = moved(int(flow["ap"] or 0)), moved(int(flow["bp"] or 0))
            out.write(json.dumps(case) + "\n")


def exact_and_wrong(corpus, work):
    argv = [sys.executable, str(CORPUS / "apps" / "run.py"), "--gatehouse", PROGRAM, "--corpus", str(corpus), "--work", work]
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    print(said.splitlines()[-2], said.splitlines()[-1], sep="\n")
    found = re.search(r"all flows: exact ([\d.]+) %, master [\d.]+ %, wrong ([\d.]+) %", said)
    return float(found[1]), float(found[2])


def main():
    if not (CORPUS / "apps" / "run.py").exists():
        print("skipped: no corpus of labelled captures")
        return SKIPPED
    if sys.argv[1:2] == ["--make"]:
        make(sys.argv[2])
        return 0
    with tempfile.TemporaryDirectory() as folder:
        make(folder)
        print("ports as captured:")
        exact, _ = exact_and_wrong(CORPUS / "apps", folder + "/work")
        print("every port moved:")
        exact_moved, wrong_moved = exact_and_wrong(folder, folder + "/work")
    if exact - exact_moved > MOST_LOST or wrong_moved > 4:
        print(f"names depend on ports: {exact} % exact as captured, {exact_moved} % with the ports moved")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
