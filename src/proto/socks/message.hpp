// SPDX-License-Identifier: GPL-3.0-or-later
// The few messages of SOCKS: views into the bytes they were read from.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "base/ip.hpp"

namespace gatehouse::proto::socks {

inline constexpr std::uint8_t kVersion4 = 4, kVersion5 = 5;
// SOCKS 4 has no lengths: a user's name or a domain that is longer has no end.
inline constexpr std::size_t kMaxText = 255;

namespace command {
inline constexpr std::uint8_t connect = 1, bind = 2, udp_associate = 3;
}
namespace method {
inline constexpr std::uint8_t none = 0, gssapi = 1, username_password = 2, no_acceptable = 0xff;
}
namespace reply4 {
inline constexpr std::uint8_t granted = 90, last = 93;
}

enum class Outcome : std::uint8_t { done, need_more, malformed };

// Where the proxy shall connect to.
struct Request {
  std::uint8_t version = 0, command = 0;
  IpAddress address{};  // version 0: a domain instead
  Bytes domain;
  std::uint16_t port = 0;
  Bytes user;  // of SOCKS 4
  std::size_t size = 0;
};
Outcome read_request4(Bytes bytes, Request& request) noexcept;
Outcome read_request5(Bytes bytes, Request& request) noexcept;

struct Reply {
  std::uint8_t code = 0;
  bool granted = false;
  std::size_t size = 0;
};
Outcome read_reply4(Bytes bytes, Reply& reply) noexcept;
Outcome read_reply5(Bytes bytes, Reply& reply) noexcept;

// RFC 1928, 3: "the version identifier/method selection message".
struct Greeting {
  Bytes methods;
  std::size_t size = 0;
};
Outcome read_greeting(Bytes bytes, Greeting& greeting) noexcept;

// RFC 1929, 2: user name and password.
struct Login {
  Bytes user, password;
  std::size_t size = 0;
};
Outcome read_login(Bytes bytes, Login& login) noexcept;

// Letters, digits, '-', '_' and '.', and no more than a name may have.
bool is_domain(Bytes name) noexcept;

}  // namespace gatehouse::proto::socks
