// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/config.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "config/describe.hpp"
#include "config/diagnostic.hpp"
#include "config/option.hpp"

namespace gatehouse::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Config good(std::string_view text, Overrides overrides = {}) {
  auto config = load_text(text, "/etc/gatehouse/gatehouse.yaml", overrides);
  EXPECT_TRUE(config.has_value()) << config.error().text;
  return config.value_or(Config{});
}
// The messages for a file named "g".
std::string bad(std::string_view text, Overrides overrides = {}, const Surroundings& around = {}) {
  const auto config = load_text(text, "g", overrides, around);
  if (config) return "accepted";
  EXPECT_EQ(config.error().code, ErrorCode::invalid_config);
  return config.error().text;
}

TEST(Config, an_empty_file_is_the_defaults) {
  const Config config = good("");
  EXPECT_EQ(config.system.user, "gatehouse");
  EXPECT_EQ(config.system.memory.total, 256u << 20);
  EXPECT_EQ(config.flow.timeouts.tcp.established, seconds(600));
  EXPECT_EQ(config.log.eve, "/var/log/gatehouse/eve.json");
  EXPECT_EQ(config.policy.file, "/etc/gatehouse/policy.yaml") << "beside the configuration";
  EXPECT_THAT(config.files.hash, ElementsAre("sha256"));
}

TEST(Config, every_section_reaches_its_member) {
  const Config config = good(R"(version: 1
system:
  user: guard
  memory: {total: 128MiB, flows: 16MiB, streams: 32MiB}
  fail-policy: {default: closed, zones: {plant: closed, lab: open}}
capture:
  mode: nfqueue
  pairs: [{a: eth0, b: eth1}, {a: eth2, b: eth3.100}]
  interfaces: [tap0]
  nfqueue: {queues: 4-7, fail: closed}
  workers: 2
decode: {verify-checksums: false, defrag: {overlap: bsd-right, timeout: 5s}}
flow: {timeouts: {udp: {new: 1500ms}}}
)"
                             "stream: {midstream: false, overlap: windows2k3, depth: 1MiB}\n"
                             R"(protocols: {enabled: [tls, dns], long-tail: false}
files: {hash: [md5, sha1]}
log: {eve: eve.json, types: [alert], stats-interval: 0s}
control: {socket: /tmp/s}
policy: {file: ""}
)");
  EXPECT_EQ(config.system.user, "guard");
  EXPECT_EQ(config.system.memory.flows, 16u << 20);
  EXPECT_EQ(config.system.fail_policy.standard, FailPolicy::closed);
  EXPECT_EQ(config.system.fail_policy.zones.at("lab"), FailPolicy::open);
  EXPECT_EQ(config.capture.mode, CaptureMode::nfqueue);
  EXPECT_THAT(config.capture.pairs, ElementsAre(InterfacePair{"eth0", "eth1"}, InterfacePair{"eth2", "eth3.100"}));
  EXPECT_EQ(config.capture.nfqueue.queues, (QueueRange{4, 7}));
  EXPECT_EQ(config.capture.nfqueue.fail, FailPolicy::closed);
  EXPECT_EQ(config.capture.workers, 2u);
  EXPECT_FALSE(config.decode.verify_checksums);
  EXPECT_EQ(config.decode.defrag.overlap, DefragOverlap::bsd_right);
  EXPECT_EQ(config.decode.defrag.timeout, seconds(5));
  EXPECT_EQ(config.flow.timeouts.udp.fresh, milliseconds(1500));
  EXPECT_EQ(config.stream.overlap, StreamOverlap::windows2k3);
  EXPECT_EQ(config.stream.depth, 1u << 20);
  EXPECT_THAT(config.protocols.enabled, ElementsAre("tls", "dns"));
  EXPECT_FALSE(config.protocols.long_tail);
  EXPECT_THAT(config.files.hash, ElementsAre("md5", "sha1"));
  EXPECT_EQ(config.log.eve, "/etc/gatehouse/eve.json");
  EXPECT_EQ(config.log.stats_interval, seconds(0));
  EXPECT_TRUE(config.policy.file.empty());
}

TEST(Config, a_section_may_be_left_empty) {
  EXPECT_EQ(bad("flow:\nsystem:\n  memory:\n"), "accepted");
}

