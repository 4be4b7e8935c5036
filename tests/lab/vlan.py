#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate on a trunk: sessions within VLAN-tagged frames are named, judged and logged like others, their tags are in the
log and on what leaves the gate, be it passed on or made by the gate itself."""
import gate
from gate import GateCase, wait_until

VENDOR = "updates.vendor.example"
REQUEST = f"GET /firmware HTTP/1.1\r\nHost: {VENDOR}\r\nUser-Agent: camera\r\n\r\n".encode()
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"


class Tagged(GateCase):
    with_servers = False  # the two ends speak for themselves
    tags = None

    def setUp(self):
        super().setUp()
        import tagged
        self.tagged = tagged
        self.client = tagged.End(self.lab.things, "02:00:00:00:00:01", "10.77.1.33", self.tags)
        self.server = tagged.End(self.lab.outside, "02:00:00:00:00:02", "10.77.1.133", self.tags)
        self.addCleanup(self.client.close)
        self.addCleanup(self.server.close)
        self.start()

    def logged(self, kind):
        """The records of a type about our two ends; each must carry the tags."""
        mine = lambda: [r for r in self.lab.records() if r["event_type"] == kind  # noqa: E731
                        and {r.get("src_ip"), r.get("dest_ip")} == {self.client.ip, self.server.ip}]
        found = wait_until(mine, why=f"no {kind} record")
        for record in found:
            self.assertEqual(record.get("vlan"), self.tags, record)
        return found

    def test_a_dns_query_passes_and_is_logged(self):
        from scapy.layers.dns import DNS, DNSQR, DNSRR
        question = DNSQR(qname=VENDOR, qtype="A")
        asked = bytes(DNS(id=7, rd=1, qd=question))
        answered = bytes(DNS(id=7, qr=1, rd=1, ra=1, qd=question, an=DNSRR(rrname=VENDOR, rdata=self.server.ip)))
        self.assertTrue(self.tagged.ask(self.client, self.server, 53, asked, answered))
        wait_until(lambda: len(self.logged("dns")) == 2, why="two dns records were expected")
        self.assertEqual([r["dns"]["queries"][0]["rrname"] for r in self.logged("dns")], [VENDOR] * 2)

    def test_an_http_exchange_passes_and_is_logged(self):
        session = self.tagged.TcpSession(self.client, self.server, 40001, 80)
        session.say(self.client, REQUEST)
        session.say(self.server, RESPONSE)
        session.close()
        (record,) = self.logged("http")
        self.assertEqual((record["http"]["hostname"], record["http"]["status"]), (VENDOR, 200))
        self.assertEqual(self.lab.stop_engine(), 0)
        (flow,) = self.logged("flow")
        self.assertEqual((flow["app_proto"], flow["flow"]["action"]), ("http", "pass"))

    def test_an_ssh_session_is_refused_and_logged(self):
        session = self.tagged.TcpSession(self.client, self.server, 40002, 2222)
        with self.assertRaises(self.tagged.Refused):
            session.say(self.client, b"SSH-2.0-OpenSSH_9.2\r\n")
        (alert,) = self.logged("alert")
        self.assertEqual(alert["alert"]["signature"], "no remote shells")
        self.logged("drop")
        self.assertEqual(self.alerts(), [alert])

    def test_the_refused_client_gets_a_reset_with_its_tags(self):
        from scapy.layers.inet import TCP
        session = self.tagged.TcpSession(self.client, self.server, 40003, 22)
        while self.client.receive(self.server, 0.2):  # what the handshake left unread
            pass
        self.client.send(self.server, session._segment(self.client, "PA", b"SSH-2.0-OpenSSH_9.2\r\n"))
        arrived = self.client.receive(self.server)
        self.assertIsNotNone(arrived, "no reset came")
        self.assertEqual((arrived[0], bool(arrived[1][TCP].flags.R)), (self.tags, True))


class OneTag(Tagged):
    mode, tags = "pair", [10]


class TwoTags(Tagged):
    mode, tags = "pair", [20, 10]


if __name__ == "__main__":
    try:
        import scapy  # noqa: F401
    except ImportError:
        gate.program.skip("python3-scapy is not installed")
    gate.main()
