// SPDX-License-Identifier: GPL-3.0-or-later
// ONC remote procedure calls, version 2: what NFS, mount, portmap and their like are carried in. Views into the bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/cursor.hpp"
#include "model/field.hpp"

namespace gatehouse::proto::sunrpc {

inline constexpr std::uint32_t kVersion = 2;
inline constexpr std::uint32_t kLongestAuth = 400;         // RFC 5531, 8.2: "opaque body<400>"
inline constexpr std::uint32_t kLongestMachineName = 255;  // RFC 5531, appendix A
inline constexpr std::uint32_t kMostGroups = 16;

namespace program {
inline constexpr std::uint32_t portmap = 100000, nfs = 100003, mount = 100005;
}

enum class Type : std::uint32_t { call, reply };
enum class Flavor : std::uint32_t { none, system, brief, dh, kerberos, rsa, gss };

// RFC 4506, 4.10: variable-length opaque data, padded to a multiple of four. Fails the cursor beyond `longest`.
Bytes opaque(Cursor& c, std::uint32_t longest) noexcept;
constexpr std::uint32_t padding(std::uint32_t size) noexcept {
  return (4 - size % 4) % 4;
}

// RFC 5531, 8.2
struct Auth {
  std::uint32_t flavor{};
  Bytes body{};

  Auth() = default;
  explicit Auth(Cursor& c) noexcept : flavor{c.u32()}, body{opaque(c, kLongestAuth)} {}
};

// RFC 5531, 9: the beginning of both kinds of message.
struct Head {
  std::uint32_t xid{}, type{};

  Head() = default;
  explicit Head(Cursor& c) noexcept : xid{c.u32()}, type{c.u32()} {}
  bool is_call() const noexcept { return type == static_cast<std::uint32_t>(Type::call); }
  bool is_reply() const noexcept { return type == static_cast<std::uint32_t>(Type::reply); }
};

// RFC 5531, 9: call_body
struct Call {
  std::uint32_t rpc_version{}, program{}, version{}, procedure{};
  Auth credential{}, verifier{};

  Call() = default;
  explicit Call(Cursor& c) noexcept
      : rpc_version{c.u32()}, program{c.u32()}, version{c.u32()}, procedure{c.u32()}, credential{c}, verifier{c} {}
};

// RFC 5531, 9: reply_body. `detail` is accept_stat, or reject_stat where the call was denied.
struct Reply {
  std::uint32_t status{};  // 0 accepted, 1 denied
  Auth verifier{};
  std::uint32_t detail{};

  Reply() = default;
  explicit Reply(Cursor& c) noexcept : status{c.u32()} {
    if (status == 0) verifier = Auth{c};
    detail = c.u32();
  }
  // The procedure was run: its results follow.
  bool successful() const noexcept { return status == 0 && detail == 0; }
};

// RFC 5531, appendix A: authsys_parms
struct SystemCredential {
  std::uint32_t stamp{};
  Bytes machine{};
  std::uint32_t uid{}, gid{};

  SystemCredential() = default;
  explicit SystemCredential(Cursor& c) noexcept
      : stamp{c.u32()}, machine{opaque(c, kLongestMachineName)}, uid{c.u32()}, gid{c.u32()} {
    if (c.u32() > kMostGroups) c.fail();
  }
};

// RFC 2203, 5: rpc_gss_cred_t
struct GssCredential {
  std::uint32_t version{}, procedure{}, sequence{}, service{};

  GssCredential() = default;
  explicit GssCredential(Cursor& c) noexcept
      : version{c.u32()}, procedure{c.u32()}, sequence{c.u32()}, service{c.u32()} {}
};
enum class Protection : std::uint8_t { none, integrity, privacy };  // RFC 2203, 5.2.2: rpc_gss_service_t

// How the arguments and results of a call are wrapped.
Protection protection_of(const Call& call) noexcept;

// "UNIX", as readers of the log know the flavors; empty for others.
std::string_view flavor_name(std::uint32_t flavor) noexcept;

// A whole call of `program` in one of the versions from `lowest` to `highest`, as far as its head can say.
enum class Looks : std::uint8_t { no, need_more, yes };
Looks looks_like_call(Bytes message, std::uint32_t program, std::uint32_t lowest, std::uint32_t highest,
                      std::uint32_t last_procedure) noexcept;

}  // namespace gatehouse::proto::sunrpc
