// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/listing.hpp"
#include "proto/registry.hpp"

namespace gatehouse::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string_view type_text(FieldType type) {
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

std::string_view direction_text(FieldDirection direction) {
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

// The moment at which it is known: a stage of its direction, where the protocol names stages.
std::string_view stage_text(const ProtocolSpec& protocol, const FieldSpec& field) {
  const auto stages = protocol.stages[field.direction == FieldDirection::to_client ? 1 : 0];
  return field.known_at < stages.size() ? stages[field.known_at] : std::string_view{};
}

}  // namespace

int cmd_fields(const Arguments& arguments) {
  const bool json = arguments.has("json");
  Json list = Json::array();
  std::vector<std::vector<std::string>> rows{{"FIELD", "TYPE", "DIRECTION", "KNOWN AT", "ABOUT"}};
  for (const ProtocolSpec* protocol : proto::all()) {
    for (const FieldSpec& field : protocol->fields) {
      const std::string_view stage = stage_text(*protocol, field);
      if (json)
        list.push_back({{"name", field.name},
                        {"protocol", protocol->name},
                        {"type", type_text(field.type)},
                        {"direction", direction_text(field.direction)},
                        {"known_at", stage},
                        {"about", field.about}});
      else
        rows.push_back({std::string(field.name), std::string(type_text(field.type)),
                        std::string(direction_text(field.direction)), stage.empty() ? "-" : std::string(stage),
                        std::string(field.about)});
    }
  }
  if (json)
    fmt::print("{}\n", list.dump(2));
  else
    fmt::print("{}", format_listing(rows));
  return kOk;
}

}  // namespace gatehouse::cli
