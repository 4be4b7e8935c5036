// SPDX-License-Identifier: GPL-3.0-or-later
// The "smb" object of EVE.
#include "proto/dcerpc/log.hpp"

#include <fmt/format.h>

#include "proto/smb/names.hpp"
#include "proto/smb/transaction.hpp"

namespace gatehouse::proto::smb {
namespace {

// MS-DTYP 2.3.3. FILETIME: tenths of microseconds since 1601. Earlier than 1970 is shown as never.
std::uint64_t unix_seconds(std::uint64_t filetime) noexcept {
  constexpr std::uint64_t kPerSecond = 10'000'000, kEpoch = 11'644'473'600;
  return filetime / kPerSecond < kEpoch ? 0 : filetime / kPerSecond - kEpoch;
}

class Writer {
 public:
  Writer(JsonWriter& json, const SmbTransaction& tx) noexcept : json_(json), tx_(tx) {}

  void write() noexcept {
    json_.open_object("smb");
    json_.member("id", tx_.id + 1);
    dialect();
    NumberText number;
    json_.member("command", command_name(tx_.version, tx_.command, number));
    if (tx_.has_status) status();
    json_.member("session_id", tx_.session_id);
    json_.member("tree_id", tx_.tree_id);
    std::visit([this](const auto& part) { members(part); }, tx_.what);
    json_.close_object();
  }

 private:
  void dialect() noexcept {
    const Agreed& agreed = *tx_.agreed;
    NumberText number;
    if (agreed.dialect != 0)
      json_.member("dialect", dialect_name(agreed.dialect, number));
    else
      json_.member("dialect",
                   agreed.dialect1.empty() ? std::string_view{"unknown"} : std::string_view{agreed.dialect1});
  }

  // MS-CIFS 2.2.3.1: a status is NT's, or a class and a code of DOS.
  void status() noexcept {
    NumberText name, code;
    std::string_view hex;
    const auto write_hex = [&](std::uint32_t value, bool wide) {
      const auto written = wide ? fmt::format_to_n(code.data(), code.size(), "0x{:x}", value)
                                : fmt::format_to_n(code.data(), code.size(), "0x{:04x}", value);
      hex = {code.data(), written.size};
    };
    if (tx_.dos_status) {
      const auto error_class = static_cast<std::uint8_t>(tx_.status);
      const auto error = static_cast<std::uint16_t>(tx_.status >> 16);
      json_.member("status", dos_status_name(error_class, error, name));
      write_hex(error, false);
    } else {
      json_.member("status", status_name(tx_.status, name));
      write_hex(tx_.status, true);
    }
    json_.member("status_code", hex);
  }

  void members(const std::monostate&) noexcept {}

  void members(const Negotiate& negotiate) noexcept {
    if (!negotiate.dialects1.empty() || !negotiate.dialects2.empty()) {
      json_.open_array("client_dialects");
      for (const Text& name : negotiate.dialects1) json_.element(std::string_view{name});
      NumberText number;
      for (const std::uint16_t dialect : negotiate.dialects2) json_.element(dialect_name(dialect, number));
      json_.close_array();
    }
    IdText id;
    if (negotiate.has_client_guid) json_.member("client_guid", to_text(negotiate.client_guid, id));
    json_.member("server_guid", negotiate.has_server_guid ? to_text(negotiate.server_guid, id) : std::string_view{});
    if (tx_.agreed->max_read > 0) json_.member("max_read_size", tx_.agreed->max_read);
    if (tx_.agreed->max_write > 0) json_.member("max_write_size", tx_.agreed->max_write);
  }

  void members(const Login& login) noexcept {
    if (login.ntlm) {
      json_.open_object("ntlmssp");
      text("domain", login.domain);
      text("user", login.user);
      text("host", login.host);
      ntlmssp::VersionText buffer;
      if (login.has_version) json_.member("version", ntlmssp::to_text(login.version, buffer));
      json_.close_object();
    }
    if (login.kerberos) {
      json_.open_object("kerberos");
      text("realm", login.realm);
      if (!login.service_names.empty()) {
        json_.open_array("snames");
        for (const Text& name : login.service_names) json_.element(std::string_view{name});
        json_.close_array();
      }
      json_.close_object();
    }
    if (login.has_request_host) host("request", login.request_os, login.request_lm);
    if (login.has_response_host) host("response", login.response_os, login.response_lm);
  }

  void members(const TreeConnect& tree) noexcept {
    text(tree.is_pipe ? "named_pipe" : "share", tree.path);
    if (tx_.version == 1) {
      json_.open_object("service");
      text("request", tree.asked);
      if (tree.has_service) text("response", tree.service);
      json_.close_object();
      return;
    }
    constexpr std::array<std::string_view, 4> kTypes{"UNKNOWN", "FILE", "PIPE", "PRINT"};  // MS-SMB2 2.2.10
    json_.member("share_type", tree.share_type < kTypes.size() ? kTypes[tree.share_type] : kTypes[0]);
  }

