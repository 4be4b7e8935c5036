// SPDX-License-Identifier: GPL-3.0-or-later
// Packets of MySQL's protocol: views into the bytes. Names of packets are those of MySQL's source code documentation,
// "Client/Server Protocol".
#pragma once

#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"
#include "model/field.hpp"

namespace gatehouse::proto::mysql {

// "MySQL Packets": length in three bytes, low first, and a sequence number. A packet of the greatest length goes on in
// the next one.
inline constexpr std::size_t kHeader = 4;
inline constexpr std::uint32_t kFullPacket = 0xffffff;
struct Header {
  std::uint32_t length{};
  std::uint8_t sequence{};

  Header() = default;
  explicit Header(Cursor& c) noexcept : length{c.le16()} {
    length |= std::uint32_t{c.u8()} << 16;
    sequence = c.u8();
  }
};

namespace capability {
inline constexpr std::uint32_t connect_with_database = 1u << 3, compress = 1u << 5, protocol_41 = 1u << 9,
                               ssl = 1u << 11, secure_connection = 1u << 15, plugin_auth = 1u << 19,
                               connect_attributes = 1u << 20, length_encoded_auth = 1u << 21, deprecate_eof = 1u << 24,
                               zstd = 1u << 26, query_attributes = 1u << 27;
}

enum class Command : std::uint8_t {
  quit = 1,
  init_db = 2,
  query = 3,
  field_list = 4,
  create_db = 5,
  drop_db = 6,
  change_user = 17,
  stmt_prepare = 22,
  stmt_send_long_data = 24,
  stmt_close = 25,
  login = 0xff,  // ours: the connection's beginning
};
inline constexpr std::uint8_t kLastCommand = 31;
inline constexpr NamedNumber kCommands[] = {{0, "sleep"},
                                            {1, "quit"},
                                            {2, "init_db"},
                                            {3, "query"},
                                            {4, "field_list"},
                                            {5, "create_db"},
                                            {6, "drop_db"},
                                            {7, "refresh"},
                                            {8, "shutdown"},
                                            {9, "statistics"},
                                            {10, "process_info"},
                                            {11, "connect"},
                                            {12, "process_kill"},
                                            {13, "debug"},
                                            {14, "ping"},
                                            {15, "time"},
                                            {16, "delayed_insert"},
                                            {17, "change_user"},
                                            {18, "binlog_dump"},
                                            {19, "table_dump"},
                                            {20, "connect_out"},
                                            {21, "register_replica"},
                                            {22, "stmt_prepare"},
                                            {23, "stmt_execute"},
                                            {24, "stmt_send_long_data"},
                                            {25, "stmt_close"},
                                            {26, "stmt_reset"},
                                            {27, "set_option"},
                                            {28, "stmt_fetch"},
                                            {29, "daemon"},
                                            {30, "binlog_dump_gtid"},
                                            {31, "reset_connection"},
                                            {0xff, "login"}};

// "Protocol::HandshakeV10"
struct Greeting {
  std::uint8_t version{};
  Bytes server_version{};
  std::uint32_t thread{};
  std::uint32_t capabilities{};
  Bytes plugin{};
  bool reserved_is_zero = false;

  Greeting() = default;
  explicit Greeting(Cursor& c) noexcept;
};

// "Protocol::SSLRequest" and "Protocol::HandshakeResponse41", which begin alike.
inline constexpr std::size_t kLoginHead = 32;
struct Login {
  std::uint32_t capabilities{}, longest_packet{};
  std::uint8_t charset{};
  Bytes filler{};
  // Not of an SSLRequest
  Bytes user{}, database{}, plugin{}, program{};

  Login() = default;
  explicit Login(Cursor& c) noexcept;
  bool is_ssl_request() const noexcept { return (capabilities & capability::ssl) != 0 && user.data() == nullptr; }
};

// "Protocol::ERR_Packet", behind its first byte.
struct Failure {
  std::uint16_t code{};
  Bytes state{}, message{};

  Failure() = default;
  explicit Failure(Cursor& c) noexcept : code{c.le16()} {
    if (c.ok() && !c.empty() && c.peek() == '#') {
      c.skip(1);
      state = c.take(5);
    }
    message = c.take(c.remaining());
  }
};

// "Protocol::LengthEncodedInteger"
std::uint64_t length_encoded(Cursor& c) noexcept;
Bytes length_encoded_text(Cursor& c) noexcept;
// Up to a zero, or to the end where there is none.
Bytes zero_ended(Cursor& c) noexcept;

}  // namespace gatehouse::proto::mysql
