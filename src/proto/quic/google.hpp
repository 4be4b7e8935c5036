// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of gQUIC's own handshake: a tag, and a list of tags with values.
#pragma once

#include <cstdint>

#include "proto/fingerprint/text.hpp"
#include "proto/quic/version.hpp"

namespace gatehouse::proto::quic {

inline constexpr unsigned kMaxTags = 128;
// "46,PAD-SNI-…": five characters a tag at most.
inline constexpr std::size_t kMaxCyu = 5 * kMaxTags + 8;

struct GoogleMessage {
  Bytes server_name{}, user_agent{}, alpn{};
  bool client_hello = false;
  bool full = false;  // a hello that begins the encryption: it has the client's public value
};

// Reads a message and writes CYU's text, of version and tags. False: it is none, or not all of it is here.
[[nodiscard]] bool read_google_message(Bytes bytes, unsigned version_number, GoogleMessage& message,
                                       BoundedText& cyu) noexcept;

}  // namespace gatehouse::proto::quic
