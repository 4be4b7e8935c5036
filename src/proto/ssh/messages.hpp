// SPDX-License-Identifier: GPL-3.0-or-later
// What SSH says in the clear, as views into its bytes: the identification line and SSH_MSG_KEXINIT.
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"
#include "proto/fingerprint/text.hpp"

namespace gatehouse::proto::ssh {

struct Banner {
  Bytes protocol{};  // "2.0"
  Bytes software{};  // "OpenSSH_9.2p1"
  Bytes comments{};
};

// The line without its end. False: not an identification.
bool read_banner(Bytes line, Banner& banner) noexcept;

// RFC 4253, 7.1, in wire order.
struct KexInit {
  Bytes cookie{};
  Bytes kex{}, host_keys{};
  // By the direction of the bytes they are for: to_server, to_client.
  std::array<Bytes, 2> ciphers{}, macs{}, compressions{}, languages{};
  bool first_follows = false;
};

// The payload behind the message number. False: lists that do not fit.
bool read_kex_init(Bytes payload, KexInit& kex) noexcept;

// HASSH (Salesforce): "kex;ciphers;macs;compressions" of the direction that the sender speaks in.
inline constexpr std::size_t kMaxHassh = 8192;
void write_hassh(const KexInit& kex, bool server, BoundedText& out) noexcept;

}  // namespace gatehouse::proto::ssh
