// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/payload_checks.hpp"

#include <algorithm>
#include <limits>

namespace gatehouse::ips::compile {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

std::int64_t literal_of(const Operand& operand) {
  return operand.variable == Operand::kLiteral ? operand.literal : 0;
}

// The steps over the buffer itself, without those over what base64_decode makes of it.
std::vector<const Step*> own_steps(const DraftChain& chain) {
  std::vector<const Step*> steps;
  for (std::size_t i = 0; i < chain.steps.size(); ++i) {
    steps.push_back(&chain.steps[i]);
    if (const auto* decode = std::get_if<DecodeBase64>(&chain.steps[i])) i += decode->steps;
  }
  return steps;
}

// The least number of bytes that hold all contents in the places that they must have.
std::uint64_t least_size(const std::vector<const Step*>& steps) {
  std::int64_t end = 0, size = 0;
  for (const Step* step : steps) {
    if (std::holds_alternative<Pcre>(*step) || std::holds_alternative<ByteJump>(*step)) end = 0;
    const auto* content = std::get_if<Content>(step);
    if (content == nullptr || content->negated) continue;
    const std::int64_t from = content->relative ? end + literal_of(content->distance) : literal_of(content->offset);
    end = std::max<std::int64_t>(from, 0) + static_cast<std::int64_t>(content->pattern.size());
    size = std::max(size, end);
  }
  return static_cast<std::uint64_t>(size);
}

struct Sizes {
  std::uint64_t low = 0, high = kMost;
  void narrow(std::uint64_t l, std::uint64_t h) {
    low = std::max(low, l);
    high = std::min(high, h);
  }
  void narrow(const NumberTest& test) {
    if (test.negated) return;
    switch (test.compare) {
      case Compare::equal:
        return narrow(test.a, test.a);
      case Compare::less:
        return narrow(0, test.a - 1);
      case Compare::less_or_equal:
        return narrow(0, test.a);
      case Compare::greater:
        return narrow(test.a + 1, kMost);
      case Compare::greater_or_equal:
        return narrow(test.a, kMost);
      case Compare::between:
        return narrow(test.a + 1, test.b - 1);
      case Compare::not_equal:
      case Compare::bits_and:
      case Compare::bits_or:
        return;
    }
  }
};

void check_sizes(Builder& builder, const DraftChain& chain, Sizes sizes, const std::string& keyword) {
  if (sizes.low > sizes.high)
    return builder.refuse(chain.place, keyword,
                          "it can never match: the sizes that the rule asks for exclude each other");
  const std::uint64_t least = least_size(own_steps(chain));
  if (least > sizes.high)
    builder.refuse(chain.place, keyword,
                   "it can never match: the contents need " + std::to_string(least) + " bytes, the size is to be " +
                       std::to_string(sizes.high) + " at most");
}

void check_contents(Builder& builder, const DraftChain& chain) {
  for (std::size_t i = 0; i < chain.steps.size(); ++i) {
    const auto* content = std::get_if<Content>(&chain.steps[i]);
    if (content == nullptr) continue;
    if (!content->replacement.empty() && chain.buffer.name != "payload")
      return builder.refuse(chain.place, "replace", "only the payload of packets can be rewritten");
    const auto upper = [](std::uint8_t b) { return b >= 'A' && b <= 'Z'; };
    if (chain.buffer.name == "http.host" && !content->nocase && std::ranges::any_of(content->pattern, upper))
      return builder.refuse(chain.place, chain.buffer.name,
                            "host names are looked at in lower case: write the content so");
    if (chain.buffer.name == "http.user_agent" && chain.buffer.transforms.empty() &&
        (content->pattern.back() == '\r' || content->pattern.back() == '\n'))
      return builder.refuse(chain.place, chain.buffer.name,
                            "the line's end is not part of a header's value: leave |0d 0a| out");
    if (chain.buffer.transforms.empty()) continue;
    const Transform& last = chain.buffer.transforms.back();
    // A negated content that cannot be there is without effect, and a mistake as well.
    if (!content->nocase && !can_hold(last, content->pattern))
      return builder.refuse(chain.place, last.name,
                            "it can never match: the content holds what " + last.name + " takes away");
  }
}

void check_absent(Builder& builder, const DraftChain& chain) {
  const auto* absent = chain.steps.empty() ? nullptr : std::get_if<Absent>(&chain.steps[0]);
  if (absent != nullptr && !absent->or_else && chain.steps.size() > 1)
    builder.refuse(chain.place, "absent", "what is absent holds nothing: write absent:or_else, or leave the rest out");
}

// The place of a content with fast_pattern:only is not looked for, so nothing can be relative to it.
void check_fast_only(Builder& builder, const DraftChain& chain) {
  const Content* before = nullptr;
  for (const Step& step : chain.steps) {
    const auto* content = std::get_if<Content>(&step);
    if (content != nullptr && content->relative && before != nullptr && before->fast_only)
      return builder.refuse(chain.place, "fast_pattern",
                            "a content that another is relative to cannot be 'only' the fast pattern");
    if (content != nullptr || std::holds_alternative<Pcre>(step)) before = content;
  }
}

Sizes packet_sizes(const Builder& builder) {
  Sizes sizes;
  for (const Check& check : builder.checks)
    if (check.keyword == "dsize") sizes.narrow(check.number);
  return sizes;
}

}  // namespace

void check_payload(Builder& builder) {
  const Sizes packet = packet_sizes(builder);
  for (const DraftChain& chain : builder.chains) {
    Sizes sizes;
    for (const Step* step : own_steps(chain))
      if (const auto* size = std::get_if<SizeIs>(step)) sizes.narrow(size->test);
    check_sizes(builder, chain, sizes, "bsize");
    if (chain.buffer.name == "payload") check_sizes(builder, chain, packet, "dsize");
    check_contents(builder, chain);
    check_absent(builder, chain);
    check_fast_only(builder, chain);
  }
  const bool has_dsize = std::ranges::any_of(builder.checks, [](const Check& c) { return c.keyword == "dsize"; });
  for (const DraftChain& chain : builder.chains)
    if (has_dsize && chain.buffer.name != "payload" && !chain.buffer.name.ends_with(".hdr"))
      builder.refuse(chain.place, "dsize",
                     "it is the size of one packet: what a protocol's messages hold has no place beside it");
}

}  // namespace gatehouse::ips::compile
