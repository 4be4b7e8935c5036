// SPDX-License-Identifier: GPL-3.0-or-later
// Keywords of the packet's headers; their rows stand with their functions, by layer.
#include <algorithm>
#include <array>
#include <string>

#include "ips/compile/packet_number.hpp"

namespace gatehouse::ips::compile {
namespace {

// ---- VLAN tags

constexpr std::uint64_t kLargestVlan = 4095;

std::optional<std::uint64_t> vlan_layers(const Packet& p) noexcept {
  return p.vlan_layers;
}

enum class Layers : std::uint8_t { any, all, one };

// a: which of Layers; b: of `one`, the layer from the outside, or from the inside counted from -1.
bool vlan_holds(const Check& check, const Scene& scene) noexcept {
  if (scene.packet == nullptr) return false;
  const Packet& p = *scene.packet;
  const int layers = std::min<int>(p.vlan_layers, static_cast<int>(p.vlan.size()));
  const auto holds = [&](int layer) { return check.number.holds(p.vlan[static_cast<std::size_t>(layer)]); };
  if (static_cast<Layers>(check.a) == Layers::one) {
    int layer = static_cast<int>(static_cast<std::int64_t>(check.b));
    if (layer < 0) layer += layers;
    return layer >= 0 && layer < layers && holds(layer);
  }
  int count = 0;
  for (int layer = 0; layer < layers; ++layer) count += holds(layer);
  return static_cast<Layers>(check.a) == Layers::any ? count > 0 : layers > 0 && count == layers;
}

void vlan_id(Builder& builder, const text::Option& option) {
  const auto words = words_of(option.value.text);
  if (words.size() > 2) return builder.refuse(option, "write 'vlan.id:<number>' or 'vlan.id:<number>,<layer>'");
  const ReadNumber read = read_number_test(words[0], kLargestVlan);
  if (!read.ok) return builder.refuse(option, read.reason);
  Layers layers = Layers::any;
  std::int64_t layer = 0;
  if (words.size() == 2 && words[1] == "all") {
    layers = Layers::all;
  } else if (words.size() == 2 && words[1] != "any") {
    const auto number = read_signed(words[1]);
    if (!number || *number < -3 || *number > 2)
      return builder.refuse(option, "the layer is 0 to 2 from the outside, -1 to -3 from the inside, 'any' or 'all'");
    layers = Layers::one;
    layer = *number;
  }
  Check& check = packet_check(builder, option, &vlan_holds);
  check.number = read.test;
  check.a = static_cast<std::uint64_t>(layers);
  check.b = static_cast<std::uint64_t>(layer);
}

constexpr std::array kLinkKeywords{
    Keyword{"vlan.id", Argument::required, &vlan_id, "the identifier of a VLAN tag"},
    Keyword{"vlan.layers", Argument::required, &packet_number_keyword<&vlan_layers, 3>, "how many VLAN tags there are"},
};

// constexpr arrays of all layers, joined once.
template <typename... Rows>
std::vector<Keyword> join(Rows&&... rows) {
  std::vector<Keyword> all;
  (all.insert(all.end(), rows.begin(), rows.end()), ...);
  return all;
}

}  // namespace

std::span<const Keyword> header_keywords() noexcept {
  static const std::vector<Keyword> all =
      join(kLinkKeywords, ip_header_keywords(), transport_header_keywords(), checksum_keywords());
  return all;
}

}  // namespace gatehouse::ips::compile
