// SPDX-License-Identifier: GPL-3.0-or-later
// How much there is of something: isdataat, bsize, dsize, urilen, entropy, absent.
#include <charconv>

#include "ips/compile/keyword.hpp"
#include "ips/compile/payload_rows.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile::rows {
namespace {

constexpr std::uint64_t kMost16 = 65535;

// "content; isdataat:!1,relative;" says that nothing follows the content, in the words of older rules.
bool becomes_endswith(DraftChain& chain, const IsDataAt& step) {
  if (!step.negated || !step.relative || step.at != Operand{1, Operand::kLiteral}) return false;
  for (auto s = chain.steps.rbegin(); s != chain.steps.rend(); ++s) {
    if (std::holds_alternative<Pcre>(*s) || std::holds_alternative<ByteJump>(*s)) return false;
    auto* content = std::get_if<Content>(&*s);
    if (content == nullptr) continue;
    if (content->negated) return false;
    content->at_end = true;
    return true;
  }
  return false;
}

bool payload_size_holds(const Check& check, const Scene& scene) noexcept {
  return scene.packet != nullptr && check.number.holds(scene.packet->payload.size());
}

}  // namespace

void isdataat(Builder& builder, const text::Option& option) {
  IsDataAt step;
  auto words = comma_words(option.value.text);
  if (words.empty()) return builder.refuse(option, "it is isdataat:<place>, or with !, and 'relative' behind a comma");
  step.negated = take_negation(words[0]);
  const auto at = builder.operand(option, words[0]);
  if (!at) return;
  if (at->variable == Operand::kLiteral && (at->literal < 0 || at->literal > static_cast<std::int64_t>(kMost16)))
    return builder.refuse(option, "the place is a number from 0 to 65535, or a variable");
  step.at = *at;
  for (const std::string_view word : std::span{words}.subspan(1)) {
    if (word == "relative")
      step.relative = true;
    else if (word != "rawbytes")
      return builder.refuse(option, "'" + std::string(word) + "' is not one of its words: relative, rawbytes");
  }
  DraftChain& chain = step.relative ? builder.chain_behind(option) : builder.chain(option);
  if (!becomes_endswith(chain, step)) chain.steps.emplace_back(step);
}

void bsize(Builder& builder, const text::Option& option) {
  if (builder.in_payload()) return builder.refuse(option, "it is the size of a buffer: name a sticky buffer before it");
  const ReadNumber size = read_number_test(option.value.text, UINT64_MAX);
  if (!size.ok) return builder.refuse(option, size.reason);
  builder.add_step(option, SizeIs{size.test});
}

void dsize(Builder& builder, const text::Option& option) {
  const ReadNumber size = read_number_test(option.value.text, kMost16);
  if (!size.ok) return builder.refuse(option, size.reason);
  for (const Check& check : builder.checks)
    if (check.holds == payload_size_holds)
      return builder.refuse(option, "the rule has one already: a range says both in one, as 10<>20");
  Check check;
  check.holds = payload_size_holds;
  check.number = size.test;
  check.keyword = "dsize";
  builder.add_check(check);
  builder.signature.packet_only = true;
}

void urilen(Builder& builder, const text::Option& option) {
  const auto words = comma_words(option.value.text);
  const bool raw = words.size() == 2 && words[1] == "raw";
  if (words.empty() || words.size() > 2 || (words.size() == 2 && !raw && words[1] != "norm"))
    return builder.refuse(option, "it is urilen:<number>, and 'norm' or 'raw' behind a comma");
  const ReadNumber size = read_number_test(words[0], kMost16);
  if (!size.ok) return builder.refuse(option, size.reason);
  builder.chain_of(option, raw ? "http.uri.raw" : "http.uri").steps.emplace_back(SizeIs{size.test});
}

namespace {

std::optional<double> read_real(std::string_view text) {
  text = trim(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > 8) return std::nullopt;
  return value;
}

// "4", ">= 4", "!4-5". False where it is none.
bool read_entropy(std::string_view text, EntropyIs& entropy) {
  struct Sign {
    std::string_view text;
    Compare compare;
  };
  static constexpr Sign kSigns[] = {{"<=", Compare::less_or_equal}, {">=", Compare::greater_or_equal},
                                    {"!=", Compare::not_equal},     {"<", Compare::less},
                                    {">", Compare::greater},        {"=", Compare::equal}};
  for (const Sign& sign : kSigns)
    if (text.starts_with(sign.text)) {
      entropy.compare = sign.compare;
      const auto value = read_real(text.substr(sign.text.size()));
      entropy.a = value.value_or(0);
      return value.has_value();
    }
  entropy.negated = take_negation(text);
  const auto dash = text.find('-');
  const auto low = read_real(text.substr(0, dash));
  if (!low) return false;
  entropy.a = *low;
  if (dash == text.npos) return true;
  const auto high = read_real(text.substr(dash + 1));
  entropy.compare = Compare::between;
  entropy.b = high.value_or(0);
  return high && *low < *high;
}

}  // namespace

void entropy(Builder& builder, const text::Option& option) {
  EntropyIs step;
  bool has_value = false;
  for (const std::string_view word : comma_words(option.value.text)) {
    const NamedWord named = named_word(word);
    const auto number = read_unsigned(named.value);
    if (named.name == "bytes" || named.name == "offset") {
      if (!number || *number > kMost16) return builder.refuse(option, "bytes and offset are numbers from 0 to 65535");
      (named.name == "bytes" ? step.bytes : step.offset) = *number;
      continue;
    }
    if (has_value || !read_entropy(named.name == "value" ? named.value : word, step))
      return builder.refuse(option,
                            "it is entropy: value <operator> <number from 0 to 8>, and 'bytes N' and 'offset N'");
    has_value = true;
  }
  if (!has_value) return builder.refuse(option, "it needs 'value', an operator and a number from 0 to 8");
  builder.add_step(option, step);
}

void absent(Builder& builder, const text::Option& option) {
  if (builder.in_payload()) return builder.refuse(option, "a buffer is absent: name a sticky buffer before it");
  if (option.has_value && option.value.text != "or_else")
    return builder.refuse(option, "it is absent, or absent:or_else");
  DraftChain& chain = builder.chain(option);
  if (!chain.steps.empty()) return builder.refuse(option, "it stands first behind its buffer");
  chain.steps.emplace_back(Absent{option.has_value});
}

}  // namespace gatehouse::ips::compile::rows
