// SPDX-License-Identifier: GPL-3.0-or-later
// Asks signatures of what passes: one per worker. The engine shows it packets, streams, transactions and files as they
// come; it says which signatures matched. Literals are looked for first (patterns.hpp); what they point to is then
// asked in full.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <utility>
#include <vector>

#include "ips/match/file_magic.hpp"
#include "ips/match/flow_memory.hpp"
#include "ips/match/inspect.hpp"
#include "ips/match/ruleset.hpp"
#include "ips/match/scene.hpp"
#include "ips/match/shared_memory.hpp"

namespace gatehouse::ips {

class MatchReceiver {
 public:
  // All of the signature held. Called before its effects are applied; `scene` is valid during the call only.
  // `space` has what its steps have noted: contexts, entropies, captures.
  virtual void on_match(const Signature& signature, const Scene& scene, const InspectSpace& space) noexcept = 0;
  // The parser is about to destroy a transaction, which matches may have been about.
  virtual void on_transaction_end(Transaction& tx) noexcept = 0;

 protected:
  ~MatchReceiver() = default;
};

struct MatcherSettings {
  bool inline_mode = false;
  // Looking on, that many bytes of a stream or of a file are waited for before they are looked at; inline nothing
  // waits.
  std::size_t stream_chunk = 2560;
  std::size_t file_chunk = 32u << 10;
};

struct MatcherCounters {
  std::uint64_t scans = 0, scanned_bytes = 0, candidates = 0, asked = 0, matches = 0;
  std::uint64_t no_memory = 0, candidates_lost = 0, files_lost = 0;
};

class Matcher {
 public:
  static constexpr std::size_t kMostCandidates = 64;     // that wait in one transaction or file for what comes later
  static constexpr std::size_t kFileWindow = 16u << 10;  // bytes of a file that stay in sight

  Matcher(const MatcherSettings& settings, std::pmr::memory_resource& memory, SharedMemory& shared,
          MatchReceiver& receiver);
  ~Matcher();

  // The rules to ask from now on; null: none. What waits under the old ones is forgotten, flowbits are not.
  Result<> take_up(std::shared_ptr<const Ruleset> rules);
  const Ruleset* rules() const noexcept { return rules_.get(); }

  // The packet that all calls until the next one are about. Packet null: the flow is ending.
  void begin(const Packet* packet, flow::Flow* flow, Direction direction, Timestamp now) noexcept;

  // The packet by itself: headers, addresses, events, and its payload where that is no part of a stream.
  void packet(bool in_stream) noexcept;
  // Bytes of the stream as they are delivered, `offset` of the first; shown before their parser reads them, and looked
  // at behind it, when what they are is known. `flush`: no more will come.
  bool wants_streams() const noexcept;
  void stream(Direction direction, Bytes bytes, std::uint64_t offset) noexcept;
  void stream_was_read(Direction direction) noexcept;
  void flush(Direction direction) noexcept;
  void stream_gap(Direction direction) noexcept;
  // What the flow speaks has become known.
  void protocol_known(Direction direction) noexcept;

  void transaction(Transaction& tx, Direction direction) noexcept;
  void transaction_closed(Transaction& tx) noexcept;
  void app_event(Transaction* tx, const ProtocolSpec& protocol, std::uint8_t event, Direction direction) noexcept;
  void detection_event(std::string_view name, Direction direction) noexcept;

  void file_opened(FileId file, Transaction& tx, Direction direction, std::string_view name) noexcept;
  void file_data(FileId file, Bytes data) noexcept;
  void file_ended(FileId file, bool has_transaction, const FileView& end) noexcept;

  // A pass rule has spoken: no signature is asked of this flow any more.
  void pass_flow(flow::Flow& flow) noexcept;
  void flow_ended(flow::Flow& flow) noexcept;

  const MatcherCounters& counters() const noexcept { return counters_; }

 private:
  static constexpr std::size_t kTail = 1024;       // bytes of a stream that stay in sight behind what was looked at
  static constexpr std::size_t kMostFiles = 4096;  // looked at, at one time: as many as are followed at all
  static constexpr unsigned kMostValues = 250;     // of one field of a transaction

