// SPDX-License-Identifier: GPL-3.0-or-later
// The "rpc" and "nfs" objects of EVE.
#include <array>
#include <charconv>

#include "proto/nfs/transaction.hpp"
#include "proto/sunrpc/rpc.hpp"

namespace gatehouse::proto::nfs {
namespace {

using Digits = std::array<char, 10>;

std::string_view digits(std::uint32_t number, Digits& out, int base = 10) noexcept {
  const auto end = std::to_chars(out.data(), out.data() + out.size(), number, base).ptr;
  return {out.data(), static_cast<std::size_t>(end - out.data())};
}

void member(JsonWriter& json, std::string_view key, std::string_view name, std::uint32_t number) noexcept {
  Digits text;
  json.member(key, name.empty() ? digits(number, text) : name);
}

// ISO 3309: the check sum that Ethernet has too. It names a handle in few characters.
std::uint32_t crc32(std::string_view bytes) noexcept {
  std::uint32_t sum = 0xffffffff;
  for (const char c : bytes) {
    sum ^= static_cast<std::uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ (sum & 1 ? 0xedb88320u : 0);
  }
  return ~sum;
}

void write_rpc(const NfsTransaction& tx, JsonWriter& json) noexcept {
  constexpr std::string_view statuses[] = {"ACCEPTED", "DENIED"};
  json.open_object("rpc");
  json.member("xid", tx.xid);
  member(json, "status", tx.rpc_status < std::size(statuses) ? statuses[tx.rpc_status] : std::string_view{},
         tx.rpc_status);
  member(json, "auth_type", sunrpc::flavor_name(tx.flavor), tx.flavor);
  if (tx.has_user) {
    json.open_object("creds");
    json.member("machine_name", tx.machine);
    json.member("uid", tx.uid);
    json.member("gid", tx.gid);
    json.close_object();
  }
  json.close_object();
}

void write_transfer(const NfsTransaction& tx, std::string_view key, JsonWriter& json) noexcept {
  json.open_object(key);
  json.member("first", true);
  json.member("last", tx.last);
  json.member("last_xid", tx.last_xid);
  json.member("chunks", tx.chunks);
  json.close_object();
}

}  // namespace

void write_log(const Transaction& transaction, JsonWriter& json) {
  const NfsTransaction& tx = as_nfs(transaction);
  write_rpc(tx, json);
  json.open_object("nfs");
  json.member("version", tx.version);
  member(json, "procedure", procedure_of(tx), tx.procedure);
  json.member("filename", tx.name);
  if (!tx.handle.empty()) {
    Digits text;
    json.member("hhash", digits(crc32(tx.handle), text, 16));
  }
  json.member("id", tx.id + 1);
  json.member("file_tx", tx.is_file);
  json.member("type", "response");
  member(json, "status", status_name(tx.status), tx.status);
  if (tx.version <= 3) {
    if (tx.is_file) write_transfer(tx, tx.file_direction == Direction::to_client ? "read" : "write", json);
    if (meaning(tx.version, tx.procedure) == Does::rename) {
      json.open_object("rename");
      json.member("from", tx.name);
      json.member("to", tx.to_name);
      json.close_object();
    }
  }
  json.close_object();
}

}  // namespace gatehouse::proto::nfs
