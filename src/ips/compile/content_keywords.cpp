// SPDX-License-Identifier: GPL-3.0-or-later
// content, and the modifiers that stand behind it.
#include <algorithm>

#include "ips/compile/content_pattern.hpp"
#include "ips/compile/keyword.hpp"
#include "ips/compile/payload_rows.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile::rows {
namespace {

constexpr std::int64_t kFarthest = 1024 * 1024, kLastOffset = 65535;

// A number between the two, or a variable.
std::optional<Operand> bounded(Builder& builder, const text::Option& option, std::int64_t least, std::int64_t most) {
  const auto operand = builder.operand(option, option.value.text);
  if (operand && operand->variable == Operand::kLiteral && (operand->literal < least || operand->literal > most)) {
    builder.refuse(option,
                   "it is a number from " + std::to_string(least) + " to " + std::to_string(most) + ", or a variable");
    return std::nullopt;
  }
  return operand;
}

bool is_shorter(const Operand& room, const Content& content) {
  return room.variable == Operand::kLiteral && room.literal < static_cast<std::int64_t>(content.pattern.size());
}

bool refuse_twice(Builder& builder, const text::Option& option, bool already) {
  if (already) builder.refuse(option, "the content has one already");
  return already;
}

// The content, if it may count from the buffer's beginning.
Content* absolute_content(Builder& builder, const text::Option& option, const char* clash = nullptr) {
  Content* content = builder.last_content(option);
  if (content == nullptr) return nullptr;
  if (clash == nullptr && (content->has_distance || content->has_within))
    clash = "a content counts from the buffer's beginning or from the last match (distance, within), not from both";
  if (clash == nullptr && content->fast_only) clash = "a content with fast_pattern:only may stand anywhere";
  if (clash == nullptr) return content;
  builder.refuse(option, clash);
  return nullptr;
}

Content* relative_content(Builder& builder, const text::Option& option) {
  Content* content = builder.last_content(option);
  if (content == nullptr) return nullptr;
  if (content->has_offset || content->has_depth)
    builder.refuse(option,
                   "a content counts from the last match or from the buffer's beginning (offset, depth, "
                   "startswith), not from both");
  else if (content->fast_only)
    builder.refuse(option, "a content with fast_pattern:only may stand anywhere");
  else if (content->negated && content->fast)
    builder.refuse(option, "a negated content that is the fast pattern may not be relative");
  else
    return content;
  return nullptr;
}

bool any_fast(const Builder& builder) {
  return std::ranges::any_of(builder.chains, [](const DraftChain& chain) {
    return std::ranges::any_of(chain.steps, [](const Step& step) {
      const auto* content = std::get_if<Content>(&step);
      return content != nullptr && content->fast;
    });
  });
}

}  // namespace

void content(Builder& builder, const text::Option& option) {
  std::string_view text = option.value.text;
  Content content;
  content.negated = take_negation(text);
  const auto quoted = between_quotes(text);
  if (!quoted) return builder.refuse(option, "it stands between quotes: content:\"abc|0d 0a|\"");
  auto pattern = read_pattern(*quoted);
  if (!pattern) return builder.refuse(option, std::move(pattern.error()));
  content.pattern = builder.keep_bytes(std::move(*pattern));
  builder.add_content(option, content);
}

void nocase(Builder& builder, const text::Option& option) {
  Content* content = builder.last_content(option);
  if (content == nullptr || refuse_twice(builder, option, content->nocase)) return;
  std::vector<std::uint8_t> lower;
  for (const char c : as_text(content->pattern)) lower.push_back(static_cast<std::uint8_t>(ascii_lower(c)));
  content->pattern = builder.keep_bytes(std::move(lower));
  content->nocase = true;
}

void offset(Builder& builder, const text::Option& option) {
  Content* content = absolute_content(builder, option);
  if (content == nullptr || refuse_twice(builder, option, content->has_offset)) return;
  const auto at = bounded(builder, option, 0, kLastOffset);
  if (!at) return;
  content->offset = *at;
  content->has_offset = true;
}

void depth(Builder& builder, const text::Option& option) {
  Content* content = absolute_content(builder, option);
  if (content == nullptr || refuse_twice(builder, option, content->has_depth)) return;
  const auto room = bounded(builder, option, 0, kLastOffset);
  if (!room) return;
  if (is_shorter(*room, *content))
    return builder.refuse(option, "the content is " + std::to_string(content->pattern.size()) +
                                      " bytes long: it can never lie within fewer");
  content->depth = *room;
  content->has_depth = true;
}

