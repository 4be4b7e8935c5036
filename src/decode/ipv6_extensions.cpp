// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/ipv6_extensions.hpp"

#include "decode/context.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kFragmentHeader = 8, kShortestAuthentication = 12;
constexpr std::uint8_t kPad1 = 0, kPadN = 1, kRouterAlert = 0x05, kJumbo = 0xc2, kHomeAddress = 0xc9;

enum Seen : std::uint32_t { kSeenHop = 1, kSeenRouting = 2, kSeenFragment = 4, kSeenAuthentication = 8 };

enum class Step : std::uint8_t { next, fragment, malformed };
using StepFn = Step (*)(Walk&) noexcept;

// Notes `duplicate` on the second header of a kind.
void once(Walk& walk, Seen kind, PacketEvent duplicate) noexcept {
  if ((walk.seen & kind) != 0) note(walk.packet, duplicate);
  walk.seen |= kind;
}

// Steps over a header of `length` bytes.
Step step_over(Walk& walk, std::size_t length) noexcept {
  if (length > walk.rest().size()) {
    refuse(walk.packet, PacketEvent::ipv6_trunc_exthdr);
    return Step::malformed;
  }
  walk.next_at = walk.at;
  walk.next = walk.ip[walk.at];
  walk.at += length;
  return Step::next;
}

// RFC 8200, 4.3: "8-bit unsigned integer. Length of the [...] header in 8-octet units, not including the first 8
// octets."
std::size_t length_in_eights(const Walk& walk) noexcept {
  return (walk.ip[walk.at + 1] + 1u) * 8;
}

struct OptionRow {
  std::uint8_t type;
  std::uint8_t shortest;  // of its data
};
constexpr std::array kOptions{OptionRow{kRouterAlert, 2}, OptionRow{kJumbo, 4}, OptionRow{kHomeAddress, 16}};

struct OptionEvents {
  PacketEvent unknown, only_padding;
};

void judge_option(Walk& walk, std::uint8_t type, std::size_t length, PacketEvent unknown) noexcept {
  for (const OptionRow& row : kOptions) {
    if (row.type != type) continue;
    if (length < row.shortest) refuse(walk.packet, PacketEvent::ipv6_exthdr_invalid_optlen);
    walk.ends_hidden |= type == kHomeAddress;
    return;
  }
  note(walk.packet, unknown);
}

// RFC 8200, 4.2
void read_options(Walk& walk, Bytes options, OptionEvents events) noexcept {
  bool padding = false, other = false;
  while (!options.empty()) {
    const std::uint8_t type = options[0];
    if (type == kPad1) {
      padding = true;
      options = options.subspan(1);
      continue;
    }
    if (options.size() < 2 || options.size() - 2 < options[1])
      return refuse(walk.packet, PacketEvent::ipv6_exthdr_invalid_optlen);
    const std::size_t length = options[1];
    options = options.subspan(2 + length);
    if (type == kPadN) {
      padding = true;
      if (length == 0) note(walk.packet, PacketEvent::ipv6_zero_len_padn);
      continue;
    }
    other = true;
    judge_option(walk, type, length, events.unknown);
  }
  if (padding && !other) note(walk.packet, events.only_padding);
}

Step options_header(Walk& walk, OptionEvents events) noexcept {
  const std::size_t start = walk.at, length = length_in_eights(walk);
  if (step_over(walk, length) == Step::malformed) return Step::malformed;
  read_options(walk, walk.ip.subspan(start + 2, length - 2), events);
  return Step::next;
}

Step hop_by_hop(Walk& walk) noexcept {
  once(walk, kSeenHop, PacketEvent::ipv6_exthdr_dupl_hh);
  return options_header(walk, {PacketEvent::ipv6_hopopts_unknown_opt, PacketEvent::ipv6_hopopts_only_padding});
}

// RFC 8200, 4.1: this header may stand twice: before the routing header and before the upper layer.
Step destination(Walk& walk) noexcept {
  if (++walk.destinations > 2) note(walk.packet, PacketEvent::ipv6_exthdr_dupl_dh);
  return options_header(walk, {PacketEvent::ipv6_dstopts_unknown_opt, PacketEvent::ipv6_dstopts_only_padding});
}

