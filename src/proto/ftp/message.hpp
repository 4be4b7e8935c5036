// SPDX-License-Identifier: GPL-3.0-or-later
// Commands and replies of FTP, taken apart (RFC 959, 2228, 2428, 3659).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip.hpp"

namespace gatehouse::proto::ftp {

enum class Verb : std::uint8_t {
  other,  // none of the standards'
  known,  // of the standards', nothing more need be done
  port,
  eprt,
  pasv,
  epsv,
  retr,
  stor,
  stou,
  appe,
  list,  // LIST, NLST, MLSD: a listing comes over the data connection
  auth,
};

Verb verb_of(std::string_view word) noexcept;
constexpr bool carries_file(Verb verb) noexcept {
  return verb >= Verb::retr && verb <= Verb::appe;
}

struct DataPort {
  IpAddress address{};  // version 0: the peer's own
  std::uint16_t port = 0;
};

// RFC 959, 4.1.2. PORT: "h1,h2,h3,h4,p1,p2".
std::optional<DataPort> parse_port(std::string_view argument) noexcept;
// RFC 2428, 2. EPRT: "|1|132.235.1.2|6275|", any delimiter.
std::optional<DataPort> parse_eprt(std::string_view argument) noexcept;
// RFC 959, 4.2.1: "227 Entering Passive Mode (h1,h2,h3,h4,p1,p2).", where RFC 1123, 4.1.2.6 warns: "a client MUST NOT
// assume that the parentheses are present".
std::optional<DataPort> parse_227(std::string_view text) noexcept;
// RFC 2428, 3: "229 Entering Extended Passive Mode (|||6446|)".
std::optional<DataPort> parse_229(std::string_view text) noexcept;
// RFC 1123, 4.1.2.9: the reply to STOU is "150 FILE: pppp" (or 125).
std::string_view parse_unique_name(std::string_view text) noexcept;

}  // namespace gatehouse::proto::ftp
