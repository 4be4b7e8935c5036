// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smb/fields.hpp"

#include "proto/dcerpc/call_fields.hpp"
#include "proto/smb/names.hpp"
#include "proto/smb/transaction.hpp"

namespace gatehouse::proto::smb {
namespace {

const SmbTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const SmbTransaction&>(tx);
}
FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}

template <typename Part, Text Part::* member>
FieldValue text_of(const Transaction& tx, unsigned index) {
  const Part* part = of(tx).get<Part>();
  return part == nullptr || index > 0 ? FieldValue::none() : text(part->*member);
}

FieldValue version(const Transaction& tx, unsigned index) {
  return index > 0 || of(tx).version == 0 ? FieldValue::none() : FieldValue::of_number(of(tx).version);
}

// The name is the table's; a command without one is told by its number in the log only.
FieldValue command(const Transaction& tx, unsigned index) {
  if (index > 0 || of(tx).version == 0) return FieldValue::none();
  NumberText buffer;
  const std::string_view name = command_name(of(tx).version, of(tx).command, buffer);
  return name.data() == buffer.data() ? FieldValue::none() : FieldValue::of(name);
}

FieldValue status(const Transaction& tx, unsigned index) {
  return index > 0 || !of(tx).has_status ? FieldValue::none() : FieldValue::of_number(of(tx).status);
}

FieldValue share(const Transaction& tx, unsigned index) {
  if (index > 0) return FieldValue::none();
  if (const auto* tree = of(tx).get<TreeConnect>()) return tree->is_pipe ? FieldValue::none() : text(tree->path);
  return FieldValue::none();
}
FieldValue file_share(const Transaction& tx, unsigned index) {
  const auto* transfer = of(tx).get<Transfer>();
  return index > 0 || transfer == nullptr ? FieldValue::none() : text(transfer->share);
}
FieldValue named_pipe(const Transaction& tx, unsigned index) {
  const auto* tree = of(tx).get<TreeConnect>();
  return index > 0 || tree == nullptr || !tree->is_pipe ? FieldValue::none() : text(tree->path);
}

FieldValue filename(const Transaction& tx, unsigned index) {
  if (index > 0) return FieldValue::none();
  if (const auto* create = of(tx).get<Create>()) return text(create->name);
  if (const auto* transfer = of(tx).get<Transfer>()) return text(transfer->name);
  if (const auto* rename = of(tx).get<Rename>()) return text(rename->from);
  if (const auto* set = of(tx).get<SetDisposition>()) return text(set->name);
  return text(of(tx).opened);
}

FieldValue deletes(const Transaction& tx, unsigned index) {
  const auto* create = of(tx).get<Create>();
  const auto* set = of(tx).get<SetDisposition>();
  const bool marked = (create != nullptr && create->delete_on_close) || (set != nullptr && set->delete_on_close);
  return index > 0 || !marked ? FieldValue::none() : FieldValue::of_number(1);
}

FieldValue dialect(const Transaction& tx, unsigned index) {
  if (index > 0) return FieldValue::none();
  const Agreed& agreed = *of(tx).agreed;
  if (agreed.dialect == 0) return text(agreed.dialect1);
  NumberText buffer;
  const std::string_view name = dialect_name(agreed.dialect, buffer);
  return name.data() == buffer.data() ? FieldValue::none() : FieldValue::of(name);
}

FieldValue native_os(const Transaction& tx, unsigned index) {
  const auto* login = of(tx).get<Login>();
  return index > 0 || login == nullptr ? FieldValue::none() : text(login->request_os);
}
FieldValue server_os(const Transaction& tx, unsigned index) {
  const auto* login = of(tx).get<Login>();
  return index > 0 || login == nullptr ? FieldValue::none() : text(login->response_os);
}

FieldValue service_name(const Transaction& tx, unsigned index) {
  const auto* login = of(tx).get<Login>();
  return login == nullptr || index >= login->service_names.size() ? FieldValue::none()
                                                                  : text(login->service_names[index]);
}

