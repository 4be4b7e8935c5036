// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/schema.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "config/diagnostic.hpp"

namespace gatehouse::config {

std::span<const Section> sections() noexcept {
  static const std::array all{kSystemSection,  kCaptureSection,   kDecodeSection, kFlowSection,
                              kStreamSection,  kProtocolsSection, kFilesSection,  kLogSection,
                              kControlSection, kPolicySection,    kIpsSection};
  return all;
}

std::span<const Option* const> all_options() {
  static const std::vector<const Option*> all = [] {
    std::vector<const Option*> options;
    for (const Section& section : sections())
      for (const Option& option : section.options) options.push_back(&option);
    return options;
  }();
  return all;
}

std::span<const std::string_view> all_keys() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> keys;
    for (const Option* option : all_options()) keys.push_back(option->key);
    return keys;
  }();
  return all;
}

const Option* find_option(std::string_view key) noexcept {
  for (const Section& section : sections())
    for (const Option& option : section.options)
      if (option.key == key) return &option;
  return nullptr;
}

std::string_view type_name(Type type) noexcept {
  switch (type) {
    case Type::boolean:
      return "boolean";
    case Type::integer:
      return "number";
    case Type::size:
      return "size";
    case Type::duration:
      return "duration";
    case Type::choice:
      return "choice";
    case Type::user:
      return "user name";
    case Type::path:
      return "path";
    case Type::paths:
      return "list of paths";
    case Type::queues:
      return "queue numbers";
    case Type::names:
      return "list of words";
    case Type::choices:
      return "list of choices";
    case Type::interfaces:
      return "list of interfaces";
    case Type::pairs:
      return "list of interface pairs";
    case Type::choice_map:
      return "map of choices";
    case Type::text_map:
      return "map of texts";
  }
  return "";
}

std::string bounds_text(const Option& option) {
  const auto [least, most] = option.bounds;
  switch (option.type) {
    case Type::integer:
      return std::to_string(least) + " to " + std::to_string(most);
    case Type::size:
      return format_size(least) + " to " + format_size(most);
    case Type::duration:
      return format_duration({static_cast<std::int64_t>(least)}) + " to " +
             format_duration({static_cast<std::int64_t>(most)});
    default:
      return {};
  }
}

std::string expectation(const Option& option) {
  const std::string example{option.example.empty() ? option.standard : option.example};
  switch (option.type) {
    case Type::boolean:
      return "true or false";
    case Type::integer:
      return "a number from " + bounds_text(option);
    case Type::size:
      return "a size from " + bounds_text(option) + ", such as " + example;
    case Type::duration:
      return "a duration from " + bounds_text(option) + ", such as " + example;
    case Type::choice:
      return listed(option.choices);
    case Type::user:
      return "a user's name";
    case Type::path:
      return "a path";
    case Type::paths:
      return "a list of paths, such as " + example;
    case Type::queues:
      return "a queue number or a range, such as 0-3";
    case Type::names:
      return "a list of words, such as " + example;
    case Type::choices:
      return "a list of " + listed(option.choices);
    case Type::interfaces:
      return "a list of interfaces, such as " + example;
    case Type::pairs:
      return "a list of pairs, such as " + example;
    case Type::choice_map:
      return "a map of names to " + listed(option.choices) + ", such as " + example;
    case Type::text_map:
      return "a map of names to texts or lists of them, such as " + example;
  }
  return {};
}

}  // namespace gatehouse::config
