// SPDX-License-Identifier: GPL-3.0-or-later
// Whole rules, compiled and asked: a small protocol of our own stands for all.
#include "ips/compile/compile.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <memory_resource>
#include <unistd.h>

#include "ips/compile/classification.hpp"
#include "ips/compile/lists.hpp"
#include "ips/match/matcher.hpp"

namespace gatehouse::ips::compile {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kUp = Direction::to_server, kDown = Direction::to_client;

// "toy": a request with a name and words, and an answer with a code.
struct ToyTransaction : Transaction {
  std::string name, code;
  std::vector<std::string> words;
  bool has_name = false;
};
const ToyTransaction& toy(const Transaction& tx) {
  return static_cast<const ToyTransaction&>(tx);
}
constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 1> kResponseStages{"response_complete"};
constexpr std::array kFields{
    FieldSpec{"toy.name", FieldType::bytes, FieldDirection::to_server, 0, "",
              [](const Transaction& tx, unsigned) { return toy(tx).has_name ? FieldValue::of(toy(tx).name) : FieldValue::none(); }},
    FieldSpec{"toy.word", FieldType::list, FieldDirection::to_server, 1, "",
              [](const Transaction& tx, unsigned i) {
                return i < toy(tx).words.size() ? FieldValue::of(toy(tx).words[i]) : FieldValue::none();
              }},
    FieldSpec{"toy.count", FieldType::number, FieldDirection::to_server, 1, "",
              [](const Transaction& tx, unsigned i) { return i == 0 ? FieldValue::of_number(toy(tx).words.size()) : FieldValue::none(); }},
    FieldSpec{"toy.code", FieldType::bytes, FieldDirection::to_client, 0, "",
              [](const Transaction& tx, unsigned) { return FieldValue::of(toy(tx).code); }},
};
constexpr std::array kEvents{EventSpec{"odd", "something odd"}};
constexpr ProtocolSpec make_toy() {
  ProtocolSpec spec;
  spec.name = "toy";
  spec.transports = {true, true, 0};
  spec.stages = {kRequestStages, kResponseStages};
  spec.fields = kFields;
  spec.events = kEvents;
  return spec;
}
constexpr ProtocolSpec kToy = make_toy();
constexpr std::array<const ProtocolSpec*, 1> kProtocols{&kToy};

class Compile : public testing::Test, protected MatchReceiver {
 protected:
  Compile() : shared_(1u << 20), matcher_(settings_, memory_, shared_, *this) {
    flow_.protocol = ip_protocol::tcp;
    flow_.client = *IpAddress::parse("192.0.2.1"), flow_.server = *IpAddress::parse("198.51.100.2");
    flow_.client_port = 40000, flow_.server_port = 80;
    flow_.state = flow::FlowState::established;
    flow_.packets = {2, 2};
    flow_.id = 7;
    packet_.has_ip = packet_.has_transport = true;
    packet_.protocol = ip_protocol::tcp;
    packet_.src = flow_.client, packet_.dst = flow_.server;
    packet_.src_port = 40000, packet_.dst_port = 80;
    tx_.protocol = &kToy;
    flow_.app.protocol = &kToy;
  }
  ~Compile() override {
    matcher_.transaction_closed(tx_);
    matcher_.flow_ended(flow_);
  }

  Compiled compile_rules(const std::string& text, CompileSettings settings = {}) {
    Surroundings around{kProtocols};
    default_variables(around);
    default_classifications(around);
    const text::RuleFile file = text::RuleFile::from_text("test.rules", text);
    std::vector<RuleEntry> rules;
    for (const text::Rule& rule : file.rules())
      if (rule.enabled) rules.push_back({&file, &rule});
    auto compiled = compile(rules, nullptr, around, settings);
    EXPECT_TRUE(compiled) << (compiled ? "" : compiled.error().text);
    return std::move(*compiled);
  }
  void use(const std::string& text) {
    const Compiled compiled = compile_rules(text);
    for (const text::Refusal& refusal : compiled.refused) ADD_FAILURE() << refusal.reason;
    ASSERT_TRUE(matcher_.take_up(compiled.ruleset));
    begin(kUp);
  }
  void begin(Direction direction) { matcher_.begin(&packet_, &flow_, direction, {}); }
  // The payload of one packet that is no part of a stream.
  void packet(std::string_view payload) {
    packet_.payload = as_bytes(payload);
    matcher_.packet(false);
  }
  void stream(std::string_view bytes) {
    matcher_.stream(kUp, as_bytes(bytes), streamed_);
    streamed_ += bytes.size();
    matcher_.stream_was_read(kUp);
  }
  void reach(std::uint8_t stage, Direction direction = kUp) {
    tx_.stage[index(direction)] = stage;
    begin(direction);
    matcher_.transaction(tx_, direction);
  }
  std::vector<std::uint32_t> taken() { return std::exchange(matched_, {}); }

