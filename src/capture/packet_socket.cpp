// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/packet_socket.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <poll.h>
#include <random>

#include "capture/fail_open.hpp"
#include "capture/packet_ring.hpp"
#include "os/clock.hpp"

namespace gatehouse::capture {
namespace {

// Receiving from several rings in turn: all of a tap, and a pair's receiving half.
class RingSource : public Source {
 public:
  RingSource(std::vector<PacketRing> rings, std::shared_ptr<FailOpen> fail_open)
      : rings_(std::move(rings)), fail_open_(std::move(fail_open)) {}

  std::span<const RawPacket> receive(Duration wait) noexcept override {
    release({});  // what is still lent and not judged is not forwarded
    const std::uint64_t until =
        os::monotonic_ns() + static_cast<std::uint64_t>(std::max<std::int64_t>(wait.us, 0)) * 1000;
    for (;;) {
      if (fail_open_) fail_open_->stamp();
      for (std::size_t tried = 0; tried < rings_.size(); ++tried) {
        lent_ = turn_;
        turn_ = (turn_ + 1) % rings_.size();
        if (const unsigned n = rings_[lent_].collect(frames_, large_); n > 0) return lend(n);
      }
      const std::uint64_t now = os::monotonic_ns();
      if (now >= until || ended_) return {};
      idle(until - now);
    }
  }

  void release(std::span<const Action>) noexcept override {
    if (count_ == 0) return;
    rings_[lent_].give_back();
    count_ = 0;
  }

  bool ended() const noexcept override { return ended_; }
  std::string_view error() const noexcept override { return error_; }
  std::string_view port_name(std::uint8_t port) const noexcept override {
    return port < rings_.size() ? std::string_view{rings_[port].interface().name} : std::string_view{};
  }
  SourceCounters counters() const noexcept override {
    SourceCounters all = counters_;
    for (auto& ring : rings_) all.kernel_drops += ring.kernel_drops();
    return all;
  }

 protected:
  std::span<const RawPacket> lend(unsigned n) noexcept {
    count_ = n;
    for (unsigned i = 0; i < n; ++i) {
      const Frame& frame = frames_[i];
      const VnetHeader vnet = read_vnet(frame.vnet);
      RawPacket& packet = packets_[i];
      packet.data = {frame.bytes(), frame.length};
      packet.time = {frame.time_us};
      packet.number = ++counters_.packets;
      packet.wire_length = frame.wire_length;
      packet.segment_size = vnet.gso_type != kVnetGsoNone ? vnet.gso_size : std::uint16_t{0};
      packet.port = static_cast<std::uint8_t>(lent_);
      packet.link = rings_[lent_].interface().ethernet ? LinkType::ethernet : LinkType::raw_ip;
      packet.checksum_trusted = vnet.flags & (kVnetNeedsChecksum | kVnetChecksumValid);
      counters_.bytes += frame.wire_length;
      if (!frame.whole) ++counters_.truncated;
    }
    return {packets_.data(), n};
  }

  // Sleeps until a frame comes, at most `ns`; and never so long that the heartbeat grows old.
  void idle(std::uint64_t ns) noexcept {
    if (fail_open_) ns = std::min(ns, static_cast<std::uint64_t>(fail_open_->stale_after().us) * 1000 / 4);
    std::array<pollfd, kMaxTapInterfaces> waiting;
    for (std::size_t i = 0; i < rings_.size(); ++i) waiting[i] = {rings_[i].fd(), POLLIN, 0};
    const timespec limit{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
    if (::ppoll(waiting.data(), rings_.size(), &limit, nullptr) <= 0) return;
    for (std::size_t i = 0; i < rings_.size(); ++i)
      if (waiting[i].revents & POLLERR && !rings_[i].still_there()) {
        gone_.fill('\0');
        const std::string_view name = rings_[i].interface().name;
        std::snprintf(gone_.data(), gone_.size(), "interface %.*s has gone", static_cast<int>(name.size()),
                      name.data());
        error_ = gone_.data();
        ended_ = true;
      }
  }

  mutable std::vector<PacketRing> rings_;  // mutable: reading the kernel's drop counters resets them
  std::shared_ptr<FailOpen> fail_open_;
  SourceCounters counters_;
  std::size_t turn_ = 0, lent_ = 0;
  unsigned count_ = 0;
  std::array<Frame, kBatch> frames_{};

 private:
  LargeFrames large_;
  std::array<RawPacket, kBatch> packets_{};
  bool ended_ = false;
  std::string_view error_;
  std::array<char, 64> gone_{};
};

class PairSource final : public RingSource {
 public:
  using RingSource::RingSource;
  ~PairSource() override {
    if (fail_open_ && fail_open_.use_count() == 1) fail_open_->let_pass();
  }

