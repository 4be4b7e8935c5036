// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/sunrpc/rpc.hpp"

namespace gatehouse::proto::sunrpc {

Bytes opaque(Cursor& c, std::uint32_t longest) noexcept {
  const std::uint32_t size = c.u32();
  if (size > longest) {
    c.fail();
    return {};
  }
  const Bytes found = c.take(size);
  c.skip(padding(size));
  return found;
}

Protection protection_of(const Call& call) noexcept {
  if (call.credential.flavor != static_cast<std::uint32_t>(Flavor::gss)) return Protection::none;
  Cursor c{call.credential.body};
  const GssCredential credential{c};
  // RFC 2203, 5.2.2: only data calls (procedure 0) are wrapped.
  if (!c.ok() || credential.procedure != 0) return Protection::none;
  return credential.service == 3   ? Protection::privacy
         : credential.service == 2 ? Protection::integrity
                                   : Protection::none;
}

std::string_view flavor_name(std::uint32_t flavor) noexcept {
  constexpr std::string_view names[] = {"NULL", "UNIX", "SHORT", "DH", "KERB", "RSA", "GSS"};
  return flavor < std::size(names) ? names[flavor] : std::string_view{};
}

Looks looks_like_call(Bytes message, std::uint32_t program, std::uint32_t lowest, std::uint32_t highest,
                      std::uint32_t last_procedure) noexcept {
  Cursor c{message};
  const Head head{c};
  if (c.ok() && !head.is_call()) return Looks::no;
  const std::uint32_t rpc_version = c.u32();
  if (c.ok() && rpc_version != kVersion) return Looks::no;
  const std::uint32_t asked = c.u32();
  if (c.ok() && asked != program) return Looks::no;
  const std::uint32_t version = c.u32(), procedure = c.u32();
  if (c.ok() && (version < lowest || version > highest || procedure > last_procedure)) return Looks::no;
  const std::uint32_t flavor = c.u32(), size = c.u32();
  if (!c.ok()) return Looks::need_more;
  const bool known = !flavor_name(flavor).empty();
  return known && size <= kLongestAuth && size % 4 == 0 ? Looks::yes : Looks::no;
}

}  // namespace gatehouse::proto::sunrpc
