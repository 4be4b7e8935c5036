// SPDX-License-Identifier: GPL-3.0-or-later
// A datagram's fragments in any order and overlap, against a model that knows bytes only: the datagram is whole when,
// and only when, every byte of it was seen; and where the policy is about bytes alone, it holds the bytes of the model.
#include <cstdlib>
#include <vector>

#include "base/cursor.hpp"
#include "decode/defrag.hpp"

namespace {

using namespace gatehouse;
using namespace gatehouse::decode;

constexpr std::size_t kLongest = 4096;

void check(bool good) {
  if (!good) std::abort();
}

struct Model {
  std::vector<int> bytes = std::vector<int>(kLongest, -1);
  std::size_t end = 0;
  bool end_known = false;

  void take(const Fragment& fragment, bool newer) {
    for (std::size_t i = 0; i < fragment.data.size(); ++i) {
      int& byte = bytes[fragment.offset + i];
      if (newer || byte < 0) byte = fragment.data[i];
    }
    if (!fragment.more) {
      end = fragment.offset + fragment.data.size();
      end_known = true;
    }
  }
  bool whole() const {
    if (!end_known) return false;
    for (std::size_t i = 0; i < end; ++i)
      if (bytes[i] < 0) return false;
    return true;
  }
};

Packet packet_of(bool v6, const RawPacket& raw) {
  Packet packet;
  packet.raw = &raw;
  packet.src.version = packet.dst.version = v6 ? 6 : 4;
  packet.src.bytes[0] = 1;
  return packet;
}

void check_rebuilt(const Rebuilt& rebuilt, const Model& model, std::size_t header, OverlapPolicy policy) {
  check(rebuilt.bytes.size() == header + model.end);
  const bool about_bytes = policy == OverlapPolicy::first || policy == OverlapPolicy::last;
  for (std::size_t i = 0; about_bytes && i < model.end; ++i) check(rebuilt.bytes[header + i] == model.bytes[i]);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Cursor input{{data, size}};
  const std::uint8_t choice = input.u8();
  const bool v6 = (choice & 0x80) != 0;
  const auto policy = static_cast<OverlapPolicy>(choice % 7);
  Counters counters;
  Defragmenter defragmenter({.overlap = policy, .defrag_memory = 256 * 1024, .defrag_trackers = 4}, counters);
  const std::vector<std::uint8_t> header(v6 ? 40 : 20, 0x45);
  RawPacket raw;
  Model model;
  for (std::uint8_t number = 1; !input.empty(); ++number) {
    const std::uint8_t at = input.u8(), length = input.u8();
    const bool more = length % 5 != 0;
    std::vector<std::uint8_t> bytes(more ? 8u + length % 64u * 8u : 1u + length);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(number * 31u + i * 7u);
    Packet packet = packet_of(v6, raw);
    const Fragment fragment{
        .header = header, .next_header_at = 6, .data = bytes, .offset = at * 8u, .id = 1, .protocol = 17, .more = more};
    defragmenter.begin_frame();
    const Rebuilt rebuilt = defragmenter.add(packet, fragment);
    if (packet.invalid) {
      check(rebuilt.bytes.empty());
      continue;
    }
    model.take(fragment, policy == OverlapPolicy::last);
    check(model.whole() == !rebuilt.bytes.empty());
    if (rebuilt.bytes.empty()) continue;
    check_rebuilt(rebuilt, model, header.size(), policy);
    model = Model{};
  }
  return 0;
}