void distance(Builder& builder, const text::Option& option) {
  Content* content = relative_content(builder, option);
  if (content == nullptr || refuse_twice(builder, option, content->has_distance)) return;
  const auto far = bounded(builder, option, -kFarthest, kFarthest);
  if (!far) return;
  content->distance = *far;
  content->has_distance = content->relative = true;
}

void within(Builder& builder, const text::Option& option) {
  Content* content = relative_content(builder, option);
  if (content == nullptr || refuse_twice(builder, option, content->has_within)) return;
  const auto room = bounded(builder, option, 1, kFarthest);
  if (!room) return;
  if (is_shorter(*room, *content))
    return builder.refuse(option, "the content is " + std::to_string(content->pattern.size()) +
                                      " bytes long: it can never lie within fewer");
  content->within = *room;
  content->has_within = content->relative = true;
}

void startswith(Builder& builder, const text::Option& option) {
  Content* content = builder.last_content(option);
  if (content == nullptr) return;
  const bool placed = content->has_offset || content->has_depth || content->has_distance || content->has_within;
  if (absolute_content(builder, option,
                       placed ? "offset, depth, distance and within have no place beside it" : nullptr) == nullptr)
    return;
  content->has_offset = content->has_depth = true;
  content->depth = Operand{static_cast<std::int64_t>(content->pattern.size()), Operand::kLiteral};
}

void endswith(Builder& builder, const text::Option& option) {
  if (Content* content = builder.last_content(option)) content->at_end = true;
}

void rawbytes(Builder& builder, const text::Option& option) {
  builder.last_content(option);
}

void fast_pattern(Builder& builder, const text::Option& option) {
  Content* content = builder.last_content(option);
  if (content == nullptr) return;
  if (any_fast(builder)) return builder.refuse(option, "another content of the rule is the fast pattern: there is one");
  const bool placed = content->has_offset || content->has_depth || content->relative;
  if (content->negated && placed)
    return builder.refuse(option, "a negated content is the fast pattern only where it may stand anywhere");
  if (option.has_value && option.value.text == "only") {
    if (content->negated || placed)
      return builder.refuse(option, "'only' is for a content that may stand anywhere and is not negated");
    content->fast_only = true;
  } else if (option.has_value) {
    const auto words = comma_words(option.value.text);
    const auto first = words.size() == 2 ? read_unsigned(words[0]) : std::nullopt;
    const auto size = words.size() == 2 ? read_unsigned(words[1]) : std::nullopt;
    if (!first || !size || *size == 0)
      return builder.refuse(option, "it is fast_pattern, fast_pattern:only, or fast_pattern:<first byte>,<length>");
    if (*first > content->pattern.size() || *size > content->pattern.size() - *first)
      return builder.refuse(option, "the piece lies outside of the content, which is " +
                                        std::to_string(content->pattern.size()) + " bytes long");
    content->chop_offset = static_cast<std::uint16_t>(*first);
    content->chop_length = static_cast<std::uint16_t>(*size);
  }
  content->fast = true;
}

void replace(Builder& builder, const text::Option& option) {
  Content* content = builder.last_content(option);
  if (content == nullptr) return;
  const auto quoted = between_quotes(option.value.text);
  if (!quoted) return builder.refuse(option, "it stands between quotes: replace:\"abc|0d 0a|\"");
  if (!builder.in_payload()) return builder.refuse(option, "only the payload of packets can be rewritten");
  if (content->negated) return builder.refuse(option, "what is not there cannot be rewritten");
  if (content->fast_only) return builder.refuse(option, "the place of a content with fast_pattern:only is not known");
  if (!content->replacement.empty()) return builder.refuse(option, "the content has one already");
  auto bytes = read_pattern(*quoted);
  if (!bytes) return builder.refuse(option, std::move(bytes.error()));
  if (bytes->size() != content->pattern.size())
    return builder.refuse(
        option, "it must be as long as the content, which is " + std::to_string(content->pattern.size()) + " bytes");
  content->replacement = builder.keep_bytes(std::move(*bytes));
}

}  // namespace gatehouse::ips::compile::rows
