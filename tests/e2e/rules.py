#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`gatehouse rules`: which signatures are used, which line of which list decided that, and what a signature looks for."""
import json
import unittest

import program
from program import gatehouse

OK, FAILURE, USAGE, INVALID_CONFIG = range(4)

RULES = r"""# rules of a test
alert http any any -> $HOME_NET any (msg:"Asks for \"x\""; flow:established,to_server; flowbits:isset,seen; http.uri; content:"/x"; endswith; reference:cve,2021-44228; classtype:web-application-attack; sid:10; rev:3; metadata:affected_product IP_Camera;)
alert tcp any any -> any any (msg:"Loud"; content:"loud"; sid:11; rev:1;)
#alert tcp any any -> any any (msg:"Marks"; content:"m"; flowbits:set,seen; sid:12; rev:1;)
#alert udp any any -> any 53 (msg:"Asleep"; content:"z"; sid:13; rev:1;)
"""


class Rules(program.Case):
    def setUp(self):
        super().setUp()
        self.rules = self.file("test.rules", RULES)

    def config(self, **lists):
        """A configuration beside the rules, with lists of these names and texts."""
        for name, text in lists.items():
            self.file(f"{name}.conf", text)
        named = "".join(f"  {name}: {name}.conf\n" for name in lists)
        return self.file("gatehouse.yaml", f"version: 1\nips:\n  rules: ['*.rules']\n{named}")

    def listed(self, *words):
        done = gatehouse("rules", "list", "--json", *words)
        self.assertEqual((done.status, done.err), (OK, ""), str(done))
        return {rule["sid"]: rule for rule in json.loads(done.out)}


class List(Rules):
    def test_rules_of_a_file_are_listed_without_a_configuration(self):
        done = gatehouse("rules", "list", "--rules", self.rules)
        self.assertEqual((done.status, done.err), (OK, ""))
        lines = done.out.splitlines()
        self.assertEqual(lines[0].split()[:4], ["SID", "REV", "STATE", "ACTION"])
        self.assertEqual(len(lines), 5)
        self.assertRegex(lines[1], r'^10 +3 +enabled +alert +http +Asks for "x" ')
        self.assertRegex(lines[4], rf"^13 +1 +disabled +alert +udp +Asleep +{self.rules}:5$")

    def test_lists_decide_and_their_lines_are_named(self):
        config = self.config(disable="# too loud\n11\n", enable="re:asleep\n", drop="cve:CVE-2021-44228\ngroup:test\n")
        rules = self.listed("-c", config)
        self.assertEqual({sid: (r["enabled"], r["action"]) for sid, r in rules.items()},
                         {10: (True, "drop"), 11: (False, "drop"), 12: (True, "alert"), 13: (True, "alert")})
        self.assertEqual([(why["cause"], why["line"]) for why in rules[11]["reasons"]], [("disabled", 2), ("drops", 2)])
        self.assertEqual(rules[10]["reasons"][0]["file"], str(self.folder / "drop.conf"))
        self.assertEqual([why["cause"] for why in rules[13]["reasons"]], ["enabled", "kept-alert"])
        self.assertIn("asks for the flowbit seen", rules[12]["reasons"][-1]["text"])

    def test_a_list_can_be_narrowed(self):
        for words, sids in ((["thing:camera"], [10]), (["11,12"], [11, 12]), (["re:^alert tcp"], [11, 12]),
                            (["--only", "disabled"], [13]), (["--only", "changed"], [12]), (["group:none"], [])):
            with self.subTest(words):
                self.assertEqual(sorted(self.listed("--rules", self.rules, *words)), sids)

    def test_what_names_no_rules_is_told(self):
        done = gatehouse("rules", "list", "camera", "--rules", self.rules)
        self.assertEqual(done.status, FAILURE)
        self.assertIn("'camera' names no rules", done.err)

    def test_lines_that_cannot_be_read_are_told_with_their_place_and_the_rest_is_used(self):
        config = self.config(disable="11\n  bad line\n")
        self.file("more.rules", "alert tcp any any -> any (sid:1;)\nalert tcp any any -> any any (sid:20;)\n")
        done = gatehouse("rules", "list", "--json", "-c", config)
        self.assertEqual(done.status, OK)
        self.assertIn(f"{self.folder}/disable.conf:2:3: ", done.err)
        self.assertIn(f"{self.folder}/more.rules:1:", done.err)
        rules = {rule["sid"]: rule["enabled"] for rule in json.loads(done.out)}
        self.assertFalse(rules[11])
        self.assertTrue(rules[20])

    def test_a_list_that_is_missing_is_a_failure(self):
        done = gatehouse("rules", "list", "-c", self.config(), "--set", f"ips.disable={self.folder}/none.conf")
        self.assertEqual(done.status, FAILURE)
        self.assertIn("none.conf", done.err)

    def test_without_rules_it_says_where_to_name_them(self):
        done = gatehouse("rules", "list", "-c", self.file("gatehouse.yaml", "version: 1\n"))
        self.assertEqual(done.status, FAILURE)
        self.assertIn("ips.rules", done.err)


class Show(Rules):
    def test_a_rule_is_shown_as_it_is_used(self):
        config = self.config(drop="10\n", modify='10 "rev:3" "rev:4"\n', threshold="suppress gen_id 1, sig_id 10\n")
        done = gatehouse("rules", "show", "10", "-c", config)
        self.assertEqual((done.status, done.err), (OK, ""), str(done))
        for text in ("1:10 revision 3", f"made a drop by {self.folder}/drop.conf:1", f"modified by {self.folder}/modify.conf:1",
                     f"suppressed by {self.folder}/threshold.conf:1", "CVE-2021-44228", "affected_product IP_Camera"):
            self.assertIn(text, done.out)
        rule = json.loads(gatehouse("rules", "show", "1:10", "-c", config, "--json").out)
        self.assertTrue(rule["rule"].startswith("drop http"))
        self.assertIn("rev:4;", rule["rule"])
        self.assertTrue(rule["shipped_rule"].startswith("alert http"))
        self.assertEqual(rule["cves"], ["2021-44228"])

    def test_a_rule_that_is_not_there_is_a_failure(self):
        done = gatehouse("rules", "show", "99", "--rules", self.rules)
        self.assertEqual(done.status, FAILURE)
        self.assertIn("no rule with the sid 99", done.err)
        self.assertEqual(gatehouse("rules", "show", "x", "--rules", self.rules).status, FAILURE)
        self.assertEqual(gatehouse("rules", "show", "--rules", self.rules).status, USAGE)


class Explain(Rules):
    def test_a_rule_is_told_in_words(self):
        done = gatehouse("rules", "explain", "10", "--rules", self.rules)
        self.assertEqual((done.status, done.err), (OK, ""), str(done))
        for text in ('Asks for "x"', "Alerts on HTTP from any address to $HOME_NET.", "The flow is marked 'seen'.",
                     "The request's URI contains '/x', ending there."):
            self.assertIn(text, done.out)
        told = json.loads(gatehouse("rules", "explain", "10", "--rules", self.rules, "--json").out)
        self.assertEqual(len(told["conditions"]), 3)

    def test_what_is_disabled_is_told_too(self):
        done = gatehouse("rules", "explain", "13", "--rules", self.rules)
        self.assertIn("The rule is disabled.", done.out)


if __name__ == "__main__":
    program.main()
