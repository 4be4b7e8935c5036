// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as rules write them.
#include <algorithm>
#include <array>
#include <charconv>

#include "ips/compile/keyword.hpp"

namespace gatehouse::ips::compile {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array kUnits{Unit{"kib", 1u << 10}, Unit{"mib", 1u << 20}, Unit{"gib", 1u << 30},
                            Unit{"kb", 1u << 10},  Unit{"mb", 1u << 20},  Unit{"gb", 1u << 30}};

class NumberReader {
 public:
  NumberReader(std::string_view text, std::uint64_t largest, std::span<const NamedNumber> names)
      : text_(trim(text)), largest_(largest), names_(names) {}

  ReadNumber read() {
    if (text_.starts_with('&')) return mask();
    // A name may hold what looks like an operator: "a-b".
    if (const auto named = name_value(text_)) return done(Compare::equal, *named);
    if (text_.starts_with('!'))
      if (const auto named = name_value(trim(text_.substr(1)))) return done(Compare::not_equal, *named);
    if (range_sign() != text_.npos && !text_.starts_with('<') && !text_.starts_with('>')) return range();
    NumberTest test;
    take_operator(test);
    const auto value = number(text_);
    if (!value) return fail(what_is_wrong(text_));
    test.a = *value;
    if (test.compare == Compare::less && test.a == 0) return fail("nothing is less than 0: it can never match");
    if (test.compare == Compare::greater && test.a == largest_)
      return fail("nothing is greater than " + std::to_string(largest_) + " here: it can never match");
    if ((test.compare == Compare::greater_or_equal && test.a == 0) ||
        (test.compare == Compare::less_or_equal && test.a == largest_))
      return fail("every number is that: leave the keyword out");
    return {test, true, {}};
  }

 private:
  static ReadNumber fail(std::string reason) { return {{}, false, std::move(reason)}; }
  static ReadNumber done(Compare compare, std::uint64_t a) { return {{compare, false, a, 0}, true, {}}; }

  std::optional<std::uint64_t> name_value(std::string_view word) const {
    for (const NamedNumber& row : names_)
      if (equals_nocase(row.name, word)) return row.value;
    return std::nullopt;
  }

  std::optional<std::uint64_t> number(std::string_view word) const {
    word = trim(word);
    if (const auto named = name_value(word)) return named;
    std::uint64_t factor = 1;
    for (const Unit& unit : kUnits)
      if (word.size() > unit.name.size() && equals_nocase(word.substr(word.size() - unit.name.size()), unit.name)) {
        factor = unit.factor;
        word = trim(word.substr(0, word.size() - unit.name.size()));
        break;
      }
    const auto value = read_unsigned(word);
    if (!value || *value > largest_ / factor) return std::nullopt;
    return *value * factor;
  }

  std::string what_is_wrong(std::string_view word) const {
    return "'" + std::string(trim(word)) + "' is not a number from 0 to " + std::to_string(largest_);
  }

  void take_operator(NumberTest& test) {
    struct Sign {
      std::string_view text;
      Compare compare;
      bool negated;
    };
    static constexpr std::array kSigns{
        Sign{"<=", Compare::less_or_equal, false}, Sign{">=", Compare::greater_or_equal, false},
        Sign{"!=", Compare::not_equal, false},     Sign{"<", Compare::less, false},
        Sign{">", Compare::greater, false},        Sign{"=", Compare::equal, false},
        Sign{"!", Compare::not_equal, false}};
    for (const Sign& sign : kSigns)
      if (text_.starts_with(sign.text)) {
        test.compare = sign.compare;
        text_ = trim(text_.substr(sign.text.size()));
        return;
      }
  }

  std::size_t range_sign() const {
    const auto between = text_.find("<>");
    return between != text_.npos ? between : text_.find('-', 1);
  }

  // Both ends are outside.
  ReadNumber range() {
    NumberTest test{Compare::between, false, 0, 0};
    if (text_.starts_with('!')) {
      test.negated = true;
      text_ = trim(text_.substr(1));
    }
    const auto sign = range_sign();
    const std::size_t width = text_.substr(sign).starts_with("<>") ? 2 : 1;
    const auto low = number(text_.substr(0, sign)), high = number(text_.substr(sign + width));
    if (!low) return fail(what_is_wrong(text_.substr(0, sign)));
    if (!high) return fail(what_is_wrong(text_.substr(sign + width)));
    if (*low >= *high || *high - *low < 2)
      return fail("no number lies between " + std::to_string(*low) + " and " + std::to_string(*high) +
                  ": the ends of a range are not part of it");
    test.a = *low;
    test.b = *high;
    return {test, true, {}};
  }

  ReadNumber mask() {
    const auto sign = text_.find('=');
    if (sign == text_.npos) return fail("behind a mask stands what its bits are to be: &0x0f=1");
    const bool negated = text_[sign - 1] == '!';
    const auto bits = number(text_.substr(1, sign - 1 - (negated ? 1 : 0))), value = number(text_.substr(sign + 1));
    if (!bits) return fail(what_is_wrong(text_.substr(1, sign - 1)));
    if (!value) return fail(what_is_wrong(text_.substr(sign + 1)));
    return {{Compare::bits_and, negated, *bits, *value}, true, {}};
  }

  std::string_view text_;
  std::uint64_t largest_;
  std::span<const NamedNumber> names_;
};

}  // namespace

ReadNumber read_number_test(std::string_view text, std::uint64_t largest, std::span<const NamedNumber> names) {
  return NumberReader{text, largest, names}.read();
}

std::optional<std::uint64_t> read_unsigned(std::string_view text) noexcept {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> read_signed(std::string_view text) noexcept {
  const bool minus = text.starts_with('-');
  if (minus || text.starts_with('+')) text.remove_prefix(1);
  const auto value = read_unsigned(text);
  if (!value || *value > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  return minus ? -static_cast<std::int64_t>(*value) : static_cast<std::int64_t>(*value);
}

}  // namespace gatehouse::ips::compile
