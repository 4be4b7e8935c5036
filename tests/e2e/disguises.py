# SPDX-License-Identifier: GPL-3.0-or-later
"""Disguises of the transport: ways to send the same bytes so that their receiver gets them all the same, and an onlooker
might not. Three tables, TRANSPORTS, NETWORKS and LINKS, of one row a disguise; a new row is tried with every attack.

Not here: a decoy that expires on its way to the receiver (TTL). Nobody in between can see that without knowing how many hops
are left. In line it is harmless, for the first copy stands and a different one does not pass; who only looks on has to go by
stream.overlap."""
import random
import struct
from typing import Callable, NamedTuple

import wire
from wire import ACK, CLIENT, FIN, PSH, RST, SERVER, SYN, URG, Ip

SEGMENT = 1200  # bytes, where nothing else is said
JUNK = b"*"


class Gap(NamedTuple):
    """What is known not to be caught: why, and of which attempts with this row. A closed gap is a mark to delete."""

    reason: str
    holds: Callable = lambda attempt, in_line: True


class Transport(NamedTuple):
    name: str
    say: Callable  # (session, who, data): sends data and what belongs to it; afterwards the receiver has acknowledged it
    open: Callable = wire.Session.open
    settings: dict = {}
    looking_on: bool = True
    in_line: bool = True
    fits: Callable = lambda attack: True
    timestamps: bool = False
    one_side: bool = False  # only the client's packets come by
    discarded: bool = False  # it has segments that receivers discard, and that nobody reads: in line they should not pass
    numbers: tuple = (1_000_000, 2_000_000)  # the sessions' first
    gap: Gap | None = None


class Network(NamedTuple):
    name: str
    disguise: Callable  # an IP packet -> those that are sent for it
    settings: dict = {}
    versions: tuple = (4, 6)
    gap: Gap | None = None


class Link(NamedTuple):
    name: str
    frames: Callable  # an IP packet -> frames
    versions: tuple = (4, 6)
    gap: Gap | None = None


# ---- TCP: pieces of a text


def pieces(data, size):
    return [(at, data[at : at + size]) for at in range(0, len(data), size)]


def send_pieces(session, who, data, found):
    for at, piece in found:
        session.send(who, ACK, piece, at=session.next[who] + at)
    session.advance(who, len(data))
    session.acknowledge(1 - who)


def in_order(size):
    """Acknowledged every sixteen segments, as a busy receiver does."""

    def say(session, who, data):
        for count, (_, piece) in enumerate(pieces(data, size), start=1):
            session.send(who, ACK | PSH, piece)
            session.advance(who, len(piece))
            if count % 16 == 0:
                session.acknowledge(1 - who)
        session.acknowledge(1 - who)

    return say


def ordered(size, order):
    """A hundred segments at a time: more than stream.segments may not wait for what is missing before them."""

    def say(session, who, data):
        for at in range(0, len(data), 100 * size):
            part = data[at : at + 100 * size]
            send_pieces(session, who, part, order(pieces(part, size)))

    return say


def shuffled(found):
    return random.Random(len(found)).sample(found, len(found))


def every_other_first(found):
    return found[1::2] + found[::2]


def twice(found):
    return [piece for piece in found for _ in range(2)]


def overlapping(size, step):
    return lambda session, who, data: send_pieces(session, who, data, [(at, data[at : at + size]) for at in range(0, len(data), step)])


# Where two copies of a text overlap, receivers keep one or the other. What each kind keeps: the pieces of a cell of 24 bytes,
# in the order in which they are sent, such that the genuine bytes (G) stand and the junk (J) does not.
CELL = 24
G, J = "genuine", "junk"
RECIPES = {
    "first": [(G, 0, 24), (J, 0, 24)],
    "last": [(J, 0, 24), (G, 0, 24)],
    "bsd": [(J, 8, 24), (G, 0, 24), (J, 0, 24)],
    "bsd-right": [(J, 0, 24), (G, 0, 24)],
    "linux": [(J, 8, 24), (G, 0, 24), (J, 8, 24)],
    "solaris": [(J, 8, 24), (G, 0, 24), (J, 8, 16)],
    "windows": [(J, 8, 16), (G, 0, 24), (J, 0, 24)],
}


def by_recipe(data, recipe):
    """The pieces of all cells; the last is genuine, so that nothing is complete before it."""
    sent, last = [], (len(data) - 1) // CELL * CELL
    for cell in range(0, last, CELL):
        for kind, begin, end in RECIPES[recipe]:
            sent.append((cell + begin, data[cell + begin : cell + end] if kind is G else JUNK * (end - begin)))
    return sent + [(last, data[last:])]


