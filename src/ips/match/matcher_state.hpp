// SPDX-License-Identifier: GPL-3.0-or-later
// What the matcher keeps beside a transaction and beside a file while they last, in the worker's recycled memory.
#pragma once

#include <array>
#include <memory_resource>
#include <vector>

#include "ips/match/matcher.hpp"

namespace gatehouse::ips {

// A signature that has matched for one direction; of what travels in both it may match for each.
struct Matcher::Done {
  SignatureIndex signature = 0;
  Direction direction{};
  bool operator==(const Done&) const = default;
};

// Signatures of which some conditions have held, and those that have matched already.
struct Matcher::Waiting {
  explicit Waiting(std::pmr::memory_resource& memory) : candidates(&memory), done(&memory) {}
  std::pmr::vector<Candidate> candidates;
  std::pmr::vector<Done> done;
};

struct Matcher::TransactionState {
  explicit TransactionState(std::pmr::memory_resource& memory) : waiting(memory) {}
  std::uint64_t rules_serial = 0;
  // By direction: up to which stage signatures without a literal were asked (stage + 1), and for each point how many of
  // its values were scanned.
  std::array<std::uint8_t, 2> asked_stages{};
  std::array<std::array<std::uint8_t, kMostPoints>, 2> scanned{};
  std::array<std::uint64_t, 2> stream_end{};  // of the body that was scanned
  std::array<bool, 2> has_file{};             // by direction
  std::array<bool, 2> has_come{};             // something of this direction was told: before, stage 0 is not yet reached
  Waiting waiting;
};

struct Matcher::FileState {
  explicit FileState(std::pmr::memory_resource& memory) : window(&memory), waiting(memory) {}
  FileId id = 0;
  std::uint64_t flow = 0;
  std::uint64_t rules_serial = 0;
  const ProtocolPlan* plan = nullptr;
  Transaction* tx = nullptr;
  Direction direction = Direction::to_server;
  std::array<char, 256> name;
  std::uint16_t name_size = 0;
  std::pmr::vector<std::uint8_t> window;
  std::uint64_t offset = 0;   // of the window's first byte in the file
  std::size_t looked_at = 0;  // so many bytes of the window
  Waiting waiting;
};

}  // namespace gatehouse::ips
