// SPDX-License-Identifier: GPL-3.0-or-later
// The commands of SMB 1.
#include <algorithm>

#include "proto/dcerpc/dcerpc.hpp"
#include "proto/ntlmssp/utf16.hpp"
#include "proto/smb/names.hpp"
#include "proto/smb/session.hpp"

namespace gatehouse::proto::smb {
namespace {

using smb1::Command;

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;
constexpr std::uint16_t kTransactPipe = 0x26;  // MS-CIFS 2.2.5.6

// Readers of the log know no transaction of these alone: they make files and calls.
bool stands_alone(Command command) noexcept {
  return command != Command::read_andx && command != Command::write_andx && command != Command::trans &&
         command != Command::trans2;
}
bool is_unanswered(Command command) noexcept {
  return command == Command::nt_cancel || command == Command::trans2_secondary || command == Command::locking_andx;
}

template <typename Origin>
Origin origin_of(const smb1::Header& header, Command command) noexcept {
  Origin origin;
  origin.version = 1;
  origin.command = static_cast<std::uint16_t>(command);
  origin.message_id = std::uint64_t{header.process_id} << 16 | header.multiplex_id;
  origin.session_id = header.user_id;
  origin.tree_id = header.tree_id;
  origin.status = header.status;
  origin.dos_status = !header.nt_status();
  return origin;
}

Cursor cursor_at(const smb1::Block& block, std::size_t at) noexcept {
  Cursor c{block.message.first(block.bytes_at + block.bytes.size())};
  c.skip(at);
  return c;
}

}  // namespace

// MS-CIFS 2.2.3.4: commands behind each other, each naming the place of the next.
void SmbSession::commands1(Direction direction, Bytes message) {
  Cursor c{message};
  const smb1::Header header{c};
  if (header.is_reply() != (direction == kToClient))
    return event(header.is_reply() ? response_to_server : request_to_client, direction);
  auto command = static_cast<Command>(header.command);
  std::size_t at = smb1::kHeader;
  for (unsigned i = 0; i < kMaxChain; ++i) {
    smb1::Block block;
    if (!smb1::read_block(message, at, smb1::is_chained(command), block)) return malformed(direction);
    direction == kToServer ? request1(header, command, block) : response1(header, command, block);
    if (block.next == Command::none || block.next_at <= at || block.next_at >= message.size()) return;
    command = block.next;
    at = block.next_at;
  }
}

void SmbSession::request1(const smb1::Header& header, Command command, const smb1::Block& block) {
  const auto origin = origin_of<Origin>(header, command);
  switch (command) {
    case Command::negotiate:
      return negotiate1(origin, block);
    case Command::session_setup_andx:
      return setup1(origin, header, block);
    case Command::tree_connect_andx:
      return tree1(origin, header, block);
    case Command::nt_create_andx:
    case Command::open_andx:
      return create1(origin, header, block);
    case Command::rename:
      return rename1(origin, header, block);
    case Command::trans:
      return trans1(origin, header, block);
    case Command::trans2:
      return set_info1(origin, header, block);
    case Command::read_andx: {
      smb1::ReadRequest read;
      if (!smb1::read_read_request(block, read)) return malformed(kToServer);
      return ask_read(origin, FileKey::of_smb1(read.fid, header.user_id), read.offset);
    }
    case Command::write:
    case Command::write_and_close:
    case Command::write_andx: {
      smb1::Data data;
      SmbTransaction* transfer = nullptr;
      if (!data1(kToServer, header, command, block, data, transfer)) malformed(kToServer);
      if (command == Command::write_and_close) close_file(FileKey::of_smb1(data.fid, header.user_id));
      break;
    }
    case Command::close:
      if (block.words.size() >= 2)
        close_file(FileKey::of_smb1(static_cast<std::uint16_t>(block.words[0] | block.words[1] << 8), header.user_id));
      else
        malformed(kToServer);
      break;
    case Command::tree_disconnect:
      remove_tree(origin.session_id, origin.tree_id);
      break;
    default:
      break;
  }
  if (!stands_alone(command)) return;
  const Tx tx = open(origin);
  tell_request(tx);
  if (is_unanswered(command)) finish(tx);
}

void SmbSession::response1(const smb1::Header& header, Command command, const smb1::Block& block) {
  const auto origin = origin_of<Origin>(header, command);
  switch (command) {
    case Command::negotiate:
      return negotiated1(origin, header, block);
    case Command::session_setup_andx:
      return set_up1(origin, header, block);
    case Command::tree_connect_andx:
      return tree_answered1(origin, header, block);
    case Command::nt_create_andx:
    case Command::open_andx:
      return created1(origin, header, block);
    case Command::read_andx: {
      smb1::Data data;
      SmbTransaction* transfer = nullptr;
      if (!data1(kToClient, header, command, block, data, transfer)) malformed(kToClient);
      return;
    }
    case Command::write:
    case Command::write_andx:
      // A call that was written to a pipe is answered by what is read from it.
      if (command == Command::write || origin.status != status::success) answer(origin);
      return;
    case Command::trans: {
      Bytes data;
      PendingRead asked;
      if (!take_read(origin.message_id, asked)) return;
      const bool whole = origin.status == status::success || origin.status == status::buffer_overflow;
      if (whole && !smb1::read_trans_response(block, data)) return malformed(kToClient);
      if (whole) return pipe_data(kToClient, origin, asked.key, data);
      return answer(origin);
    }
    default:
      return answer(origin);
  }
}

// MS-CIFS 2.2.4.52.1: each dialect is a format octet and a text of octets.
void SmbSession::negotiate1(const Origin& origin, const smb1::Block& block) {
  constexpr std::uint8_t kDialect = 0x02;
  const Tx tx = open(origin);
  Negotiate& negotiate = tx->what.emplace<Negotiate>(*memory_);
  bool bad = block.bytes.empty();
  for (Cursor c{block.bytes}; !c.empty();) {
    bad |= c.u8() != kDialect;
    bool ended = false;
    const Bytes name = ntlmssp::until_null(c.rest(), ended);
    bad |= !ended || name.empty();
    c.skip(name.size() + (ended ? 1 : 0));
    if (negotiate.dialects1.size() >= kMaxDialects) continue;
    ntlmssp::append_oem(negotiate.dialects1.emplace_back(), name, kMaxText);
  }
  if (bad) event(negotiate_malformed_dialects, kToServer, &*tx);
  tell_request(tx);
}

// MS-CIFS 2.2.4.52.2; with extended security (MS-SMB 2.2.4.5.2.1) the bytes begin with the server's identifier.
void SmbSession::negotiated1(const Origin& origin, const smb1::Header& header, const smb1::Block& block) {
  const Tx tx = find(origin);
  if (tx == open_.end()) return;
  Negotiate* negotiate = tx->get<Negotiate>();
  Cursor words{block.words};
  const std::size_t chosen = words.le16();
  if (origin.status == status::success && negotiate != nullptr) {
    if (!words.ok() || chosen >= negotiate->dialects1.size())
      event(negotiate_malformed_dialects, kToClient, &*tx);
    else
      agreed_.dialect1 = negotiate->dialects1[chosen];
    if ((header.flags2 & smb1::flag::extended_security) != 0 && block.bytes.size() >= negotiate->server_guid.size()) {
      std::ranges::copy(block.bytes.first(negotiate->server_guid.size()), negotiate->server_guid.begin());
      negotiate->has_server_guid = true;
    }
  }
  answer(tx, origin);
}

void SmbSession::setup1(const Origin& origin, const smb1::Header& header, const smb1::Block& block) {
  const Tx tx = open(origin);
  Login& login = tx->what.emplace<Login>(*memory_);
  smb1::SessionSetup setup;
  if (!smb1::read_setup_request(block, setup)) {
    event(malformed_data, kToServer, &*tx);
    return tell_request(tx);
  }
  Cursor c = cursor_at(block, setup.texts);
  if (setup.has_account) {
    smb1::take_text(c, header.unicode(), login.user);
    smb1::take_text(c, header.unicode(), login.domain);
  }
  smb1::take_text(c, header.unicode(), login.request_os);
  smb1::take_text(c, header.unicode(), login.request_lm);
  login.has_request_host = true;
  login_request(login, setup.blob, *tx);
  tell_request(tx);
}

void SmbSession::set_up1(const Origin& origin, const smb1::Header& header, const smb1::Block& block) {
  const Tx tx = find(origin);
  if (tx == open_.end()) return;
  tx->session_id = origin.session_id;
  smb1::SessionSetup setup;
  Login* login = tx->get<Login>();
  if (login != nullptr && smb1::read_setup_response(block, setup)) {
    Cursor c = cursor_at(block, setup.texts);
    smb1::take_text(c, header.unicode(), login->response_os);
    smb1::take_text(c, header.unicode(), login->response_lm);
    login->has_response_host = true;
    login_response(*login, setup.blob);
  } else if (origin.status == status::success) {
    event(malformed_data, kToClient, &*tx);
  }
  answer(tx, origin);
}

// MS-CIFS 2.2.4.55.1: the password, the path, the kind of service.
void SmbSession::tree1(const Origin& origin, const smb1::Header& header, const smb1::Block& block) {
  const Tx tx = open(origin);
  std::size_t at = 0;
  if (smb1::read_tree_request(block, at)) {
    TreeConnect& tree = tx->what.emplace<TreeConnect>(*memory_);
    Cursor c = cursor_at(block, at);
    smb1::take_text(c, header.unicode(), tree.path);
    smb1::take_text(c, false, tree.asked);
  } else {
    event(malformed_data, kToServer, &*tx);
  }
  tell_request(tx);
}

void SmbSession::tree_answered1(const Origin& origin, const smb1::Header&, const smb1::Block& block) {
  const Tx tx = find(origin);
  if (tx == open_.end()) return;
  TreeConnect* tree = tx->get<TreeConnect>();
  if (origin.status == status::success && tree != nullptr) {
    Cursor c = cursor_at(block, block.bytes_at);
    smb1::take_text(c, false, tree->service);
    tree->has_service = true;
    tree->is_pipe = tree->service == "IPC";
    tx->tree_id = origin.tree_id;
    set_tree(origin, tree->path, tree->is_pipe);
  }
  answer(tx, origin);
}

void SmbSession::create1(const Origin& origin, const smb1::Header& header, const smb1::Block& block) {
  constexpr std::uint32_t kDirectory = 0x00000001, kDeleteOnClose = 0x00001000;  // MS-CIFS 2.2.4.64.1
  const Tx tx = open(origin);
  Cursor c = cursor_at(block, block.bytes_at);
  if (origin.command == static_cast<std::uint16_t>(Command::open_andx)) {
    smb1::take_text(c, header.unicode(), tx->opened);
    return tell_request(tx);
  }
  smb1::CreateRequest request;
  if (!smb1::read_create_request(block, request)) {
    event(malformed_data, kToServer, &*tx);
    return tell_request(tx);
  }
  Create& create = tx->what.emplace<Create>(*memory_);
  smb1::take_text(c, header.unicode(), create.name);
  create.disposition = request.disposition;
  create.directory = (request.options & kDirectory) != 0;
  create.delete_on_close = (request.options & kDeleteOnClose) != 0;
  tell_request(tx);
}

void SmbSession::created1(const Origin& origin, const smb1::Header& header, const smb1::Block& block) {
  const Tx tx = find(origin);
  if (tx == open_.end()) return;
  Create* create = tx->get<Create>();
  smb1::CreateResponse response;
  if (origin.status != status::success) return answer(tx, origin);
  if (create == nullptr) {  // OPEN_ANDX: MS-CIFS 2.2.4.41.2, the number of the file behind the chain's words
    Cursor words{block.words};
    words.skip(4);
    const std::uint16_t fid = words.le16();
    if (words.ok() && !tx->opened.empty()) {
      const FileKey key = FileKey::of_smb1(fid, header.user_id);
      forget_file(key);
      open_file(key).name = tx->opened;
    }
    return answer(tx, origin);
  }
  if (!smb1::read_create_response(block, response)) {
    event(malformed_data, kToClient, &*tx);
    return answer(tx, origin);
  }
  const FileKey key = FileKey::of_smb1(response.fid, header.user_id);
  forget_file(key);
  OpenFile& file = open_file(key);
  file.name = create->name;
  file.size = response.size;
  create->created = response.created;
  create->accessed = response.accessed;
  create->modified = response.modified;
  create->changed = response.changed;
  create->size = response.size;
  create->id = key;
  create->has_id = true;
  answer(tx, origin);
}

// MS-CIFS 2.2.4.8.1: two names, each behind a format octet.
void SmbSession::rename1(const Origin& origin, const smb1::Header& header, const smb1::Block& block) {
  const Tx tx = open(origin);
  Rename& rename = tx->what.emplace<Rename>(*memory_);
  Cursor c = cursor_at(block, block.bytes_at);
  c.skip(1);
  smb1::take_text(c, header.unicode(), rename.from);
  c.skip(1);
  smb1::take_text(c, header.unicode(), rename.to);
  if (rename.from.empty() || rename.to.empty()) event(malformed_data, kToServer, &*tx);
  tell_request(tx);
}

void SmbSession::trans1(const Origin& origin, const smb1::Header& header, const smb1::Block& block) {
  smb1::TransRequest request;
  if (!smb1::read_trans_request(block, request)) return malformed(kToServer);
  if (request.subcommand != kTransactPipe) return;
  const FileKey key = FileKey::of_smb1(request.fid, header.user_id);
  ask_read(origin, key, 0);  // so that the answer finds its pipe
  pipe_data(kToServer, origin, key, request.data);
}

// MS-CIFS 2.2.6.7.1 and 2.2.6.9.1: names and marks of files are set.
void SmbSession::set_info1(const Origin& origin, const smb1::Header& header, const smb1::Block& block) {
  constexpr std::uint16_t kSetPath = 6, kSetFile = 8, kRename = 1010, kDisposition = 1013;
  smb1::TransRequest request;
  if (!smb1::read_trans_request(block, request)) return malformed(kToServer);
  const bool of_path = request.subcommand == kSetPath;
  if (!of_path && request.subcommand != kSetFile) return;
  Cursor c{request.parameters};
  const std::uint16_t fid = of_path ? std::uint16_t{0} : c.le16();
  const std::uint16_t level = c.le16();
  c.skip(of_path ? 4 : 2);
  if (!c.ok()) return malformed(kToServer);
  if (level != kRename && level != kDisposition) return;
  Text name{memory_};
  const FileKey key = FileKey::of_smb1(fid, header.user_id);
  if (of_path)
    header.unicode() ? ntlmssp::append_utf16(name, c.rest(), kMaxText) : ntlmssp::append_oem(name, c.rest(), kMaxText);
  else if (const OpenFile* file = find_file(key))
    name = file->name;
  else
    name = "<unknown>";
  const Tx tx = open(origin);
  if (level == kRename) {
    Cursor data{request.data};
    data.skip(4 + 4);  // replace, root directory
    const Bytes to = data.take(data.le32());
    if (!data.ok()) event(malformed_data, kToServer, &*tx);
    Rename& rename = tx->what.emplace<Rename>(*memory_);
    rename.from = name;
    ntlmssp::append_utf16(rename.to, to, kMaxText);
    rename.id = key;
    rename.has_id = !of_path;
  } else {
    if (request.data.empty()) event(malformed_data, kToServer, &*tx);
    SetDisposition& set = tx->what.emplace<SetDisposition>(*memory_);
    set.name = name;
    set.delete_on_close = !request.data.empty() && (request.data[0] & 1) != 0;
    set.subcommand = request.subcommand;
    set.level = level;
    set.id = key;
    set.has_id = !of_path;
  }
  tell_request(tx);
}

// The data of a READ's answer or of a WRITE, of which the block's message holds the beginning.
bool SmbSession::data1(Direction direction, const smb1::Header& header, Command command, const smb1::Block& block,
                       smb1::Data& data, SmbTransaction*& transfer) {
  const auto origin = origin_of<Origin>(header, command);
  FileKey key;
  if (direction == kToClient) {
    PendingRead asked;
    const bool known = take_read(origin.message_id, asked);
    if (origin.status != status::success && origin.status != status::buffer_overflow) return true;
    if (!smb1::read_read_response(block, data)) return false;
    if (!known) return true;
    key = asked.key;
    data.offset = asked.offset;
  } else {
    if (!smb1::read_write_request(block, command, data)) return false;
    key = FileKey::of_smb1(data.fid, header.user_id);
  }
  const Bytes there =
      data.at < block.message.size()
          ? block.message.subspan(data.at, std::min<std::size_t>(data.length, block.message.size() - data.at))
          : Bytes{};
  const bool tree_known = find_tree(origin.session_id, origin.tree_id) != nullptr;
  if (is_pipe(origin.session_id, origin.tree_id, key) || (!tree_known && dcerpc::probe_unit(there) == Probe::yes)) {
    pipe_data(direction, origin, key, there);
    return true;
  }
  transfer = transfer_of(direction, origin, key, data.offset, data.length);
  if (transfer != nullptr) transfer->get<Transfer>()->file.take(data.offset, there, *sink_);
  data.offset += there.size();
  return true;
}

}  // namespace gatehouse::proto::smb
