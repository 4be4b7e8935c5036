// SPDX-License-Identifier: GPL-3.0-or-later
// The stream: records of the NetBIOS session service (RFC 1002, 4.3; MS-SMB2 2.1), in each a message.
#include "proto/smb/session.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "proto/smb/names.hpp"
#include "proto/smb/smb.hpp"

namespace gatehouse::proto::smb {
namespace {

constexpr std::size_t kRecordHeader = 4;
constexpr std::size_t kMagic = 4;
constexpr std::string_view kSmb1{"\xffSMB"}, kSmb2{"\xfeSMB"}, kEncrypted{"\xfdSMB"}, kCompressed{"\xfcSMB"};

// RFC 1002, 4.3.1: the types of packets besides the message.
constexpr std::uint8_t kMessage = 0x00, kFirstOther = 0x81, kLastOther = 0x85;

bool is_magic(Bytes bytes) noexcept {
  for (const std::string_view magic : {kSmb1, kSmb2, kEncrypted, kCompressed})
    if (starts_with(bytes, magic)) return true;
  return false;
}

}  // namespace

std::size_t SmbSession::KeyHash::operator()(const FileKey& key) const noexcept {
  return static_cast<std::size_t>(mix64(key.persistent ^ 0x9e3779b97f4a7c15ull, key.temporary ^ 0xd6e8feb86659fd93ull));
}

SmbSession::SmbSession(Memory& memory) noexcept
    : memory_(&memory), agreed_(memory), open_(&memory), trees_(&memory), files_(&memory), reads_(&memory) {}

Progress SmbSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  Lane& way = lane(direction);
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t used = step(direction, bytes.subspan(at));
    if (used == 0) {
      way.unconsumed = bytes.size() - at;
      return Progress::need_more(at);
    }
    at += used;
    if (way.searched > kMaxLost) return Progress::malformed();
  }
  way.unconsumed = 0;
  return Progress::ok(at);
}

std::size_t SmbSession::step(Direction direction, Bytes rest) {
  Lane& way = lane(direction);
  if (way.lost) return search(way, rest);
  if (way.data_left > 0) return take_data(way, rest);
  if (way.pass_left > 0)
    return consume(way, static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), way.pass_left)), 0, 0);
  if (way.record_left == 0) return begin_record(direction, rest);
  return take_message(direction, rest);
}

// After a hole: the next record that holds a message.
std::size_t SmbSession::search(Lane& way, Bytes rest) noexcept {
  constexpr std::size_t kWhole = kRecordHeader + kMagic;
  for (std::size_t at = 0; at + kWhole <= rest.size(); ++at)
    if (rest[at] == kMessage && is_magic(rest.subspan(at + kRecordHeader))) {
      way.lost = false;
      way.searched = 0;
      way.record_left = way.pass_left = way.data_left = 0;
      if (at > 0) return at;
      return begin_record(&way == lanes_.data() ? Direction::to_server : Direction::to_client, rest);
    }
  const std::size_t passed = rest.size() < kWhole ? 0 : rest.size() - (kWhole - 1);
  way.searched += passed;
  return passed;
}

// Uses `used` bytes of the record at hand. Behind them stand `data` bytes of a file and `pass` of no interest.
std::size_t SmbSession::consume(Lane& way, std::size_t used, std::uint64_t data, std::uint64_t pass) noexcept {
  way.record_left -= std::min<std::uint64_t>(used, way.record_left);
  const std::uint64_t passed = std::min<std::uint64_t>(used, way.pass_left);
  way.pass_left -= passed;
  if (data > 0 || pass > 0) {
    way.data_left = data;
    way.pass_left = pass;
  }
  return used;
}

std::size_t SmbSession::take_data(Lane& way, Bytes rest) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), way.data_left));
  if (way.data_tx != nullptr)
    if (Transfer* transfer = way.data_tx->get<Transfer>())
      transfer->file.take(way.data_offset, rest.first(count), *sink_);
  way.data_offset += count;
  way.data_left -= count;
  way.record_left -= std::min<std::uint64_t>(count, way.record_left);
  if (way.data_left == 0) way.data_tx = nullptr;
  return count;
}

