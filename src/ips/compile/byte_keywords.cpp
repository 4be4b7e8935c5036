// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers in the buffer: byte_test, byte_jump, byte_extract, byte_math.
#include <algorithm>
#include <array>
#include <charconv>

#include "ips/compile/keyword.hpp"
#include "ips/compile/payload_rows.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile::rows {
namespace {

constexpr std::int64_t kFarthest = 65535;
constexpr std::uint64_t kMostBytes = 8, kMostDigits = 23;

// Reads what the four keywords have in common into a NumberAt; refuses what does not fit.
class NumberWords {
 public:
  NumberWords(Builder& builder, const text::Option& option) : builder_(builder), option_(option) {}

  bool count(std::string_view word) {
    const auto operand = builder_.operand(option_, word);
    if (!operand) return false;
    if (operand->variable == Operand::kLiteral && (operand->literal < 0 || operand->literal > 23))
      return refuse("it reads 1 to 8 bytes, or up to 23 digits of a string");
    if (operand->variable == Operand::kLiteral) number.bytes = static_cast<std::uint8_t>(operand->literal);
    number.count = *operand;
    return true;
  }

  bool offset(std::string_view word) {
    const auto operand = builder_.operand(option_, word);
    if (!operand) return false;
    if (operand->variable == Operand::kLiteral && (operand->literal < -kFarthest || operand->literal > kFarthest))
      return refuse("the offset is a number from -65535 to 65535, or a variable");
    number.offset = *operand;
    return true;
  }

  bool mask(std::string_view word) {
    if (word.starts_with("0x") || word.starts_with("0X")) word.remove_prefix(2);
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number.mask, 16);
    if (error != std::errc{} || end != word.data() + word.size() || number.mask == 0 || number.mask > 0xffffffff)
      return refuse("the bitmask is a number in hexadecimal, from 1 to ffffffff");
    return true;
  }

  // One of the words that all keywords know; false where it is none of them. A refusal counts as known.
  bool common(const NamedWord& word) {
    if (equals_nocase(word.name, "relative"))
      number.relative = true;
    else if (equals_nocase(word.name, "big"))
      big_ = true;
    else if (equals_nocase(word.name, "little"))
      number.little_endian = true;
    else if (equals_nocase(word.name, "dce"))
      number.by_dce = true;
    else if (equals_nocase(word.name, "string"))
      return number.text = true, word.value.empty() || base(word.value);
    else if (word.name == "bitmask")
      return mask(word.value), true;
    else
      return base(word.name);
    return true;
  }

  bool refuse(std::string reason) {
    builder_.refuse(option_, std::move(reason));
    return false;
  }

  // What only the whole can tell.
  bool check() {
    if (builder_.refused()) return false;
    if (number.by_dce && (number.text || number.little_endian || big_))
      return refuse("dce takes the byte order from the call: string, big and little have no place beside it");
    if (number.by_dce)
      if (const ProtocolSpec* dcerpc = builder_.around().protocol("dcerpc"))
        builder_.require_protocols(option_, {dcerpc});
    if (!number.text && has_base_) return refuse("hex, dec and oct belong to 'string'");
    // Rules in use give the digits of a string a byte order; it means nothing.
    if (number.text) number.little_endian = false;
    if (number.count.variable == Operand::kLiteral && number.bytes > (number.text ? kMostDigits : kMostBytes))
      return refuse("it reads 1 to 8 bytes, or up to 23 digits of a string");
    return !builder_.refused();
  }

  // Of a string, no number of bytes means as far as there are digits.
  bool reads_nothing() const { return !number.text && number.count == Operand{0, Operand::kLiteral}; }

  DraftChain& chain() { return number.relative ? builder_.chain_behind(option_) : builder_.chain(option_); }

  NumberAt number;

 private:
  bool base(std::string_view word) {
    if (equals_nocase(word, "hex"))
      number.digits = Digits::hexadecimal;
    else if (equals_nocase(word, "dec"))
      number.digits = Digits::decimal;
    else if (equals_nocase(word, "oct"))
      number.digits = Digits::octal;
    else
      return false;
    return has_base_ = true;
  }

  Builder& builder_;
  const text::Option& option_;
  bool big_ = false, has_base_ = false;
};

