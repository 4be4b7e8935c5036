// SPDX-License-Identifier: GPL-3.0-or-later
// Builds the Ruleset: takes finished Builders one by one, then puts the signatures in order and everything that asks
// them in its place.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "ips/compile/builder.hpp"
#include "ips/compile/compile.hpp"
#include "ips/compile/fast_pattern.hpp"
#include "ips/compile/surroundings.hpp"

namespace gatehouse::ips::compile {

inline constexpr std::uint32_t kPayloadBeginning = 256;  // bytes of a payload that are its beginning

class Assembly {
 public:
  // `naive`: see CompileSettings.
  explicit Assembly(const Surroundings& around, bool naive = false);

  // Takes over what the builder has. The refusal says what only the whole rule shows.
  std::optional<text::Refusal> take(Builder& builder, const std::vector<Suppression>& suppressions = {});
  void keep(std::shared_ptr<const void> owner) { ruleset_->kept.push_back(std::move(owner)); }

  // Puts signatures in order and plans; pattern sets are not compiled yet. Called once, at the end.
  std::shared_ptr<Ruleset> finish();
  std::size_t without_literal() const noexcept { return without_literal_; }
  // Of the signature that was taken last.
  Description describe_last() const;

 private:
  // A signature until all are known, for only then do they get their numbers.
  struct Draft {
    Signature signature;
    bool has_literal = false;
    Literal literal;
    std::uint32_t latest_end = 0;
    BufferId buffer = 0;  // that the literal is looked for in
    // For packets by themselves: a literal of their first bytes, so that the rest need not be searched.
    bool has_early = false;
    Literal early;
    std::uint32_t early_end = 0;
    bool from_payload_start = false;  // a payload step counts from the beginning of the payload
    unsigned order = 0;               // among those of one action: flowbits are set before they are asked
    std::vector<std::pair<std::uint16_t, std::uint8_t>> app_events;
    std::vector<PacketEvent> packet_events;
    std::vector<std::string> detection_events;
  };

  BufferId buffer_id(const BufferName& name);
  std::uint32_t address_set(const AddressSet& set);
  std::uint32_t port_set(const PortSet& set);
  void add_conditions(Builder& builder, Signature& s);
  Class class_of(const Builder& builder, const Signature& s) const;

  void place(SignatureIndex index, const Draft& draft);
  void place_in_packets(SignatureIndex index, const Signature& s, PacketGroup& group);
  void place_payload(SignatureIndex index, const Draft& draft);
  void place_in_group(SignatureIndex index, const Draft& draft, PayloadKind kind);
  void place_packet(SignatureIndex index, const Signature& s, AddressIndex& by_address, bool once);
  void place_transaction(SignatureIndex index, const Draft& draft);
  void place_unfiltered(SignatureIndex index, const Signature& s, ProtocolPlan& plan);
  void place_file(SignatureIndex index, const Draft& draft);
  void want_rows(std::uint16_t plan, const Condition& condition);
  bool asks_for_absence(const Signature& s) const;
  void place_at_end(SignatureIndex index, const Signature& s, ProtocolPlan& plan);
  void note_payload(const Signature& s);
  void add_hook(Builder& builder) const;
  void finish_plans();
  std::vector<std::uint16_t> plans_for(const Signature& s) const;
  PatternSet& set_for(BufferId buffer, Direction direction);

  const Surroundings& around_;
  bool naive_;
  std::shared_ptr<Ruleset> ruleset_;
  std::vector<Draft> drafts_;
  std::unordered_map<std::string, BufferId> buffer_ids_;
  std::unordered_multimap<std::size_t, std::uint32_t> address_ids_, port_ids_;
  std::map<std::pair<BufferId, unsigned>, PatternSet*> sets_;  // of fields and files, by buffer and direction
  std::vector<std::set<std::pair<BufferId, const FieldSpec*>>> wanted_rows_;  // by plan
  std::size_t without_literal_ = 0;
};

}  // namespace gatehouse::ips::compile
