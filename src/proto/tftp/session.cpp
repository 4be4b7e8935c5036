// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tftp/session.hpp"

#include <algorithm>
#include <new>

#include "proto/tftp/tftp.hpp"

namespace gatehouse::proto::tftp {

// The introduction of the arranged flow: 'r' or 'w', the file's name.
void TftpSession::introduce(Bytes introduction, Direction to_its_server) noexcept {
  to_server_ = to_its_server;
  const std::string_view text = as_text(introduction);
  if (text.empty()) return;
  transfer_.protocol = &protocol;
  transfer_.request = text[0] == 'w' ? Opcode::write : Opcode::read;
  live_ = true;
  try {
    transfer_.file = text.substr(1);
  } catch (const std::bad_alloc&) {
    transfer_.file.clear();  // the file goes without its name
  }
}

Progress TftpSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  Cursor c{bytes};
  bool sound = true;
  switch (static_cast<Opcode>(c.u16())) {
    case Opcode::read:
      sound = request(Opcode::read, c, direction, sink);
      break;
    case Opcode::write:
      sound = request(Opcode::write, c, direction, sink);
      break;
    case Opcode::data:
      data(c, direction, sink);
      sound = c.ok();
      break;
    case Opcode::acknowledgement:
      c.skip(2);
      sound = c.ok();
      break;
    case Opcode::error:
      sound = error(c, direction, sink);
      break;
    case Opcode::option_acknowledgement: {
      const Options options = read_options(c);
      sound = options.sound;
      // RFC 2348: the server's word counts; what it leaves out is refused.
      if (sound && next_block_ == 1 && !file_open_) block_size_ = options.block_size != 0 ? options.block_size : kBlock;
      break;
    }
    default:
      sound = false;
  }
  if (sound) return Progress::ok(bytes.size());
  event(kMalformedMessage, direction, sink);
  return Progress::malformed();
}

bool TftpSession::request(Opcode opcode, Cursor& c, Direction direction, Sink& sink) {
  const Request request{c};
  if (!request.plausible()) return false;
  // Asked again: the answer was lost, or is late.
  const bool again = live_ && transfer_.request == opcode && transfer_.file == request.file && !file_open_;
  to_server_ = direction;
  if (!again) {
    close(true, sink);
    const std::uint64_t id = transfer_.id + (live_ ? 1 : 0);
    transfer_.stage = {}, transfer_.events = 0, transfer_.match_state = nullptr, transfer_.has_error = false;
    transfer_.protocol = &protocol;
    transfer_.id = id;
    transfer_.request = opcode;
    transfer_.requested = true;
    try {
      transfer_.file = request.file;
    } catch (const std::bad_alloc&) {
      live_ = false;
      return true;
    }
    live_ = true;
    transfer_.mode = {};
    std::ranges::transform(request.mode, transfer_.mode.begin(), ascii_lower);
    block_size_ = kBlock, next_block_ = 1, file_over_ = false;
    transfer_.stage[index(direction)] = kComplete;
    sink.update(transfer_, direction);
    sink.log(transfer_, direction);
  }
  arrange(sink);
  return true;
}

void TftpSession::arrange(Sink& sink) noexcept {
  std::array<char, kLongestIntroduction> introduction{transfer_.request == Opcode::write ? 'w' : 'r'};
  const std::size_t size = transfer_.file.copy(introduction.data() + 1, introduction.size() - 1);
  sink.expect_session({.protocol = "tftp",
                       .datagrams = true,
                       .listener = opposite(to_server_),
                       .introduction = {introduction.data(), size + 1}});
}

// RFC 1350, 5: "| Opcode | Block # | Data |"; a block that is shorter than the others is the last.
void TftpSession::data(Cursor& c, Direction direction, Sink& sink) noexcept {
  const std::uint16_t block = c.u16();
  if (!c.ok() || !live_ || file_over_) return;
  const Bytes content = c.rest();
  const auto ahead = static_cast<std::uint16_t>(block - next_block_);
  if (ahead >= 0x8000) return;  // seen before
  if (!file_open_) {
    transfer_.stage[index(direction)] = kComplete;
    sink.update(transfer_, direction);
    file_ = sink.file_open(transfer_, direction, {.name = transfer_.file});
    file_open_ = true;
  }
  if (ahead > 0) {
    event(kBlocksLost, direction, sink);
    sink.file_gap(file_, std::uint64_t{ahead} * block_size_);
  }
  if (!content.empty()) sink.file_data(file_, content);
  next_block_ = static_cast<std::uint16_t>(block + 1);
  if (content.size() < block_size_) close(false, sink);
}

// RFC 1350, 5: "| Opcode | ErrorCode | ErrMsg | 0 |".
bool TftpSession::error(Cursor& c, Direction direction, Sink& sink) noexcept {
  const std::uint16_t code = c.u16();
  if (!c.ok()) return false;
  if (!live_) return true;
  transfer_.error = code;
  transfer_.has_error = true;
  transfer_.stage[index(direction)] = kComplete;
  event(kErrorReply, direction, sink);
  sink.update(transfer_, direction);
  close(true, sink);
  return true;
}

void TftpSession::close(bool truncated, Sink& sink) noexcept {
  if (file_open_) sink.file_close(file_, truncated);
  file_over_ |= file_open_;
  file_open_ = false;
}

void TftpSession::end(Direction direction, Sink& sink) noexcept {
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  close(true, sink);
  if (!live_) return;
  transfer_.stage = {kComplete, kComplete};
  sink.close(transfer_);
  live_ = false;
}

void TftpSession::event(Event row, Direction direction, Sink& sink) noexcept {
  Transfer* tx = live_ ? &transfer_ : nullptr;
  if (tx == nullptr || (tx->events >> row & 1) == 0) sink.event(tx, row, direction);
}

}  // namespace gatehouse::proto::tftp
