// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/fast_pattern.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace gatehouse::ips::compile {
namespace {

unsigned rarity(std::uint8_t octet) noexcept {
  if (octet == 0 || octet == 0xff || octet == ' ' || octet == 1) return 2;
  if (std::isalpha(octet)) return 4;
  if (std::isdigit(octet)) return 5;
  return std::isprint(octet) ? 6 : 8;
}

bool can_be_looked_for(const Content& content) noexcept {
  return !content.negated && !content.pattern.empty();
}

// Where the literal must have ended, if the rule says so and it does not hang on another match.
std::uint32_t latest_end(const Content& content) noexcept {
  const bool fixed = content.has_depth && !content.relative && content.depth.variable == Operand::kLiteral &&
                     (!content.has_offset || content.offset.variable == Operand::kLiteral);
  if (!fixed) return 0;
  const std::int64_t end = content.depth.literal + (content.has_offset ? content.offset.literal : 0);
  return end > 0 ? static_cast<std::uint32_t>(std::min<std::int64_t>(end, UINT32_MAX)) : 0;
}

}  // namespace

unsigned strength(Bytes literal) noexcept {
  std::array<std::uint8_t, 256> seen{};
  unsigned sum = 0;
  for (const std::uint8_t octet : literal) sum += seen[octet]++ == 0 ? rarity(octet) : 1;
  return sum;
}

namespace {

// `within` 0: wherever it may stand.
std::optional<FastPattern> choose(const Builder& builder, const std::function<bool(const BufferName&)>& usable,
                                  std::uint32_t within) {
  std::optional<FastPattern> best;
  unsigned best_strength = 0;
  for (std::size_t c = 0; c < builder.chains.size(); ++c) {
    const DraftChain& chain = builder.chains[c];
    if (!usable(chain.buffer)) continue;
    std::size_t over_decoded = 0;  // steps over what base64_decode has made are not in the buffer
    for (std::size_t i = 0; i < chain.steps.size(); ++i) {
      if (const auto* decode = std::get_if<DecodeBase64>(&chain.steps[i])) over_decoded = i + 1 + decode->steps;
      const auto* content = std::get_if<Content>(&chain.steps[i]);
      if (content == nullptr || i < over_decoded || !can_be_looked_for(*content)) continue;
      const std::uint32_t end = latest_end(*content);
      if (within > 0 && (end == 0 || end > within)) continue;
      const unsigned s = content->fast && within == 0 ? ~0u : strength(content->pattern);
      if (best && s <= best_strength) continue;
      Bytes literal = content->pattern;
      if (content->fast && content->chop_length > 0)
        literal = literal.subspan(content->chop_offset, content->chop_length);
      best = FastPattern{c, i, {literal, content->nocase}, end, s};
      best_strength = s;
    }
  }
  return best;
}

}  // namespace

std::optional<FastPattern> choose_fast_pattern(const Builder& builder,
                                               const std::function<bool(const BufferName&)>& usable) {
  return choose(builder, usable, 0);
}
std::optional<FastPattern> choose_early_pattern(const Builder& builder,
                                                const std::function<bool(const BufferName&)>& usable,
                                                std::uint32_t within) {
  return choose(builder, usable, within);
}

}  // namespace gatehouse::ips::compile
