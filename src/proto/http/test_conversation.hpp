// SPDX-License-Identifier: GPL-3.0-or-later
// Short words for the tests of a session.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "proto/http/http.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::http {

inline test::Turn request(std::string bytes) {
  return {Direction::to_server, std::move(bytes)};
}
inline test::Turn response(std::string bytes) {
  return {Direction::to_client, std::move(bytes)};
}

inline std::string sized(std::string_view body, std::string_view head = "") {
  return "HTTP/1.1 200 OK\r\n" + std::string(head) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

// A session that has seen these turns, and its end.
struct Played : test::SessionDriver {
  explicit Played(const std::vector<test::Turn>& turns, bool ended = true) : SessionDriver(protocol) {
    for (const test::Turn& turn : turns) feed(turn.direction, turn.bytes);
    if (ended) finish();
  }
  std::vector<std::string> field(const std::string& name) const {
    const auto found = fields().find(name);
    return found == fields().end() ? std::vector<std::string>{} : found->second;
  }
};

}  // namespace gatehouse::proto::http
