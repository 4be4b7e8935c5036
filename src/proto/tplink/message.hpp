// SPDX-License-Identifier: GPL-3.0-or-later
// There is no published specification: this is what devices and the maker's application send.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "proto/industrial/access.hpp"

namespace gatehouse::proto::tplink {

// A byte is hidden by the hidden byte before it; before the first stands this one.
inline constexpr std::uint8_t kFirstKey = 171;

// `out` has room for all of `hidden`; `key` is the hidden byte before.
void reveal(Bytes hidden, std::uint8_t* out, std::uint8_t key = kFirstKey) noexcept;

// The finding of newer devices, over UDP: version 2, type 0, operation, size of the JSON behind it, flags, serial,
// CRC-32 of all with the sum itself as 0x5a6b7c8d.
struct Discovery {
  std::uint16_t operation = 0;
  Bytes body;

  [[nodiscard]] bool read(Bytes datagram) noexcept;
};
inline constexpr std::uint8_t kDiscoveryVersion = 2;

inline constexpr std::size_t kMaxCommands = 16;

struct Command {
  std::string_view module, name;  // "system", "get_sysinfo"
};

// What the JSON of a message tells: views into it.
struct Content {
  std::array<Command, kMaxCommands> commands;
  std::size_t command_count = 0;
  bool more_commands = false;  // than are kept
  std::string_view alias, model, hardware, software, mac, device_id, kind;
  std::optional<std::int64_t> error;  // the first that is not 0, else 0

  // False where it is no JSON object.
  [[nodiscard]] bool read(std::string_view json) noexcept;
  // `json` of a Discovery: one object with "result".
  [[nodiscard]] bool read_discovery(std::string_view json) noexcept;

 private:
  void fact(std::string_view key, std::string_view text) noexcept;
};

industrial::Access access_of(const Command& command) noexcept;

}  // namespace gatehouse::proto::tplink