FieldValue function(const Transaction& tx, unsigned index) {
  const auto* ioctl = of(tx).get<Ioctl>();
  return index > 0 || ioctl == nullptr ? FieldValue::none() : FieldValue::of_number(ioctl->function);
}

FieldValue encrypted(const Transaction& tx, unsigned index) {
  return index > 0 || !of(tx).encrypted ? FieldValue::none() : FieldValue::of_number(1);
}

const dcerpc::Call* call_of(const Transaction& tx) {
  const auto* pipe = of(tx).get<PipeCall>();
  return pipe == nullptr ? nullptr : &pipe->call;
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

constexpr auto kRows = [] {
  constexpr std::array own{
      FieldSpec{"smb.version", number, both, kComplete, "1, or 2 for versions 2 and 3", version},
      FieldSpec{"smb.command", bytes, both, kComplete, "the command, as the log writes it: SMB2_COMMAND_CREATE",
                command},
      FieldSpec{"smb.dialect", bytes, both, kComplete, "what was agreed on: NT LM 0.12, 2.10, 3.11", dialect},
      FieldSpec{"smb.status", number, to_client, kComplete, "status of the answer", status, FieldRole::plain,
                kStatuses},
      FieldSpec{"smb.share", bytes, both, kComplete, "share that is connected to", share},
      FieldSpec{"smb.file_share", bytes, both, kComplete, "share that holds the file that is read or written", file_share},
      FieldSpec{"smb.named_pipe", bytes, both, kComplete, "share of named pipes that is connected to", named_pipe},
      FieldSpec{"smb.filename", bytes, both, kComplete, "file that is opened, read, written, renamed or deleted",
                filename},
      FieldSpec{"smb.rename_to", bytes, to_server, kComplete, "name that a file is given",
                text_of<Rename, &Rename::to>},
      FieldSpec{"smb.delete", number, to_server, kComplete, "1: the file is deleted when it is closed", deletes},
      FieldSpec{"smb.function", number, to_server, kComplete, "control function of an IOCTL", function,
                FieldRole::plain, kFunctions},
      FieldSpec{"smb.ntlmssp_user", bytes, to_server, kComplete, "user that logs in", text_of<Login, &Login::user>},
      FieldSpec{"smb.ntlmssp_domain", bytes, to_server, kComplete, "domain of that user",
                text_of<Login, &Login::domain>},
      FieldSpec{"smb.ntlmssp_host", bytes, to_server, kComplete, "machine that logs in", text_of<Login, &Login::host>,
                FieldRole::device_name},
      FieldSpec{"smb.krb5_realm", bytes, to_server, kComplete, "realm of the ticket that logs in",
                text_of<Login, &Login::realm>},
      FieldSpec{"smb.krb5_sname", list, to_server, kComplete, "service that the ticket is for", service_name},
      FieldSpec{"smb.native_os", bytes, to_server, kComplete, "operating system of the client (SMB 1)", native_os,
                FieldRole::device_software},
      FieldSpec{"smb.server_os", bytes, to_client, kComplete, "operating system of the server (SMB 1)", server_os,
                FieldRole::device_software},
      FieldSpec{"smb.server_name", bytes, to_client, kComplete, "the server's name in NTLM's challenge",
                text_of<Login, &Login::server_name>, FieldRole::device_name},
      FieldSpec{"smb.encrypted", number, both, kComplete, "1: from here on commands are encrypted", encrypted},
  };
  constexpr auto& calls = dcerpc::CallField<call_of>::kRows;
  std::array<FieldSpec, own.size() + calls.size()> rows{};
  std::size_t at = 0;
  for (const FieldSpec& row : own) rows[at++] = row;
  for (const FieldSpec& row : calls) rows[at++] = row;
  return rows;
}();

}  // namespace

static_assert(kRows.size() == kFieldCount);
constinit const std::array<FieldSpec, kFieldCount> kFields = kRows;

}  // namespace gatehouse::proto::smb
