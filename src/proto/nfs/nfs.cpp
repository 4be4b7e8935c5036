// SPDX-License-Identifier: GPL-3.0-or-later
// The protocol's row: fields, events, recognition.
#include "proto/nfs/nfs.hpp"

#include <array>

#include "proto/nfs/session.hpp"

namespace gatehouse::proto::nfs {
namespace {

FieldValue present(const Text& text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(std::string_view{text});
}
template <Text NfsTransaction::* Member>
FieldValue text_of(const Transaction& tx, unsigned) {
  return present(as_nfs(tx).*Member);
}
template <std::uint32_t NfsTransaction::* Member>
FieldValue number_of(const Transaction& tx, unsigned) {
  return FieldValue::of_number(as_nfs(tx).*Member);
}
template <std::uint32_t NfsTransaction::* Member>
FieldValue user(const Transaction& tx, unsigned) {
  return as_nfs(tx).has_user ? FieldValue::of_number(as_nfs(tx).*Member) : FieldValue::none();
}

using enum FieldType;
constexpr auto kClient = FieldDirection::to_server;
constexpr auto kServer = FieldDirection::to_client;
constexpr auto kBoth = FieldDirection::both;
constexpr std::array kFields{
    FieldSpec{"nfs.version", number, kBoth, kStarted, "version of NFS: 2, 3 or 4", number_of<&NfsTransaction::version>},
    FieldSpec{"nfs_procedure", number, kBoth, kStarted,
              "procedure by its number in that version; of version 4 the operation",
              number_of<&NfsTransaction::procedure>},
    FieldSpec{"nfs.procedure", bytes, kBoth, kStarted, "procedure or operation by its name: \"REMOVE\"",
              [](const Transaction& tx, unsigned) {
                const std::string_view name = procedure_of(as_nfs(tx));
                return name.empty() ? FieldValue::none() : FieldValue::of(name);
              }},
    FieldSpec{"nfs.filename", bytes, kBoth, kStarted, "name of the file, where it was told",
              text_of<&NfsTransaction::name>},
    FieldSpec{"nfs.to_filename", bytes, kClient, kStarted, "the new name in a RENAME",
              text_of<&NfsTransaction::to_name>},
    FieldSpec{"nfs.handle", bytes, kBoth, kStarted, "the server's handle of the file or its directory",
              text_of<&NfsTransaction::handle>},
    FieldSpec{"nfs.machine", bytes, kClient, kStarted, "the client's name for itself (AUTH_SYS)",
              text_of<&NfsTransaction::machine>, FieldRole::device_name},
    FieldSpec{"nfs.uid", number, kClient, kStarted, "the user's number (AUTH_SYS)", user<&NfsTransaction::uid>},
    FieldSpec{"nfs.gid", number, kClient, kStarted, "the group's number (AUTH_SYS)", user<&NfsTransaction::gid>},
    FieldSpec{"nfs.status", number, kServer, kComplete, "0 where it succeeded",
              [](const Transaction& tx, unsigned) {
                return as_nfs(tx).answered ? FieldValue::of_number(as_nfs(tx).status) : FieldValue::none();
              }},
};

constexpr std::array<EventSpec, kEventCount> kEvents{{
    {"malformed_data", "a message that is shorter than what it says it holds, or no message"},
    {"too_many_transactions", "1024 calls wait for their replies; the oldest was given up"},
    {"nonexisting_version", "a version of NFS that does not exist"},
    {"message_too_long", "more than 64 KiB in a message, file data apart: the rest was not looked at"},
    {"too_many_operations", "more than 128 operations in a compound, or more than 8 that carry data"},
    {"too_many_names", "more than 1024 names of handles: they were forgotten"},
    {"too_much_out_of_order", "pieces of files came in an order that would fill the memory: a gap was told"},
}};

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

constexpr std::uint32_t kLastProcedure = 21;

Probe of(sunrpc::Looks looks) noexcept {
  return looks == sunrpc::Looks::yes ? Probe::yes : looks == sunrpc::Looks::no ? Probe::no : Probe::need_more;
}

// Replies do not say what they answer: only calls are telling.
Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  if (direction == Direction::to_client) return Probe::no;
  Cursor c{bytes};
  const std::uint32_t mark = c.u32();
  if (!c.ok()) return Probe::need_more;
  if (sunrpc::fragment_size(mark) > sunrpc::kLongestFragment) return Probe::no;
  return of(sunrpc::looks_like_call(c.rest(), sunrpc::program::nfs, 2, 4, kLastProcedure));
}

Probe probe_datagram(Direction direction, Bytes bytes, std::uint16_t) {
  if (direction == Direction::to_client) return Probe::no;
  const auto looks = sunrpc::looks_like_call(bytes, sunrpc::program::nfs, 2, 4, kLastProcedure);
  return looks == sunrpc::Looks::yes ? Probe::yes : Probe::no;
}

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<NfsSession>(memory, datagrams);
}

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "nfs",
    .about = "Network File System, versions 2, 3 and 4",
    .ndpi_name = "NFS",
    .log_type = "nfs",
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe,
                 .first_bytes = {FirstBytes::any(), FirstBytes::none()},
                 .probe_datagram = probe_datagram},
    .max_pending = sunrpc::kMark,
    .create = make<false>,
    .destroy = destroy_session<NfsSession>,
    .log = write_log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::nfs
