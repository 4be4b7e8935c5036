// SPDX-License-Identifier: GPL-3.0-or-later
// The port mapper, version 2, and rpcbind, versions 3 and 4 (RFC 1833).
#include <charconv>

#include "proto/rpc/rpc.hpp"
#include "proto/rpc/session.hpp"

namespace gatehouse::proto::rpc {
namespace {

constexpr std::uint32_t kTcp = 6, kUdp = 17;  // of version 2; later versions have names

constexpr NamedNumber kProcedures[] = {{0, "null"},        {1, "set"},         {2, "unset"},     {3, "getport"},
                                       {4, "dump"},        {5, "callit"},      {6, "gettime"},   {7, "uaddr2taddr"},
                                       {8, "taddr2uaddr"}, {9, "getversaddr"}, {10, "indirect"}, {11, "getaddrlist"},
                                       {12, "getstat"}};
constexpr NamedNumber kPrograms[] = {
    {100000, "portmap"},    {100001, "rstat"},  {100002, "rusers"},   {100003, "nfs"},      {100004, "ypserv"},
    {100005, "mount"},      {100007, "ypbind"}, {100008, "wall"},     {100009, "yppasswd"}, {100011, "rquota"},
    {100012, "spray"},      {100017, "rexec"},  {100021, "nlockmgr"}, {100024, "status"},   {100068, "cmsd"},
    {100083, "ttdbserver"}, {100227, "nfsacl"}, {100232, "sadmind"},  {300019, "amd"}};
constexpr NamedNumber kTransports[] = {{kTcp, "tcp"}, {kUdp, "udp"}};

bool names_one(const RpcTransaction& tx) noexcept {
  return tx.procedure >= 1 && tx.procedure <= 3;  // SET, UNSET, GETPORT or GETADDR
}

void read_call(Cursor& c, RpcTransaction& tx) {
  constexpr std::uint32_t kCallit = 5, kGetVersionAddress = 9, kIndirect = 10;
  const bool passed_on = tx.procedure == kCallit || tx.procedure == kIndirect;
  if (!names_one(tx) && !passed_on && tx.procedure != kGetVersionAddress) return;
  tx.program = c.u32();
  tx.program_version = c.u32();
  if (!passed_on && tx.version == 2) {  // RFC 1833, 3.1: mapping
    tx.transport = c.u32();
    if (const std::uint32_t port = c.u32(); tx.procedure == 1) tx.port = port, tx.has_port = true;
  } else if (!passed_on) {  // RFC 1833, 2.1: rpcb
    const std::string_view network = as_text(sunrpc::opaque(c, kLongestText));
    if (network.starts_with("tcp")) tx.transport = kTcp;
    if (network.starts_with("udp")) tx.transport = kUdp;
    tx.address = as_text(sunrpc::opaque(c, kLongestText));
  }
  tx.has_mapping = c.ok();
}

// RFC 5665, 5.2.3.3: the port is the last two numbers of a universal address.
bool port_of(std::string_view address, std::uint32_t& port) noexcept {
  const auto last = address.rfind('.');
  if (last == address.npos || last == 0) return false;
  const auto before = address.rfind('.', last - 1);
  const std::string_view high = address.substr(before + 1, last - before - 1), low = address.substr(last + 1);
  unsigned high_byte = 0, low_byte = 0;
  const auto read = [](std::string_view text, unsigned& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number <= 255;
  };
  if (!read(high, high_byte) || !read(low, low_byte)) return false;
  port = high_byte << 8 | low_byte;
  return true;
}

void read_results(Cursor& c, RpcTransaction& tx) {
  constexpr std::uint32_t kGetPort = 3, kCallit = 5, kGetVersionAddress = 9;
  if (tx.procedure != kGetPort && tx.procedure != kCallit && tx.procedure != kGetVersionAddress) return;
  if (tx.version == 2) {
    tx.port = c.u32();
    tx.has_port = c.ok();
    return;
  }
  tx.address = as_text(sunrpc::opaque(c, kLongestText));
  tx.has_port = port_of(tx.address, tx.port);
}

constexpr Program kProgram{&portmap, sunrpc::program::portmap, 2, 4, 12, read_call, read_results};

void log(const Transaction& transaction, JsonWriter& json) {
  const RpcTransaction& tx = as_rpc(transaction);
  json.open_object("portmap");
  json.member("version", tx.version);
  json.member("procedure", name_of(kProcedures, tx.procedure));
  if (tx.has_mapping) {
    json.member("program", tx.program);
    if (const auto name = name_of(kPrograms, tx.program); !name.empty()) json.member("program_name", name);
    json.member("program_version", tx.program_version);
    if (const auto name = name_of(kTransports, tx.transport); !name.empty()) json.member("transport", name);
  }
  if (tx.has_port) json.member("port", tx.port);
  if (!tx.address.empty()) json.member("address", tx.address);
  json.member("answered", tx.answered);
  if (tx.answered) json.member("accepted", tx.accepted);
  json.close_object();
}

template <std::uint32_t RpcTransaction::* Member>
FieldValue mapped(const Transaction& tx, unsigned) {
  return as_rpc(tx).has_mapping ? FieldValue::of_number(as_rpc(tx).*Member) : FieldValue::none();
}

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;
constexpr FieldSpec kFields[] = {
    {"portmap.version", number, kBoth, kStarted, "2: port mapper; 3 and 4: rpcbind",
     [](const Transaction& tx, unsigned) { return FieldValue::of_number(as_rpc(tx).version); }},
    {"portmap.procedure", number, kBoth, kStarted, "what is asked for",
     [](const Transaction& tx, unsigned) { return FieldValue::of_number(as_rpc(tx).procedure); }, FieldRole::plain,
     kProcedures},
    {"portmap.program", number, kBoth, kStarted, "the program that is sought, registered or called",
     mapped<&RpcTransaction::program>, FieldRole::plain, kPrograms},
    {"portmap.program_version", number, kBoth, kStarted, "and its version", mapped<&RpcTransaction::program_version>},
    {"portmap.transport", number, kBoth, kStarted, "over which transport", mapped<&RpcTransaction::transport>,
     FieldRole::plain, kTransports},
    {"portmap.port", number, kBoth, kComplete, "where it listens; 0: nowhere",
     [](const Transaction& tx, unsigned) {
       return as_rpc(tx).has_port ? FieldValue::of_number(as_rpc(tx).port) : FieldValue::none();
     }},
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<RpcSession>(memory, kProgram, datagrams);
}

}  // namespace

constinit const ProtocolSpec portmap{
    .name = "portmap",
    .about = "Port mapper and rpcbind: where the programs of ONC RPC listen",
    .ndpi_name = "NFS",
    .log_type = "portmap",
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