std::string unknown_word(std::string_view word) {
  return "'" + std::string(word) + "' is not one of its words";
}

// "!<", "=", "&": nullopt where it is none.
std::optional<Compare> comparison(std::string_view sign, bool& negated) {
  negated = take_negation(sign);
  struct Sign {
    std::string_view text;
    Compare compare;
  };
  static constexpr std::array kSigns{Sign{"=", Compare::equal},
                                     Sign{"<", Compare::less},
                                     Sign{">", Compare::greater},
                                     Sign{"<=", Compare::less_or_equal},
                                     Sign{">=", Compare::greater_or_equal},
                                     Sign{"&", Compare::bits_and},
                                     Sign{"^", Compare::bits_or}};
  if (sign.empty() && negated) return Compare::equal;
  const auto found = std::ranges::find(kSigns, sign, &Sign::text);
  return found == kSigns.end() ? std::nullopt : std::optional{found->compare};
}

std::optional<Operand> value_operand(Builder& builder, const text::Option& option, std::string_view word) {
  // Up to 64 bits, which a signed number does not hold.
  if (const auto number = read_unsigned(word)) return Operand{static_cast<std::int64_t>(*number), Operand::kLiteral};
  return builder.operand(option, word);
}

bool is_name(std::string_view word) {
  return !word.empty() && !(word[0] >= '0' && word[0] <= '9') && word.find_first_of(" \t-+") == word.npos;
}

}  // namespace

void byte_test(Builder& builder, const text::Option& option) {
  const auto words = comma_words(option.value.text);
  NumberWords in{builder, option};
  ByteTest test;
  if (words.size() < 4)
    return builder.refuse(option, "it is <bytes>, <operator>, <value>, <offset>, and more words between commas");
  const auto how = comparison(words[1], test.negated);
  if (!how) return builder.refuse(option, "the operator is one of = < > <= >= & ^, with ! before it to negate");
  test.compare = *how;
  if (!in.count(words[0]) || !in.offset(words[3])) return;
  const auto value = value_operand(builder, option, words[2]);
  if (!value) return;
  for (const std::string_view word : std::span{words}.subspan(4))
    if (!in.common(named_word(word))) return builder.refuse(option, unknown_word(word));
  if (!in.check()) return;
  if (in.reads_nothing()) return builder.refuse(option, "it reads at least one byte");
  test.value = *value;
  test.number = in.number;
  in.chain().steps.emplace_back(test);
}

void byte_jump(Builder& builder, const text::Option& option) {
  const auto words = comma_words(option.value.text);
  NumberWords in{builder, option};
  ByteJump jump;
  if (words.size() < 2) return builder.refuse(option, "it is <bytes>, <offset>, and more words between commas");
  if (!in.count(words[0]) || !in.offset(words[1])) return;
  for (const std::string_view word : std::span{words}.subspan(2)) {
    const NamedWord named = named_word(word);
    if (named.name == "align") {
      jump.align = true;
    } else if (named.name == "from_beginning") {
      jump.from_beginning = true;
    } else if (named.name == "from_end") {
      jump.from_end = true;
    } else if (named.name == "multiplier") {
      const auto times = read_unsigned(named.value);
      if (!times || *times == 0 || *times > 65535) return builder.refuse(option, "the multiplier is from 1 to 65535");
      jump.multiplier = Operand{static_cast<std::int64_t>(*times), Operand::kLiteral};
    } else if (named.name == "post_offset") {
      const auto by = builder.operand(option, named.value);
      if (!by) return;
      jump.post_offset = *by;
    } else if (!in.common(named)) {
      return builder.refuse(option, unknown_word(word));
    }
  }
  if (!in.check()) return;
  if (jump.from_beginning && jump.from_end)
    return builder.refuse(option, "it jumps from the beginning or from the end");
  jump.number = in.number;
  in.chain().steps.emplace_back(jump);
}

