// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/ipv4_options.hpp"

#include <array>

#include "decode/context.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::uint8_t kEndOfList = 0, kNoOperation = 1;

enum class Fault : std::uint8_t { none, length, content };

// RFC 791, 3.1: the pointer counts octets from 1, is 4 at least, and steps by addresses.
Fault route(Bytes option) noexcept {
  const unsigned pointer = option[2];
  return pointer < 4 || pointer % 4 != 0 || pointer > option.size() + 1 ? Fault::content : Fault::none;
}

// RFC 791, 3.1: with flag 1 or 3 each timestamp is preceded by an address.
Fault timestamp(Bytes option) noexcept {
  const unsigned pointer = option[2];
  if (pointer < 5 || option.size() < 4) return Fault::content;
  const unsigned flag = option[3] & 0x0f;
  const unsigned record = flag == 1 || flag == 3 ? 8 : 4;
  return (pointer - 5) % record != 0 || pointer > option.size() + 1 ? Fault::content : Fault::none;
}

// FIPS 188: after the domain of interpretation a list of tags, each with its length.
Fault cipso(Bytes option) noexcept {
  Bytes tags = option.subspan(6);
  while (!tags.empty()) {
    if (tags.size() < 2) return Fault::content;
    const std::size_t length = tags[1];
    const std::uint8_t type = tags[0];
    const bool known = type == 1 || type == 2 || (type >= 5 && type <= 7);
    if (!known || length < 4 || length > tags.size()) return Fault::content;
    if (type != 7 && tags[2] != 0) return Fault::content;  // the alignment octet
    tags = tags.subspan(length);
  }
  return Fault::none;
}

struct OptionRow {
  std::uint8_t type;
  std::uint8_t shortest, longest;
  Fault (*check)(Bytes option) noexcept;  // null: the length says it all
};

constexpr std::array kOptions{
    OptionRow{7, 3, 40, route},       // record route
    OptionRow{25, 8, 40, nullptr},    // quick start, RFC 4782
    OptionRow{68, 4, 40, timestamp},  // internet timestamp
    OptionRow{130, 3, 40, nullptr},   // security, RFC 1108
    OptionRow{131, 3, 40, route},     // loose source route
    OptionRow{133, 3, 40, nullptr},   // extended security
    OptionRow{134, 10, 40, cipso},    // commercial security
    OptionRow{136, 4, 4, nullptr},    // stream identifier
    OptionRow{137, 3, 40, route},     // strict source route
    OptionRow{148, 4, 4, nullptr},    // router alert, RFC 2113
};

// False: what follows cannot be read any more.
bool judge(Packet& packet, Bytes option, unsigned& seen) noexcept {
  for (std::size_t i = 0; i < kOptions.size(); ++i) {
    const OptionRow& row = kOptions[i];
    if (row.type != option[0]) continue;
    if ((seen >> i & 1) != 0) {
      note(packet, PacketEvent::ipv4_opt_duplicate);
      return true;
    }
    seen |= 1u << i;
    Fault fault = option.size() < row.shortest || option.size() > row.longest ? Fault::length : Fault::none;
    if (fault == Fault::none && row.check != nullptr) fault = row.check(option);
    if (fault == Fault::length) refuse(packet, PacketEvent::ipv4_opt_invalid_len);
    if (fault == Fault::content) refuse(packet, PacketEvent::ipv4_opt_malformed);
    return fault == Fault::none;
  }
  note(packet, PacketEvent::ipv4_opt_invalid);
  return true;
}

}  // namespace

void ipv4_options(Packet& packet, Bytes options) noexcept {
  if (options.size() % 8 != 0) note(packet, PacketEvent::ipv4_opt_pad_required);
  unsigned seen = 0;
  while (!options.empty()) {
    if (options[0] == kEndOfList) return;
    if (options[0] == kNoOperation) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2) return note(packet, PacketEvent::ipv4_opt_eol_required);
    const std::size_t length = options[1];
    if (length < 2 || length > options.size()) return refuse(packet, PacketEvent::ipv4_opt_invalid_len);
    if (!judge(packet, options.first(length), seen)) return;
    options = options.subspan(length);
  }
}

}  // namespace gatehouse::decode
