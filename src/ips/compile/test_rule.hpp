// SPDX-License-Identifier: GPL-3.0-or-later
// A rule's keywords, applied one by one as the compiler does, and a scene to ask what they have made.
#pragma once

#include <deque>
#include <memory_resource>
#include <string>
#include <string_view>

#include "ips/compile/keyword.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/match/flow_memory.hpp"
#include "ips/match/scene.hpp"
#include "ips/match/shared_memory.hpp"

namespace gatehouse::ips::compile::test {

class TestRule {
 public:
  TestRule() : TestRule(plain()) {}
  explicit TestRule(const Surroundings& around) : builder(rule_, around) { builder.signature.sid = 1; }

  // "flowbits:set,seen". False: it was refused.
  bool add(std::string_view written) {
    const std::string_view text = texts_.emplace_back(written);
    const auto colon = text.find(':');
    text::Option option;
    option.name = {text.substr(0, colon), {1, 1}};
    option.has_value = colon != text.npos;
    if (option.has_value) option.value = {trim(text.substr(colon + 1)), {1, static_cast<std::uint32_t>(colon + 2)}};
    const Keyword* keyword = find_keyword(option.name.text);
    if (keyword == nullptr) {
      builder.refuse(option, "there is no such keyword");
      return false;
    }
    keyword->apply(builder, option);
    return !builder.refused();
  }
  std::string reason() const { return builder.refusal() ? builder.refusal()->reason : std::string{}; }

  bool holds(const Scene& scene) const {
    for (const Check& check : builder.checks)
      if (!check.holds(check, scene)) return false;
    return true;
  }
  void apply(const Scene& scene) const {
    for (const Effect& effect : builder.effects) effect.apply(effect, scene);
  }
  // As a worker does: what is asked, then what is done.
  bool match(const Scene& scene) const {
    if (!holds(scene)) return false;
    apply(scene);
    return true;
  }

  static const Surroundings& plain() {
    static const Surroundings around{std::span<const ProtocolSpec* const>{}};
    return around;
  }

 private:
  text::Rule rule_;
  std::deque<std::string> texts_;

 public:
  Builder builder;
};

// Whether a rule of these keywords alone is taken.
inline bool is_taken(std::string_view written, const Surroundings& around = TestRule::plain()) {
  TestRule rule{around};
  return rule.add(written);
}
inline std::string why_refused(std::string_view written, const Surroundings& around = TestRule::plain()) {
  TestRule rule{around};
  rule.add(written);
  return rule.reason();
}

// A packet from 192.0.2.1 to 192.0.2.2, its flow and what is remembered of both.
struct TestScene {
  TestScene() {
    packet.has_ip = true;
    packet.src = flow.client = *IpAddress::parse("192.0.2.1");
    packet.dst = flow.server = *IpAddress::parse("192.0.2.2");
    scene.packet = &packet;
    scene.flow = &flow;
    scene.memory = &memory;
    scene.shared = &shared;
    scene.signature = &signature;
    scene.now = Timestamp{1'700'000'000'000'000};
    signature.sid = 1;
  }
  TestScene(const TestScene&) = delete;
  TestScene& operator=(const TestScene&) = delete;
  operator const Scene&() const noexcept { return scene; }
  void turn_round() {
    std::swap(packet.src, packet.dst);
    scene.direction = opposite(scene.direction);
  }
  void wait(std::int64_t s) { scene.now = scene.now + seconds(s); }

  Packet packet;
  flow::Flow flow;
  FlowMemory memory{*std::pmr::get_default_resource()};
  SharedMemory shared{1u << 16};
  Signature signature;
  Scene scene;
};

}  // namespace gatehouse::ips::compile::test
