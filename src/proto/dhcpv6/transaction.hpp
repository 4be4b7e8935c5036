// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

#include "base/ip.hpp"
#include "model/protocol.hpp"
#include "proto/dhcpv6/message.hpp"

namespace gatehouse::proto::dhcpv6 {

// Of the options that a client asks for, the first so many make its fingerprint.
inline constexpr std::size_t kMaxFingerprint = 64;
inline constexpr std::size_t kLongestName = 255;  // RFC 4704, 4.2: a name of the DNS

// One message is one transaction; its views live as long as the parse call that tells of it.
struct Dhcpv6Transaction : Transaction {
  Message message;
  // Texts of what is no text on the wire, made by describe().
  std::string_view client_duid, server_duid, mac, fqdn, fingerprint, link, peer;
  std::array<std::string_view, kMaxAddresses> addresses{}, prefixes{};

  Dhcpv6Transaction() = default;
  Dhcpv6Transaction(const Dhcpv6Transaction&) = delete;
  Dhcpv6Transaction& operator=(const Dhcpv6Transaction&) = delete;
  void describe() noexcept;

 private:
  std::array<char, 3 * kLongestDuid> client_, server_, mac_;
  std::array<char, kLongestName> fqdn_;
  std::array<char, kMaxFingerprint * 6> fingerprint_;
  std::array<std::array<char, kIpText>, 2> relay_;
  std::array<std::array<char, kIpText + 4>, 2 * kMaxAddresses> ips_;
};

extern const std::array<FieldSpec, 17> kFields;

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::dhcpv6