TEST(Config, set_overrides_the_file) {
  const std::vector<std::string> set{"flow.timeouts.udp.new=7s", "log.types=[alert, drop]",
                                     "policy.file=", "log.eve=here.json"};
  const Config config = good("flow: {timeouts: {udp: {new: 9s}}}", set);
  EXPECT_EQ(config.flow.timeouts.udp.fresh, seconds(7));
  EXPECT_THAT(config.log.types, ElementsAre("alert", "drop"));
  EXPECT_TRUE(config.policy.file.empty());
  EXPECT_EQ(config.log.eve, "here.json") << "as typed: the shell's folder, not the file's";
}

// Each class of mistake: what is written, and what is said about it.
struct Golden {
  std::string_view input, says;
};
void PrintTo(const Golden& g, std::ostream* out) {
  *out << g.input;
}
class Mistakes : public testing::TestWithParam<Golden> {};
TEST_P(Mistakes, are_told_with_place_and_advice) {
  EXPECT_EQ(bad(GetParam().input), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, Mistakes,
    testing::Values(Golden{"flow:\n  timeuots: {}\n", "g:2:3: flow.timeuots: unknown option; did you mean 'timeouts'?"},
                    Golden{"flwo: {}\n", "g:1:1: flwo: unknown option; did you mean 'flow'?"},
                    Golden{"eve: /x\n", "g:1:1: eve: unknown option; did you mean 'log.eve'?"},
                    Golden{"zzzzzz: 1\n", "g:1:1: zzzzzz: unknown option"},
                    Golden{"log: {eve: /a}\nlog: {eve: /b}\n", "g:2:1: the key 'log' stands twice; first on line 1"},
                    Golden{"system: big\n",
                           "g:1:9: system: read 'big', expected a map with user, runtime-dir, memory or fail-policy"},
                    Golden{"- a\n", "g:1:1: read a list, expected a map of sections"},
                    Golden{"? [a]\n: b\n", "g:1:3: a key that is a list; expected a word"},
                    Golden{"version: 2\n", "g:1:10: version: read '2', expected 1"}));

INSTANTIATE_TEST_SUITE_P(
    Types, Mistakes,
    testing::Values(
        Golden{"stream: {midstream: yes}\n",
               "g:1:21: stream.midstream: read 'yes', expected true or false; write true"},
        Golden{"stream: {midstream: off}\n",
               "g:1:21: stream.midstream: read 'off', expected true or false; write false"},
        Golden{"stream: {midstream: \"true\"}\n", "g:1:21: stream.midstream: read 'true', expected true or false"},
        Golden{"stream: {midstream: [true]}\n", "g:1:21: stream.midstream: read a list, expected true or false"},
        Golden{"stream:\n  segments: 0777\n",
               "g:2:13: stream.segments: read '0777', expected a number from 8 to 65536; a number that begins with 0 "
               "may be "
               "meant as octal; write 777"},
        Golden{"stream: {segments: 0x10}\n", "g:1:20: stream.segments: read '0x10', expected a number from 8 to 65536"},
        Golden{"stream: {segments: -9}\n", "g:1:20: stream.segments: read '-9', expected a number from 8 to 65536"},
        Golden{"stream: {segments: 99999999999999999999}\n",
               "g:1:20: stream.segments: read '99999999999999999999', expected a number from 8 to 65536; the number is "
               "too large"},
        Golden{"stream:\n  segments:\n", "g:2:3: stream.segments: read nothing, expected a number from 8 to 65536"},
        Golden{"capture: {mode: nfqeue}\n",
               "g:1:17: capture.mode: read 'nfqeue', expected af-packet, tap or nfqueue; did you mean 'nfqueue'?"},
        Golden{"control: {socket: ~}\n",
               "g:1:19: control.socket: read nothing, expected a path; an empty text is written \"\""},
        Golden{"system: {user: 'two words'}\n", "g:1:16: system.user: read 'two words', expected a user's name"},
        Golden{"files: {hash: sha256}\n",
               "g:1:15: files.hash: read 'sha256', expected a list of md5, sha1 or sha256"}));

INSTANTIATE_TEST_SUITE_P(
    UnitsAndBounds, Mistakes,
    testing::Values(
        Golden{"system: {memory: {total: 256MB}}\n",
               "g:1:26: system.memory.total: read '256MB', expected a size from 48MiB to 64GiB, such as 128MiB; did "
               "you mean "
               "the unit 'MiB'?"},
        Golden{"system: {memory: {total: 268435456}}\n",
               "g:1:26: system.memory.total: read '268435456', expected a size from 48MiB to 64GiB, such as 128MiB; a "
               "unit is "
               "missing; the units are B, KiB, MiB, GiB, TiB"},
        Golden{"system: {memory: {total: 1MiB}}\n",
               "g:1:26: system.memory.total: read '1MiB', expected a size from 48MiB to 64GiB, such as 128MiB"},
        Golden{"flow: {timeouts: {udp: {new: 30}}}\n",
               "g:1:30: flow.timeouts.udp.new: read '30', expected a duration from 1s to 7d, such as 30s; a unit is "
               "missing; "
               "the units are us, ms, s, m, h, d"},
        Golden{"flow: {timeouts: {udp: {new: 30sec}}}\n",
               "g:1:30: flow.timeouts.udp.new: read '30sec', expected a duration from 1s to 7d, such as 30s; did you "
               "mean the "
               "unit 's'?"},
        Golden{
            "flow: {timeouts: {udp: {new: 9999999999999d}}}\n",
            "g:1:30: flow.timeouts.udp.new: read '9999999999999d', expected a duration from 1s to 7d, such as 30s; the "
            "number is too large"},
        Golden{"system:\n  memory:\n    total: 64MiB\n",
               "g:3:12: system.memory.total: 64MiB is less than flows, streams and defrag together, 104MiB"}));

INSTANTIATE_TEST_SUITE_P(
    Lists, Mistakes,
    testing::Values(
        Golden{"capture: {interfaces: [eth0, eth0]}\n", "g:1:30: capture.interfaces: 'eth0' stands twice"},
        Golden{
            "capture: {interfaces: [a-name-much-too-long]}\n",
            "g:1:24: capture.interfaces: read 'a-name-much-too-long', expected the name of an interface, such as eth0"},
        Golden{"capture: {pairs: [{a: eth0}]}\n", "g:1:19: capture.pairs: side b of the pair is missing"},
        Golden{"capture: {pairs: [{a: eth0, b: eth0}]}\n", "g:1:32: capture.pairs: 'eth0' stands twice"},
        Golden{"capture: {pairs: [{a: eth0, b: eth1, c: eth2}]}\n",
               "g:1:38: capture.pairs: unknown key 'c' in a pair; expected a and b"},
        Golden{"capture: {pairs: [[eth0, eth1]]}\n",
               "g:1:19: capture.pairs: read a list, expected a pair, such as {a: eth0, b: eth1}"},
        Golden{"capture: {nfqueue: {queues: 3-1}}\n",
               "g:1:29: capture.nfqueue.queues: read '3-1', expected a queue number or a range, such as 0-3; the first "
               "queue is "
               "behind the last"},
        Golden{"files: {hash: [sha265]}\n",
               "g:1:16: files.hash: read 'sha265', expected md5, sha1 or sha256; did you mean 'sha256'?"},
        Golden{"system: {fail-policy: {zones: {plant: no}}}\n",
               "g:1:39: system.fail-policy.zones: read 'no', expected open or closed"}));

INSTANTIATE_TEST_SUITE_P(
    YamlTraps, Mistakes,
    testing::Values(Golden{"log: &l {eve: /a}\n", "g:1:6: an anchor (&name); each value is written where it stands"},
                    Golden{"log: *l\n", "g:1:6: not YAML: the referenced anchor is not defined"},
                    Golden{"<<: {log: {}}\n", "g:1:1: a merge key (<<); each value is written where it stands"},
                    Golden{"log: {eve: !!str /a}\n",
                           "g:1:12: the tag 'tag:yaml.org,2002:str'; tags have no meaning here"},
                    Golden{"log: {}\n---\nflow: {}\n", "g:2:1: a second document begins here; a file holds one"},
                    Golden{"log: {eve: /a\nflow: {}\n", "g:2:5: not YAML: end of map flow not found"},
                    Golden{"log:\n\teve: /a\n", "g:2:5: not YAML: illegal map value"},
                    Golden{"log: {eve: \"\xff\"}\n", "g:1:1: this line is not UTF-8 text"},
                    Golden{std::string_view{"log: {eve: \"\0\"}\n", 16}, "g:1:13: a control character '\\x00'"},
                    Golden{"[[[[[[[[[[[[[x]]]]]]]]]]]]]", "g:1:13: nested deeper than 12 levels; that is the limit"}));

TEST(Config, all_mistakes_are_reported_in_the_order_of_the_file) {
  EXPECT_EQ(bad("stream:\n  midstream: no\n  sgments: 3\nlog: {types: alert}\nflow: 1\n"),
            "g:2:14: stream.midstream: read 'no', expected true or false; write false\n"
            "g:3:3: stream.sgments: unknown option; did you mean 'segments'?\n"
            "g:4:14: log.types: read 'alert', expected a list of words, such as [alert, drop, flow]\n"
            "g:5:7: flow: read '1', expected a map with timeouts");
}

TEST(Config, more_mistakes_than_anyone_reads_are_counted) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "k" + std::to_string(i) + ": 1\n";
  EXPECT_THAT(bad(text), testing::EndsWith("\ng: and 50 more"));
}

