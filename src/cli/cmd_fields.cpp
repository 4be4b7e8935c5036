// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/listing.hpp"
#include "cli/vocabulary.hpp"
#include "proto/registry.hpp"

namespace gatehouse::cli {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

int cmd_fields(const Arguments& arguments) {
  const bool json = arguments.has("json");
  Json list = Json::array();
  std::vector<std::vector<std::string>> rows{{"FIELD", "TYPE", "DIRECTION", "KNOWN AT", "ABOUT"}};
  for (const ProtocolSpec* protocol : proto::all()) {
    for (const FieldSpec& field : protocol->fields) {
      const std::string_view stage = stage_text(*protocol, field);
      Json names = Json::object();
      for (const NamedNumber& row : field.names) names[std::string(row.name)] = row.value;
      if (json)
        list.push_back({{"name", field.name},
                        {"protocol", protocol->name},
                        {"type", type_text(field.type)},
                        {"direction", direction_text(field.direction)},
                        {"known_at", stage},
                        {"names", names},
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
