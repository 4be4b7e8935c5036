// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of SMB 2 and 3.
#include <algorithm>

#include "proto/dcerpc/dcerpc.hpp"
#include "proto/ntlmssp/utf16.hpp"
#include "proto/smb/names.hpp"
#include "proto/smb/session.hpp"

namespace gatehouse::proto::smb {
namespace {

using smb2::Command;

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;
constexpr std::uint32_t kPipeTransceive = 0x0011c017;

Guid guid_of(Bytes bytes) noexcept {
  Guid guid{};
  std::ranges::copy(bytes.first(std::min(bytes.size(), guid.size())), guid.begin());
  return guid;
}

// What a client opens within the record at hand has no identifier yet: the message that opens it stands for it.
FileKey provisional(std::uint64_t message_id) noexcept {
  return {~0ull, message_id, false};
}

// Readers of the log know no transaction of these alone: they make files and calls.
bool stands_alone(Command command) noexcept {
  return command != Command::read && command != Command::write && command != Command::query_info &&
         command != Command::set_info;
}

}  // namespace

FileKey SmbSession::resolve(const FileKey& key) const noexcept {
  const Lane& way = lanes_[index(kToServer)];
  return key.is_related() && way.has_related ? way.related : key;
}

void SmbSession::command2(Direction direction, Bytes message) {
  Cursor c{message};
  const smb2::Header header{c};
  if (header.is_response()) {
    if (direction == kToServer) return event(response_to_server, direction);
    if (header.message_id != smb2::kUnasked) response2(header, message);
    return;
  }
  if (direction == kToClient) return event(request_to_client, direction);
  request2(header, message);
}

namespace {
// MS-SMB2 2.2.1: for both forms of the header.
template <typename Origin>
Origin origin_of(const smb2::Header& header) noexcept {
  Origin origin;
  origin.version = 2;
  origin.command = header.command;
  origin.message_id = header.message_id;
  origin.session_id = header.session_id;
  origin.tree_id = header.tree_id;
  origin.status = header.status;
  return origin;
}
}  // namespace

void SmbSession::request2(const smb2::Header& header, Bytes message) {
  const auto origin = origin_of<Origin>(header);
  switch (header.code()) {
    case Command::negotiate:
      return negotiate2(origin, message);
    case Command::session_setup: {
      const Tx tx = open(origin);
      Login& login = tx->what.emplace<Login>(*memory_);
      Bytes blob;
      if (!smb2::read_setup_request(message, blob))
        event(malformed_data, kToServer, &*tx);
      else
        login_request(login, blob, *tx);
      return tell_request(tx);
    }
    case Command::tree_connect: {
      const Tx tx = open(origin);
      Bytes path;
      if (smb2::read_tree_request(message, path))
        ntlmssp::append_utf16(tx->what.emplace<TreeConnect>(*memory_).path, path, kMaxText);
      else
        event(malformed_data, kToServer, &*tx);
      return tell_request(tx);
    }
    case Command::create:
      return create2(header, origin, message);
    case Command::read: {
      smb2::ReadRequest read;
      if (!smb2::read(message, read)) return malformed(kToServer);
      if (read.length > kMaxTransfer || (agreed_.max_read > 0 && read.length > agreed_.max_read))
        return event(read_request_too_large, kToServer);
      return ask_read(origin, resolve(read.id), read.offset);
    }
    case Command::write: {
      smb2::Data data;
      SmbTransaction* transfer = nullptr;
      if (!data2(kToServer, header, message, data, transfer)) return malformed(kToServer);
      return;
    }
    case Command::ioctl:
      return ioctl2(origin, message);
    case Command::set_info:
      if (!set_info2(origin, message)) malformed(kToServer);
      return;
    case Command::close: {
      FileKey key;
      const Tx tx = open(origin);
      if (!smb2::read_close_request(message, key)) event(malformed_data, kToServer, &*tx);
      tell_request(tx);
      key = resolve(key);
      // Answers to reads may still be on their way.
      if (OpenFile* file = find_file(key); file != nullptr && has_reads(key)) {
        file->closing = true;
        ++closing_;
      } else {
        close_file(key);
      }
      return;
    }
    case Command::tree_disconnect:
      remove_tree(origin.session_id, origin.tree_id);
      break;
    default:
      break;
  }
  if (!stands_alone(header.code())) return;
  const Tx tx = open(origin);
  tell_request(tx);
  if (header.code() == Command::cancel) finish(tx);  // MS-SMB2 3.3.5.16: it is not answered
}

void SmbSession::response2(const smb2::Header& header, Bytes message) {
  const auto origin = origin_of<Origin>(header);
  switch (header.code()) {
    case Command::negotiate:
      return negotiated2(origin, message);
    case Command::session_setup: {
      const Tx tx = find(origin);
      if (tx == open_.end()) return;
      tx->session_id = origin.session_id;
      Bytes blob;
      if (origin.status == status::more_processing && smb2::read_setup_response(message, blob))
        if (Login* login = tx->get<Login>()) login_response(*login, blob);
      return answer(tx, origin);
    }
    case Command::tree_connect: {
      const Tx tx = find(origin);
      if (tx == open_.end()) return;
      TreeConnect* tree = tx->get<TreeConnect>();
      if (origin.status == status::success && tree != nullptr) {
        constexpr std::uint8_t kPipe = 2;  // MS-SMB2 2.2.10
        if (!smb2::read_tree_response(message, tree->share_type)) event(malformed_data, kToClient, &*tx);
        tree->is_pipe = tree->share_type == kPipe;
        tx->tree_id = origin.tree_id;
        set_tree(origin, tree->path, tree->is_pipe);
      }
      return answer(tx, origin);
    }
    case Command::create:
      return created2(origin, message);
    case Command::read: {
      smb2::Data data;
      SmbTransaction* transfer = nullptr;
      if (!data2(kToClient, header, message, data, transfer)) malformed(kToClient);
      return;
    }
    case Command::ioctl:
      return ioctl_answered2(origin, message);
    case Command::write:
      // Who writes to a pipe is answered twice: that it was written, and, when he reads, what it came to.
      if (origin.status >= status::first_error) answer(origin);
      return;
    case Command::close:
      end_closing(origin.message_id);
      return answer(origin);
    case Command::tree_disconnect:
      remove_tree(origin.session_id, origin.tree_id);
      return answer(origin);
    default:
      return answer(origin);
  }
}

void SmbSession::negotiate2(const Origin& origin, Bytes message) {
  const Tx tx = open(origin);
  Negotiate& negotiate = tx->what.emplace<Negotiate>(*memory_);
  smb2::NegotiateRequest request;
  if (!smb2::read(message, request)) event(malformed_data, kToServer, &*tx);
  negotiate.client_guid = guid_of(request.client_guid);
  negotiate.has_client_guid = true;
  for (Cursor c{request.dialects}; !c.empty() && negotiate.dialects2.size() < kMaxDialects;)
    negotiate.dialects2.push_back(c.le16());
  tell_request(tx);
}

// A client that asks in version 1 may be answered in version 2 (MS-SMB2 3.3.5.3.1).
void SmbSession::negotiated2(const Origin& origin, Bytes message) {
  Tx tx = find(origin);
  if (tx == open_.end())
    tx = std::ranges::find_if(open_, [](const SmbTransaction& t) { return t.version == 1 && t.get<Negotiate>(); });
  smb2::NegotiateResponse response;
  const bool readable = smb2::read(message, response);
  if (readable) {
    agreed_.dialect = response.dialect;
    agreed_.max_read = response.max_read;
    agreed_.max_write = response.max_write;
    SmbTransaction* const told = tx == open_.end() ? nullptr : &*tx;
    if (response.max_read > kMaxTransfer) event(negotiate_max_read_size_too_large, kToClient, told);
    if (response.max_write > kMaxTransfer) event(negotiate_max_write_size_too_large, kToClient, told);
  }
  if (tx == open_.end()) return;
  if (!readable && origin.status == status::success) event(malformed_data, kToClient, &*tx);
  if (Negotiate* negotiate = tx->get<Negotiate>(); negotiate != nullptr && readable) {
    negotiate->server_guid = guid_of(response.server_guid);
    negotiate->has_server_guid = true;
  }
  answer(tx, origin);
}

void SmbSession::create2(const smb2::Header& header, const Origin& origin, Bytes message) {
  constexpr std::uint32_t kDirectory = 0x00000001, kDeleteOnClose = 0x00001000;  // MS-SMB2 2.2.13
  const Tx tx = open(origin);
  smb2::CreateRequest request;
  if (!smb2::read(message, request)) {
    event(malformed_data, kToServer, &*tx);
    return tell_request(tx);
  }
  Create& create = tx->what.emplace<Create>(*memory_);
  ntlmssp::append_utf16(create.name, request.name, kMaxText);
  create.disposition = request.disposition;
  create.directory = (request.options & kDirectory) != 0;
  create.delete_on_close = (request.options & kDeleteOnClose) != 0;
  Lane& way = lane(kToServer);
  if (header.next != 0) {
    way.has_related = true;
    way.related = provisional(origin.message_id);
    open_file(way.related).name = create.name;
  }
  tell_request(tx);
}

void SmbSession::created2(const Origin& origin, Bytes message) {
  const Tx tx = find(origin);
  smb2::CreateResponse response;
  const bool opened = origin.status == status::success && smb2::read(message, response);
  if (opened) {
    if (find_file(provisional(origin.message_id)) != nullptr)
      move_file(provisional(origin.message_id), response.id);
    else
      forget_file(response.id);  // the number is given anew
    OpenFile& file = open_file(response.id);
    file.size = response.size;
    if (tx != open_.end() && tx->get<Create>() != nullptr) file.name = tx->get<Create>()->name;
  } else if (origin.status != status::pending) {
    forget_file(provisional(origin.message_id));
  }
  if (tx == open_.end()) return;
  if (origin.status == status::success && !opened) event(malformed_data, kToClient, &*tx);
  if (Create* create = tx->get<Create>(); create != nullptr && opened) {
    create->created = response.created;
    create->accessed = response.accessed;
    create->modified = response.modified;
    create->changed = response.changed;
    create->size = response.size;
    create->id = response.id;
    create->has_id = true;
  }
  answer(tx, origin);
}

bool SmbSession::set_info2(const Origin& origin, Bytes message) {
  constexpr std::uint8_t kFile = 1, kRename = 10, kDisposition = 13;  // MS-SMB2 2.2.39, MS-FSCC 2.4
  smb2::SetInfoRequest request;
  if (!smb2::read(message, request)) return false;
  if (request.type != kFile) return true;
  const FileKey key = resolve(request.id);
  const OpenFile* file = find_file(key);
  const std::string_view name = file != nullptr ? std::string_view{file->name} : "<unknown>";
  if (request.information_class == kRename) {
    Bytes to;
    if (!smb2::read_rename(request.data, to)) return false;
    const Tx tx = open(origin);
    Rename& rename = tx->what.emplace<Rename>(*memory_);
    rename.from = name;
    ntlmssp::append_utf16(rename.to, to, kMaxText);
    rename.id = key;
    rename.has_id = true;
    tell_request(tx);
  } else if (request.information_class == kDisposition) {
    if (request.data.empty()) return false;
    const Tx tx = open(origin);
    SetDisposition& set = tx->what.emplace<SetDisposition>(*memory_);
    set.name = name;
    set.delete_on_close = request.data[0] != 0;
    set.id = key;
    set.has_id = true;
    tell_request(tx);
  }
  return true;
}

void SmbSession::ioctl2(const Origin& origin, Bytes message) {
  smb2::IoctlMessage request;
  if (!smb2::read_ioctl_request(message, request)) {
    const Tx tx = open(origin);
    event(malformed_data, kToServer, &*tx);
    return tell_request(tx);
  }
  if (request.function == kPipeTransceive && dcerpc::probe_unit(request.data) == Probe::yes)
    return pipe_data(kToServer, origin, resolve(request.id), request.data);
  const Tx tx = open(origin);
  tx->what.emplace<Ioctl>().function = request.function;
  tell_request(tx);
}

void SmbSession::ioctl_answered2(const Origin& origin, Bytes message) {
  const Tx asked = find(origin);
  smb2::IoctlMessage response;
  const bool readable = smb2::read_ioctl_response(message, response);
  const bool whole = origin.status == status::success || origin.status == status::buffer_overflow;
  const bool of_pipe = readable && whole && response.function == kPipeTransceive && find_file(response.id) != nullptr &&
                       find_file(response.id)->pipe;
  if (of_pipe) return pipe_data(kToClient, origin, response.id, response.data);
  if (asked == open_.end()) return;
  if (!readable && origin.status == status::success) event(malformed_data, kToClient, &*asked);
  answer(asked, origin);
}

// The data of a READ's answer or of a WRITE, of which `message` holds the beginning. False where it cannot be read.
bool SmbSession::data2(Direction direction, const smb2::Header& header, Bytes message, smb2::Data& data,
                       SmbTransaction*& transfer) {
  const auto origin = origin_of<Origin>(header);
  const bool answer = direction == kToClient;
  if (answer) {
    PendingRead asked;
    if (origin.status == status::pending) return true;
    const bool known = take_read(origin.message_id, asked);
    if (known && origin.status == status::end_of_file)
      if (OpenFile* file = find_file(asked.key); file != nullptr && file->transfers[index(direction)] != nullptr)
        file->transfers[index(direction)]->get<Transfer>()->read_to_its_end = true;
    if (origin.status != status::success && origin.status != status::buffer_overflow) return true;
    if (!smb2::read_read_response(message, data)) return false;
    if (data.length > kMaxTransfer || (agreed_.max_read > 0 && data.length > agreed_.max_read))
      return event(read_response_too_large, direction), true;
    if (!known) return true;
    data.id = asked.key;
    data.offset = asked.offset;
  } else {
    if (!smb2::read_write_request(message, data)) return false;
    data.id = resolve(data.id);
    if (data.length > kMaxTransfer || (agreed_.max_write > 0 && data.length > agreed_.max_write))
      return event(write_request_too_large, direction), true;
  }
  const Bytes there = data.at < message.size()
                          ? message.subspan(data.at, std::min<std::size_t>(data.length, message.size() - data.at))
                          : Bytes{};
  const bool tree_known = find_tree(origin.session_id, origin.tree_id) != nullptr;
  if (is_pipe(origin.session_id, origin.tree_id, data.id) || (!tree_known && dcerpc::probe_unit(there) == Probe::yes)) {
    pipe_data(direction, origin, data.id, there);
    return true;
  }
  transfer = transfer_of(direction, origin, data.id, data.offset, data.length);
  if (transfer != nullptr) transfer->get<Transfer>()->file.take(data.offset, there, *sink_);
  data.offset += there.size();
  return true;
}

}  // namespace gatehouse::proto::smb
