// SPDX-License-Identifier: GPL-3.0-or-later
// Identify and parse: finds out what a flow speaks, lets that protocol's parser read it, and takes what the parser
// tells: fields for the policy, records for the log. One Inspector per worker.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "capture/source.hpp"
#include "engine/device_witness.hpp"
#include "engine/expected_flows.hpp"
#include "engine/flow_context.hpp"
#include "engine/log.hpp"
#include "files/file_tracker.hpp"
#include "flow/flow.hpp"
#include "flow/tcp.hpp"
#include "ips/match/matcher.hpp"
#include "model/packet.hpp"
#include "model/protocol.hpp"
#include "proto/longtail/longtail.hpp"

namespace gatehouse::engine {

struct InspectorCounters {
  // By protocol, over TCP and over UDP.
  using ByProtocol = std::array<std::uint64_t, kMostProtocols>;
  std::array<ByProtocol, 2> flows{}, transactions{};
  ByProtocol errors{};
  std::uint64_t failed_tcp = 0, failed_udp = 0, longtail_packets = 0, longtail_named = 0;
};

class Inspector final : public Sink, public flow::StreamReceiver, private files::FileReceiver {
 public:
  // Bytes of one direction that may wait for recognition, and datagrams that may pass without it.
  static constexpr std::size_t kRecognitionBytes = 8192;
  static constexpr std::uint8_t kRecognitionDatagrams = 3;
  // Protocols one within the other that a flow may go through before it is no longer read.
  static constexpr std::uint8_t kMostChanges = 16;

  // `protocols`: which of the registry's are on. `longtail` may be null.
  Inspector(Log& log, DeviceWitness& witness, proto::LongTail* longtail, Memory& memory,
            std::span<const ProtocolSpec* const> protocols, const files::Settings& files,
            std::shared_ptr<ExpectedFlows> expected);

  // Sets what the next calls are about. `packet` null: the flow is ending, there is no packet.
  void begin(flow::Flow& flow, const Packet* packet, Direction direction, Timestamp now) noexcept;

  // Bytes of each direction of a stream that are read before it is settled; 0: all.
  void limit_depth(std::uint64_t bytes) noexcept { depth_ = bytes; }
  // What heads say of packets: their numbers in a file, the names of the interfaces they came by (null: nothing).
  void describe_packets(bool numbers, const capture::Source* names) noexcept {
    log_numbers_ = numbers, port_names_ = names;
  }
  void extend_log(bool extended) noexcept { extended_log_ = extended; }
  // Whom streams, transactions and files are shown to as well; null: nobody.
  void show_to(ips::Matcher* matcher) noexcept { matcher_ = matcher; }
  void want_digests(const ips::WantedDigests& d) noexcept { files_.want({d.md5, d.sha1, d.sha256}); }

  void open_flow(flow::Flow& flow) noexcept;  // makes its context; without memory the flow is not inspected
  void datagram(flow::Flow& flow, Direction direction, Bytes payload) noexcept;
  // After what waited has been delivered again: ends of streams that had to wait for it.
  void end_what_waited(flow::Flow& flow) noexcept;
  // Shows a packet to the long tail, as long as the flow has no name. Call before the stream is looked at.
  void show_longtail(flow::Flow& flow, const Packet& packet, Direction direction) noexcept;
  // The flow is over: ends its parser; its names stay readable until close_flow.
  void finish_flow(flow::Flow& flow) noexcept;
  void close_flow(flow::Flow& flow) noexcept;

  // flow::StreamReceiver
  std::size_t on_stream(flow::Flow& flow, Direction direction, Bytes bytes) noexcept override;
  void on_gap(flow::Flow& flow, Direction direction, std::uint64_t missing) noexcept override;
  void on_stream_end(flow::Flow& flow, Direction direction) noexcept override;

  // The head of a record about the flow and the packet at hand.
  EventHead flow_head(std::string_view type, Direction source = Direction::to_server) const noexcept;
  store::AppNames names(const flow::Flow& flow) noexcept;  // valid until the next call
  // The transaction's members, as its own record has them.
  void write_record(const Transaction& tx, JsonWriter& json) const;

