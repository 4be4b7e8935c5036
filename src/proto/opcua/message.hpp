// SPDX-License-Identifier: GPL-3.0-or-later
// Chunks and the messages that they begin: views into the bytes.
#pragma once

#include <array>

#include "proto/opcua/encoding.hpp"
#include "proto/opcua/names.hpp"

namespace gatehouse::proto::opcua {

inline constexpr std::size_t kHeader = 8;
inline constexpr unsigned kNodes = 32;  // of a message, that are read

// OPC 10000-6, 7.1.2.2 and 6.7.2.2: type, whether more chunks follow, size.
struct Header {
  MessageType type = MessageType::unknown;
  char chunk = 0;
  std::uint32_t size = 0;

  Header() = default;
  explicit Header(Cursor& c) noexcept;
  bool plausible() const noexcept;
};

struct Node {
  NodeId id;
  std::uint32_t attribute = 0;  // 0: the node as a whole
  std::array<char, 10> digits{};
  std::uint8_t digit_count = 0;

  std::string_view text() const noexcept {
    return id.is_number ? std::string_view{digits.data(), digit_count} : as_text(id.text);
  }
};

struct Message {
  Header header;
  Bytes endpoint{};         // of a hello, or of a session that is created
  std::uint32_t error = 0;  // of an error
  Bytes reason{};
  bool has_channel = false;
  std::uint32_t channel = 0;
  Bytes policy{};  // of open
  std::uint32_t mode = 0, request_id = 0;
  // 6.7.2.5: what the first chunk of a message begins with.
  std::uint32_t type = 0;  // of the encoding; 0: not readable
  bool has_result = false;
  std::uint32_t result = 0;
  bool has_count = false;
  std::uint32_t count = 0;
  std::array<Node, kNodes> nodes;
  unsigned node_count = 0;
  // What an application says of itself.
  Bytes application_uri{}, product_uri{}, application_name{};
  bool cut = false;  // the body ends before what it should hold

  const Service* service() const noexcept { return find_service(type); }
  bool is_response() const noexcept { return type == kFault || (service() != nullptr && type != service()->request); }
  std::string_view policy_name() const noexcept;  // behind the '#'
};

// `whole`: the chunk is all there. False: the chunk's own part is cut.
bool read_chunk(Bytes chunk, bool whole, Message& m) noexcept;

}  // namespace gatehouse::proto::opcua
