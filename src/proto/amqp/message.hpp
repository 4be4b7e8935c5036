// SPDX-License-Identifier: GPL-3.0-or-later
// What a method (0-9-1) or performative (1.0) says: views into its bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"
#include "model/field.hpp"

namespace gatehouse::proto::amqp {

struct Message {
  std::string_view name;  // "basic.publish", "attach"; empty where it is not known
  bool quiet = false;     // acknowledgements and the like: not logged
  Bytes exchange{}, queue{}, routing_key{};
  Bytes mechanism{}, user{};
  Bytes host{};                // virtual host, or the host's name in an open
  Bytes container{}, link{};   // 1.0
  Bytes source{}, target{};    // 1.0: addresses
  Bytes product{}, version{};  // of the server or the client, as it says
  bool has_code = false;
  std::uint32_t code = 0;
  Bytes text{};
};

// 0-9-1, 4.2.4: class and method, then its arguments. False: it is shorter than what it says it holds.
bool read_method(Cursor& c, Message& message) noexcept;
// The class and method exist.
bool is_method(std::uint16_t class_id, std::uint16_t method_id) noexcept;

// 1.0, part 2, 2.7, and part 5, 5.3.3: a described list.
bool read_performative(Cursor& c, Message& message) noexcept;

// RFC 4616: authorization identity, user, password, with a zero between them.
Bytes plain_user(Bytes response) noexcept;

}  // namespace gatehouse::proto::amqp
