// SPDX-License-Identifier: GPL-3.0-or-later
// One worker: its own source, flows, streams, parsers and log ring, on its own thread. worker.cpp is the life of a
// packet.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <memory_resource>
#include <mutex>

#include "capture/source.hpp"
#include "decode/decoder.hpp"
#include "engine/alert_queue.hpp"
#include "engine/counters.hpp"
#include "engine/expected_flows.hpp"
#include "engine/generation.hpp"
#include "engine/inspector.hpp"
#include "engine/judge.hpp"
#include "engine/link_inspector.hpp"
#include "engine/log.hpp"
#include "engine/responder.hpp"
#include "flow/table.hpp"
#include "flow/tcp.hpp"

namespace gatehouse::engine {

enum class Mode : std::uint8_t {
  detect,   // verdicts are logged, nothing is held up
  prevent,  // verdicts are enforced, or shown as if (replay)
};

enum class DropLog : std::uint8_t { every_packet, first_of_session };

struct WorkerSettings {
  Mode mode = Mode::detect;
  DropLog drop_log = DropLog::first_of_session;
  bool longtail = true;
  bool wall_clock = true;  // time goes on while no packets come; false: time is the packets' own
  bool lossless_log = false;
  bool log_packet_numbers = false;     // EVE pcap_cnt
  bool log_port_names = false;         // EVE in_iface
  std::vector<std::string> log_types;  // of records that are written; empty: all
  std::uint64_t stream_depth = 0;      // bytes of each direction of a stream that are read; 0: all
  std::size_t log_ring = 4u << 20;
  decode::Settings decode;
  flow::TableSettings flows;
  flow::TcpSettings tcp;
  files::Settings files;
  std::vector<const ProtocolSpec*> protocols;  // empty: all
  std::shared_ptr<ExpectedFlows> expected;     // shared by all workers; null: the worker has its own
  std::shared_ptr<ips::SharedMemory>
      shared_memory;          // of signatures, shared by all workers; null: the worker has its own
  bool extended_log = false;  // records of our own stand at the top, not within "ndpi"
};

class Worker final : private flow::FlowEnded {
 public:
  static Result<std::unique_ptr<Worker>> make(const WorkerSettings& settings, std::unique_ptr<capture::Source> source,
                                              const CurrentGeneration& generation);
  ~Worker() override;

  // Until the source ends or stop() is called; then ends all flows.
  void run() noexcept;
  void stop() noexcept { stop_.store(true, std::memory_order_relaxed); }
  // Called in each round, for what must be stamped (fail-open heartbeat). Set before run().
  void on_round(std::function<void()> call) { on_round_ = std::move(call); }

  RecordRing& ring() noexcept { return ring_; }
  WorkerCounters counters() const;  // from any thread: as of at most a second ago
  const capture::Source& source() const noexcept { return *source_; }

 private:
  Worker(const WorkerSettings& settings, std::unique_ptr<capture::Source> source, const CurrentGeneration& generation,
         std::unique_ptr<std::pmr::unsynchronized_pool_resource> memory, std::unique_ptr<proto::LongTail> longtail);

  Action process(const RawPacket& frame) noexcept;
  Verdict process(Packet& packet) noexcept;
  Verdict inspect(flow::Flow& flow, Packet& packet, Direction direction, bool& in_stream) noexcept;
  Verdict match(flow::Flow* flow, const Packet& packet, Direction direction, bool in_stream) noexcept;
  Verdict without_flow(const Packet& packet) noexcept;
  Verdict refuse_packet(const Packet& packet, DropReason reason) noexcept;
  // `signature`: that refuses it, where one does.
  Verdict refuse_session(flow::Flow& flow, const Packet& packet, Direction direction,
                         const ips::Signature* signature = nullptr) noexcept;
  void log_anomalies(const Packet& packet, const flow::Flow* flow, Direction direction) noexcept;
  void log_drop(const Packet& packet, const flow::Flow* flow, Direction direction, DropReason reason,
                const ips::Signature* signature = nullptr) noexcept;
  void log_policy_alert(flow::Flow& flow) noexcept;
  void on_flow_end(flow::Flow& flow) noexcept override;
  void take_up_generation();
  void publish_counters() noexcept;
  EventHead head_of(std::string_view type, const Packet& packet, const flow::Flow* flow,
                    Direction direction) const noexcept;

  WorkerSettings settings_;
  std::unique_ptr<capture::Source> source_;
  const CurrentGeneration& current_generation_;
  std::shared_ptr<const Generation> generation_;
  std::uint64_t generation_seen_ = 0;

  std::unique_ptr<std::pmr::unsynchronized_pool_resource> memory_;
  std::unique_ptr<proto::LongTail> longtail_;
  RecordRing ring_;
  Log log_;
  decode::Decoder decoder_;
  DeviceWitness witness_;
  LinkInspector links_;
  Inspector inspector_;
  std::shared_ptr<ips::SharedMemory> shared_memory_;
  AlertQueue alerts_;
  ips::Matcher matcher_;
  flow::TcpTracker tcp_;
  flow::FlowTable flows_;
  Judge judge_;
  Responder responder_;

  Timestamp now_;
  std::function<void()> on_round_;
  std::atomic<bool> stop_{false};
  VerdictCounters verdicts_;
  mutable std::mutex counters_mutex_;
  WorkerCounters published_;
  Timestamp published_at_;
};

}  // namespace gatehouse::engine
