# SPDX-License-Identifier: GPL-3.0-or-later
"""Two hosts that speak in VLAN-tagged frames, made by hand: packet sockets in the namespaces of both ends. No VLAN interface
is needed, which not every kernel can make. What one end sends must arrive at the other, tag and all, to be answered."""
import ctypes
import os
import socket
import struct
import time

from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether

CLONE_NEWNET = 0x40000000
SOL_PACKET, PACKET_AUXDATA, PACKET_OUTGOING = 263, 8, 4
STATUS_VLAN_VALID = 1 << 4  # linux/if_packet.h: TP_STATUS_VLAN_VALID
ALL_PROTOCOLS = 3
ARRIVES_WITHIN = 1.0  # seconds


def packet_socket(namespace, interface):
    """A raw socket that lives in a namespace; this process itself stays where it is."""
    libc = ctypes.CDLL(None, use_errno=True)
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        if libc.setns(there, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
        opened = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
        opened.bind((interface, 0))
        opened.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        return opened
    finally:
        libc.setns(here, CLONE_NEWNET)
        os.close(here)
        os.close(there)


class End:
    """One end of the wire, with an address of its own that the kernel there does not know."""

    def __init__(self, namespace, mac, ip, tags):
        self.socket, self.mac, self.ip, self.tags = packet_socket(namespace, "eth0"), mac, ip, tags

    def send(self, to, packet):
        frame = Ether(src=self.mac, dst=to.mac)
        for outer, tag in enumerate(self.tags):  # outermost first
            frame /= Dot1AD(vlan=tag) if outer < len(self.tags) - 1 else Dot1Q(vlan=tag)
        self.socket.send(bytes(frame / IP(src=self.ip, dst=to.ip) / packet))

    def receive(self, sender, seconds=ARRIVES_WITHIN):
        """(tags, IP packet) of the next frame from `sender`'s address to ours, or None when none comes in time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                data, control, _, address = self.socket.recvmsg(1 << 16, 256)
            except TimeoutError:
                return None
            if address[2] == PACKET_OUTGOING:
                continue
            frame, tags = Ether(data), []
            for level, kind, content in control:  # the kernel takes the outermost tag off and tells it here
                if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
                    status, _, _, _, _, tci, _ = struct.unpack("IIIHHHH", content[:20])
                    tags += [tci & 0xFFF] if status & STATUS_VLAN_VALID else []
            layer = frame
            while layer := layer.payload:
                if isinstance(layer, (Dot1Q, Dot1AD)):
                    tags.append(layer.vlan)
            if frame.haslayer(IP) and frame[IP].src == sender.ip and frame[IP].dst == self.ip:
                return tags, frame[IP]
        return None

    def close(self):
        self.socket.close()


class Refused(Exception):
    """What was sent did not arrive."""


class TcpSession:
    """A TCP session in which nothing is lost and each segment is acknowledged."""

    def __init__(self, client, server, client_port, server_port):
        self.ends = (client, server)
        self.ports = {client: client_port, server: server_port}
        self.next = {client: 1000, server: 5_000_000}
        self._carry(client, "S", b"", 1)
        self._carry(server, "SA", b"", 1)
        self._carry(client, "A", b"", 0)

    def other(self, end):
        return self.ends[1 - self.ends.index(end)]

    def _segment(self, end, flags, payload):
        to = self.other(end)
        return TCP(sport=self.ports[end], dport=self.ports[to], flags=flags, seq=self.next[end],
                   ack=0 if flags == "S" else self.next[to], window=64000) / payload

    def _carry(self, end, flags, payload, counts):
        to = self.other(end)
        end.send(to, self._segment(end, flags, payload))
        while arrived := to.receive(end):
            tags, ip = arrived
            if bytes(ip[TCP].payload)[: len(payload)] == payload and not ip[TCP].flags.R:
                break
        else:
            raise Refused(f"{flags} {payload[:40]!r} from {end.ip} did not arrive")
        if tags != end.tags:
            raise AssertionError(f"sent with the tags {end.tags}, it arrived with {tags}")
        self.next[end] += counts

    def say(self, end, payload):
        self._carry(end, "PA", payload, len(payload))
        self._carry(self.other(end), "A", b"", 0)

    def close(self):
        for end in self.ends:
            self._carry(end, "FA", b"", 1)
        self._carry(self.ends[0], "A", b"", 0)


def ask(client, server, port, question, answer):
    """A datagram and its answer; True if both arrived, with their tags."""
    for end, to, ports, payload in ((client, server, (40000, port), question), (server, client, (port, 40000), answer)):
        end.send(to, UDP(sport=ports[0], dport=ports[1]) / payload)
        arrived = to.receive(end)
        if arrived is None or arrived[0] != end.tags or bytes(arrived[1][UDP].payload) != payload:
            return False
    return True
