// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/hartip/session.hpp"

#include <algorithm>
#include <charconv>

#include "proto/hartip/hartip.hpp"

namespace gatehouse::proto::hartip {
namespace {

constexpr std::uint64_t kAddressBits = (1ull << 38) - 1;  // the two bits above are the master's and the burst's

std::uint64_t number_of(Bytes address) noexcept {
  std::uint64_t number = 0;
  for (const std::uint8_t octet : address) number = number << 8 | octet;
  return number & kAddressBits;
}

void write_hex(std::uint64_t number, std::span<char> text) noexcept {
  for (std::size_t i = text.size(); i-- > 0; number >>= 4) text[i] = "0123456789abcdef"[number & 15];
}

// HCF_SPEC-183, 5.1.1: six bits a character, of which the sixth is the seventh's inverse. Zeros: no one wrote a tag.
std::string_view unpack(Bytes packed, std::span<char> text) noexcept {
  if (std::ranges::all_of(packed, [](std::uint8_t b) { return b == 0; })) return {};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t bit = i * 6, at = bit / 8;
    const unsigned pair = packed[at] << 8 | (at + 1 < packed.size() ? packed[at + 1] : 0u);
    const unsigned six = pair >> (10 - bit % 8) & 0x3f;
    text[i] = static_cast<char>(six < 0x20 ? six + 0x40 : six);
  }
  return trim({text.data(), text.size()});
}

}  // namespace

std::size_t HartSession::measure(Bytes bytes) const noexcept {
  Cursor c{bytes};
  const Header header{c};
  if (!c.ok()) return bytes[0] == 1 || bytes[0] == 2 ? kMoreNeeded : kNoFrame;
  return header.plausible() ? header.length : kNoFrame;
}

void HartSession::frame(Direction direction, Bytes bytes, bool whole, Sink& sink) noexcept {
  HartTransaction tx;
  tx.protocol = &protocol;
  tx.id = frames_++;
  Cursor c{bytes};
  tx.header = Header{c};
  const bool carries = tx.header.id == message_id::token_passing && tx.header.status == 0 && whole;
  if (carries) {
    tx.has_frame = read_frame(c.rest(), tx.frame);
    tx.has_frame ? learn(tx) : sink.event(&tx, event::malformed_frame, direction);
  }
  tx.stage[index(direction)] = 1;
  sink.update(tx, direction);
  sink.log(tx, direction);
  sink.close(tx);
}

void HartSession::learn(HartTransaction& tx) noexcept {
  const Frame& frame = tx.frame;
  constexpr std::uint8_t kFailed = 0x80;  // communication error
  if (!frame.is_answer() || (frame.response_code & kFailed) != 0) return;
  if (frame.command == command::read_unique_identifier && read_identity(frame.data, tx.identity)) {
    tx.has_identity = true;
    const std::uint64_t unique = std::uint64_t{tx.identity.device_type} << 24 | tx.identity.device_id;
    write_hex(unique, tx.serial);
    char* at = tx.software.data();
    char* const end = at + tx.software.size();
    at = std::to_chars(at, end, tx.identity.device_revision).ptr;
    *at++ = '.';
    tx.software_size =
        static_cast<std::size_t>(std::to_chars(at, end, tx.identity.software_revision).ptr - tx.software.data());
    if (!known_) known_ = true, server_ = unique & kAddressBits;
    tx.of_server = server_ == (unique & kAddressBits);
    return;
  }
  tx.of_server = known_ && frame.has_long_address() && number_of(frame.address) == server_;
  constexpr std::size_t kPackedTag = 6, kLongTag = 32;
  if (frame.command == command::read_tag && frame.data.size() >= kPackedTag)
    tx.name = unpack(frame.data.first(kPackedTag), tx.tag);
  if (frame.command == command::read_long_tag && frame.data.size() >= kLongTag) {
    const std::string_view text = as_text(frame.data.first(kLongTag));
    tx.name = trim(text.substr(0, text.find('\0')));
  }
}

}  // namespace gatehouse::proto::hartip
