// SPDX-License-Identifier: GPL-3.0-or-later
// Section numbers are those of the Matter Core Specification 1.3. All numbers on the wire are little-endian.
#pragma once

#include <array>
#include <optional>

#include "base/cursor.hpp"
#include "model/field.hpp"

namespace gatehouse::proto::matter {

inline constexpr std::array kSessionNames{
    NamedNumber{0, "unicast"},
    NamedNumber{1, "group"},
};
inline constexpr std::array kProtocolNames{
    // 4.4.3.4
    NamedNumber{0, "secure_channel"},
    NamedNumber{1, "interaction_model"},
    NamedNumber{2, "bdx"},
    NamedNumber{3, "user_directed_commissioning"},
};
namespace opcode {
inline constexpr std::uint8_t counter_request = 0x00, counter_response = 0x01, acknowledgement = 0x10,
                              pbkdf_request = 0x20, pbkdf_response = 0x21, pake3 = 0x24, sigma1 = 0x30,
                              sigma2_resume = 0x33, status_report = 0x40, check_in = 0x50;
}
inline constexpr std::array kOpcodeNames{
    // 4.10.1, of the secure channel
    NamedNumber{0x00, "counter_sync_request"},
    NamedNumber{0x01, "counter_sync_response"},
    NamedNumber{0x10, "acknowledgement"},
    NamedNumber{0x20, "pbkdf_parameter_request"},
    NamedNumber{0x21, "pbkdf_parameter_response"},
    NamedNumber{0x22, "pase_pake1"},
    NamedNumber{0x23, "pase_pake2"},
    NamedNumber{0x24, "pase_pake3"},
    NamedNumber{0x30, "case_sigma1"},
    NamedNumber{0x31, "case_sigma2"},
    NamedNumber{0x32, "case_sigma3"},
    NamedNumber{0x33, "case_sigma2_resume"},
    NamedNumber{0x40, "status_report"},
    NamedNumber{0x50, "check_in"},
};
inline constexpr std::array kStatusNames{
    // 4.10.1.3 and appendix D: of the secure channel, what a handshake ended with
    NamedNumber{0x0000, "session_established"},
    NamedNumber{0x0001, "no_shared_trust_roots"},
    NamedNumber{0x0002, "invalid_parameter"},
    NamedNumber{0x0003, "close_session"},
    NamedNumber{0x0004, "busy"},
};

// 4.4.1. Message Header Field Descriptions
struct MessageHeader {
  std::uint8_t flags = 0, security = 0;
  std::uint16_t session = 0;
  std::uint32_t counter = 0;
  std::optional<std::uint64_t> source, destination;
  std::optional<std::uint16_t> group;
  bool ok = false;

  explicit MessageHeader(Cursor& c) noexcept;

  unsigned session_type() const noexcept { return security & 3; }
  bool is_private() const noexcept { return (security & 0x80) != 0; }
  // "Unsecured": a unicast session of number 0, before there is a key.
  bool unsecured() const noexcept { return session == 0 && session_type() == 0; }
};

// 4.4.3. Protocol Header Field Descriptions; in the clear in unsecured messages only.
struct ProtocolHeader {
  std::uint8_t flags = 0, code = 0;
  std::uint16_t exchange = 0, protocol = 0, vendor = 0;
  std::optional<std::uint32_t> acknowledges;
  bool ok = false;

  explicit ProtocolHeader(Cursor& c) noexcept;
  bool from_initiator() const noexcept { return (flags & 1) != 0; }
  bool secure_channel() const noexcept { return protocol == 0 && vendor == 0; }
};

struct Message {
  MessageHeader header;
  std::optional<ProtocolHeader> inner;
  std::optional<std::uint16_t> status;  // of a report of the secure channel
  Bytes payload;
  bool ok = false;

  explicit Message(Bytes datagram) noexcept : Message(Cursor{datagram}) {}
  // Whether the payload is what the opcode of the secure channel says.
  bool sound_payload() const noexcept;

 private:
  explicit Message(Cursor c) noexcept;
};

}  // namespace gatehouse::proto::matter