  void on_match(const Signature& s, const Scene&, const InspectSpace&) noexcept override { matched_.push_back(s.sid); }
  void on_transaction_end(Transaction&) noexcept override {}

  std::pmr::unsynchronized_pool_resource memory_;
  SharedMemory shared_;
  MatcherSettings settings_;
  Matcher matcher_;
  flow::Flow flow_;
  Packet packet_;
  ToyTransaction tx_;
  std::uint64_t streamed_ = 0;
  std::vector<std::uint32_t> matched_;
};

TEST_F(Compile, ARuleThatIsRefusedStopsNoOther) {
  const Compiled compiled = compile_rules(
      "alert tcp any any -> any any (content:\"a\"; nonsense; sid:1;)\n"
      "alert tcp any any -> any any (content:\"b\"; sid:2;)\n"
      "alert tcp any any -> any any (content:\"c\"; sid:2;)\n");
  ASSERT_EQ(compiled.refused.size(), 2u);
  EXPECT_EQ(compiled.refused[0].place, (text::Place{1, 44}));
  EXPECT_THAT(compiled.refused[0].reason, HasSubstr("no keyword"));
  EXPECT_THAT(compiled.refused[1].reason, HasSubstr("earlier rule has this sid"));
  EXPECT_EQ(compiled.statistics.loaded, 1u);
}

TEST_F(Compile, PayloadsAreAskedByLiteralPortAndDirection) {
  use("alert tcp any any -> any 80 (content:\"attack\"; sid:1;)\n"
      "alert tcp any any -> any 81 (content:\"attack\"; sid:2;)\n"
      "alert tcp any any -> any any (content:\"attack\"; flow:to_client; sid:3;)\n"
      "alert tcp any any -> any any (content:\"ATTACK\"; nocase; content:!\"calm\"; sid:4;)\n"
      "alert udp any any -> any any (content:\"attack\"; sid:5;)\n");
  packet("an attack");
  EXPECT_THAT(taken(), ElementsAre(1, 4));
  packet("an attack, and calm");
  EXPECT_THAT(taken(), ElementsAre(1));
  packet("nothing");
  EXPECT_THAT(taken(), IsEmpty());
}

TEST_F(Compile, AStreamIsSearchedAcrossItsPieces) {
  use("alert tcp any any -> any any (content:\"first\"; content:\"second\"; distance:0; sid:1;)\n");
  settings_.inline_mode = true;
  stream("the first and then the sec");
  matcher_.flush(kUp);
  EXPECT_THAT(taken(), IsEmpty());
  stream("ond");
  matcher_.flush(kUp);
  EXPECT_THAT(taken(), ElementsAre(1));
  stream(" and no more");
  matcher_.flush(kUp);
  EXPECT_THAT(taken(), IsEmpty()) << "what was found before is not found again";
}

TEST_F(Compile, ATransactionIsAskedStageByStageAndOnce) {
  use("alert toy any any -> any any (toy.name; content:\"door\"; sid:1;)\n"
      "alert toy any any -> any any (toy.name; content:\"door\"; toy.word; content:\"open\"; sid:2;)\n"
      "alert toy any any -> any any (toy.count:>1; sid:3;)\n"
      "alert toy any any -> any any (toy.name; content:\"door\"; toy.code; content:\"200\"; sid:4;)\n");
  tx_.has_name = true, tx_.name = "front door";
  reach(0);
  EXPECT_THAT(taken(), ElementsAre(1));
  tx_.words = {"please", "open"};
  reach(1);
  EXPECT_THAT(taken(), testing::UnorderedElementsAre(2, 3));
  reach(1);
  EXPECT_THAT(taken(), IsEmpty());
  tx_.code = "200";
  reach(0, kDown);
  EXPECT_THAT(taken(), ElementsAre(4)) << "what the request has shown is not forgotten";
}

TEST_F(Compile, OfAListEachNamingMayMeanAnotherValue) {
  use("alert toy any any -> any any (toy.word; content:\"ab\"; content:\"cd\"; sid:1;)\n"
      "alert toy any any -> any any (toy.word; content:\"ab\"; toy.word; content:\"cd\"; sid:2;)\n");
  tx_.words = {"ab", "cd"};
  reach(1);
  EXPECT_THAT(taken(), ElementsAre(2));
}

TEST_F(Compile, WhatIsAbsentIsKnownWhenItsStageIsReached) {
  use("alert toy any any -> any any (toy.name; absent; sid:1;)\n");
  reach(0);
  EXPECT_THAT(taken(), ElementsAre(1));
}

TEST_F(Compile, EventsAreAskedByTheirName) {
  use("alert toy any any -> any any (app-layer-event:toy.odd; sid:1;)\n"
      "alert toy any any -> any any (flow:to_client; app-layer-event:toy.odd; sid:2;)\n");
  matcher_.app_event(&tx_, kToy, 0, kUp);
  EXPECT_THAT(taken(), ElementsAre(1, 2)) << "the event is the transaction's, whichever way its bytes went";
}

TEST_F(Compile, PassDecidesBeforeDropBeforeAlert) {
  use("alert tcp any any -> any any (content:\"x\"; sid:3;)\n"
      "drop tcp any any -> any any (content:\"x\"; sid:2;)\n"
      "pass tcp any any -> any any (content:\"x\"; sid:1;)\n");
  packet("x");
  EXPECT_THAT(taken(), ElementsAre(1, 2, 3));
}

TEST_F(Compile, AFlowbitIsSetBeforeItIsAskedFor) {
  use("alert tcp any any -> any any (content:\"x\"; flowbits:isset,seen; sid:1;)\n"
      "alert tcp any any -> any any (content:\"x\"; flowbits:set,seen; sid:2;)\n");
  packet("x");
  EXPECT_THAT(taken(), ElementsAre(2, 1));
}

TEST_F(Compile, OtherRulesForgetWhatWaitsButNotFlowbits) {
  use("alert tcp any any -> any any (content:\"x\"; flowbits:set,kept; sid:1;)\n");
  packet("x");
  EXPECT_THAT(taken(), ElementsAre(1));
  use("alert tcp any any -> any any (content:\"y\"; flowbits:isset,kept; sid:2;)\n");
  packet("y");
  EXPECT_THAT(taken(), ElementsAre(2));
}

TEST_F(Compile, TheNaiveWayFindsTheSame) {
  const std::string rules =
      "alert tcp any any -> any 80 (content:\"needle\"; sid:1;)\n"
      "alert tcp any any -> any 81 (content:\"needle\"; sid:2;)\n"
      "alert toy any any -> any any (toy.name; content:\"door\"; sid:3;)\n";
  tx_.has_name = true, tx_.name = "door";
  std::vector<std::vector<std::uint32_t>> answers;
  for (const bool naive : {false, true}) {
    CompileSettings settings;
    settings.naive = naive;
    const Compiled compiled = compile_rules(rules, settings);
    EXPECT_EQ(compiled.statistics.literals == 0, naive);
    ASSERT_TRUE(matcher_.take_up(compiled.ruleset));
    matcher_.transaction_closed(tx_);
    begin(kUp);
    packet("a needle");
    reach(0);
    answers.push_back(taken());
  }
  EXPECT_THAT(answers[0], ElementsAre(1, 3));
  EXPECT_EQ(answers[0], answers[1]);
}

TEST_F(Compile, PrefiltersComeFromTheCacheAndADamagedOneIsMadeAnew) {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("gatehouse-cache-test-" + std::to_string(::getpid()));
  std::string rules;
  for (int i = 1; i <= 80; ++i)
    rules += "alert tcp any any -> any any (content:\"word" + std::to_string(i) + "x\"; sid:" + std::to_string(i) + ";)\n";
  CompileSettings settings;
  settings.cache = folder;
  EXPECT_EQ(compile_rules(rules, settings).statistics.from_cache, 0u);
  EXPECT_GT(compile_rules(rules, settings).statistics.from_cache, 0u);
  for (const auto& entry : std::filesystem::directory_iterator(folder)) std::ofstream(entry.path()) << "damaged";
  EXPECT_EQ(compile_rules(rules, settings).statistics.from_cache, 0u);
  const Compiled compiled = compile_rules(rules, settings);
  EXPECT_GT(compiled.statistics.from_cache, 0u) << "it was replaced";
  ASSERT_TRUE(matcher_.take_up(compiled.ruleset));
  begin(kUp);
  packet("word42x");
  EXPECT_THAT(taken(), ElementsAre(42));
  std::filesystem::remove_all(folder);
}

TEST_F(Compile, TheLiteralThatIsLookedForIsTheRareOneOrTheOneThatIsNamed) {
  Surroundings around{kProtocols};
  default_variables(around);
  const auto told = [&](std::string_view options) {
    const std::string text = "alert tcp any any -> any any (" + std::string(options) + " sid:1;)";
    const auto rule = text::parse_rule(text);
    return describe(*rule, around).fast_pattern;
  };
  EXPECT_EQ(told("content:\"aaaa\"; content:\"q|01|z\";"), "q|01|z");
  EXPECT_EQ(told("content:\"long and rare\"; content:\"ab\"; fast_pattern;"), "ab");
  EXPECT_EQ(told("content:!\"never\"; content:\"ab\";"), "ab");
  EXPECT_EQ(told("content:!\"never\";"), "");
}

}  // namespace
}  // namespace gatehouse::ips::compile
