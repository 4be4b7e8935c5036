#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same attacks in many disguises (attacks.py, disguises.py). Whatever they come in, their signatures alert: as an onlooker
sees them, and in line, where they are blocked. The same disguises around harmless bytes alert nobody.

A capture holds thousands of attempts, each between addresses of its own, by which its alerts are found again."""
import collections
import ipaddress
import os
import random
from typing import NamedTuple

import attacks
import disguises
import program
import wire
from attacks import ATTACKS, Attack, Encoding
from disguises import LINKS, NETWORKS, TRANSPORTS, Link, Network, Transport
from program import of_type

# Known gaps: with these an invalid segment is not read, or is read as if it were valid, and passes.
PASS_UNREAD = {t.name for t in TRANSPORTS if t.discarded and "header" not in t.name}
SERVER4, SERVER6 = (ipaddress.ip_address(a).packed for a in ("198.51.100.1", "2001:db8:1::1"))
MANY = 1500  # sessions that are blocked one after the other
MOST_OF_A_SET = 900  # attempts; all of them with GATEHOUSE_EVERY_DISGUISE=1, which takes minutes
MIXTURES = 2000  # attempts whose disguises are drawn by lot, the same in every run
AT_ONCE = 800  # attempts in one capture
MOST_SHOWN = 40


class Attempt(NamedTuple):
    attack: Attack
    encoding: Encoding
    transport: Transport
    network: Network
    link: Link
    version: int

    @property
    def udp(self):
        return self.attack.udp

    @property
    def port(self):
        return self.attack.port

    @property
    def from_server(self):
        return self.attack.from_server

    @property
    def client_speaks_first(self):
        return self.attack.client_speaks_first

    @property
    def turns(self):
        return self.encoding.turns(self.attack.text)

    @property
    def settings(self):
        return tuple(sorted({**({} if self.udp else self.transport.settings), **self.network.settings}.items()))

    def makes_sense(self, in_line):
        if self.version not in self.network.versions or self.version not in self.link.versions:
            return False
        if self.udp:
            return self.transport is TRANSPORTS[0]
        return self.transport.fits(self) and (self.transport.in_line if in_line else self.transport.looking_on)

    def gaps(self, in_line):
        """Why this attempt may be missed, as far as that is known."""
        rows = (self.encoding, self.transport, self.network, self.link)
        return [f"{row.name}: {row.gap.reason}" for row in rows if row.gap and row.gap.holds(self, in_line)]

    def __str__(self):
        return f"{self.attack.name} | {self.encoding.name} | {self.transport.name} | {self.network.name} | {self.link.name} | IPv{self.version}"


def attempt(attack, encoding=None, transport=TRANSPORTS[0], network=NETWORKS[0], link=LINKS[0], version=4):
    return Attempt(attack, encoding or attack.encodings[0], transport, network, link, version)


def every_encoding():
    return [attempt(a, e, version=v) for a in ATTACKS for e in a.encodings for v in (4, 6)]


def every_encoding_in_every_transport():
    return [attempt(a, e, t) for a in ATTACKS for e in a.encodings for t in TRANSPORTS]


def every_pair_of_transport_and_network():
    """IPv4 and IPv6 in turn, where both may be."""
    made = []
    for a in ATTACKS:
        for i, t in enumerate(TRANSPORTS):
            for j, n in enumerate(NETWORKS):
                made.append(attempt(a, None, t, n, version=n.versions[(i + j) % len(n.versions)]))
    return made


def every_link():
    return [attempt(a, None, t, n, link, v) for a in ATTACKS for t in TRANSPORTS[:4] for n in NETWORKS[:3] for link in LINKS for v in (4, 6)]


def mixtures(in_line):
    chance, drawn = random.Random("disguises"), []
    while len(drawn) < MIXTURES:
        a = chance.choice(ATTACKS)
        transport = TRANSPORTS[0] if a.udp else chance.choice(TRANSPORTS)
        made = Attempt(a, chance.choice(a.encodings), transport, chance.choice(NETWORKS), chance.choice(LINKS), chance.choice((4, 6)))
        if made.makes_sense(in_line):
            drawn.append(made)
    return drawn


def client(number, version):
    return (0x0A000000 + number).to_bytes(4, "big") if version == 4 else ipaddress.ip_address(f"2001:db8::{number >> 16:x}:{number & 0xFFFF:x}").packed


def number_of(record):
    """Whose record it is: the client's address is one end of it. None for a tunnel's own."""
    for name in (record.get("src_ip"), record.get("dest_ip")):
        if name is None:
            continue
        address = ipaddress.ip_address(name).packed
        if address[0] == 10 and len(address) == 4:
            return int.from_bytes(address[1:], "big")
        if address[:4] == b"\x20\x01\x0d\xb8" and not any(address[4:12]):
            return int.from_bytes(address[12:], "big")
    return None


class Evasion(program.Case):
    def alerts_of(self, attempts, in_line, text_of, at_once=AT_ONCE):
        """The alerts of each attempt, and its drop records, by its place in `attempts`."""
        found, drops = collections.defaultdict(list), collections.defaultdict(list)
        groups = collections.defaultdict(list)
        for place, one in enumerate(attempts):
            groups[one.settings, place // at_once].append((place, one))
        rules = self.file("test.rules", attacks.rules())
        for (settings, _), members in groups.items():
            path = self.folder / "disguised.pcap"
            capture = wire.Capture(path)
            for place, one in members:
                addresses = (client(place + 1, one.version), SERVER4 if one.version == 4 else SERVER6)
                for packet in disguises.packets_of(one, one.encoding.turns(text_of(one.attack)), addresses, 20000 + place % 20000):
                    for frame in one.link.frames(packet):
                        capture.add(frame)
            capture.close()
            options = [word for key, value in settings for word in ("--set", f"{key}={value}")]
            log = self.replay(path, "--rules", rules, "--set", "log.types=[alert,drop]", *options, *(["--ips"] if in_line else []))
            path.unlink()
            for kind, table in (("alert", found), ("drop", drops)):
                for record in of_type(log, kind):
                    number = number_of(record)
                    if number is not None:
                        table[number - 1].append(record[kind])
        return found, drops

    def wrong_of(self, one, alerts, drops, in_line):
        """What is wrong with an attempt's records; empty: nothing."""
        mine = [a for a in alerts if a["signature_id"] == one.attack.sid]
        if not mine:
            return "no alert"
        if in_line and not any(a["action"] == "blocked" for a in mine):
            return "an alert, and not blocked"
        if in_line and not any(d["reason"] == "rules" for d in drops):
            return "no packet dropped by the rule"
        if not in_line and any(a["action"] != "allowed" for a in mine):
            return "an onlooker who blocks"
        return ""

    def expect_caught(self, attempts, in_line):
        attempts = [a for a in attempts if a.makes_sense(in_line)]
        if len(attempts) > MOST_OF_A_SET and not os.environ.get("GATEHOUSE_EVERY_DISGUISE"):
            attempts = random.Random("some").sample(attempts, MOST_OF_A_SET)
        alerts, drops = self.alerts_of(attempts, in_line, lambda attack: attack.text)
        missed, count = [], 0
        known, covered = collections.Counter(), collections.Counter()
        for place, one in enumerate(attempts):
            wrong = self.wrong_of(one, alerts[place], drops[place], in_line)
            gaps = one.gaps(in_line)
            for gap in gaps:
                known[gap] += bool(wrong)
                covered[gap] += 1
            if wrong and not gaps:
                missed.append(f"{one}: {wrong}")
            count += not wrong
        for gap, times in known.items():
            print(f"\nknown gap{'' if times else ' that is closed'}, {times} of {covered[gap]} attempts missed: {gap}", end="")
        print(f"\n{len(attempts)} attempts, {count} caught ... ", end="", flush=True)
        shown = missed if len(missed) <= MOST_SHOWN else missed[:MOST_SHOWN] + [f"... and {len(missed) - MOST_SHOWN} more"]
        if missed:
            self.fail(f"{len(missed)} of {len(attempts)} attempts:\n" + "\n".join(shown))


    def test_many_blocked_sessions_leave_the_next_ones_in_sight(self):
        """Of each kind more than there may be files in sight at once, each ended by its own alert."""
        endless = Encoding("a file that never ends", lambda text: [
            (wire.CLIENT, attacks.get("/file.bin")), (wire.SERVER, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + attacks.content(text) * 2)])
        for attack in ATTACKS:
            with self.subTest(attack.name):
                one = attempt(attack, endless if attack.name == "a file in an answer" else None)
                alerts, _ = self.alerts_of([one] * MANY, True, lambda attack: attack.text, at_once=MANY)
                self.assertEqual(len(alerts), MANY, f"the first to be missed: {min(set(range(MANY)) - set(alerts), default=None)}")

    def test_in_line_what_nobody_reads_does_not_pass(self):
        """Segments that are not part of the session, as the engine sees it: should their receiver see it otherwise, it gets what
        was not inspected."""
        attempts = [attempt(a, None, t) for a in ATTACKS for t in TRANSPORTS if t.discarded]
        attempts = [one for one in attempts if one.makes_sense(in_line=True)]
        _, drops = self.alerts_of(attempts, True, lambda attack: attack.harmless)
        passed = collections.Counter(one.transport.name for place, one in enumerate(attempts)
                                     if not {d["reason"] for d in drops[place]} & {"stream error", "decode error"})
        for name in sorted(PASS_UNREAD):
            print(f"\nknown gap{'' if passed[name] else ' that is closed'}, {passed[name]} attempts passed unread in line: {name}", end="")
        self.assertEqual({name for name in passed if passed[name]} - PASS_UNREAD, set(), "these pass though nobody has read them")


