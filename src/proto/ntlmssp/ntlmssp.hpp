// SPDX-License-Identifier: GPL-3.0-or-later
// The messages of NTLM (MS-NLMP 2.2.1): who logs in from which machine, and what the server says of itself. Views into
// the message, valid as long as its bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>

#include "base/cursor.hpp"

namespace gatehouse::proto::ntlmssp {

inline constexpr std::string_view kSignature{"NTLMSSP\0", 8};

// MS-NLMP 2.2.2.5. NEGOTIATE.
namespace flag {
inline constexpr std::uint32_t unicode = 0x00000001, oem_domain = 0x00001000, oem_workstation = 0x00002000,
                               anonymous = 0x00000800, version = 0x02000000;
}

enum class Type : std::uint8_t { negotiate = 1, challenge = 2, authenticate = 3 };

// MS-NLMP 2.2.2.10. VERSION.
struct Version {
  std::uint8_t major{}, minor{};
  std::uint16_t build{};
  std::uint8_t revision{};

  Version() = default;
  explicit Version(Cursor& c) noexcept : major{c.u8()}, minor{c.u8()}, build{c.le16()} {
    c.skip(3);
    revision = c.u8();
  }
};
// "10.0 build 17763 rev 15" into the buffer.
using VersionText = std::array<char, 32>;
std::string_view to_text(const Version& version, VersionText& buffer) noexcept;

struct Message {
  Type type{};
  std::uint32_t flags = 0;
  bool has_version = false;
  Version version{};
  bool unicode = false;  // how the texts below are written
  Bytes domain{}, user{}, host{};
  Bytes target{};                                   // CHALLENGE: the server's realm
  Bytes server_host{}, server_dns{}, dns_domain{};  // CHALLENGE: from the target's information, always UTF-16
  // The payload's parts do not stand in the order and place that every known implementation gives them.
  bool unusual = false;

  bool anonymous() const noexcept { return (flags & flag::anonymous) != 0; }
};

// False where the message is none, is cut short, or points outside itself.
bool read(Bytes message, Message& out) noexcept;

// A member of a message as UTF-8, at most `most` bytes.
void append_text(std::pmr::string& text, Bytes member, bool unicode, std::size_t most);

}  // namespace gatehouse::proto::ntlmssp