def foreign_overlap(policy):
    return lambda session, who, data: send_pieces(session, who, data, by_recipe(data, policy))


def again_with_other_content(session, who, data):
    for at, piece in pieces(data, 16):
        session.send(who, ACK, piece, at=session.next[who] + at)
        session.send(who, ACK, JUNK * len(piece), at=session.next[who] + at)
    session.advance(who, len(data))
    session.acknowledge(1 - who)


def again_after_its_acknowledgement(session, who, data):
    for _, piece in pieces(data, 16):
        at = session.next[who]
        session.send(who, ACK, piece)
        session.advance(who, len(piece))
        session.acknowledge(1 - who)
        session.send(who, ACK, JUNK * len(piece), at=at)


def decoys(make):
    """Before each segment another with junk in its place, of which its receiver takes no notice."""

    def say(session, who, data):
        for _, piece in pieces(data, 16):
            make(session, who, JUNK * len(piece))
            session.send(who, ACK | PSH, piece)
            session.advance(who, len(piece))
            session.acknowledge(1 - who)

    return say


def segment(flags=ACK, shift=0, ack_shift=0, **more):
    """A decoy: a segment with something about it that makes its receiver discard it."""

    def make(session, who, junk):
        session.send(who, flags, junk, at=session.next[who] + shift, ack=session.acknowledged[who] + ack_shift if flags & ACK else None, **more)

    return make


def urgent_bytes(session, who, data):
    """A byte of junk that is urgent within each segment: it is read out of band, and not as one of the text."""
    for _, piece in pieces(data, 16):
        middle = len(piece) // 2
        session.send(who, ACK | URG, piece[:middle] + JUNK + piece[middle:], urgent=middle + 1)
        session.advance(who, len(piece) + 1)
        session.acknowledge(1 - who)


def urgent_pointer_of_zero(session, who, data):
    """Linux takes the first byte of such a segment for the urgent one."""
    for _, piece in pieces(data, 16):
        session.send(who, ACK | URG, JUNK + piece, urgent=0)
        session.advance(who, len(piece) + 1)
        session.acknowledge(1 - who)


def urgent_byte_elsewhere(session, who, data):
    """URG on every segment, with the urgent byte far behind: nothing is out of band."""
    for _, piece in pieces(data, 16):
        session.send(who, ACK | URG, piece, urgent=9999)
        session.advance(who, len(piece))
        session.acknowledge(1 - who)


def end_with_the_last(session, who, data):
    """FIN comes with the data, not behind it: what the client says last ends its side."""
    *most, (at, last) = pieces(data, 16)
    for _, piece in most:
        session.send(who, ACK, piece)
        session.advance(who, len(piece))
    session.acknowledge(1 - who)
    session.send(who, ACK | FIN, last)
    session.advance(who, len(last) + 1)
    session.ended[who] = True
    session.acknowledge(1 - who)


def small_window(session, who, data):
    """A receiver with room for few bytes at a time, or for none: then the sender asks with one byte."""
    room = session.window[1 - who]
    for number, (_, piece) in enumerate(pieces(data, 8)):
        session.window[1 - who] = 0 if number % 4 == 0 else 8
        session.acknowledge(1 - who)
        for part in (piece[:1], piece[1:]) if number % 4 == 0 else (piece,):
            if part:
                session.send(who, ACK | PSH, part)
                session.advance(who, len(part))
                session.window[1 - who] = 8
                session.acknowledge(1 - who)
    session.window[1 - who] = room
    session.acknowledge(1 - who)


def last_piece_waits(session, who, data):
    """All but the first byte comes before the first byte."""
    session.send(who, ACK, data[1:], at=session.next[who] + 1)
    session.send(who, ACK, data[:1])
    session.advance(who, len(data))
    session.acknowledge(1 - who)


# ---- TCP: beginnings


def data_on_the_syn(junk):
    """TCP Fast Open: what the client says first comes with its SYN. Or junk does, which the server does not take."""

    def begin(session):
        session.begun_by_syn = not junk
        if junk:
            session.send(CLIENT, SYN, JUNK * 40)
            session.advance(CLIENT, 1)
            answer(session)

    def answer(session):
        session.acknowledged[SERVER] = session.next[CLIENT]
        session.send(SERVER, SYN | ACK)
        session.advance(SERVER, 1)
        session.acknowledge(CLIENT)

    def say(session, who, data):
        if getattr(session, "begun_by_syn", False):
            session.begun_by_syn = False
            first = data[:SEGMENT]
            session.send(CLIENT, SYN, first, options=b"\x22\x0a" + bytes(range(8)))
            session.advance(CLIENT, 1 + len(first))
            answer(session)
            data = data[SEGMENT:]
        in_order(SEGMENT)(session, who, data)

    return begin, say