TEST(Config, mistakes_of_set_say_so) {
  const std::vector<std::string> set{"flow.timeouts.upd.new=1s", "stream.midstream=maybe", "nonsense", "log.types=[a"};
  EXPECT_EQ(bad("", set),
            "--set: flow.timeouts.upd.new: unknown option; did you mean 'flow.timeouts.udp.new'?\n"
            "--set: read 'nonsense', expected KEY=VALUE\n"
            "--set: log.types: value:1:1: not YAML: end of sequence flow not found\n"
            "--set: stream.midstream: read 'maybe', expected true or false");
}

TEST(Config, names_of_protocols_and_event_types_are_checked_where_they_are_known) {
  constexpr std::array<std::string_view, 2> protocols{"tls", "http"};
  constexpr std::array<std::string_view, 1> types{"dns"};
  EXPECT_EQ(bad("protocols: {enabled: [tls, htpp]}\nlog: {types: [dns, flow, alerts]}\n", {}, {protocols, types}),
            "g:1:28: protocols.enabled: unknown protocol 'htpp'; did you mean 'http'?\n"
            "g:2:26: log.types: unknown event type 'alerts'; did you mean 'alert'?");
}

TEST(Config, a_file_too_large_is_not_read) {
  EXPECT_EQ(bad(std::string((1u << 20) + 1, '#')), "g:1:1: larger than 1048576 bytes; that is the limit");
}

