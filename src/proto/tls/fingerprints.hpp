// SPDX-License-Identifier: GPL-3.0-or-later
// JA3, JA3S and JA4: what hellos look like from outside. For TLS, DTLS and QUIC.
#pragma once

#include <array>
#include <cstdint>

#include "proto/fingerprint/text.hpp"
#include "proto/tls/client_hello.hpp"
#include "proto/tls/server_hello.hpp"

namespace gatehouse::proto::tls {

// The longest JA3 or JA3S text; a hello with more to say has none. Real ones have 100 to 500 characters.
inline constexpr std::size_t kMaxJa3 = 4096;
// Numbers of one list that JA4 sorts.
inline constexpr std::size_t kMaxJa4List = 512;
inline constexpr std::size_t kJa3Hash = 32;
inline constexpr std::size_t kJa4 = 36;

using Ja3Hash = std::array<char, kJa3Hash>;

// "771,4865-4866,0-23-65281,29-23,0": version, ciphers, extensions, groups, point formats, without GREASE.
void write_ja3(const ClientHello& hello, BoundedText& out) noexcept;
// "771,4865,43-51": version, cipher, extensions.
void write_ja3s(const ServerHello& hello, BoundedText& out) noexcept;
bool ja3_hash(std::string_view ja3, Ja3Hash& hash) noexcept;

enum class Ja4Transport : char { tcp = 't', quic = 'q', datagram = 'd' };
// "t13d1516h2_8daaf6152771_e5627efa2ab1". False: more numbers than kMaxJa4List.
bool ja4(const ClientHello& hello, Ja4Transport transport, std::span<char, kJa4> out) noexcept;

}  // namespace gatehouse::proto::tls