  void members(const Create& create) noexcept {
    name(create.directory && !create.name.empty() ? "directory" : "filename", create.name);
    constexpr std::array<std::string_view, 6> kDispositions{"FILE_SUPERSEDE", "FILE_OPEN",      "FILE_CREATE",
                                                            "FILE_OPEN_IF",   "FILE_OVERWRITE", "FILE_OVERWRITE_IF"};
    json_.member("disposition",
                 create.disposition < kDispositions.size() ? kDispositions[create.disposition] : "UNKNOWN");
    access(create.delete_on_close);
    json_.member("created", unix_seconds(create.created));
    json_.member("accessed", unix_seconds(create.accessed));
    json_.member("modified", unix_seconds(create.modified));
    json_.member("changed", unix_seconds(create.changed));
    json_.member("size", create.size);
    fuid(create.id, create.has_id);
  }

  void members(const Transfer& transfer) noexcept {
    text("filename", transfer.name);
    text("share", transfer.share);
    fuid(transfer.id, true);
  }

  void members(const Rename& rename) noexcept {
    if (tx_.version == 2) {
      json_.open_object("set_info");
      json_.member("class", "FILE_INFO");
      json_.member("info_level", "SMB2_FILE_RENAME_INFO");
      json_.close_object();
    }
    json_.open_object("rename");
    text("from", rename.from);
    text("to", rename.to);
    json_.close_object();
    fuid(rename.id, rename.has_id);
  }

  void members(const SetDisposition& set) noexcept {
    constexpr std::uint16_t kPath = 6, kFile = 8, kDisposition = 1013;  // MS-CIFS 2.2.2.2, 2.2.2.3.4
    name("filename", set.name);
    access(set.delete_on_close);
    if (set.subcommand == kFile) json_.member("subcmd", "SET_FILE_INFO");
    if (set.subcommand == kPath) json_.member("subcmd", "SET_PATH_INFO");
    if (set.level == kDisposition) json_.member("level_of_interest", "Set Disposition Information");
    fuid(set.id, set.has_id);
  }

  void members(const Ioctl& ioctl) noexcept {
    NumberText number;
    json_.member("function", function_name(ioctl.function, number));
  }

  void members(const PipeCall& pipe) noexcept {
    json_.open_object("dcerpc");
    dcerpc::write_call(pipe.call, dcerpc::Within::smb, json_);
    json_.member("call_id", pipe.call.call_id);
    json_.close_object();
  }

  void text(std::string_view key, const Text& value) noexcept { json_.member(key, std::string_view{value}); }
  void name(std::string_view key, const Text& value) noexcept {
    json_.member(key, value.empty() ? std::string_view{"<share_root>"} : std::string_view{value});
  }
  void access(bool deletes) noexcept { json_.member("access", deletes ? "delete on close" : "normal"); }
  void host(std::string_view key, const Text& system, const Text& manager) noexcept {
    json_.open_object(key);
    text("native_os", system);
    text("native_lm", manager);
    json_.close_object();
  }
  void fuid(const FileKey& id, bool known) noexcept {
    IdText buffer;
    json_.member("fuid", known ? to_text(id, buffer) : std::string_view{});
  }

  JsonWriter& json_;
  const SmbTransaction& tx_;
};

}  // namespace

std::string_view to_text(const Guid& g, IdText& buffer) noexcept {
  // As readers of the log know it: in groups of which each has its octets backwards.
  const auto written = fmt::format_to_n(
      buffer.data(), buffer.size(),
      "{:02x}{:02x}{:02x}{:02x}-{:02x}{:02x}-{:02x}{:02x}-{:02x}{:02x}-{:02x}{:02x}{:02x}{:02x}{:02x}{:02x}", g[3],
      g[2], g[1], g[0], g[5], g[4], g[7], g[6], g[9], g[8], g[11], g[10], g[15], g[14], g[13], g[12]);
  return {buffer.data(), written.size};
}

std::string_view to_text(const FileKey& key, IdText& buffer) noexcept {
  if (key.smb1) {
    const auto written = fmt::format_to_n(buffer.data(), buffer.size(), "{:04x}", key.persistent);
    return {buffer.data(), written.size};
  }
  Guid guid;
  for (std::size_t i = 0; i < 8; ++i) {
    guid[i] = static_cast<std::uint8_t>(key.persistent >> (8 * i));
    guid[8 + i] = static_cast<std::uint8_t>(key.temporary >> (8 * i));
  }
  return to_text(guid, buffer);
}

void log(const Transaction& tx, JsonWriter& json) {
  Writer{json, static_cast<const SmbTransaction&>(tx)}.write();
}

}  // namespace gatehouse::proto::smb