def decoy_syn(session):
    """Another beginning before the right one, which the server's answer ignores."""
    session.send(CLIENT, SYN, at=session.next[CLIENT] + 77_000)
    session.open()


def decoy_answer(session):
    """An answer to the SYN that acknowledges something else."""
    session.send(CLIENT, SYN)
    session.advance(CLIENT, 1)
    session.send(SERVER, SYN | ACK, at=5, ack=session.next[CLIENT] + 9)
    session.acknowledged[SERVER] = session.next[CLIENT]
    session.send(SERVER, SYN | ACK)
    session.advance(SERVER, 1)
    session.acknowledge(CLIENT)


def split_handshake(session):
    """The server answers the SYN with a SYN of its own, and the client acknowledges that: four packets."""
    session.send(CLIENT, SYN)
    session.send(SERVER, SYN)
    session.advance(SERVER, 1)
    session.acknowledged[CLIENT] = session.next[SERVER]
    session.send(CLIENT, SYN | ACK)
    session.advance(CLIENT, 1)
    session.acknowledge(SERVER)


def scaled_windows(session):
    """Windows that count in units of 16 KiB."""
    scale = b"\x03\x03\x0e\x01"
    session.send(CLIENT, SYN, options=scale)
    session.advance(CLIENT, 1)
    session.acknowledged[SERVER] = session.next[CLIENT]
    session.send(SERVER, SYN | ACK, options=scale)
    session.advance(SERVER, 1)
    session.window = [4, 4]
    session.acknowledge(CLIENT)


def half_closed(session):
    """The server has nothing to say and closes its side at once; it goes on listening."""
    session.open()
    session.end(SERVER)
    session.acknowledge(CLIENT)


def forged(flags, shift=0, who=CLIENT, **more):
    """A segment after the handshake that its receiver does not believe."""

    def begin(session):
        session.open()
        session.send(who, flags, at=session.next[who] + shift, **more)

    return begin


def client_first(attack):
    return attack.client_speaks_first


def from_client(attack):
    return attack.client_speaks_first and not attack.from_server


def needs_established(attempt):
    return "established" in attempt.attack.rule


NO_ACK = Gap("a segment without ACK is taken for data, though its receiver discards it (RFC 9293, 3.10.7.4); in line the genuine one "
             "is then refused as a contradiction")
VERIFY = {"decode.verify-checksums": "true"}
WHOLE = in_order(SEGMENT)
MD5_OPTION = b"\x13\x12" + bytes(16)
FAST_OPEN, SYN_WITH_JUNK = data_on_the_syn(junk=False), data_on_the_syn(junk=True)

