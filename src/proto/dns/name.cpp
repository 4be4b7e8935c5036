// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/name.hpp"

#include <algorithm>
#include <cstring>

namespace gatehouse::proto::dns {
namespace {

// Takes labels; Counting and Writing differ only in whether the bytes are kept, so that text and checks cannot differ.
class Text {
 public:
  explicit Text(char* out) noexcept : out_(out) {}

  void label(const std::uint8_t* bytes, std::size_t size) noexcept {
    if (length_ > 0) append(reinterpret_cast<const std::uint8_t*>("."), 1);
    append(bytes, size);
  }
  std::size_t length() const noexcept { return std::min(length_, kMaxNameText); }
  bool over() const noexcept { return length_ > kMaxNameText; }

 private:
  void append(const std::uint8_t* bytes, std::size_t size) noexcept {
    if (out_ != nullptr && length_ < kMaxNameText)
      std::memcpy(out_ + length_, bytes, std::min(size, kMaxNameText - length_));
    length_ += size;
  }

  char* out_;
  std::size_t length_ = 0;
};

// RFC 1035, 4.1.4. Message compression: "The compression scheme allows a domain name in a message to be represented as
// either: a sequence of labels ending in a zero octet; a pointer; a sequence of labels ending with a pointer".
// Pointers forward are followed too: receivers do.
bool walk(Bytes message, std::size_t at, std::size_t end, Name& name, std::size_t& next, char* out) noexcept {
  Text text{out};
  bool jumped = false;
  std::uint8_t flags = 0;
  for (unsigned steps = 0; at < end;) {
    const std::uint8_t length = message[at];
    if (length == 0) {
      ++at;
      break;
    }
    if ((length & 0xc0) == 0) {
      if (length >= end - at) return false;
      if ((flags & name_flag::truncated) == 0) text.label(message.data() + at + 1, length);
      at += 1u + length;
    } else if ((length & 0xc0) == 0xc0) {
      if (end - at < 2) return false;
      const std::size_t target = (std::size_t{length} & 0x3f) << 8 | message[at + 1];
      if (target > message.size()) return false;
      if (target == at) {
        if (!jumped) return false;  // where the name ends cannot be known
        flags |= name_flag::infinite_loop;
        break;
      }
      if (!jumped) next = at + 2;
      jumped = true;
      at = target;
      end = message.size();
    } else {
      return false;  // RFC 1035, 4.1.4: "The 10 and 01 combinations are reserved for future use."
    }
    if (++steps > kMaxNameSteps) {
      if (!jumped) return false;
      flags |= name_flag::too_many_labels | name_flag::truncated;
      break;
    }
    if (text.over()) {
      flags |= name_flag::truncated;
      if (jumped) break;
    }
  }
  if (!jumped) next = at;
  name.length = static_cast<std::uint16_t>(text.length());
  name.flags = flags;
  return true;
}

}  // namespace

bool find_name(Bytes message, std::size_t offset, std::size_t end, Name& name, std::size_t& next) noexcept {
  if (offset > end || end > message.size() || message.size() > 0xffff) return false;
  name.offset = static_cast<std::uint16_t>(offset);
  name.end = static_cast<std::uint16_t>(end);
  return walk(message, offset, end, name, next, nullptr);
}

std::string_view name_text(Bytes message, const Name& name, std::span<char, kMaxNameText> buffer) noexcept {
  Name again = name;
  std::size_t next = 0;
  if (!walk(message, name.offset, name.end, again, next, buffer.data())) return {};
  return {buffer.data(), again.length};
}

}  // namespace gatehouse::proto::dns
