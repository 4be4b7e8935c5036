// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/tcp_options.hpp"

#include <algorithm>
#include <array>

#include "decode/context.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::uint8_t kEndOfList = 0, kNoOperation = 1;
// RFC 7323, 2.3: a larger shift count is to be used as this one.
constexpr std::uint8_t kMaxWindowScale = 14;
// RFC 6994: experiments name themselves in their first two bytes; this one is TCP Fast Open before it had a number.
constexpr std::uint16_t kFastOpenExperiment = 0xf989;

// RFC 7413, 4.1.1: no cookie, or one of 4 to 16 bytes and of even length.
bool is_cookie(std::size_t length) noexcept {
  return length == 0 || (length >= 4 && length <= 16 && length % 2 == 0);
}

// Each takes a whole option. False: its length is wrong.
bool maximum_segment(TcpHeader& tcp, Bytes option) noexcept {
  tcp.mss = be16(option.data() + 2);
  return true;
}
bool window_scale(TcpHeader& tcp, Bytes option) noexcept {
  tcp.has_window_scale = true;
  tcp.window_scale = std::min(option[2], kMaxWindowScale);
  return true;
}
bool sack_permitted(TcpHeader& tcp, Bytes) noexcept {
  tcp.sack_permitted = true;
  return true;
}
bool sack(TcpHeader& tcp, Bytes option) noexcept {
  if (option.size() % 8 != 2) return false;
  tcp.sack_blocks = option.subspan(2);
  return true;
}
bool timestamps(TcpHeader& tcp, Bytes option) noexcept {
  tcp.has_timestamp = true;
  tcp.timestamp_value = be32(option.data() + 2);
  tcp.timestamp_echo = be32(option.data() + 6);
  return true;
}
bool md5(TcpHeader& tcp, Bytes) noexcept {
  tcp.has_md5 = true;
  return true;
}
bool fast_open(TcpHeader& tcp, Bytes option) noexcept {
  if (!is_cookie(option.size() - 2)) return false;
  tcp.fast_open = true;
  return true;
}
bool experiment(TcpHeader& tcp, Bytes option) noexcept {
  if (be16(option.data() + 2) != kFastOpenExperiment) return true;
  if (!is_cookie(option.size() - 4)) return false;
  tcp.fast_open = true;
  return true;
}

struct OptionRow {
  std::uint8_t type;
  std::uint8_t shortest, longest;
  bool (*read)(TcpHeader& tcp, Bytes option) noexcept;
};

constexpr std::array kOptions{
    OptionRow{8, 10, 10, timestamps}, OptionRow{5, 10, 34, sack},         OptionRow{2, 4, 4, maximum_segment},
    OptionRow{3, 3, 3, window_scale}, OptionRow{4, 2, 2, sack_permitted}, OptionRow{34, 2, 18, fast_open},
    OptionRow{19, 18, 18, md5},       OptionRow{253, 4, 40, experiment},  OptionRow{254, 4, 40, experiment},
};

void read_option(Packet& packet, Bytes option, unsigned& seen) noexcept {
  for (std::size_t i = 0; i < kOptions.size(); ++i) {
    const OptionRow& row = kOptions[i];
    if (row.type != option[0]) continue;
    if (option.size() < row.shortest || option.size() > row.longest)
      return note(packet, PacketEvent::tcp_opt_invalid_len);
    if ((seen >> i & 1) != 0) return note(packet, PacketEvent::tcp_opt_duplicate);
    seen |= 1u << i;
    if (!row.read(packet.tcp, option)) note(packet, PacketEvent::tcp_opt_invalid_len);
    return;
  }
}

}  // namespace

void tcp_options(Packet& packet, Bytes options) noexcept {
  // RFC 7323, appendix A: the layout that nearly every segment has.
  if (options.size() == 12 && be32(options.data()) == 0x0101080a) {
    timestamps(packet.tcp, options.subspan(2));
    return;
  }
  unsigned seen = 0;
  while (!options.empty()) {
    if (options[0] == kEndOfList) return;
    if (options[0] == kNoOperation) {
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2) return;
    const std::size_t length = options[1];
    if (length < 2 || length > options.size()) return note(packet, PacketEvent::tcp_opt_invalid_len);
    read_option(packet, options.first(length), seen);
    options = options.subspan(length);
  }
}

}  // namespace gatehouse::decode
