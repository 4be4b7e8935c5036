#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Flows that other sessions arrange: FTP's data, active and passive, and the port that TFTP answers from. They say nothing
that is characteristic; the log knows them, and the files in them, by what arranged them."""
import hashlib
import struct

import program
from program import of_type

CLIENT, SERVER = bytes([10, 77, 1, 20]), bytes([10, 77, 1, 9])
SYN, ACK, FIN = 2, 16, 1
CONTENT = b"firmware of a lamp\n" * 100


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Capture:
    """A little capture of Ethernet, IPv4, TCP and UDP."""

    def __init__(self):
        self.bytes = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1)
        self.time = 1_700_000_000_000_000
        self.next = {}  # sequence numbers by (source, port, destination, port)

    def packet(self, source, target, protocol, segment, place):
        pseudo = source + target + struct.pack(">BBH", 0, protocol, len(segment))
        sum_ = struct.pack(">H", checksum(pseudo + segment))
        segment = segment[:place] + sum_ + segment[place + 2 :]
        header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0, 64, protocol, 0, source, target)
        header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
        frame = bytes(12) + b"\x08\x00" + header + segment
        self.time += 1000
        self.bytes += struct.pack("<IIII", *divmod(self.time, 1_000_000), len(frame), len(frame)) + frame

    def datagram(self, source, target, data):
        (a, ap), (b, bp) = source, target
        self.packet(a, b, 17, struct.pack(">HHHH", ap, bp, 8 + len(data), 0) + data, 6)

    def segment(self, source, target, flags, data=b""):
        here, there = (*source, *target), (*target, *source)
        sequence, acknowledged = self.next.setdefault(here, 1000), self.next.get(there, 0)
        head = struct.pack(">HHIIBBHHH", source[1], target[1], sequence, acknowledged, 5 << 4, flags, 0xFFFF, 0, 0)
        self.packet(source[0], target[0], 6, head + data, 16)
        self.next[here] = sequence + len(data) + bool(flags & (SYN | FIN))

    def open(self, client, server):
        self.segment(client, server, SYN)
        self.segment(server, client, SYN | ACK)
        self.segment(client, server, ACK)

    def say(self, source, target, data):
        self.segment(source, target, ACK, data)
        self.segment(target, source, ACK)

    def close(self, one, other):
        self.segment(one, other, FIN | ACK)
        self.segment(other, one, FIN | ACK)
        self.segment(one, other, ACK)


class Arranged(program.Case):
    def log_of(self, capture):
        path = self.folder / "arranged.pcap"
        path.write_bytes(capture.bytes)
        return self.replay(path)

    def expect_file(self, log, name, protocol):
        files = [r for r in of_type(log, "fileinfo") if r["fileinfo"]["filename"] == name]
        self.assertEqual(len(files), 1, files)
        self.assertEqual(files[0]["app_proto"], protocol)
        self.assertEqual(files[0]["fileinfo"]["sha256"], hashlib.sha256(CONTENT).hexdigest())
        self.assertEqual(files[0]["fileinfo"]["state"], "CLOSED")

    def test_a_client_that_connects_before_it_says_what_for(self):
        capture, control, client = Capture(), (SERVER, 2121), (CLIENT, 40000)
        data = (SERVER, 2049)
        capture.open(client, control)
        capture.say(control, client, b"220 FTP here\r\n")
        capture.say(client, control, b"PASV\r\n")
        capture.say(control, client, b"227 Entering Passive Mode (192,0,2,1,8,1).\r\n")  # as a translator leaves it
        capture.open((CLIENT, 40001), data)
        capture.say(client, control, b"RETR lamp.bin\r\n")
        capture.say(data, (CLIENT, 40001), CONTENT[:700])
        capture.say(data, (CLIENT, 40001), CONTENT[700:])
        capture.close(data, (CLIENT, 40001))
        capture.say(control, client, b"226 done\r\n")
        capture.close(client, control)
        log = self.log_of(capture)
        self.expect_file(log, "lamp.bin", "ftp-data")
        self.assertEqual([r["ftp_data"] for r in of_type(log, "ftp_data")], [{"command": "RETR", "filename": "lamp.bin"}])
        self.assertEqual(sorted(f["app_proto"] for f in of_type(log, "flow")), ["ftp", "ftp-data"])

    def test_a_server_that_connects_before_its_peer_acknowledged(self):
        capture, control, client = Capture(), (SERVER, 21), (CLIENT, 40000)
        data, listener = (SERVER, 20), (CLIENT, 1234)
        capture.open(client, control)
        capture.say(control, client, b"220 FTP here\r\n")
        capture.segment(client, control, ACK, b"PORT 10,77,1,20,4,210\r\nSTOR lamp.bin\r\n")
        capture.open(data, listener)
        capture.segment(control, client, ACK, b"200 well\r\n150 go\r\n")
        capture.say(listener, data, CONTENT)
        capture.close(listener, data)
        capture.say(control, client, b"226 done\r\n")
        capture.close(client, control)
        self.expect_file(self.log_of(capture), "lamp.bin", "ftp-data")

    def test_a_third_host_is_not_arranged_for(self):
        capture, control, client = Capture(), (SERVER, 21), (CLIENT, 40000)
        capture.open(client, control)
        capture.say(control, client, b"220 FTP here\r\n")
        capture.say(client, control, b"PORT 10,77,1,30,0,80\r\n")
        capture.close(client, control)
        events = [r["anomaly"]["event"] for r in of_type(self.log_of(capture), "anomaly")]
        self.assertEqual(events, ["bounce"])

    def test_tftp_answers_from_a_port_of_its_own(self):
        capture, client, answerer = Capture(), (CLIENT, 3000), (SERVER, 50000)
        capture.datagram(client, (SERVER, 6969), b"\0\1lamp.bin\0octet\0")
        for number in range(4):
            block = CONTENT[512 * number : 512 * number + 512]
            capture.datagram(answerer, client, struct.pack(">HH", 3, number + 1) + block)
            capture.datagram(client, answerer, struct.pack(">HH", 4, number + 1))
        log = self.log_of(capture)
        self.expect_file(log, "lamp.bin", "tftp")
        self.assertEqual([f["app_proto"] for f in of_type(log, "flow")], ["tftp", "tftp"])
        self.assertEqual([r["tftp"] for r in of_type(log, "tftp")], [{"packet": "read", "file": "lamp.bin", "mode": "octet"}])


if __name__ == "__main__":
    program.main()