TEST(Config, a_missing_file_is_no_mistake_in_it) {
  const auto config = load("/nonexistent/g.yaml");
  ASSERT_FALSE(config.has_value());
  EXPECT_EQ(config.error().code, ErrorCode::not_found);
}

TEST(Config, a_live_engine_needs_something_to_capture_from) {
  EXPECT_THAT(ready_to_capture(defaults()).error().text, HasSubstr("capture.pairs"));
  EXPECT_THAT(ready_to_capture(good("capture: {mode: tap}")).error().text, HasSubstr("capture.interfaces"));
  EXPECT_TRUE(ready_to_capture(good("capture: {mode: nfqueue}")).has_value());
  EXPECT_TRUE(ready_to_capture(good("capture: {pairs: [{a: x, b: y}]}")).has_value());
}

TEST(Config, rule_files_begin_beside_the_file_that_names_them) {
  const auto config =
      load_text("ips: {rules: [rules/*.rules, /srv/own.rules], disable: disable.conf}", "/etc/g/g.yaml");
  ASSERT_TRUE(config.has_value()) << config.error().text;
  EXPECT_THAT(config->ips.rules, ElementsAre("/etc/g/rules/*.rules", "/srv/own.rules"));
  EXPECT_EQ(config->ips.disable, "/etc/g/disable.conf");
  EXPECT_EQ(config->ips.enable, "");
}

TEST(Config, variables_that_are_left_out_keep_their_default) {
  const auto config = good("ips: {variables: {addresses: {HOME_NET: [192.0.2.0/24, 198.51.100.1], LAB: 10.0.0.0/8}}}");
  const auto& addresses = config.ips.variables.addresses;
  EXPECT_EQ(addresses.at("HOME_NET"), "[192.0.2.0/24,198.51.100.1]");
  EXPECT_EQ(addresses.at("LAB"), "10.0.0.0/8");
  EXPECT_EQ(addresses.at("EXTERNAL_NET"), "!$HOME_NET");
  EXPECT_EQ(config.ips.variables.ports.at("HTTP_PORTS"), "80");
}

