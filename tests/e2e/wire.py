# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets as bytes, from the link to TCP sessions. Plain Python, so that nothing of the program's own reading is needed to
make what it reads, and so that everything can be made that no honest system would send."""
import ipaddress
import struct
from typing import NamedTuple

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
TCP, UDP = 6, 17
NO_NEXT_HEADER, FRAGMENT_HEADER = 59, 44
CLIENT, SERVER = 0, 1


def checksum(data):
    data += bytes(len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Ip(NamedTuple):
    """An IP packet before it is bytes. The addresses tell its version."""

    source: bytes
    target: bytes
    protocol: int
    payload: bytes
    number: int = 0  # its identification, which its fragments have in common
    sound: bool = True  # its header's checksum (IPv4)
    options: bytes = b""  # IPv4's, or IPv6's extension headers with `protocol` naming the first of them
    offset: int = 0
    more: bool = False

    @property
    def version(self):
        return 4 if len(self.source) == 4 else 6

    def bytes(self):
        if self.version == 4:
            head = struct.pack(">BBHHHBBH4s4s", 0x45 + len(self.options) // 4, 0, 20 + len(self.options) + len(self.payload), self.number & 0xFFFF,
                               self.more << 13 | self.offset // 8, 64, self.protocol, 0, self.source, self.target) + self.options
            right = checksum(head)
            return head[:10] + struct.pack(">H", right if self.sound else right ^ 0x5555) + head[12:] + self.payload
        first, rest = self.protocol, self.options + self.payload
        if self.more or self.offset:
            first, rest = FRAGMENT_HEADER, struct.pack(">BBHI", first, 0, self.offset | self.more, self.number) + rest
        return struct.pack(">IHBB16s16s", 6 << 28, len(rest), first, 64, self.source, self.target) + rest


def with_checksum(source, target, protocol, segment, place, sound=True):
    pseudo = source + target + struct.pack(">II", len(segment), protocol)
    right = checksum(pseudo + segment)
    return segment[:place] + struct.pack(">H", right if sound else right ^ 0x5555) + segment[place + 2 :]


def udp(source, target, source_port, target_port, data):
    head = struct.pack(">HHHH", source_port, target_port, 8 + len(data), 0)
    return Ip(source, target, UDP, with_checksum(source, target, UDP, head + data, 6))


class Session:
    """Both ends of a TCP session, and the packets that they have sent. What they would do by themselves is the default of
    each method; whoever wants it otherwise says so."""

    def __init__(self, addresses, ports, numbers=(1_000_000, 2_000_000), timestamps=False):
        self.addresses, self.ports, self.next, self.timestamps = addresses, ports, list(numbers), timestamps
        self.acknowledged = [0, 0]  # by each end
        self.window = [65535, 65535]
        self.ended = [False, False]
        self.clock = 100_000
        self.packets = []

    def send(self, who, flags, data=b"", *, at=None, ack=None, urgent=0, options=b"", sound=True, ip_sound=True, clock=None,
             data_offset=None):
        """One segment, at the sender's next number or wherever; the sender's state stays as it is."""
        other = 1 - who
        at = self.next[who] if at is None else at
        if ack is None:
            ack = self.acknowledged[who] if flags & ACK else 0
        if self.timestamps:
            self.clock += 1
            value = self.clock if clock is None else clock
            options = options + struct.pack(">BBBBII", 1, 1, 8, 10, value, 0 if flags & (SYN | ACK) == SYN else self.clock - 1)
        options += bytes(-len(options) % 4)
        offset = 5 + len(options) // 4 if data_offset is None else data_offset
        head = struct.pack(">HHIIBBHHH", self.ports[who], self.ports[other], at & 0xFFFFFFFF, ack & 0xFFFFFFFF, offset << 4, flags,
                           self.window[who], 0, urgent)
        source, target = self.addresses[who], self.addresses[other]
        segment = with_checksum(source, target, TCP, head + options + data, 16, sound)
        self.packets.append(Ip(source, target, TCP, segment, sound=ip_sound))

    def advance(self, who, count):
        self.next[who] += count

    def acknowledge(self, who):
        """`who` has all that the other end has sent."""
        self.acknowledged[who] = self.next[1 - who]
        self.send(who, ACK)

    def open(self):
        self.send(CLIENT, SYN)
        self.advance(CLIENT, 1)
        self.acknowledged[SERVER] = self.next[CLIENT]
        self.send(SERVER, SYN | ACK)
        self.advance(SERVER, 1)
        self.acknowledge(CLIENT)

    def open_unseen(self):
        for who in (CLIENT, SERVER):
            self.acknowledged[who] = self.next[1 - who]

    def end(self, who):
        """`who` has said all."""
        self.send(who, FIN | ACK)
        self.advance(who, 1)
        self.acknowledged[1 - who] = self.next[who]
        self.ended[who] = True

    def close(self):
        for who in (CLIENT, SERVER):
            if not self.ended[who]:
                self.end(who)
        self.send(CLIENT, ACK)


# ---- links and tunnels: each takes a packet and returns frames

IPV4_TYPE, IPV6_TYPE = 0x0800, 0x86DD
OUTER = (bytes([203, 0, 113, 1]), bytes([203, 0, 113, 2]))
OUTER6 = tuple(ipaddress.ip_address(f"2001:db8:ffff::{n}").packed for n in (1, 2))


def ether_type(packet):
    return struct.pack(">H", IPV4_TYPE if packet.version == 4 else IPV6_TYPE)


def ethernet(packet, tags=b""):
    return b"\x02\0\0\0\0\1\x02\0\0\0\0\2" + tags + ether_type(packet) + packet.bytes()


def plain(packet):
    return [ethernet(packet)]


def tagged(*tags):
    """Behind tags of VLANs, outermost first: (type, number)."""
    return lambda packet: [ethernet(packet, b"".join(struct.pack(">HH", *t) for t in tags))]


def mpls(packet):
    return [b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x88\x47" + struct.pack(">II", 77 << 12 | 64, 78 << 12 | 1 << 8 | 64) + packet.bytes()]


def pppoe(packet):
    inner = (b"\0\x21" if packet.version == 4 else b"\0\x57") + packet.bytes()
    return [b"\x02\0\0\0\0\1\x02\0\0\0\0\2\x88\x64" + struct.pack(">BBHH", 0x11, 0, 7, len(inner)) + inner]


def in_ip(packet, outer=OUTER):
    return [ethernet(Ip(*outer, 4 if packet.version == 4 else 41, packet.bytes()))]


def gre_packet(packet, flags=0, more=b""):
    return Ip(*OUTER, 47, struct.pack(">H", flags) + ether_type(packet) + more + packet.bytes())


def gre(packet):
    return [ethernet(gre_packet(packet))]


def gre_with_key(packet):
    return [ethernet(gre_packet(packet, 0x3000, struct.pack(">II", 4711, 1)))]


def gre_in_fragments(packet):
    whole = gre_packet(packet)._replace(number=next_number())
    cut = len(whole.payload) // 16 * 8 or len(whole.payload)
    parts = [whole._replace(payload=whole.payload[:cut], more=True), whole._replace(payload=whole.payload[cut:], offset=cut)]
    return [ethernet(p) for p in parts]


def vxlan(packet):
    return [ethernet(udp(*OUTER, 50000, 4789, b"\x08\0\0\0\0\0\x07\0" + ethernet(packet)))]


def geneve(packet):
    return [ethernet(udp(*OUTER, 50000, 6081, b"\0\0\x65\x58\0\0\x07\0" + ethernet(packet)))]


def teredo(packet):
    return [ethernet(udp(*OUTER, 3544, 50000, packet.bytes()))]


_number = 0


def next_number():
    """Of datagrams that are sent in fragments."""
    global _number
    _number = _number % 65000 + 1
    return _number


class Capture:
    """The file: packets, a hundredth of a millisecond apart."""

    def __init__(self, path):
        self.file = open(path, "wb")  # noqa: SIM115: closed by close()
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1))
        self.time = 1_700_000_000_000_000

    def add(self, frame):
        self.time += 10
        self.file.write(struct.pack("<IIII", *divmod(self.time, 1_000_000), len(frame), len(frame)) + frame)

    def close(self):
        self.file.close()
