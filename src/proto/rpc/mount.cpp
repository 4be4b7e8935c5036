// SPDX-License-Identifier: GPL-3.0-or-later
// Mount, versions 1 and 2 (RFC 1094, appendix A) and 3 (RFC 1813, appendix I).
#include "proto/rpc/rpc.hpp"
#include "proto/rpc/session.hpp"

namespace gatehouse::proto::rpc {
namespace {

constexpr NamedNumber kProcedures[] = {{0, "null"}, {1, "mnt"},     {2, "dump"},
                                       {3, "umnt"}, {4, "umntall"}, {5, "export"}};
constexpr std::uint32_t kMount = 1, kUnmount = 3, kExport = 5;

void read_call(Cursor& c, RpcTransaction& tx) {
  if (tx.procedure == kMount || tx.procedure == kUnmount) tx.path = as_text(sunrpc::opaque(c, kLongestText));
}

// RFC 1813, 5.2.5: each export with the groups that may mount it.
void read_exports(Cursor& c, RpcTransaction& tx) {
  while (c.ok() && c.u32() == 1) {
    const Bytes directory = sunrpc::opaque(c, kLongestText);
    while (c.ok() && c.u32() == 1) (void)sunrpc::opaque(c, kLongestText);
    if (c.ok() && tx.exports.size() < kMaxExports) tx.exports.emplace_back(as_text(directory));
  }
}

void read_results(Cursor& c, RpcTransaction& tx) {
  if (tx.procedure == kExport) return read_exports(c, tx);
  if (tx.procedure != kMount) return;
  tx.status = c.u32();
  tx.has_status = c.ok();
}

constexpr Program kProgram{&mount, sunrpc::program::mount, 1, 3, 5, read_call, read_results};

void log(const Transaction& transaction, JsonWriter& json) {
  const RpcTransaction& tx = as_rpc(transaction);
  json.open_object("mount");
  json.member("version", tx.version);
  json.member("procedure", name_of(kProcedures, tx.procedure));
  if (tx.has_user) {
    json.member("machine", tx.machine);
    json.member("uid", tx.uid);
    json.member("gid", tx.gid);
  }
  if (!tx.path.empty()) json.member("path", tx.path);
  json.member("answered", tx.answered);
  if (tx.answered) json.member("accepted", tx.accepted);
  if (tx.has_status) json.member("status", tx.status);
  if (!tx.exports.empty()) {
    constexpr std::size_t kLogged = 16 * 1024;
    std::size_t written = 0;
    json.open_array("exports");
    for (const Text& directory : tx.exports)
      if ((written += directory.size()) <= kLogged) json.element(std::string_view{directory});
    json.close_array();
  }
  json.close_object();
}

template <std::uint32_t RpcTransaction::* Member>
FieldValue user(const Transaction& tx, unsigned) {
  return as_rpc(tx).has_user ? FieldValue::of_number(as_rpc(tx).*Member) : FieldValue::none();
}
FieldValue present(const Text& text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(std::string_view{text});
}

using enum FieldType;
constexpr auto kClient = FieldDirection::to_server;
constexpr auto kServer = FieldDirection::to_client;
constexpr FieldSpec kFields[] = {
    {"mount.version", number, FieldDirection::both, kStarted, "1, 2 or 3",
     [](const Transaction& tx, unsigned) { return FieldValue::of_number(as_rpc(tx).version); }},
    {"mount.procedure", number, FieldDirection::both, kStarted, "what is asked for",
     [](const Transaction& tx, unsigned) { return FieldValue::of_number(as_rpc(tx).procedure); }, FieldRole::plain,
     kProcedures},
    {"mount.path", bytes, kClient, kStarted, "the directory to be mounted or unmounted",
     [](const Transaction& tx, unsigned) { return present(as_rpc(tx).path); }},
    {"mount.machine", bytes, kClient, kStarted, "the client's name for itself (AUTH_SYS)",
     [](const Transaction& tx, unsigned) { return present(as_rpc(tx).machine); }, FieldRole::device_name},
    {"mount.uid", number, kClient, kStarted, "the user's number (AUTH_SYS)", user<&RpcTransaction::uid>},
    {"mount.gid", number, kClient, kStarted, "the group's number (AUTH_SYS)", user<&RpcTransaction::gid>},
    {"mount.status", number, kServer, kComplete, "0 where it was mounted",
     [](const Transaction& tx, unsigned) {
       return as_rpc(tx).has_status ? FieldValue::of_number(as_rpc(tx).status) : FieldValue::none();
     }},
    {"mount.export", list, kServer, kComplete, "directories that the server offers, the first 64",
     [](const Transaction& tx, unsigned index) {
       const auto& exports = as_rpc(tx).exports;
       return index < exports.size() ? present(exports[index]) : FieldValue::none();
     }},
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<RpcSession>(memory, kProgram, datagrams);
}

}  // namespace

constinit const ProtocolSpec mount{
    .name = "mount",
    .about = "Mount: which file systems an NFS server offers, and to whom",
    .ndpi_name = "NFS",
    .log_type = "mount",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = [](Direction d, Bytes b, std::uint16_t) { return probe_stream(kProgram, d, b); },
                 .first_bytes = {FirstBytes::any(), FirstBytes::none()},
                 .probe_datagram = [](Direction d, Bytes b, std::uint16_t) { return probe_datagram(kProgram, d, b); }},
    .max_pending = sunrpc::kMark,
    .create = make<false>,
    .destroy = destroy_session<RpcSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::rpc