  struct Candidate {
    SignatureIndex signature = 0;
    std::uint64_t held = 0;  // bit i: condition i has held
  };
  struct Done;
  struct Waiting;
  struct TransactionState;
  struct FileState;
  enum class Answer : std::uint8_t { holds, never, not_yet };

  FlowMemory* memory_of(flow::Flow& flow) noexcept;
  TransactionState* state_of(Transaction& tx) noexcept;
  void forget_files(std::uint64_t flow) noexcept;
  bool no_room_for_file() noexcept {
    counters_.files_lost += files_.size() >= kMostFiles;
    return files_.size() >= kMostFiles;
  }
  FileState* find_file(FileId id, std::uint64_t flow) noexcept;

  // Candidates: signatures that something points to.
  void begin_collecting() noexcept;
  bool collect(SignatureIndex signature) noexcept;
  void collect_by_addresses(const Packet& packet) noexcept;
  void collect_payload(PayloadKind kind, Bytes bytes, std::uint64_t offset, std::size_t from) noexcept;
  void collect_packets(const PacketGroup& group) noexcept;
  std::pair<std::uint16_t, std::uint16_t> ports_at_hand() const noexcept;
  void scan_points(const ProtocolPlan& plan, const Transaction& tx, Direction direction,
                   TransactionState& state) noexcept;
  void scan_stream_field(const Point& point, const FieldValue& value, std::uint64_t seen) noexcept;
  void scan_value(const Point& point, Bytes bytes, std::uint64_t offset, std::size_t from) noexcept;
  void look_at_raw(Direction direction) noexcept;
  void look_at_file(FileState& file, const FileView* end) noexcept;

  // Asked in full.
  void ask_collected(Scene& scene) noexcept;
  bool holds_packet(SignatureIndex index, const Scene& scene) noexcept;
  void weigh_all(Waiting& waiting, Scene& scene, const ProtocolPlan* plan) noexcept;
  bool weigh(Candidate& candidate, Waiting& waiting, Scene& scene, const ProtocolPlan* plan) noexcept;
  bool header_holds(const Signature& s, const Scene& scene) noexcept;
  bool checks_hold(const Signature& s, const Scene& scene) noexcept;
  Answer ask(const Condition& condition, const Scene& scene, const ProtocolPlan* plan) noexcept;
  Answer ask_without_file(const Condition& condition, const Scene& scene) noexcept;
  Answer ask_payload(const Condition& condition, const Buffer& buffer, const Scene& scene) noexcept;
  Answer ask_file(const Condition& condition, const Buffer& buffer, const Scene& scene) noexcept;
  bool ask_changed(const Condition& condition, const Buffer& buffer, Bytes bytes, std::uint64_t offset, bool complete,
                   const Scene& scene) noexcept;
  Answer ask_fields(const Condition& condition, const Scene& scene, const ProtocolPlan& plan) noexcept;
  Answer ask_field(const Condition& condition, const FieldSpec& field, const Scene& scene, unsigned d,
                   bool& was_there) noexcept;
  bool number_holds(const Condition& condition, std::uint64_t value) const noexcept;
  bool ask_chain(const Condition& condition, Bytes bytes, std::uint64_t offset, bool complete,
                 const Scene& scene) noexcept;
  void matched(SignatureIndex index, Scene& scene) noexcept;

  MatcherSettings settings_;
  std::pmr::memory_resource& memory_;
  SharedMemory& shared_;
  MatchReceiver& receiver_;
  std::shared_ptr<const Ruleset> rules_;
  Scratch scratch_;
  InspectSpace space_;
  FileMagic magic_;
  TransformSpace transforms_;
  std::vector<std::uint32_t> seen_;  // by signature: the collection in which it was seen last
  std::uint32_t collection_ = 0;
  std::vector<SignatureIndex> collected_;
  std::vector<FileState*> files_;
  Scene scene_;
  MatcherCounters counters_;
};

}  // namespace gatehouse::ips
