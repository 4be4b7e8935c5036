// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mime/decoder.hpp"

#include <algorithm>

namespace gatehouse::proto::mime {
namespace {

constexpr std::array<std::uint8_t, 256> make_values() noexcept {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> values{};
  values.fill(64);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    values[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}
constexpr auto kValues = make_values();

}  // namespace

std::uint8_t base64_value(std::uint8_t c) noexcept {
  return kValues[c];
}

std::string_view UuDecoder::name_of(std::string_view line) noexcept {
  line.remove_prefix(std::min(line.size(), kBegin.size()));
  const std::size_t digits = line.find(' ');
  if (digits != 3 && digits != 4) return {};
  if (!std::ranges::all_of(line.substr(0, digits), [](char c) { return c >= '0' && c <= '7'; })) return {};
  return trim(line.substr(digits));
}

std::size_t UuDecoder::decode(std::string_view line, std::array<std::uint8_t, 64>& out) noexcept {
  if (line.empty()) return 0;
  const auto value = [](char c) noexcept { return static_cast<std::uint32_t>((c - ' ') & 0x3f); };
  const std::size_t size = value(line[0]);
  line.remove_prefix(1);
  std::size_t done = 0;
  for (; done < size && !line.empty(); line.remove_prefix(std::min<std::size_t>(4, line.size()))) {
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 4; ++i) group = group << 6 | (i < line.size() ? value(line[i]) : 0);
    for (int shift = 16; shift >= 0 && done < size; shift -= 8) out[done++] = static_cast<std::uint8_t>(group >> shift);
  }
  return done;
}

}  // namespace gatehouse::proto::mime
