// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that signatures were compiled to, immutable and shared by all workers. ips/compile fills it; the matcher
// reads it. Views in signatures point into `text` and `bytes` here.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "ips/match/address_index.hpp"
#include "ips/match/patterns.hpp"
#include "ips/match/regex.hpp"
#include "ips/match/signature.hpp"
#include "ips/match/transform.hpp"
#include "model/packet_event.hpp"
#include "model/protocol.hpp"

namespace gatehouse::ips {

// Where the bytes of a buffer come from.
enum class Source : std::uint8_t {
  payload,  // the packet's payload, or the stream
  header,   // the packet's own headers and addresses: tcp.hdr, ip.src
  field,    // a field of a transaction
  file,     // the bytes of a file
};

enum class FilePart : std::uint8_t { data, name, magic };

struct Buffer {
  std::string name;  // "payload", "http.uri", "file.data", "tcp.hdr"
  Source source = Source::field;
  FilePart part = FilePart::data;  // source file
  std::uint8_t direction = 2;      // source field: of its values, those of this direction; 2: all
  std::vector<Transform> transforms;
  Bytes (*header)(const Packet&, std::array<std::uint8_t, 16>& space) = nullptr;  // source header
};

// Something for some ports. Most ports have nothing of their own: one bit says so.
template <typename T>
class ByPort {
 public:
  T& operator[](std::uint16_t port) {
    bits_[port / 64] |= 1ull << port % 64;
    return entries_[port];
  }
  const T* find(std::uint16_t port) const noexcept {
    if ((bits_[port / 64] >> port % 64 & 1) == 0) return nullptr;
    return &entries_.find(port)->second;
  }
  bool empty() const noexcept { return entries_.empty(); }
  auto begin() noexcept { return entries_.begin(); }
  auto end() noexcept { return entries_.end(); }
  auto begin() const noexcept { return entries_.begin(); }
  auto end() const noexcept { return entries_.end(); }

 private:
  std::array<std::uint64_t, 1024> bits_{};
  std::map<std::uint16_t, T> entries_;
};

// The prefilters for one kind of payload in one direction. Each payload meets `any` and `beginning`, and the sets of
// its own two ports.
struct PayloadGroup {
  PatternSet any;
  PatternSet beginning;  // literals that can stand in the first bytes only
  ByPort<PatternSet> by_src_port, by_dst_port;
  std::vector<SignatureIndex> always;  // nothing to look for first

  bool empty() const noexcept {
    return any.empty() && beginning.empty() && by_src_port.empty() && by_dst_port.empty() && always.empty();
  }
};

// Signatures that are asked of each packet of a transport protocol.
struct PacketGroup {
  std::vector<SignatureIndex> any;
  ByPort<std::vector<SignatureIndex>> by_src_port, by_dst_port;
};
enum class PayloadKind : std::uint8_t { tcp_stream, tcp_packet, udp, other };
inline constexpr std::size_t kPayloadKinds = 4;

// One field of a protocol that loaded signatures look for literals in, in one direction.
struct Point {
  const FieldSpec* field = nullptr;
  BufferId buffer = 0;
  const PatternSet* patterns = nullptr;
};
inline constexpr std::size_t kMostPoints = 96;  // of one protocol in one direction

// What loaded signatures ask of one protocol.
struct ProtocolPlan {
  const ProtocolSpec* protocol = nullptr;
  std::array<std::vector<Point>, 2> points;  // by direction, in the order of their stages
  // Rows of the protocol for the buffers that conditions name, in the order of the buffers.
  struct Row {
    BufferId buffer = 0;
    const FieldSpec* field = nullptr;
  };
  std::vector<Row> rows;
  // By direction and stage: signatures without a literal to look for, asked when that stage is reached.
  std::array<std::vector<std::vector<SignatureIndex>>, 2> unfiltered;
  std::array<std::vector<Point>, 2> file_points;               // literals in the bytes of files
  std::array<std::vector<SignatureIndex>, 2> file_unfiltered;  // asked at a file's opening and at its end
  std::vector<std::vector<SignatureIndex>> by_event;           // by the protocol's event
  std::vector<SignatureIndex> protocol_only;
  bool asks_transactions = false, asks_files = false;

  std::span<const Row> rows_of(BufferId buffer) const noexcept {
    const auto [first, last] = std::ranges::equal_range(rows, buffer, {}, &Row::buffer);
    return {first, last};
  }
};

// Digests of files that signatures ask for.
struct WantedDigests {
  bool md5 = false, sha1 = false, sha256 = false;
};

struct Ruleset {
  std::uint64_t serial = 0;  // no two of a process are alike
  std::vector<Signature> signatures;
  std::vector<Step> steps;
  std::vector<Check> checks;
  std::vector<Effect> effects;
  std::vector<Condition> conditions;
  std::vector<NumberTest> numbers;
  std::vector<Threshold> thresholds;
  std::vector<Suppression> suppressions;
  std::vector<Buffer> buffers;
  std::vector<AddressSet> address_sets;
  std::vector<PortSet> port_sets;
  std::vector<const ProtocolSpec*> app_protocols;

  std::array<std::array<PayloadGroup, 2>, kPayloadKinds> payload;
  std::vector<ProtocolPlan> plans;
  std::unordered_map<const ProtocolSpec*, std::uint16_t> plan_of;
  std::deque<PatternSet> pattern_sets;                   // what points refer to
  AddressIndex once_by_address;                          // Class::addresses
  AddressIndex packets_by_address;                       // Class::packet: those that name addresses
  PacketGroup tcp_packets, udp_packets;                  // and the others
  std::array<std::vector<SignatureIndex>, 256> packets;  // of other transport protocols
  std::vector<SignatureIndex> without_flow;              // of frames that have no IP
  std::array<std::vector<SignatureIndex>, kPacketEventNames.size()> by_packet_event;
  std::map<std::string, std::vector<SignatureIndex>, std::less<>> by_detection_event;
  WantedDigests digests;
  bool wants_magic = false;
  bool asks_stream_of_transactions = false;  // some ask both a field and the payload
  std::vector<std::string_view> names;       // of flowbits and their kin, by NameId

  std::vector<std::shared_ptr<const void>> kept;  // owners of what signatures point to

  const Signature& at(SignatureIndex i) const noexcept { return signatures[i]; }
  const ProtocolPlan* plan(const ProtocolSpec* protocol) const noexcept {
    const auto found = plan_of.find(protocol);
    return found == plan_of.end() ? nullptr : &plans[found->second];
  }
  // Calls visit(PatternSet&) for each.
  template <typename Visit>
  void for_each_set(Visit&& visit) {
    visit_sets(*this, visit);
  }
  template <typename Visit>
  void for_each_set(Visit&& visit) const {
    visit_sets(*this, visit);
  }
  // Gives every pattern set its place in a worker's scratch.
  Result<> prepare(Scratch& scratch) const;
  std::size_t pattern_bytes() const noexcept;

 private:
  template <typename Self, typename Visit>
  static void visit_sets(Self& self, Visit&& visit) {
    for (auto& kind : self.payload)
      for (auto& group : kind) {
        visit(group.any);
        visit(group.beginning);
        for (auto& [port, set] : group.by_src_port) visit(set);
        for (auto& [port, set] : group.by_dst_port) visit(set);
      }
    for (auto& set : self.pattern_sets) visit(set);
  }
};

}  // namespace gatehouse::ips