void byte_extract(Builder& builder, const text::Option& option) {
  const auto words = comma_words(option.value.text);
  NumberWords in{builder, option};
  ByteExtract extract;
  if (words.size() < 3) return builder.refuse(option, "it is <bytes>, <offset>, <name>, and more words between commas");
  if (!in.count(words[0]) || !in.offset(words[1])) return;
  if (!is_name(words[2]))
    return builder.refuse(option, "the third word names the variable; a name begins with a letter");
  for (const std::string_view word : std::span{words}.subspan(3)) {
    const NamedWord named = named_word(word);
    if (named.name == "multiplier") {
      const auto times = read_unsigned(named.value);
      if (!times || *times == 0 || *times > 65535) return builder.refuse(option, "the multiplier is from 1 to 65535");
      extract.multiplier = static_cast<std::uint32_t>(*times);
    } else if (named.name == "align") {
      if (named.value != "2" && named.value != "4") return builder.refuse(option, "it aligns to 2 or 4 bytes");
      extract.align = static_cast<std::uint8_t>(named.value[0] - '0');
    } else if (!in.common(named)) {
      return builder.refuse(option, unknown_word(word));
    }
  }
  if (!in.check()) return;
  if (in.reads_nothing()) return builder.refuse(option, "it reads at least one byte");
  const auto index = builder.define_variable(option, words[2]);
  if (!index) return;
  extract.into = *index;
  extract.number = in.number;
  in.chain().steps.emplace_back(extract);
}

namespace {

std::optional<MathOperation> operation(std::string_view sign) {
  if (sign == "+") return MathOperation::add;
  if (sign == "-") return MathOperation::subtract;
  if (sign == "*") return MathOperation::multiply;
  if (sign == "/") return MathOperation::divide;
  if (sign == "<<") return MathOperation::shift_left;
  if (sign == ">>") return MathOperation::shift_right;
  return std::nullopt;
}

struct MathWords {
  std::string_view bytes, offset, oper, rvalue, result;
};

// The words with a value that byte_math needs; the others go to `in`.
bool read_math_words(Builder& builder, const text::Option& option, MathWords& math, NumberWords& in) {
  for (const std::string_view word : comma_words(option.value.text)) {
    const NamedWord named = named_word(word);
    std::string_view* place = named.name == "bytes"    ? &math.bytes
                              : named.name == "offset" ? &math.offset
                              : named.name == "oper"   ? &math.oper
                              : named.name == "rvalue" ? &math.rvalue
                              : named.name == "result" ? &math.result
                                                       : nullptr;
    if (place != nullptr) {
      if (!place->empty()) return builder.refuse(option, "'" + std::string(named.name) + "' stands twice"), false;
      *place = named.value;
    } else if (!in.common(named.name == "endian" ? NamedWord{named.value, {}} : named)) {
      return builder.refuse(option, unknown_word(word)), false;
    }
  }
  return true;
}

}  // namespace

void byte_math(Builder& builder, const text::Option& option) {
  MathWords words;
  NumberWords in{builder, option};
  if (!read_math_words(builder, option, words, in)) return;
  if (words.bytes.empty() || words.offset.empty() || words.oper.empty() || words.rvalue.empty() || words.result.empty())
    return builder.refuse(option,
                          "it needs bytes, offset, oper, rvalue and result, each with its value, between commas");
  ByteMath math;
  const auto oper = operation(words.oper);
  if (!oper) return builder.refuse(option, "oper is one of + - * / << >>");
  math.operation = *oper;
  if (!in.count(words.bytes) || !in.offset(words.offset)) return;
  const auto value = value_operand(builder, option, words.rvalue);
  if (!value || !in.check()) return;
  if (value->variable == Operand::kLiteral && (value->literal < 0 || value->literal > UINT32_MAX))
    return builder.refuse(option, "rvalue is a number from 0 to 4294967295, or a variable");
  const bool shifts = *oper == MathOperation::shift_left || *oper == MathOperation::shift_right;
  if (in.number.count.variable == Operand::kLiteral && (in.number.bytes == 0 || in.number.bytes > (shifts ? 4 : 10)))
    return builder.refuse(option, shifts ? "1 to 4 bytes can be shifted" : "it reads 1 to 10 bytes");
  if (!is_name(words.result)) return builder.refuse(option, "result names the variable; a name begins with a letter");
  const auto index = builder.define_variable(option, words.result);
  if (!index) return;
  math.value = *value;
  math.into = *index;
  math.number = in.number;
  in.chain().steps.emplace_back(math);
}

}  // namespace gatehouse::ips::compile::rows