  void release(std::span<const Action> actions) noexcept override {
    if (count_ == 0) return;
    std::array<iovec, kBatch> out;
    unsigned sending = 0;
    for (unsigned i = 0; i < count_; ++i) {
      const Frame& frame = frames_[i];
      if (i >= actions.size() || actions[i] != Action::pass) {
        ++counters_.dropped;
        continue;
      }
      if (!frame.whole) continue;  // counted as truncated: never forwarded cut
      if (fail_open_ && fail_open_->has_passed(frame.time_us)) {
        ++counters_.bypassed;
        continue;
      }
      frame.vnet[0] &= kVnetNeedsChecksum;  // the only flag that means anything on the way out
      out[sending++] = {frame.vnet, kVnetHeader + frame.length};
    }
    const SendCounts counts = rings_[lent_ ^ 1].send({out.data(), sending});
    counters_.forwarded += counts.sent;
    counters_.send_failures += counts.failed;
    rings_[lent_].give_back();
    count_ = 0;
  }

  bool is_inline() const noexcept override { return true; }
  std::uint8_t peer_of(std::uint8_t port) const noexcept override { return port ^ 1; }

  void inject(std::uint8_t port, Bytes frame) noexcept override {
    if (port > 1 || frame.empty() || frame.size() > injected_.size() - kVnetHeader) {
      ++counters_.send_failures;
      return;
    }
    write_vnet(injected_.data(), VnetHeader{});
    std::memcpy(injected_.data() + kVnetHeader, frame.data(), frame.size());
    const iovec out{injected_.data(), kVnetHeader + frame.size()};
    const SendCounts counts = rings_[port].send({&out, 1});
    counters_.injected += counts.sent;
    counters_.send_failures += counts.failed;
  }