std::size_t SmbSession::begin_record(Direction direction, Bytes rest) noexcept {
  if (rest.size() < kRecordHeader) return 0;
  Lane& way = lane(direction);
  way.has_related = false;
  const std::uint8_t type = rest[0];
  const std::uint32_t length = static_cast<std::uint32_t>(rest[1] << 16 | rest[2] << 8 | rest[3]);
  if (type == kMessage) {
    way.record_left = length;
    return kRecordHeader;
  }
  if (type >= kFirstOther && type <= kLastOther) {
    way.record_left = way.pass_left = length & 0x1ffff;  // RFC 1002, 4.3.1: seventeen bits
    return kRecordHeader;
  }
  malformed(direction);
  way.lost = true;
  return 1;
}

std::size_t SmbSession::take_message(Direction direction, Bytes rest) {
  Lane& way = lane(direction);
  const Bytes view = rest.first(static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), way.record_left)));
  if (view.size() < kMagic && view.size() < way.record_left) return 0;
  if (starts_with(view, kSmb1)) return take_smb1(direction, view);
  if (starts_with(view, kSmb2)) return take_smb2(direction, view);
  if (starts_with(view, kEncrypted))
    tell_encrypted(direction);
  else if (!starts_with(view, kCompressed))
    malformed(direction);
  way.pass_left = way.record_left;
  return consume(way, view.size(), 0, 0);
}

std::size_t SmbSession::take_smb1(Direction direction, Bytes view) {
  Lane& way = lane(direction);
  const std::uint64_t size = way.record_left;
  if (size < smb1::kHeader + 3) {
    malformed(direction);
    way.pass_left = size;
    return consume(way, view.size(), 0, 0);
  }
  if (view.size() < smb1::kHeader + 1) return 0;
  Cursor c{view};
  const smb1::Header header{c};
  const auto command = static_cast<smb1::Command>(header.command);
  const bool answer = direction == Direction::to_client;
  const bool carries = command == (answer ? smb1::Command::read_andx : smb1::Command::write_andx) &&
                       header.is_reply() == answer && (!answer || header.status == status::success);
  if (carries && size > kMinStreamed) {
    const std::size_t head = smb1::kHeader + 1 + std::size_t{view[smb1::kHeader]} * 2 + 2;
    if (view.size() < head) return 0;
    smb1::Block block;
    smb1::Data data;
    SmbTransaction* transfer = nullptr;
    const bool readable =
        smb1::read_block(view, smb1::kHeader, true, block) &&
        (answer ? smb1::read_read_response(block, data) : smb1::read_write_request(block, command, data));
    const bool streams = readable && block.next == smb1::Command::none && data.at <= kMaxHead && data.at < size &&
                         !is_pipe(header.user_id, header.tree_id, FileKey::of_smb1(data.fid, header.user_id));
    if (streams) {
      if (view.size() < data.at) return 0;
      block.message = view.first(data.at);
      (void)data1(direction, header, command, block, data, transfer);
      data.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(data.length, size - data.at));
      way.data_tx = transfer;
      way.data_offset = data.offset;
      return consume(way, data.at, data.length, size - data.at - data.length);
    }
  }
  if (view.size() < std::min<std::uint64_t>(size, kMaxMessage)) return 0;
  const Bytes message = view.first(std::min(view.size(), kMaxMessage));
  way.pass_left = size;
  commands1(direction, message);
  return consume(way, message.size(), 0, 0);
}

