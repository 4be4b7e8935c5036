#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line as scripts and people meet it: exit statuses, messages, help, manual, completion, `check`."""
import json
import os
import re
import subprocess
import unittest

import program
from program import LAB_POLICY, ROUND, gatehouse

OK, FAILURE, USAGE, INVALID_CONFIG, NOT_PERMITTED, NOT_RUNNING = range(6)
PLACE = r"{}:\d+:\d+: "  # file:line:column, as compilers write it and editors follow it


def verbs():
    listed = gatehouse("--help").out.split("Verbs:")[1].split("Options:")[0]
    return re.findall(r"^  (\S+)", listed, re.MULTILINE)


class ExitStatus(program.Case):
    def check(self, words, status, *messages):
        done = gatehouse(*words)
        self.assertEqual(done.status, status, f"gatehouse {' '.join(map(str, words))}: {done}")
        for message in messages:
            self.assertIn(message, done.err)
        return done

    def test_a_capture_that_cannot_be_read_is_a_failure_that_names_it(self):
        missing = self.folder / "missing.pcap"
        self.check(["replay", missing, "--out", self.folder], FAILURE, "gatehouse: ", str(missing), "does not exist")
        text = self.file("text.pcap", "this is no capture\n")
        self.check(["replay", text, "--out", self.folder], FAILURE, str(text))
        self.check(["replay", self.file("empty.pcap", ""), "--out", self.folder], FAILURE, "empty.pcap")
        self.check(["replay", self.folder, "--out", self.folder], FAILURE, str(self.folder))

    def test_a_log_that_cannot_be_written_is_a_failure(self):
        done = self.check(["replay", ROUND, "--out", "/proc/gatehouse"], FAILURE, "/proc/gatehouse")
        self.assertEqual(done.out, "")

    def test_wrong_usage_says_how_it_might_have_been_meant(self):
        for words, hint in (
            (["replya", ROUND], "did you mean 'replay'?"),
            (["replay", ROUND, "--polcy", LAB_POLICY], "did you mean --policy?"),
            (["completion", "bsh"], "did you mean 'bash'?"),
            (["help", "chek"], "did you mean 'check'?"),
        ):
            with self.subTest(words):
                self.check(words, USAGE, hint)

    def test_wrong_usage(self):
        for words in ([], ["replay"], ["replay", ROUND, "more"], ["replay", ROUND, "--out"], ["replay", ROUND, "--ips=yes"],
                      ["check", "-x"], ["completion"], ["config", "default", "flow"], ["run", "-c", "a", "-c", "b"]):
            with self.subTest(words):
                self.assertTrue(self.check(words, USAGE).err)

    def test_an_invalid_configuration_is_reported_with_its_place(self):
        config = self.file("gatehouse.yaml", "version: 1\nflow:\n  timeouts:\n    tcp: { nwe: 3s }\ncapture:\n  workers: lots\n")
        for words in (["check", "-c", config], ["run", "-c", config], ["replay", ROUND, "-c", config, "--out", self.folder]):
            with self.subTest(words):
                done = self.check(words, INVALID_CONFIG, f"{config}:4:12: ", f"{config}:6:12: ", "did you mean 'new'?")
                self.assertEqual(len(re.findall(PLACE.format(re.escape(str(config))), done.err)), 2, done.err)

    def test_an_invalid_policy_is_reported_with_its_place(self):
        policy = self.file("policy.yaml", "version: 1\nzones:\n  a: { interfaces: [eth0] }\n"
                           "rules:\n  - { name: x, from: b, action: alow }\ndefault: drop\n")
        for words in (["check", "--policy", policy], ["replay", ROUND, "--policy", policy, "--out", self.folder]):
            with self.subTest(words):
                self.check(words, INVALID_CONFIG, f"{policy}:5:22: ", f"{policy}:5:33: ", "unknown zone 'b'", "did you mean 'allow'?")

    def test_what_is_not_yaml_is_an_invalid_configuration(self):
        for text in ("version: 1\nflow: [\n", "\t\n- :", "\x00\x01", "version: 1\nversion: 1\n", "[]"):
            config = self.file("gatehouse.yaml", text)
            with self.subTest(text):
                self.check(["check", "-c", config], INVALID_CONFIG, f"{config}:")

    def test_a_value_given_with_set_is_checked_as_the_files_are(self):
        self.check(["replay", ROUND, "--out", self.folder, "--set", "flow.timeouts.udp.new=soon"], INVALID_CONFIG, "soon")
        self.check(["replay", ROUND, "--out", self.folder, "--set", "flow.timeouts.udp.nw=1s"], INVALID_CONFIG, "new")

    @unittest.skipUnless(os.geteuid() == 0, "needs root, to become somebody who is not")
    def test_guarding_without_the_rights_to_is_told_apart(self):
        config = self.file("gatehouse.yaml", f"version: 1\nsystem: {{ runtime-dir: {self.folder} }}\n"
                           "capture: { mode: tap, interfaces: [lo] }\npolicy: { file: '' }\n"
                           f"log: {{ eve: {self.folder}/eve.json }}\ncontrol: {{ socket: {self.folder}/control.socket }}\n")
        self.folder.chmod(0o777)
        try:
            done = gatehouse("run", "-c", config, user="nobody", group="nogroup", extra_groups=[], cwd="/")
        except PermissionError:
            self.skipTest("the program stands where nobody else may go")
        self.assertEqual(done.status, NOT_PERMITTED, str(done))
        self.assertTrue(done.err.startswith("gatehouse: "), done.err)

    def test_asking_an_engine_that_is_not_running(self):
        for verb in ("status", "counters", "watch"):
            with self.subTest(verb):
                self.check([verb, "--socket", self.folder / "no.socket"], NOT_RUNNING, str(self.folder / "no.socket"))


