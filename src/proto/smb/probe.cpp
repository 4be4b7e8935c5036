// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smb/probe.hpp"

#include <algorithm>

namespace gatehouse::proto::smb {
namespace {

constexpr std::size_t kRecordHeader = 4;
constexpr std::size_t kEnough = kRecordHeader + 8;

// RFC 1001, 14.1: a name of 32 letters from A to P, with its length before it and an empty scope behind it.
Probe probe_name(Bytes bytes) noexcept {
  constexpr std::size_t kName = 32;
  if (bytes.empty()) return Probe::need_more;
  if (bytes[0] != kName) return Probe::no;
  const Bytes letters = bytes.subspan(1, std::min(bytes.size() - 1, kName));
  if (!std::ranges::all_of(letters, [](std::uint8_t c) { return c >= 'A' && c <= 'P'; })) return Probe::no;
  if (bytes.size() < 1 + kName + 1) return Probe::need_more;
  return bytes[1 + kName] == 0 ? Probe::yes : Probe::no;
}

// A message of any version: the protocol's mark, and of version 2 the size of its header.
Probe probe_message(std::uint32_t length, Bytes bytes) noexcept {
  constexpr std::uint32_t kShortest = 32;
  if (length < kShortest) return Probe::no;
  if (bytes.empty()) return Probe::need_more;
  if (bytes[0] < 0xfc) return Probe::no;
  constexpr std::string_view kMark{"SMB"};
  const std::string_view mark = as_text(bytes.subspan(1, std::min<std::size_t>(bytes.size() - 1, kMark.size())));
  if (!kMark.starts_with(mark)) return Probe::no;
  if (bytes.size() + kRecordHeader < kEnough) return Probe::need_more;
  if (bytes[0] == 0xfe) return bytes[4] == 64 && bytes[5] == 0 ? Probe::yes : Probe::no;
  return Probe::yes;
}

}  // namespace

Probe probe(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::uint8_t kMessage = 0, kSessionRequest = 0x81;
  if (bytes.empty()) return Probe::need_more;
  if (bytes[0] != kMessage && bytes[0] != kSessionRequest) return Probe::no;
  if (bytes.size() < kRecordHeader) return Probe::need_more;
  const std::uint32_t length = static_cast<std::uint32_t>(bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
  const Bytes rest = bytes.subspan(kRecordHeader);
  if (bytes[0] == kMessage) return probe_message(length, rest);
  constexpr std::uint32_t kTwoNames = 68;  // RFC 1002, 4.3.2, with empty scopes
  return length == kTwoNames ? probe_name(rest) : Probe::no;
}

}  // namespace gatehouse::proto::smb
