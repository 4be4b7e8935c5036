// SPDX-License-Identifier: GPL-3.0-or-later
// The protection of Initial packets, whose keys everyone can derive who has seen the client's first packet: RFC 9001.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "proto/quic/header.hpp"

namespace gatehouse::proto::quic {

inline constexpr std::size_t kAuthenticationTag = 16;

// RFC 9001, 5.2: AEAD_AES_128_GCM and SHA-256, whatever is negotiated later.
struct DirectionKeys {
  std::array<std::uint8_t, 16> key{}, header{};
  std::array<std::uint8_t, 12> iv{};
};
struct InitialKeys {
  DirectionKeys client, server;
};

// "initial_secret = HKDF-Extract(initial_salt, client_dst_connection_id)". False: not known for this version.
[[nodiscard]] bool derive_initial_keys(const VersionTraits& version, Bytes client_destination,
                                       InitialKeys& keys) noexcept;

// Takes header and packet protection off. `datagram` begins with the packet; `room` holds at least its payload. False:
// these are not its keys, or it was changed on its way.
[[nodiscard]] bool unprotect(const DirectionKeys& keys, const Header& header, Bytes datagram,
                             std::span<std::uint8_t> room, Bytes& plain) noexcept;

}  // namespace gatehouse::proto::quic