TRANSPORTS = [
    Transport("segments in order", WHOLE),
    Transport("segments of 1 byte", in_order(1)),
    Transport("segments of 7 bytes", in_order(7)),
    Transport("backwards", ordered(5, lambda found: found[::-1])),
    Transport("shuffled", ordered(5, shuffled)),
    Transport("every other segment first", ordered(3, every_other_first)),
    Transport("the first byte last", last_piece_waits),
    Transport("every segment twice", ordered(11, twice)),
    Transport("overlapping, the same bytes", overlapping(10, 6)),
    Transport("sequence numbers that wrap", in_order(7), numbers=(0xFFFFFFF0, 0xFFFFFFE0)),
    # Two copies that differ. In line the first stands, whatever receivers do.
    Transport("sent again with other content", again_with_other_content),
    Transport("sent again with other content after its acknowledgement", again_after_its_acknowledgement),
    Transport("foreign overlap, receiver keeps the first", foreign_overlap("first"), settings={"stream.overlap": "first"}),
    *(Transport(f"foreign overlap, receiver as {policy}", foreign_overlap(policy), settings={"stream.overlap": policy}, in_line=False,
                gap=Gap("a piece that was overwritten keeps its first segment's place, by which a third copy is judged") if policy == "bsd" else None)
      for policy in ("last", "bsd", "bsd-right", "linux", "solaris")),
    # Segments that their receiver discards.
    Transport("decoys with a bad checksum", decoys(segment(sound=False)), discarded=True, settings=VERIFY),
    Transport("decoys in IP packets with a bad checksum", decoys(segment(ip_sound=False)), discarded=True, settings=VERIFY,
              fits=lambda attack: attack.version == 4),
    Transport("decoys without any flag", decoys(segment(0)), discarded=True, gap=NO_ACK),
    Transport("decoys with PSH alone", decoys(segment(PSH)), discarded=True, gap=NO_ACK),
    Transport("timestamps that a decoy without any flag has raised", WHOLE, timestamps=True, open=forged(0, data=JUNK, clock=1 << 30), discarded=True,
              gap=Gap("the decoy's timestamp is believed, and all that follows, in line too, passes unread as too old")),
    Transport("decoys that begin a session", decoys(segment(SYN)), discarded=True),
    Transport("decoys that acknowledge what was never sent", decoys(segment(ack_shift=3_000_000)), discarded=True),
    Transport("decoys beyond the window", decoys(segment(shift=5_000_000)), discarded=True),
    Transport("decoys before the beginning", decoys(segment(shift=-500_000))),
    Transport("decoys with an old timestamp", decoys(segment(clock=5)), discarded=True, timestamps=True),
    Transport("decoys signed with MD5", decoys(segment(options=MD5_OPTION)), discarded=True,
              gap=Gap("receivers discard what is signed where no signature was agreed on (RFC 2385); here it is taken for data")),
    Transport("decoys whose header is longer than they are", decoys(segment(data_offset=15)), discarded=True),
    Transport("decoys whose header is too short", decoys(segment(data_offset=4)), discarded=True),
    Transport("resets at a wrong place", decoys(lambda s, who, _: s.send(who, RST, at=s.next[who] + 99))),
    Transport("a forged reset far away", WHOLE, open=forged(RST, shift=9_000_000)),
    Transport("a forged reset within the window", WHOLE, open=forged(RST, shift=500)),
    Transport("a forged reset with a bad checksum", WHOLE, open=forged(RST, sound=False), settings=VERIFY),
    Transport("a forged end far away", WHOLE, open=forged(FIN | ACK, shift=9_000_000)),
    Transport("a forged end with a bad checksum", WHOLE, open=forged(FIN | ACK, sound=False), settings=VERIFY),
    Transport("a forged end from the server, far away", WHOLE, open=forged(FIN | ACK, shift=9_000_000, who=SERVER)),
    Transport("urgent bytes within", urgent_bytes),
    Transport("windows of few bytes, and of none", small_window),
    Transport("urgent pointer of zero, receiver as Linux", urgent_pointer_of_zero,
              gap=Gap("other receivers take such a segment for one that is not urgent, and so do we")),
    Transport("urgent byte elsewhere", urgent_byte_elsewhere),
    Transport("windows in units of 16 KiB", in_order(9), open=scaled_windows),
    Transport("FIN on the last segment", end_with_the_last, fits=lambda attack: len(attack.turns) <= 2 and attack.client_speaks_first),
    Transport("the server has closed its side before", WHOLE, open=half_closed, fits=lambda attack: len(attack.turns) == 1),
    # Beginnings.
    Transport("data on the SYN", FAST_OPEN[1], open=FAST_OPEN[0], fits=client_first, gap=Gap(
        "what comes with the SYN is shown once, when 'flow:established' does not hold yet", lambda a, _: needs_established(a))),
    Transport("junk on the SYN that the server ignores", SYN_WITH_JUNK[1], open=SYN_WITH_JUNK[0], in_line=False, fits=client_first),
    Transport("a decoy SYN before", WHOLE, open=decoy_syn),
    Transport("a decoy answer to the SYN", WHOLE, open=decoy_answer),
    Transport("a handshake of four packets", WHOLE, open=split_handshake),
    # In line such sessions do not pass by default.
    Transport("no beginning", WHOLE, open=wire.Session.open_unseen, in_line=False, gap=Gap(
        "the first packet is shown before its session counts as established; where the server's is the first, SMTP is not recognised",
        lambda a, _: needs_established(a) and not a.from_server)),
    Transport("one side only: the other side's packets take another way", WHOLE, one_side=True, in_line=False, fits=from_client),
]

# ---- IP


def fragments(packet, found):
    number = wire.next_number()
    whole = len(packet.payload)
    return [packet._replace(payload=data, offset=at, more=at + len(data) < whole, number=number) for at, data in found]


def cut(size, order=lambda found: found):
    return lambda packet: fragments(packet, order(pieces(packet.payload, size)))


def overlapping_fragments(packet):
    data = packet.payload
    starts = range(0, max(1, len(data) - 8), 16)
    return fragments(packet, [(at, data[at : at + 24] if at != starts[-1] else data[at:]) for at in starts])


def foreign_fragments(policy):
    return lambda packet: fragments(packet, by_recipe(packet.payload, policy))


