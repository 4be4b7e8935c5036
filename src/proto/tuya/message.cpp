// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tuya/message.hpp"

#include <algorithm>
#include <zlib.h>

#include "proto/jsonwalk/jsonwalk.hpp"

namespace gatehouse::proto::tuya {
namespace {

using industrial::Access;

constexpr std::size_t kEnd = 4, kSum = 4, kLongSum = 32;  // a CRC-32; in 3.4 an HMAC
constexpr std::size_t kSeal = 12 + 16;                    // in 3.5: nonce and tag

bool is_version(Bytes payload) noexcept {
  return payload.size() >= 3 && payload[0] == '3' && payload[1] == '.' && payload[2] >= '0' && payload[2] <= '9';
}

}  // namespace

Access access_of(std::uint32_t command) noexcept {
  switch (command) {
    case 0x07:
    case 0x0d:
    case 0x11:
    case 0xf4:
      return Access::control;
    case 0x0a:
    case 0x0b:
    case 0x0f:
    case 0x10:
    case 0x12:
      return Access::read;
    case 0x00:
    case 0x08:
    case 0x13:
    case 0x23:
    case 0xf3:
      return Access::report;
    case 0x01:
    case 0x02:
    case 0x06:
    case 0x0c:
    case 0x0e:
    case 0x14:
    case 0xf2:
    case 0xf5:
    case 0xf6:
    case 0xf9:
    case 0xfc:
      return Access::write;
    case 0xfa:
    case 0xfb:
      return Access::program;
    default:
      return Access::other;
  }
}

Frame::Frame(Bytes bytes) noexcept {
  Cursor c{bytes};
  newer = c.u32() == kNewMagic;
  if (newer) c.skip(2);
  sequence = c.u32();
  command = c.u32();
  const std::uint32_t length = c.u32();
  complete_header = c.ok();
  header = c.position();
  size = header + std::size_t{length} + (newer ? kEnd : 0);
}

bool Frame::plausible() const noexcept {
  const std::size_t least = header + (newer ? kSeal + kEnd : kSum + kEnd);
  return command <= 0xff && size >= least && size <= kLongestFrame;
}

bool Frame::well_ended(Bytes bytes) const noexcept {
  Cursor c{bytes.subspan(size - kEnd, kEnd)};
  return c.u32() == (newer ? kNewEnd : kOldEnd);
}

Message::Message(const Frame& f, Bytes bytes) noexcept : frame(f) {
  if (frame.newer) {
    version = "3.5";
    payload = bytes.subspan(frame.header, frame.size - frame.header - kEnd);
  } else {
    read_old(bytes);
  }
}

void Message::read_old(Bytes bytes) noexcept {
  const std::size_t body = frame.size - frame.header - kEnd;  // with its sum
  Cursor stored{bytes.subspan(frame.size - kEnd - kSum, kSum)};
  const auto sum = crc32(0, bytes.data(), static_cast<uInt>(frame.size - kEnd - kSum));
  std::size_t trailer = kSum;
  if (sum != stored.u32()) {
    // 3.4 has an HMAC, for which the key is not known here.
    bad_checksum = body < kLongSum;
    if (!bad_checksum) trailer = kLongSum;
  }
  if (trailer == kLongSum ||
      (frame.command >= command::negotiation_start && frame.command <= command::negotiation_finish))
    version = "3.4";
  payload = bytes.subspan(frame.header, body - trailer);
  // Devices put a return code first: text and ciphertext do not begin so.
  if (payload.size() >= 4 && payload[0] == 0 && payload[1] == 0 && payload[2] == 0) {
    return_code = payload[3];
    payload = payload.subspan(4);
  }
  if (is_version(payload)) version = as_text(payload.first(3));
  if (!payload.empty() && payload[0] == '{') read_facts(as_text(payload));
}

// {"gwId":"…","devId":"…","productKey":"…","version":"3.3","ip":"…",…}
void Message::read_facts(std::string_view json) noexcept {
  jsonwalk::Walk walk{json};
  for (jsonwalk::Value v; walk.next(v);) {
    if (v.kind != jsonwalk::Kind::string || v.depth != 1) continue;
    if (v.key == "gwId" || (v.key == "devId" && device_id.empty())) device_id = v.text;
    if (v.key == "productKey") product_key = v.text;
    if (v.key == "version") version = v.text;
    if (v.key == "ip") ip = v.text;
  }
}

}  // namespace gatehouse::proto::tuya
