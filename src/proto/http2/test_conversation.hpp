// SPDX-License-Identifier: GPL-3.0-or-later
// Short words for frames and header blocks, and a session that has seen some.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "proto/http2/frame.hpp"
#include "proto/http2/http2.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::http2 {

inline std::string big(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

// RFC 9113, 4.1. Frame Format.
inline std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, std::string_view payload = "") {
  return big(payload.size(), 3) + big(type, 1) + big(flags, 1) + big(stream, 4) + std::string(payload);
}

// RFC 7541, 6.2.2. Literal Header Field without Indexing -- New Name; neither string Huffman-coded, both short.
inline std::string header(std::string_view name, std::string_view value) {
  std::string out{'\0'};
  out += big(name.size(), 1) + std::string(name);
  // 5.1: a length of 127 and more needs further octets.
  if (value.size() < 127) return out + big(value.size(), 1) + std::string(value);
  out += '\x7f';
  std::size_t rest = value.size() - 127;
  for (; rest >= 128; rest /= 128) out += static_cast<char>(rest % 128 + 128);
  return out + static_cast<char>(rest) + std::string(value);
}

inline std::string headers(std::uint32_t stream, std::string_view block, bool ends_stream,
                           std::uint8_t flags = flag::end_headers) {
  return frame(frame_type::headers, flags | (ends_stream ? flag::end_stream : 0), stream, block);
}
inline std::string data(std::uint32_t stream, std::string_view body, bool ends_stream) {
  return frame(frame_type::data, ends_stream ? flag::end_stream : 0, stream, body);
}

inline std::string get(std::string_view path) {
  return header(":method", "GET") + header(":scheme", "http") + header(":authority", "Thing.example:8080") +
         header(":path", path) + header("user-agent", "sensor/1.2");
}

inline test::Turn client(std::string bytes) {
  return {Direction::to_server, std::move(bytes)};
}
inline test::Turn server(std::string bytes) {
  return {Direction::to_client, std::move(bytes)};
}
inline std::string preface() {
  return std::string(kPreface);
}

struct Played : test::SessionDriver {
  explicit Played(const std::vector<test::Turn>& turns, const ProtocolSpec* special_case = nullptr)
      : SessionDriver(protocol) {
    if (special_case != nullptr) offer(*special_case);
    for (const test::Turn& turn : turns) feed(turn.direction, turn.bytes);
    finish();
  }
  std::vector<std::string> field(const std::string& name) const {
    const auto found = fields().find(name);
    return found == fields().end() ? std::vector<std::string>{} : found->second;
  }
};

}  // namespace gatehouse::proto::http2
