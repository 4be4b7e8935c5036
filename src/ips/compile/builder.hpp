// SPDX-License-Identifier: GPL-3.0-or-later
// A signature while it is being read: keywords, in the order in which they stand, add to it. Each keyword is a row
// (keyword.hpp) with a function that reads its value and calls this.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ips/match/ruleset.hpp"
#include "ips/text/rule.hpp"

namespace gatehouse::ips::compile {

// A buffer as a rule names it, with the transforms that stand behind it.
struct BufferName {
  std::string name = "payload";
  std::vector<Transform> transforms;
  std::uint8_t direction = 2;  // 0 to the server, 1 to the client: only the field's values of that direction

  bool operator==(const BufferName&) const = default;
};

struct DraftChain {
  BufferName buffer;
  std::vector<Step> steps;
  text::Place place;  // where it begins
};

// A test of a number field, by its name in the registry.
struct DraftNumber {
  std::string field;
  NumberTest test;
  std::vector<std::uint64_t> any_of;  // names that stand for several values; empty: `test` stands
  std::uint8_t direction = 2;         // 0 to the server, 1 to the client: only values of that direction
  text::Place place;
};

struct Surroundings;  // surroundings.hpp: what is known outside of the rule

// What compiled signatures point to; it outlives them, within the Ruleset.
struct Storage {
  std::deque<std::string> texts;
  std::deque<std::vector<std::uint8_t>> bytes;
  std::deque<Regex> regexes;
  std::vector<std::shared_ptr<const void>> kept;
};

class Builder {
 public:
  Builder(const text::Rule& rule, const Surroundings& around,
          std::shared_ptr<Storage> storage = std::make_shared<Storage>())
      : rule_(rule), around_(around), storage_(std::move(storage)) {}

  const text::Rule& rule() const noexcept { return rule_; }
  const Surroundings& around() const noexcept { return around_; }

  // ---- refusing. The first reason stands. `at`: the option, its value is what is wrong.
  void refuse(const text::Option& at, std::string reason);
  void refuse(text::Place place, std::string keyword, std::string reason);
  bool refused() const noexcept { return refusal_.has_value(); }
  const std::optional<text::Refusal>& refusal() const noexcept { return refusal_; }

  // ---- buffers. A sticky buffer stands until the next, or until pkt_data.
  void use_buffer(const text::Option& at, std::string name, std::uint8_t direction = 2);
  void add_transform(const text::Option& at, Transform transform);
  // The chain that steps are added to now. A buffer of which a transaction has several (FieldType::list) begins a new
  // chain each time it is named.
  DraftChain& chain(const text::Option& at);
  bool in_payload() const noexcept { return decoding_ < 0 && current_.name == "payload"; }
  const BufferName& current() const noexcept { return current_; }
  // The chain of a buffer that the keyword itself names (urilen, pcre's /U); the sticky buffer stays what it was.
  DraftChain& chain_of(const text::Option& at, const std::string& buffer);
  // The chain for a step that is relative to the match before it: where that one is.
  DraftChain& chain_behind(const text::Option& at);
  // base64_data: what follows, until a buffer is named, is asked of what base64_decode has made. Refuses without one.
  void use_decoded(const text::Option& at);

  // ---- contents, for modifiers that stand behind them.
  void add_content(const text::Option& at, Content content);
  // The content that a modifier belongs to, or null after refusing.
  Content* last_content(const text::Option& modifier);
  // The step before, whatever it is; null if there is none.
  Step* last_step();
  // Legacy modifiers (http_uri;): moves the last content, and what is relative to it, from the payload to that buffer.
  void move_last_content(const text::Option& modifier, const std::string& buffer);
  // Index of a byte_extract or byte_math variable; nullopt where it was not defined before.
  std::optional<std::uint8_t> variable(std::string_view name) const;
  std::optional<std::uint8_t> define_variable(const text::Option& at, std::string_view name);
  // "12" or a variable's name. Refuses what is neither.
  std::optional<Operand> operand(const text::Option& at, std::string_view word);

  // ---- the rest
  void add_step(const text::Option& at, Step step) { chain(at).steps.push_back(std::move(step)); }
  void add_check(Check check) { checks.push_back(check); }
  void add_effect(Effect effect) { effects.push_back(effect); }
  void add_number(const text::Option& at, std::string field, NumberTest test, std::vector<std::uint64_t> any_of = {},
                  std::uint8_t direction = 2);
  // The signature is for these application protocols only; refuses where another keyword or the header said otherwise.
  void require_protocols(const text::Option& at, std::vector<const ProtocolSpec*> protocols);
  // Memory that lives as long as the ruleset.
  std::string_view keep(std::string text);
  Bytes keep_bytes(std::vector<std::uint8_t> bytes);
  const Regex* keep_regex(Regex regex);
  void keep_alive(std::shared_ptr<const void> thing) { storage_->kept.push_back(std::move(thing)); }

  // ---- what keywords have said; ips/compile/finish.cpp makes the Signature of it.
  Signature signature;
  std::vector<DraftChain> chains;
  std::vector<DraftNumber> numbers;
  std::vector<Check> checks;
  std::vector<Effect> effects;
  std::vector<Threshold> thresholds;
  std::vector<const ProtocolSpec*> app_protocols;                  // empty: any
  bool app_known = false;                                          // header or keyword named the protocol
  std::string hook;                                                // "request_started", of "dns:request_started"
  std::vector<std::pair<std::uint16_t, std::uint8_t>> app_events;  // index of the protocol, of its event: any
  std::vector<PacketEvent> packet_events;                          // at most one: further ones are checks
  std::vector<std::string> detection_events;  // of identification: "applayer_mismatch_protocol_both_directions"
  WantedDigests digests;
  bool asks_magic = false;
  std::string message, class_type, metadata;
  std::vector<std::string> references;
  std::optional<std::uint8_t> priority;
  AddressSet src, dst;
  PortSet src_ports, dst_ports;
  bool negated_addresses = false;
  // `requires` asks for what is not here: the rule is left out, which is no mistake of its writer.
  bool skipped = false;
  std::string skip_reason;

 private:
  const text::Rule& rule_;
  const Surroundings& around_;
  std::shared_ptr<Storage> storage_;
  std::optional<text::Refusal> refusal_;
  BufferName current_;
  bool begins_new_ = false;
  int last_chain_ = -1;  // where the last step was added
  int decoding_ = -1;    // the chain whose decoded bytes steps are added for
  void end_decoded();
  std::vector<std::string> variables_;
};

}  // namespace gatehouse::ips::compile
