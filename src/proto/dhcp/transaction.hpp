// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "model/protocol.hpp"
#include "proto/dhcp/message.hpp"

namespace gatehouse::proto::dhcp {

namespace event {
inline constexpr std::uint8_t malformed_options = 0, truncated_options = 1, too_many_options = 2;
}

inline constexpr std::size_t kLongestFingerprint = 255 * 4;  // "255," for each requested parameter
inline constexpr std::size_t kLongestMac = kHardwareAddress * 3;
inline constexpr std::size_t kDottedText = 16;

// One message is one transaction; its views live as long as the parse call that tells of it.
struct DhcpTransaction : Transaction {
  Message message;
  // Texts of what is no text on the wire, made by describe().
  std::string_view mac, fingerprint, client_id, requested_ip, assigned_ip, server_ip;

  DhcpTransaction() = default;
  DhcpTransaction(const DhcpTransaction&) = delete;
  DhcpTransaction& operator=(const DhcpTransaction&) = delete;
  void describe() noexcept;

 private:
  std::array<char, kLongestMac> mac_;
  std::array<char, kLongestFingerprint> fingerprint_;
  std::array<char, 255 * 3> client_id_;
  std::array<std::array<char, kDottedText>, 3> addresses_;
};

// "192.0.2.1"; empty where `four` is not four bytes.
std::string_view dotted(Bytes four, std::span<char, kDottedText> out) noexcept;

extern const std::array<FieldSpec, 18> kFields;

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::dhcp