def add_tests():
    """A test of each set of attempts, looking on and in line."""
    sets = {
        "every_encoding": lambda in_line: every_encoding(),
        "every_encoding_in_every_transport": lambda in_line: every_encoding_in_every_transport(),
        "every_transport_in_every_network": lambda in_line: every_pair_of_transport_and_network(),
        "every_link": lambda in_line: every_link(),
        "mixtures": mixtures,
    }
    for name, make in sets.items():
        for mode, in_line in (("looking_on", False), ("in_line", True)):
            setattr(Evasion, f"test_{name}_{mode}", lambda self, make=make, in_line=in_line: self.expect_caught(make(in_line), in_line))
    for mode, in_line in (("looking_on", False), ("in_line", True)):

        def harmless(self, in_line=in_line):
            attempts = [a for a in every_encoding() + every_encoding_in_every_transport()[::3] + mixtures(in_line) if a.makes_sense(in_line)]
            alerts, _ = self.alerts_of(attempts, in_line, lambda attack: attack.harmless)
            self.assertEqual([f"{attempts[place]}: {[a['signature_id'] for a in of_one]}" for place, of_one in alerts.items() if of_one], [])

        setattr(Evasion, f"test_harmless_bytes_in_disguise_alert_nobody_{mode}", harmless)


add_tests()

if __name__ == "__main__":
    program.main()
