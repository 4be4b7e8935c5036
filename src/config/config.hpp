// SPDX-License-Identifier: GPL-3.0-or-later
// The system configuration, read and checked. Each member is filled from the row of its option in schema_<section>.cpp,
// which also holds its default, bounds and meaning: `gatehouse config explain` prints them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace gatehouse::config {

enum class FailPolicy : std::uint8_t { open, closed };
enum class IpsAction : std::uint8_t { alert, drop };
enum class CaptureMode : std::uint8_t { af_packet, tap, nfqueue };
enum class DefragOverlap : std::uint8_t { first, last, bsd, bsd_right, linux, solaris, windows };
enum class StreamOverlap : std::uint8_t {
  bsd,
  bsd_right,
  linux,
  old_linux,
  solaris,
  hpux10,
  hpux11,
  irix,
  macos,
  windows,
  windows2k3,
  vista,
  first,
  last
};

struct InterfacePair {
  std::string a, b;
  bool operator==(const InterfacePair&) const = default;
};
struct QueueRange {
  std::uint16_t first = 0, last = 0;
  bool operator==(const QueueRange&) const = default;
};
// How long a flow may be silent.
struct FlowTimeouts {
  Duration fresh, established, closed;
};

struct Config {
  struct System {
    std::string user;
    std::filesystem::path runtime_dir;
    struct Memory {
      std::uint64_t total = 0, flows = 0, streams = 0, defrag = 0;  // bytes, of all workers together
    } memory;
    struct Fail {
      FailPolicy standard = FailPolicy::open;
      std::map<std::string, FailPolicy> zones;
    } fail_policy;
  } system;

  struct Capture {
    CaptureMode mode = CaptureMode::af_packet;
    std::vector<InterfacePair> pairs;     // af_packet: each bridged by us
    std::vector<std::string> interfaces;  // tap
    struct Nfqueue {
      QueueRange queues;
      FailPolicy fail = FailPolicy::open;  // when the kernel's queue is full, or nobody reads it
      std::uint32_t length = 0;
    } nfqueue;
    std::uint32_t workers = 0;  // 0: one per processor
  } capture;

  struct Decode {
    bool verify_checksums = true;
    struct Defrag {
      DefragOverlap overlap = DefragOverlap::bsd;
      Duration timeout;
      std::uint32_t trackers = 0;
    } defrag;
  } decode;

  struct Flow {
    struct Timeouts {
      FlowTimeouts tcp, udp, icmp, other, emergency;
    } timeouts;
  } flow;

  struct Stream {
    bool midstream = true, async_oneside = true;
    StreamOverlap overlap = StreamOverlap::bsd;
    std::uint64_t depth = 0;    // bytes of each direction that are inspected; 0: all
    std::uint64_t waiting = 0;  // bytes that may wait in one direction for what is missing before them
    std::uint32_t segments = 0;
  } stream;

  struct Protocols {
    std::vector<std::string> enabled;  // empty: all
    bool long_tail = true;
  } protocols;

  struct Files {
    std::vector<std::string> hash;
  } files;

  struct Log {
    std::filesystem::path eve;
    std::vector<std::string> types;  // empty: all
    bool extended = false;           // records of our own at the top
    Duration stats_interval;         // 0: only at the end
  } log;

  struct Control {
    std::filesystem::path socket;
  } control;

  struct Policy {
    std::filesystem::path file;  // empty: no firewall
  } policy;

  struct Ips {
    bool enabled = true;
    std::vector<std::filesystem::path> rules;  // names may hold * and ?
    IpsAction action = IpsAction::drop;        // alert: rules that drop only alert
    std::filesystem::path enable, disable, drop, modify, threshold, classification, reference_config;  // empty: none
    struct Variables {
      std::map<std::string, std::string> addresses, ports;  // HOME_NET, HTTP_PORTS, …: as rules would write them
    } variables;
    std::filesystem::path cache, geoip_database;  // empty: none
    struct Reputation {
      std::filesystem::path categories;
      std::vector<std::filesystem::path> files;  // names may hold * and ?
    } reputation;
  } ips;
};

// What is known only where the configuration is loaded.
struct Surroundings {
  std::span<const std::string_view> protocols = {};  // names that protocols.enabled may list; empty: not checked
  std::span<const std::string_view> log_types = {};  // event types of protocols, beside our own; empty: not checked
};

// "flow.timeouts.udp.new=30s", as typed behind --set.
using Overrides = std::span<const std::string>;

// The error's text has one line for each mistake of the file: "FILE:LINE:COLUMN: KEY: …".
Result<Config> load(const std::filesystem::path& path, Overrides overrides = {}, const Surroundings& around = {});
Result<Config> load_text(std::string_view text, std::string_view file_name, Overrides overrides = {},
                         const Surroundings& around = {});
// Every option at its default.
Config defaults();

// What a live engine needs beyond a valid file: interfaces or queues to capture from.
Result<> ready_to_capture(const Config& config);

}  // namespace gatehouse::config