std::size_t SmbSession::take_smb2(Direction direction, Bytes view) {
  Lane& way = lane(direction);
  if (view.size() < std::min<std::uint64_t>(smb2::kHeader, way.record_left)) return 0;
  Cursor c{view};
  const smb2::Header header{c};
  // MS-SMB2 2.2.1.2: the next command of the record begins at a multiple of eight behind this one.
  const bool sound = c.ok() && header.size == smb2::kHeader && (header.next == 0 || header.next >= smb2::kHeader) &&
                     header.next <= way.record_left;
  if (!sound) {
    malformed(direction);
    way.pass_left = way.record_left;
    return consume(way, view.size(), 0, 0);
  }
  const std::uint64_t size = header.next != 0 ? header.next : way.record_left;
  const bool answer = direction == Direction::to_client;
  const bool carries = header.code() == (answer ? smb2::Command::read : smb2::Command::write) &&
                       header.is_response() == answer && (!answer || header.status == status::success);
  const std::size_t head = answer ? smb2::kReadResponseHead : smb2::kWriteRequestHead;
  if (carries && size > kMinStreamed) {
    if (view.size() < head) return 0;
    smb2::Data data;
    const bool readable = answer ? smb2::read_read_response(view, data) : smb2::read_write_request(view, data);
    FileKey key = data.id;
    if (answer)
      for (const PendingRead& read : reads_)
        if (read.message_id == header.message_id) key = read.key;
    const bool streams =
        readable && data.at <= kMaxHead && data.at < size && !is_pipe(header.session_id, header.tree_id, resolve(key));
    if (streams) {
      if (view.size() < data.at) return 0;
      SmbTransaction* transfer = nullptr;
      (void)data2(direction, header, view.first(data.at), data, transfer);
      data.length = static_cast<std::uint32_t>(std::min<std::uint64_t>(data.length, size - data.at));
      way.data_tx = transfer;
      way.data_offset = data.offset;
      return consume(way, data.at, data.length, size - data.at - data.length);
    }
  }
  if (view.size() < std::min<std::uint64_t>(size, kMaxMessage)) return 0;
  const Bytes message = view.first(static_cast<std::size_t>(std::min<std::uint64_t>(size, kMaxMessage)));
  way.pass_left = size;
  command2(direction, message);
  return consume(way, message.size(), 0, 0);
}

// MS-SMB2 2.2.41: what is encrypted is not seen, but that it is.
void SmbSession::tell_encrypted(Direction direction) {
  if (encrypted_told_) return;
  encrypted_told_ = true;
  SmbTransaction tx{*memory_, agreed_};
  tx.protocol = &protocol;
  tx.id = transactions_++;
  tx.encrypted = true;
  tx.stage[index(direction)] = 1;
  sink_->update(tx, direction);
  sink_->close(tx);
}

bool SmbSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  sink_ = &sink;
  Lane& way = lane(direction);
  std::uint64_t lost = way.unconsumed + missing;
  way.unconsumed = 0;
  if (way.lost) return true;
  if (way.data_left > 0) {
    const std::uint64_t of_data = std::min(lost, way.data_left);
    if (way.data_tx != nullptr)
      if (Transfer* transfer = way.data_tx->get<Transfer>()) transfer->file.lose(way.data_offset, of_data, sink);
    way.data_offset += of_data;
    way.data_left -= of_data;
    way.record_left -= std::min(of_data, way.record_left);
    if (way.data_left == 0) way.data_tx = nullptr;
    lost -= of_data;
    if (lost == 0) return true;
  }
  if (way.record_left > 0 && lost <= way.record_left) {
    if (way.pass_left < lost) event(record_lost, direction);
    way.record_left -= lost;
    way.pass_left = way.record_left;
    return true;
  }
  event(record_lost, direction);
  way.lost = true;
  way.data_tx = nullptr;
  return true;
}

void SmbSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  lane(direction).ended = true;
  if (!lanes_[0].ended || !lanes_[1].ended) return;
  while (!open_.empty()) {
    const Tx tx = open_.begin();
    if (tx->get<Transfer>() != nullptr)
      finish_transfer(&*tx, false);
    else
      finish(tx);
  }
}

bool SmbSession::is_pipe(std::uint64_t session_id, std::uint32_t tree_id, const FileKey& key) noexcept {
  if (const OpenFile* file = find_file(key); file != nullptr && file->pipe) return true;
  const Tree* tree = find_tree(session_id, tree_id);
  return tree != nullptr && tree->is_pipe;
}

}  // namespace gatehouse::proto::smb
