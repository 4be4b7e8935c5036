// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"
#include "proto/dnp3/application.hpp"
#include "proto/dnp3/link.hpp"

namespace gatehouse::proto::dnp3 {

// More points or objects in one fragment than any device has: the rest is not read.
inline constexpr unsigned kMaxPoints = 16384, kMaxObjects = 1024;
// A record shows this many points of all objects together, and this much of a text.
inline constexpr unsigned kLoggedPoints = 256;
inline constexpr std::size_t kLoggedText = 256;

namespace event {
inline constexpr std::uint8_t flooded = 0, len_too_small = 1, bad_link_crc = 2, bad_transport_crc = 3,
                              unknown_object = 4, too_many_points = 5, too_many_objects = 6, too_long_reassembly = 7;
}

// One fragment: a request or a response. Its views live as long as the call that tells of it.
struct Dnp3Transaction : Transaction {
  LinkHeader link;
  ApplicationHeader header;
  Bytes data;     // the fragment with its header
  Bytes objects;  // what stands behind the header
  bool complete = false;

  Objects walk() const noexcept { return {header.function, objects}; }
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::dnp3