  const InspectorCounters& counters() const noexcept { return counters_; }
  std::span<const ProtocolSpec* const> protocols() const noexcept { return protocols_; }
  const flow::Flow* flow_at_hand() const noexcept { return flow_; }
  // The packet that carries the one at hand, or null.
  const Packet* outer_packet() const noexcept { return packet_ != nullptr ? packet_->outer : nullptr; }

 private:
  // Sink
  Timestamp now() const noexcept override { return now_; }
  void update(Transaction& tx, Direction direction) noexcept override;
  void log(Transaction& tx, Direction direction) noexcept override;
  void close(Transaction& tx) noexcept override;
  void event(Transaction* tx, std::uint8_t event, Direction direction) noexcept override;
  FileId file_open(Transaction& tx, Direction direction, const FileMeta& meta) noexcept override;
  void file_data(FileId file, Bytes data) noexcept override;
  void file_gap(FileId file, std::uint64_t missing) noexcept override;
  void file_close(FileId file, bool truncated) noexcept override;
  void change_protocol(std::string_view name) noexcept override;
  const ProtocolSpec* refine_protocol(std::string_view name) noexcept override;
  void expect_session(const ExpectedSession& expected) noexcept override;
  bool is_host(Direction end, const IpAddress& address) const noexcept override;
  // files::FileReceiver
  void on_file(const files::FileRecord& record, const Transaction* tx) noexcept override;

  const ProtocolSpec* recognise(FlowContext& context, const flow::Flow& flow, Direction direction, Bytes bytes,
                                bool& undecided) noexcept;
  const ProtocolSpec* recognise_announced(FlowContext& context, Direction direction, Bytes bytes,
                                          bool& undecided) const noexcept;
  void meet_expectation(flow::Flow& flow) noexcept;
  void introduce(flow::Flow& flow, const ExpectedFlow& expected) noexcept;
  void look_again(flow::Flow& flow) noexcept;
  bool claim(flow::Flow& flow, const ProtocolSpec& protocol, Direction direction) noexcept;
  void check_other_direction(flow::Flow& flow, Direction direction, Bytes bytes) noexcept;
  std::size_t count_depth(flow::Flow& flow, Direction direction, std::size_t used) noexcept;
  std::size_t wait_or_fail(flow::Flow& flow, Direction direction, std::size_t size, bool undecided) noexcept;
  std::size_t read_stream(flow::Flow& flow, Direction direction, Bytes bytes) noexcept;
  std::size_t parse(flow::Flow& flow, Direction direction, Bytes bytes) noexcept;
  bool matching_goes_on(const flow::Flow& flow) const noexcept;
  void stop(flow::Flow& flow) noexcept;
  void end_session(flow::Flow& flow) noexcept;
  void switch_protocol(flow::Flow& flow) noexcept;
  void settle_if_done(flow::Flow& flow) noexcept;
  void sight_device(const Transaction& tx, const FieldSpec& field, Direction direction) noexcept;
  void name_by_host(flow::Flow& flow, std::string_view host) noexcept;
  void detection_event(flow::Flow& flow, std::string_view name) noexcept;
  EventHead tuple_head(std::string_view type, const flow::Flow& flow, Direction source) const noexcept;
  std::string_view community_id(const flow::Flow& flow) const noexcept;

  Log& log_;
  DeviceWitness& witness_;
  proto::LongTail* longtail_;
  Memory& memory_;
  files::FileTracker files_;
  std::vector<const ProtocolSpec*> protocols_;
  // By transport (0: TCP), direction and first byte: the protocols that may begin so.
  std::array<std::array<std::array<ProtocolSet, 256>, 2>, 2> beginnings_;
  std::vector<std::vector<const FieldSpec*>> telling_fields_;  // by protocol: those with a role
  std::shared_ptr<ExpectedFlows> expected_;
  InspectorCounters counters_;

  // What is at hand.
  flow::Flow* flow_ = nullptr;
  const Packet* packet_ = nullptr;
  Direction direction_ = Direction::to_server;
  Timestamp now_;
  ips::Matcher* matcher_ = nullptr;
  std::uint64_t depth_ = 0;
  bool log_numbers_ = false;
  bool extended_log_ = false;
  const capture::Source* port_names_ = nullptr;
  bool change_wanted_ = false;
  const ProtocolSpec* change_to_ = nullptr;
  std::array<char, 64> ndpi_text_;
};

}  // namespace gatehouse::engine
