// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/vocabulary.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "proto/registry.hpp"

namespace gatehouse::cli {
namespace {

constexpr std::string_view kHeading =
    "# Protocols and fields\n\n"
    "What Gatehouse recognises and reads: `gatehouse protocols --markdown` prints this page from the rows that the "
    "program itself "
    "goes by. A field is a condition of the policy, a buffer of signatures and a word of the log, by the same name; "
    "where the values of "
    "a number have names, either may be written.\n\n";

// What would end a cell or begin another.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string names_of(const FieldSpec& field) {
  constexpr std::size_t kMostShown = 24;
  std::string text;
  for (const NamedNumber& row : field.names.first(std::min(field.names.size(), kMostShown)))
    text += fmt::format("{}`{}` {}", text.empty() ? "" : ", ", row.name, row.value);
  if (field.names.size() > kMostShown) text += fmt::format(" and {} more", field.names.size() - kMostShown);
  return text;
}

std::string fields_table(const ProtocolSpec& protocol) {
  if (protocol.fields.empty()) return {};
  std::string text = "| field | type | direction | known at | |\n|---|---|---|---|---|\n";
  for (const FieldSpec& field : protocol.fields) {
    const std::string names = names_of(field);
    text += fmt::format("| `{}` | {} | {} | {} | {}{} |\n", field.name, type_text(field.type),
                        direction_text(field.direction), stage_text(protocol, field), cell(field.about),
                        names.empty() ? "" : fmt::format(" ({})", cell(names)));
  }
  return text + "\n";
}

std::string events_table(const ProtocolSpec& protocol) {
  if (protocol.events.empty()) return {};
  std::string text = "| event | |\n|---|---|\n";
  for (const EventSpec& event : protocol.events)
    text += fmt::format("| `{}.{}` | {} |\n", protocol.name, event.name, cell(event.about));
  return text + "\n";
}

std::string logged_as(const ProtocolSpec& protocol) {
  if (protocol.log_type.empty()) return "no record of its own";
  return fmt::format("record `{}`{}", protocol.log_type, protocol.own_record ? " (within `ndpi`)" : "");
}

std::vector<const ProtocolSpec*> by_name() {
  std::vector<const ProtocolSpec*> list{proto::all().begin(), proto::all().end()};
  std::ranges::sort(list, {}, &ProtocolSpec::name);
  return list;
}

}  // namespace

std::string_view type_text(FieldType type) noexcept {
  switch (type) {
    case FieldType::bytes:
      return "bytes";
    case FieldType::number:
      return "number";
    case FieldType::list:
      return "list";
    case FieldType::stream:
      return "stream";
  }
  return "";
}

std::string_view direction_text(FieldDirection direction) noexcept {
  switch (direction) {
    case FieldDirection::to_server:
      return "to_server";
    case FieldDirection::to_client:
      return "to_client";
    case FieldDirection::both:
      return "both";
  }
  return "";
}

std::string_view stage_text(const ProtocolSpec& protocol, const FieldSpec& field) noexcept {
  const auto stages = protocol.stages[field.direction == FieldDirection::to_client ? 1 : 0];
  return field.known_at < stages.size() ? stages[field.known_at] : std::string_view{};
}

std::vector<std::string> transports(const ProtocolSpec& protocol) {
  std::vector<std::string> names;
  if (protocol.transports.tcp) names.emplace_back("tcp");
  if (protocol.transports.udp) names.emplace_back("udp");
  if (protocol.transports.ethernet != 0)
    names.push_back(fmt::format("ethernet 0x{:04x}", protocol.transports.ethernet));
  return names;
}

std::string vocabulary_markdown() {
  const auto protocols = by_name();
  std::string text{kHeading};
  text += "| protocol | over | log | |\n|---|---|---|---|\n";
  for (const ProtocolSpec* p : protocols)
    text += fmt::format("| [{0}](#{0}) | {1} | {2} | {3} |\n", p->name, fmt::join(transports(*p), ", "),
                        p->log_type.empty() ? "" : fmt::format("`{}`", p->log_type), cell(p->about));
  for (const ProtocolSpec* p : protocols)
    text += fmt::format("\n## {}\n\n{}. Over {}; {}.\n\n{}{}", p->name, cell(p->about),
                        fmt::join(transports(*p), " and "), logged_as(*p), fields_table(*p), events_table(*p));
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

}  // namespace gatehouse::cli
