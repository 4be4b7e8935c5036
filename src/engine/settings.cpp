// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/settings.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <net/if.h>
#include <sys/random.h>
#include <thread>

#include "capture/packet_socket.hpp"
#include "proto/registry.hpp"

namespace gatehouse::engine {
namespace {

std::uint64_t random_key() noexcept {
  std::uint64_t key = 0;
  (void)!::getrandom(&key, sizeof key, 0);
  return key;
}

flow::Timeouts timeouts_of(const config::FlowTimeouts& t) noexcept {
  const auto whole = [](Duration d) { return static_cast<std::uint32_t>(d.us / 1'000'000); };
  return {whole(t.fresh), whole(t.established), whole(t.closed)};
}

capture::FailPolicy fail_of(config::FailPolicy policy) noexcept {
  return policy == config::FailPolicy::open ? capture::FailPolicy::open : capture::FailPolicy::closed;
}

unsigned worker_count(const config::Config& config) noexcept {
  return config.capture.workers > 0 ? config.capture.workers : std::max(1u, std::thread::hardware_concurrency());
}

Result<std::vector<const ProtocolSpec*>> protocols_of(const config::Config& config) {
  std::vector<const ProtocolSpec*> protocols;
  for (const std::string& name : config.protocols.enabled) {
    const ProtocolSpec* protocol = proto::find(name);
    if (protocol == nullptr) return failure("protocols.enabled: no protocol '" + name + "'", ErrorCode::invalid_config);
    protocols.push_back(protocol);
  }
  return protocols;
}

files::Settings files_of(const config::Config& config) {
  const auto wanted = [&](std::string_view hash) {
    return std::ranges::find(config.files.hash, hash) != config.files.hash.end();
  };
  files::Settings settings;
  settings.md5 = wanted("md5");
  settings.sha1 = wanted("sha1");
  settings.sha256 = wanted("sha256");
  return settings;
}

using InterfaceNames = std::unique_ptr<struct if_nameindex, decltype(&if_freenameindex)>;

// Names by which the policy's zones may call interfaces, by the number that facts carry.
std::vector<std::string> interfaces_of(const config::Config& config) {
  using enum config::CaptureMode;
  std::vector<std::string> names;
  switch (config.capture.mode) {
    case af_packet:
      for (const config::InterfacePair& pair : config.capture.pairs) names.push_back(pair.a), names.push_back(pair.b);
      break;
    case tap:
      names = config.capture.interfaces;
      break;
    case nfqueue: {
      const InterfaceNames all{::if_nameindex(), &if_freenameindex};
      for (auto* each = all.get(); each != nullptr && each->if_index != 0; ++each) names.emplace_back(each->if_name);
      break;
    }
  }
  return names;
}

}  // namespace

config::Surroundings surroundings() {
  static const std::vector<std::string_view> protocols = [] {
    std::vector<std::string_view> names;
    for (const ProtocolSpec* protocol : proto::all()) names.push_back(protocol->name);
    return names;
  }();
  static const std::vector<std::string_view> types = [] {
    std::vector<std::string_view> names;
    for (const ProtocolSpec* protocol : proto::all())
      if (!protocol->log_type.empty() && std::ranges::find(names, protocol->log_type) == names.end())
        names.push_back(protocol->log_type);
    return names;
  }();
  return {protocols, types};
}

Result<EngineSettings> settings_of(const config::Config& config, std::size_t workers) {
  EngineSettings settings;
  WorkerSettings& worker = settings.worker;
  const auto share = [&](std::uint64_t budget) { return static_cast<std::size_t>(budget / workers); };
  worker.longtail = config.protocols.long_tail;
  ASSIGN_OR_RETURN(worker.protocols, protocols_of(config), "configuration");
  worker.decode.verify_checksums = config.decode.verify_checksums;
  worker.decode.overlap = static_cast<decode::OverlapPolicy>(config.decode.defrag.overlap);
  worker.decode.defrag_memory = share(config.system.memory.defrag);
  worker.decode.defrag_trackers = config.decode.defrag.trackers;
  worker.decode.defrag_timeout = config.decode.defrag.timeout;
  worker.flows.memory = share(config.system.memory.flows);
  worker.flows.tcp = timeouts_of(config.flow.timeouts.tcp);
  worker.flows.udp = timeouts_of(config.flow.timeouts.udp);
  worker.flows.icmp = timeouts_of(config.flow.timeouts.icmp);
  worker.flows.other = timeouts_of(config.flow.timeouts.other);
  worker.flows.emergency = timeouts_of(config.flow.timeouts.emergency);
  worker.flows.hash_key = random_key();
  worker.tcp.overlap = static_cast<flow::TcpOverlap>(config.stream.overlap);
  worker.tcp.midstream = config.stream.midstream;
  worker.tcp.async_oneside = config.stream.async_oneside;
  worker.tcp.memory = share(config.system.memory.streams);
  worker.tcp.per_direction = config.stream.waiting;
  worker.tcp.max_segments = config.stream.segments;
  worker.files = files_of(config);
  settings.log = config.log.eve;
  worker.log_types = config.log.types;
  worker.extended_log = config.log.extended;
  worker.stream_depth = config.stream.depth;
  settings.stats_interval = config.log.stats_interval;

  const bool holds_up = config.capture.mode != config::CaptureMode::tap;
  worker.mode = holds_up ? Mode::prevent : Mode::detect;
  worker.tcp.mode = holds_up ? flow::TcpMode::in_line : flow::TcpMode::passive;
  worker.log_port_names = true;
  return settings;
}

capture::NfqueueOptions queue_options(const config::Config& config) {
  const auto& queue = config.capture.nfqueue;
  capture::NfqueueOptions options{.first_queue = queue.queues.first,
                                  .queues = 1u + queue.queues.last - queue.queues.first};
  options.fail = fail_of(queue.fail);
  options.max_waiting = queue.length;
  return options;
}

Result<capture::Sources> open_capture(const config::Config& config) {
  using enum config::CaptureMode;
  const unsigned workers = worker_count(config);
  capture::Sources sources;
  switch (config.capture.mode) {
    case af_packet:
      for (const config::InterfacePair& pair : config.capture.pairs) {
        capture::PairOptions options{.first = pair.a, .second = pair.b, .workers = workers};
        options.fail = fail_of(config.system.fail_policy.standard);
        ASSIGN_OR_RETURN(auto opened, capture::open_pair(options), "capture");
        for (auto& source : opened) sources.push_back(std::move(source));
      }
      break;
    case tap: {
      ASSIGN_OR_RETURN(sources, capture::open_tap({.interfaces = config.capture.interfaces, .workers = workers}),
                       "capture");
      break;
    }
    case nfqueue: {
      ASSIGN_OR_RETURN(sources, capture::open_nfqueue(queue_options(config)), "capture");
      break;
    }
  }
  return sources;
}

Result<std::shared_ptr<const Generation>> generation_of(const config::Config& config, std::uint32_t number,
                                                       std::shared_ptr<const ips::Ruleset> signatures) {
  auto generation = std::make_shared<Generation>();
  generation->number = number;
  generation->signatures = std::move(signatures);
  generation->interfaces = interfaces_of(config);
  if (!config.policy.file.empty()) {
    ASSIGN_OR_RETURN(generation->policy,
                     policy::Policy::load(config.policy.file, {nullptr, generation->interfaces, number}), "policy");
  }
  using config::FailPolicy;
  generation->fail_open.fill(config.system.fail_policy.standard == FailPolicy::open);
  for (const auto& [name, fail] : config.system.fail_policy.zones) {
    const auto zones = generation->policy != nullptr ? generation->policy->zones() : std::span<const std::string>{};
    const auto zone = std::ranges::find(zones, name);
    if (zone == zones.end())
      return failure("system.fail-policy.zones: the policy has no zone '" + name + "'", ErrorCode::invalid_config);
    generation->fail_open[static_cast<std::size_t>(zone - zones.begin()) + 1] = fail == FailPolicy::open;
  }
  return generation;
}

Result<ips::compile::Compiled> load_signatures(const config::Config& config, ips::compile::DatasetStore& datasets,
                                               bool naive) {
  ASSIGN_OR_RETURN(const auto chosen, protocols_of(config), "configuration");
  const std::span<const ProtocolSpec* const> protocols = chosen.empty() ? proto::all() : std::span{chosen};
  ips::compile::LoadSettings settings;
  settings.inline_mode = config.capture.mode != config::CaptureMode::tap;
  settings.naive = naive;
  return ips::compile::load(config.ips, protocols, datasets, settings);
}

}  // namespace gatehouse::engine