class Check(program.Case):
    def test_a_valid_configuration_and_its_policy(self):
        config = self.file("gatehouse.yaml", "version: 1\ncapture:\n  pairs: [ { a: eth-things, b: eth-outside } ]\n"
                           f"policy: {{ file: {LAB_POLICY} }}\n")
        done = gatehouse("check", "-c", config)
        self.assertEqual((done.status, done.err), (OK, ""), str(done))
        self.assertIn(f"{config}: valid", done.out)
        self.assertIn(f"{LAB_POLICY}: valid", done.out)

    def test_a_policy_alone(self):
        done = gatehouse("check", "--policy", LAB_POLICY)
        self.assertEqual(done.status, OK, str(done))
        self.assertNotIn("gatehouse.yaml", done.out)

    def test_mistakes_of_both_files_are_reported_at_once(self):
        config = self.file("gatehouse.yaml", "version: 1\nflwo: {}\n")
        policy = self.file("policy.yaml", "version: 1\nruls: []\n")
        done = gatehouse("check", "-c", config, "--policy", policy)
        self.assertEqual(done.status, INVALID_CONFIG, str(done))
        self.assertRegex(done.err, PLACE.format(re.escape(str(config))))
        self.assertRegex(done.err, PLACE.format(re.escape(str(policy))))

    def test_the_printed_defaults_are_valid(self):
        config = self.file("default.yaml", gatehouse("config", "default").out)
        policy = self.file("policy.yaml", gatehouse("policy", "default").out)
        done = gatehouse("check", "-c", config, "--policy", policy)
        self.assertEqual(done.status, OK, str(done))


class Help(program.Case):
    def test_every_verb_has_help_by_three_ways(self):
        names = verbs()
        self.assertGreater(len(names), 10)
        for verb in names:
            with self.subTest(verb):
                by_option, by_letter, by_verb = gatehouse(verb, "--help"), gatehouse(verb, "-h"), gatehouse("help", verb)
                self.assertEqual((by_option.status, by_option.err), (OK, ""))
                self.assertIn(f"gatehouse {verb}", by_option.out)
                self.assertEqual(by_option.out, by_letter.out)
                self.assertEqual(by_option.out, by_verb.out)

    def test_the_manual_names_every_verb(self):
        manual = gatehouse("man")
        self.assertEqual(manual.status, OK)
        for verb in verbs():
            self.assertIn(verb, manual.out)
        self.assertTrue(manual.out.lstrip().startswith((".TH", ".\\\"", "'\\\"")), manual.out[:80])

    def test_completions_name_every_verb(self):
        for shell in ("bash", "zsh", "fish"):
            script = gatehouse("completion", shell)
            self.assertEqual(script.status, OK)
            for verb in verbs():
                self.assertIn(verb, script.out, shell)

    def test_bash_completes_a_verb(self):
        script = self.file("completion.bash", gatehouse("completion", "bash").out)
        ask = (f"source {script}; COMP_WORDS=(gatehouse re); COMP_CWORD=1; COMP_LINE='gatehouse re'; COMP_POINT=12; "
               "$(complete -p gatehouse | sed 's/.*-F \\([^ ]*\\).*/\\1/') gatehouse re gatehouse; echo \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True)
        self.assertEqual(done.stdout.split(), ["replay"], done.stderr)

    def test_version(self):
        for words in (["--version"], ["-V"], ["version"]):
            self.assertRegex(gatehouse(*words).out, r"^gatehouse \d+\.\d+\.\d+")

    def test_lists_are_tables_for_people_and_json_for_programs(self):
        for verb in ("protocols", "fields"):
            self.assertEqual(gatehouse(verb).status, OK)
            rows = json.loads(gatehouse(verb, "--json").out)
            self.assertGreater(len(rows), 5)
            for row in rows:
                self.assertTrue(row["name"])

    def test_schemas_are_json(self):
        for noun in ("config", "policy"):
            self.assertIn("properties", json.loads(gatehouse(noun, "schema").out))


if __name__ == "__main__":
    program.main()
