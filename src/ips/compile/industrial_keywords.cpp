// SPDX-License-Identifier: GPL-3.0-or-later
// Modbus, DNP3 and CIP: keywords that ask several fields at once. What a field answers by itself has no row here.
#include <algorithm>
#include <array>

#include "ips/compile/keyword.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {
namespace {

void require(Builder& builder, const text::Option& option, std::string_view field) {
  builder.require_protocols(option, builder.around().protocols_with(field));
}

// ---- modbus: unit 10, function 3, subfunction 4
//      modbus: access write coils, address 500, value >200

NumberTest equal_to(std::uint64_t value, bool negated = false) {
  return {Compare::equal, negated, value, 0};
}

bool ask_range(Builder& builder, const text::Option& option, std::string field, std::string_view text) {
  std::string value{text};
  const ReadNumber number = read_number_test(value, UINT64_MAX);
  if (!number.ok) {
    builder.refuse(option, number.reason);
    return false;
  }
  builder.add_number(option, std::move(field), number.test, {}, 0);
  return true;
}

// Requests are asked: what is answered has been asked for.
constexpr std::uint8_t kRequest = 0;

// Whom a function code belongs to, as bits of modbus.category.
void modbus_category(Builder& builder, const text::Option& option, std::string_view text) {
  constexpr std::array kWords{NamedNumber{1, "assigned"}, NamedNumber{2, "unassigned"}, NamedNumber{3, "public"},
                              NamedNumber{4, "user"},     NamedNumber{8, "reserved"},   NamedNumber{15, "all"}};
  const bool negated = take_negation(text);
  const auto word = std::ranges::find(kWords, text, &NamedNumber::name);
  if (word == kWords.end())
    return builder.refuse(
        option, "'" + std::string(text) + "' is no category: assigned, unassigned, public, user, reserved, all");
  const std::uint64_t bits = negated ? 15 & ~word->value : word->value;
  builder.add_number(option, "modbus.category", {Compare::bits_or, false, bits, 0}, {}, kRequest);
}

void modbus_function(Builder& builder, const text::Option& option, std::string_view text) {
  if (read_unsigned(text))
    builder.add_number(option, "modbus.function", equal_to(*read_unsigned(text)), {}, kRequest);
  else
    modbus_category(builder, option, text);
}

// "read", "write", and perhaps which table: discretes, coils, input, holding.
void modbus_access(Builder& builder, const text::Option& option, std::string_view text) {
  const auto [what, table] = word_and_rest(text);
  constexpr std::array<std::string_view, 4> kTables{"discretes", "coils", "input", "holding"};
  // By the function codes of the specification that reach each table.
  constexpr std::array<std::array<std::uint64_t, 2>, 4> kReads{{{2, 2}, {1, 1}, {4, 4}, {3, 23}}};
  const std::vector<std::uint64_t> reads{1, 2, 3, 4, 20, 23, 24}, writes{5, 6, 15, 16, 21, 22, 23};
  const bool read = what == "read";
  if (!read && what != "write") return builder.refuse(option, "access is read or write");
  if (table.empty()) return builder.add_number(option, "modbus.function", {}, read ? reads : writes, kRequest);
  const auto which = std::ranges::find(kTables, table) - kTables.begin();
  if (which == static_cast<std::ptrdiff_t>(kTables.size()) || (!read && (which == 0 || which == 2)))
    return builder.refuse(option, "read discretes, coils, input or holding; write coils or holding");
  const auto n = static_cast<std::size_t>(which);
  std::vector<std::uint64_t> functions{kReads[n][0], kReads[n][1]};
  if (!read) functions = which == 1 ? std::vector<std::uint64_t>{5, 15} : std::vector<std::uint64_t>{6, 16, 22, 23};
  builder.add_number(option, "modbus.function", {}, functions, kRequest);
}

void modbus(Builder& builder, const text::Option& option) {
  require(builder, option, "modbus.function");
  for (const std::string_view part : comma_words(without_optional_quotes(option.value.text))) {
    const auto [word, value] = word_and_rest(part);
    if (word == "unit")
      ask_range(builder, option, "modbus.unit", value);
    else if (word == "function")
      modbus_function(builder, option, value);
    else if (word == "subfunction")
      ask_range(builder, option, "modbus.subfunction", value);
    else if (word == "access")
      modbus_access(builder, option, value);
    else if (word == "address")
      ask_range(builder, option, "modbus.address", value);
    else if (word == "value")
      ask_range(builder, option, "modbus.value", value);
    else
      builder.refuse(option,
                     "'" + std::string(word) + "' is none of unit, function, subfunction, access, address, value");
    if (builder.refused()) return;
  }
}

// ---- dnp3

// "device_restart, class_1_events": any of them.
void dnp3_ind(Builder& builder, const text::Option& option) {
  const FieldSpec* field = builder.around().field("dnp3.ind");
  require(builder, option, "dnp3.ind");
  std::uint64_t bits = 0;
  for (const std::string_view word : comma_words(option.value.text)) {
    if (const auto number = read_unsigned(word)) {
      bits |= *number;
      continue;
    }
    const auto name =
        field == nullptr ? nullptr : std::to_address(std::ranges::find(field->names, word, &NamedNumber::name));
    if (field == nullptr || name == std::to_address(field->names.end()))
      return builder.refuse(option, "'" + std::string(word) + "' is no internal indication of DNP3");
    bits |= name->value;
  }
  builder.add_number(option, "dnp3.ind", {Compare::bits_or, false, bits, 0});
}

// "group, variation", which the field holds as one number.
void dnp3_obj(Builder& builder, const text::Option& option) {
  const auto words = comma_words(option.value.text);
  const auto group = words.size() == 2 ? read_unsigned(words[0]) : std::nullopt;
  const auto variation = words.size() == 2 ? read_unsigned(words[1]) : std::nullopt;
  if (!group || !variation || *group > 255 || *variation > 255)
    return builder.refuse(option, "it takes group and variation, 0 to 255 each: dnp3_obj:99,99");
  require(builder, option, "dnp3.obj");
  builder.add_number(option, "dnp3.obj", equal_to(*group << 8 | *variation));
}

// ---- cip_service:service[,class[,attribute]]

void cip_service(Builder& builder, const text::Option& option) {
  const auto words = comma_words(option.value.text);
  if (words.empty() || words.size() > 3)
    return builder.refuse(option, "it takes service[,class[,attribute]] as numbers");
  std::array<std::uint64_t, 3> numbers{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto number = read_unsigned(words[i]);
    if (!number || *number > 0xffff) return builder.refuse(option, "it takes service[,class[,attribute]] as numbers");
    numbers[i] = *number;
  }
  require(builder, option, "enip.cip_service");
  if (words.size() == 1) return builder.add_number(option, "enip.cip_service", equal_to(numbers[0]));
  // One number of 16 bits each, so that all three are of one message.
  const std::uint64_t wanted = numbers[0] << 32 | numbers[1] << 16 | numbers[2];
  const std::uint64_t mask = words.size() == 3 ? 0xffff'ffff'ffffull : 0xffff'ffff'0000ull;
  builder.add_number(option, "enip.cip_triple", {Compare::bits_and, false, mask, wanted & mask});
}

constexpr std::array kRows{
    Keyword{"modbus", Argument::required, &modbus, "unit, function, subfunction, or access with address and value"},
    Keyword{"dnp3_ind", Argument::required, &dnp3_ind, "any of these internal indications"},
    Keyword{"dnp3_obj", Argument::required, &dnp3_obj, "an object of this group and variation"},
    Keyword{"cip_service", Argument::required, &cip_service,
            "service of CIP, with class and attribute of the same message"},
};

}  // namespace

std::span<const Keyword> industrial_keywords() noexcept {
  return kRows;
}

}  // namespace gatehouse::ips::compile