Step routing(Walk& walk) noexcept {
  const std::size_t start = walk.at;
  if (step_over(walk, length_in_eights(walk)) == Step::malformed) return Step::malformed;
  once(walk, kSeenRouting, PacketEvent::ipv6_exthdr_dupl_rh);
  // RFC 5095: type 0 is deprecated.
  if (walk.ip[start + 2] == 0) note(walk.packet, PacketEvent::ipv6_rh_type_0);
  walk.ends_hidden |= walk.ip[start + 3] > 0;  // segments left: the destination is not the last one
  return Step::next;
}

Step fragment(Walk& walk) noexcept {
  const std::size_t start = walk.at;
  const std::size_t named_at = walk.next_at;
  if (step_over(walk, kFragmentHeader) == Step::malformed) return Step::malformed;
  const std::uint8_t* header = walk.ip.data() + start;
  if (header[1] != 0) note(walk.packet, PacketEvent::ipv6_fh_non_zero_reserved_field);
  once(walk, kSeenFragment, PacketEvent::ipv6_exthdr_dupl_fh);

  const std::uint32_t offset = be16(header + 2) & 0xfff8u;
  const bool more = (header[3] & 1) != 0;
  // RFC 6946: offset zero and nothing more: a datagram of its own, never to be put together with others.
  if (offset == 0 && !more) {
    note(walk.packet, PacketEvent::ipv6_exthdr_useless_fh);
    return Step::next;
  }
  walk.fragment.header = walk.ip.first(start);
  walk.fragment.next_header_at = named_at;
  walk.fragment.data = walk.rest();
  walk.fragment.offset = offset;
  walk.fragment.more = more;
  walk.fragment.id = be32(header + 4);
  walk.fragment.protocol = header[0];
  return Step::fragment;
}

// RFC 4302, 2.2: "This 8-bit field specifies the length of AH in 32-bit words (4-byte units), minus "2"."
Step authentication(Walk& walk) noexcept {
  const std::size_t start = walk.at;
  const std::size_t length = std::max<std::size_t>((walk.ip[start + 1] + 2u) * 4, kShortestAuthentication);
  if (step_over(walk, length) == Step::malformed) return Step::malformed;
  if (be16(walk.ip.data() + start + 2) != 0) note(walk.packet, PacketEvent::ipv6_exthdr_ah_res_not_null);
  once(walk, kSeenAuthentication, PacketEvent::ipv6_exthdr_dupl_ah);
  return Step::next;
}

Step not_looked_into(Walk& walk) noexcept {
  return step_over(walk, length_in_eights(walk));
}

constexpr std::array<StepFn, 256> make_table() {
  std::array<StepFn, 256> table{};
  table[extension::hop_by_hop] = hop_by_hop;
  table[extension::routing] = routing;
  table[extension::fragment] = fragment;
  table[extension::authentication] = authentication;
  table[extension::destination] = destination;
  table[extension::mobility] = table[extension::hip] = table[extension::shim6] = not_looked_into;
  return table;
}
constexpr std::array<StepFn, 256> kSteps = make_table();

}  // namespace

WalkEnd walk_extensions(Walk& walk) noexcept {
  std::size_t headers = 0;
  for (;;) {
    const StepFn step = kSteps[walk.next];
    if (step == nullptr && (headers == 0 || walk.next == extension::none)) return WalkEnd::payload;
    // Behind an extension header something must stand; two bytes are the least that any header has.
    if (walk.rest().size() < 2) {
      refuse(walk.packet, PacketEvent::ipv6_trunc_exthdr);
      return WalkEnd::malformed;
    }
    if (step == nullptr) return WalkEnd::payload;
    if (++headers > kMaxExtensionHeaders) {
      refuse(walk.packet, PacketEvent::too_many_layers);
      return WalkEnd::malformed;
    }
    const Step taken = step(walk);
    if (taken == Step::malformed) return WalkEnd::malformed;
    if (taken == Step::fragment) return WalkEnd::fragment;
  }
}

std::uint32_t jumbo_length(Bytes bytes) noexcept {
  if (bytes.size() < 8) return 0;
  Bytes options = bytes.subspan(2, std::min<std::size_t>((bytes[1] + 1u) * 8, bytes.size()) - 2);
  while (options.size() >= 2) {
    if (options[0] == kPad1) {
      options = options.subspan(1);
      continue;
    }
    const std::size_t length = 2u + options[1];
    if (length > options.size()) return 0;
    if (options[0] == kJumbo && length == 6) return be32(options.data() + 2);
    options = options.subspan(length);
  }
  return 0;
}

}  // namespace gatehouse::decode