def among_others(packet):
    """Fragments of another datagram between them, which never becomes whole."""
    other = wire.next_number()
    decoys = [packet._replace(payload=JUNK * 8, offset=at, more=True, number=other) for at in range(8, len(packet.payload), 8)]
    sent = cut(8)(packet)
    return [p for pair in zip(sent, decoys + sent[-1:]) for p in pair][: 2 * len(sent) - 1]


def of_another_protocol(packet):
    """IPv4: fragments with the same number are another datagram's where the protocol is another."""
    sent = cut(8)(packet)
    return [p for part in sent for p in (part._replace(protocol=253, payload=JUNK * len(part.payload)), part)]


def unsound_decoys(packet):
    return [p for part in cut(8)(packet) for p in (part._replace(sound=False, payload=JUNK * len(part.payload)), part)]


def behind_extensions(packet):
    """IPv6: hop-by-hop and destination options, with a routing header that is used up."""
    padding = b"\x01\x04\0\0\0\0"
    headers = b"\x3c\0" + padding + b"\x2b\0" + padding + struct.pack(">BBBBI", packet.protocol, 0, 0, 0, 0)
    return [packet._replace(protocol=0, options=headers)]


def alone_in_its_fragment(packet):
    """IPv6: a fragment header on what is no fragment (RFC 6946)."""
    header = struct.pack(">BBHI", packet.protocol, 0, 0, wire.next_number())
    return [packet._replace(protocol=wire.FRAGMENT_HEADER, options=header)]


def with_options(packet):
    return [packet._replace(options=b"\x01\x01\x94\x04\0\0\0\0")]  # NOP, NOP, router alert, end


NETWORKS = [
    Network("whole packets", lambda packet: [packet]),
    Network("fragments of 8 bytes", cut(8)),
    Network("fragments of 8 bytes, backwards", cut(8, lambda found: found[::-1])),
    Network("fragments of 16 bytes, shuffled", cut(16, shuffled)),
    Network("the first fragment holds 8 bytes", lambda packet: fragments(packet, [(0, packet.payload[:8]), (8, packet.payload[8:])])),
    Network("the last fragment first", cut(24, lambda found: found[-1:] + found[:-1])),
    Network("fragments of 8 bytes, each twice", cut(8, lambda found: twice(found)[:-1])),
    Network("overlapping fragments, the same bytes", overlapping_fragments),
    *(Network(f"foreign overlap of fragments, receiver as {policy}", foreign_fragments(policy), {"decode.defrag.overlap": policy})
      for policy in RECIPES),
    Network("fragments among another datagram's", among_others),
    Network("fragments among another protocol's", of_another_protocol, versions=(4,)),
    Network("decoy fragments with a bad checksum", unsound_decoys, VERIFY, versions=(4,)),
    Network("IP options", with_options, versions=(4,)),
    Network("extension headers", behind_extensions, versions=(6,)),
    Network("a fragment header for nothing", alone_in_its_fragment, versions=(6,)),
]

LINKS = [
    Link("Ethernet", wire.plain),
    Link("VLAN", wire.tagged((0x8100, 7))),
    Link("QinQ", wire.tagged((0x88A8, 7), (0x8100, 8))),
    Link("three tags", wire.tagged((0x88A8, 7), (0x8100, 8), (0x8100, 9))),
    Link("MPLS", wire.mpls),
    Link("PPPoE", wire.pppoe),
    Link("IP in IPv4", wire.in_ip),
    Link("IP in IPv6", lambda packet: wire.in_ip(packet, wire.OUTER6)),
    Link("GRE", wire.gre),
    Link("GRE with key and number", wire.gre_with_key),
    Link("GRE in fragments", wire.gre_in_fragments),
    Link("VXLAN", wire.vxlan),
    Link("Geneve", wire.geneve),
    Link("Teredo", wire.teredo, versions=(6,)),
    Link("VXLAN on a VLAN", lambda packet: [f[:12] + b"\x81\0\0\x07" + f[12:] for f in wire.vxlan(packet)]),
    Link("trailing bytes", lambda packet: [wire.ethernet(packet) + JUNK * 30]),
]


def packets_of(attempt, turns, addresses, client_port):
    """The packets of an attempt before they are on a link."""
    ports = (client_port, attempt.port)
    if attempt.udp:
        sent = [wire.udp(addresses[who], addresses[1 - who], ports[who], ports[1 - who], data) for who, data in turns]
    else:
        transport = attempt.transport
        session = wire.Session(addresses, ports, transport.numbers, transport.timestamps)
        transport.open(session)
        for who, data in turns:
            transport.say(session, who, data)
        session.close()
        sent = [p for p in session.packets if not transport.one_side or p.source == addresses[CLIENT]]
    return [part for packet in sent for part in attempt.network.disguise(packet)]