 private:
  std::array<std::uint8_t, 2048> injected_{};
};

struct Spread {
  unsigned workers;
  Balance balance;
  bool outgoing;
};

// The rings of all workers: result[worker][interface]. Worker n is member n of each interface's group.
Result<std::vector<std::vector<PacketRing>>> open_rings(const std::vector<os::Interface>& interfaces,
                                                        const RingSettings& settings, const Spread& spread) {
  std::vector<std::vector<PacketRing>> rings(spread.workers);
  const auto program = fanout_program(spread.balance, std::random_device{}());
  for (const auto& interface : interfaces) {
    std::uint16_t group = 0;
    for (unsigned worker = 0; worker < spread.workers; ++worker) {
      auto ring = PacketRing::open(interface, settings);
      if (!ring) return std::unexpected(std::move(ring).error());
      if (spread.workers > 1) {
        auto joined = ring->join(group, program, spread.outgoing);
        if (!joined) return std::unexpected(std::move(joined).error());
        group = *joined;
      }
      rings[worker].push_back(std::move(*ring));
    }
  }
  // Until all had joined, frames went to workers that are not theirs.
  if (spread.workers > 1)
    for (auto& mine : rings)
      for (auto& ring : mine) ring.discard_waiting();
  return rings;
}

Result<> check(unsigned workers, std::size_t ring_bytes) {
  if (workers == 0 || workers > kMaxWorkers)
    return failure("the number of workers must be 1 to " + std::to_string(kMaxWorkers), ErrorCode::invalid_config);
  if (ring_bytes < (256u << 10) || ring_bytes > (1u << 30))
    return failure("a receive ring must have 256 KiB to 1 GiB", ErrorCode::invalid_config);
  return {};
}

Result<os::Interface> usable(const std::string& name) {
  auto interface = os::find_interface(name);
  if (!interface) return interface;
  if (!interface->up) return failure("interface " + name + " is down: set it up first");
  if (!interface->ethernet && !interface->raw_ip)
    return failure("interface " + name + " is neither Ethernet nor plain IP");
  return interface;
}

}  // namespace

Result<Sources> open_tap(const TapOptions& options) {
  RETURN_IF_ERROR(check(options.workers, options.ring_bytes), "capture");
  if (options.interfaces.empty() || options.interfaces.size() > kMaxTapInterfaces)
    return failure("a tap needs 1 to " + std::to_string(kMaxTapInterfaces) + " interfaces", ErrorCode::invalid_config);
  std::vector<os::Interface> interfaces;
  for (const auto& name : options.interfaces) {
    auto interface = usable(name);
    if (!interface) return std::unexpected(std::move(interface).error());
    interfaces.push_back(std::move(*interface));
  }
  RingSettings settings;
  settings.ring_bytes = options.ring_bytes;
  settings.queue_bytes = options.queue_bytes;
  settings.outgoing = options.outgoing;
  settings.promiscuous = options.promiscuous;
  auto rings = open_rings(interfaces, settings, {options.workers, options.balance, options.outgoing});
  if (!rings) return std::unexpected(std::move(rings).error());
  Sources sources;
  for (auto& mine : *rings) sources.push_back(std::make_unique<RingSource>(std::move(mine), nullptr));
  return sources;
}

Result<Sources> open_pair(const PairOptions& options) {
  RETURN_IF_ERROR(check(options.workers, options.ring_bytes), "capture");
  if (options.first == options.second)
    return failure("a pair needs two different interfaces, not " + options.first + " twice", ErrorCode::invalid_config);
  std::vector<os::Interface> interfaces;
  for (const auto& name : {options.first, options.second}) {
    auto interface = usable(name);
    if (!interface) return std::unexpected(std::move(interface).error());
    if (!interface->ethernet) return failure("interface " + name + " is not Ethernet and cannot be bridged");
    interfaces.push_back(std::move(*interface));
  }
  const auto& [first, second] = std::tie(interfaces[0], interfaces[1]);
  if (first.mtu != second.mtu)
    return failure("interfaces " + first.name + " and " + second.name + " have different MTUs (" +
                       std::to_string(first.mtu) + " and " + std::to_string(second.mtu) +
                       "): large frames could not leave by the smaller one. Give both the same",
                   ErrorCode::invalid_config);

  std::shared_ptr<FailOpen> fail_open;
  if (options.fail == FailPolicy::open) {
    // Before the sockets are bound: from its first stamp on the program keeps frames for the engine.
    auto installed = FailOpen::install(first, second, options.stale_after);
    if (!installed) return std::unexpected(std::move(installed).error());
    fail_open = std::move(*installed);
  } else {
    (void)remove_fail_open(first.name, second.name);
  }
  RingSettings settings;
  settings.ring_bytes = options.ring_bytes;
  settings.queue_bytes = options.queue_bytes;
  settings.qdisc_bypass = options.qdisc_bypass;
  auto rings = open_rings(interfaces, settings, {options.workers, options.balance, false});
  if (!rings) {
    if (fail_open) fail_open->let_pass();
    return std::unexpected(std::move(rings).error());
  }
  Sources sources;
  for (auto& mine : *rings) sources.push_back(std::make_unique<PairSource>(std::move(mine), fail_open));
  return sources;
}

}  // namespace gatehouse::capture