TEST(Config, a_variable_is_a_text_or_a_list_of_them) {
  EXPECT_EQ(bad("ips: {variables: {ports: {HTTP_PORTS: {}}}}\n"),
            "g:1:39: ips.variables.ports: read a map, expected a text or a list of them");
  EXPECT_EQ(bad("ips: {variables: {ports: {HTTP_PORTS: [80, []]}}}\n"),
            "g:1:44: ips.variables.ports: read a list, expected a text or a list of them");
}

// ---- what is made from the rows

TEST(Schema, every_row_is_complete_and_its_default_and_example_are_valid) {
  for (const Option* option : all_options()) {
    EXPECT_FALSE(option->about.empty()) << option->key;
    EXPECT_NE(option->set, nullptr) << option->key;
    for (const std::string_view value : {option->standard, option->example}) {
      if (value.empty()) continue;
      const std::vector<std::string> set{std::string(option->key) + '=' + std::string(value)};
      const auto config = load_text("", "g", set);
      EXPECT_TRUE(config.has_value()) << config.error().text;
    }
  }
}

TEST(Schema, choices_are_as_many_as_their_enumerators) {
  EXPECT_EQ(find_option("stream.overlap")->choices.size(), static_cast<std::size_t>(StreamOverlap::last) + 1);
  EXPECT_EQ(find_option("decode.defrag.overlap")->choices.size(), static_cast<std::size_t>(DefragOverlap::windows) + 1);
  EXPECT_EQ(find_option("ips.action")->choices.size(), static_cast<std::size_t>(IpsAction::drop) + 1);
  EXPECT_EQ(find_option("capture.mode")->choices.size(), static_cast<std::size_t>(CaptureMode::nfqueue) + 1);
}

TEST(Schema, the_default_file_is_valid_and_says_every_option) {
  const std::string file = default_file();
  EXPECT_EQ(bad(file), "accepted");
  for (const Option* option : all_options()) {
    const auto last = option->key.substr(option->key.rfind('.') + 1);
    EXPECT_THAT(file, HasSubstr(std::string(last) + ":")) << option->key;
  }
  for (std::size_t begin = 0; begin < file.size();) {
    const std::size_t end = std::min(file.find('\n', begin), file.size());
    EXPECT_LE(end - begin, 120u) << file.substr(begin, end - begin);
    begin = end + 1;
  }
}

TEST(Schema, explain_knows_options_and_sections) {
  EXPECT_EQ(*explain("stream.segments"),
            "stream.segments\n  In how many pieces they may wait.\n  number, 8 to 65536; a change needs a restart\n  "
            "default: 512\n");
  EXPECT_THAT(*explain("system.memory"), HasSubstr("system.memory.defrag"));
  EXPECT_THAT(*explain(""), HasSubstr("policy.file"));
  EXPECT_EQ(explain("stream.segmets").error().text, "unknown option 'stream.segmets'; did you mean 'stream.segments'?");
}

TEST(Schema, the_json_schema_names_every_option) {
  const auto schema = nlohmann::json::parse(json_schema());
  EXPECT_EQ(schema["properties"]["capture"]["properties"]["nfqueue"]["properties"]["length"]["maximum"], 1'000'000);
  EXPECT_FALSE(schema["properties"]["system"]["additionalProperties"]);
  EXPECT_EQ(schema["properties"]["capture"]["properties"]["mode"]["enum"].size(), 3u);
}

TEST(Schema, the_reference_page_has_a_row_for_every_option) {
  const std::string page = markdown();
  for (const Option* option : all_options()) EXPECT_THAT(page, HasSubstr("| `" + std::string(option->key) + "` |"));
}

TEST(Diagnostic, what_was_read_is_shown_without_harm_to_the_terminal) {
  EXPECT_EQ(in_quotes("a\x1b[2J"), "'a\\x1b[2J'");
  EXPECT_EQ(in_quotes(std::string(59, 'x') + "ä" + "tail"), "'" + std::string(59, 'x') + "…'");
}

TEST(Diagnostic, the_closest_word_is_near) {
  constexpr std::array<std::string_view, 3> words{"allow", "drop", "reject"};
  EXPECT_EQ(closest("alow", words), "allow");
  EXPECT_EQ(closest("ALLOW", words), "allow");
  EXPECT_EQ(closest("dorp", words), "drop");
  EXPECT_EQ(closest("permit", words), "");
  EXPECT_EQ(closest("", words), "");
}

}  // namespace
}  // namespace gatehouse::config
