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

int cmd_protocols(const Arguments& arguments) {
  if (arguments.has("markdown")) {
    fmt::print("{}", vocabulary_markdown());
    return kOk;
  }
  if (arguments.has("json")) {
    Json list = Json::array();
    for (const ProtocolSpec* protocol : proto::all())
      list.push_back({{"name", protocol->name},
                      {"about", protocol->about},
                      {"transports", transports(*protocol)},
                      {"log_type", protocol->log_type},
                      {"ndpi_name", protocol->ndpi_name},
                      {"fields", protocol->fields.size()},
                      {"events", protocol->events.size()}});
    fmt::print("{}\n", list.dump(2));
    return kOk;
  }
  std::vector<std::vector<std::string>> rows{{"PROTOCOL", "OVER", "LOG", "FIELDS", "ABOUT"}};
  for (const ProtocolSpec* protocol : proto::all())
    rows.push_back({std::string(protocol->name), fmt::format("{}", fmt::join(transports(*protocol), ",")),
                    protocol->log_type.empty() ? "-" : std::string(protocol->log_type),
                    std::to_string(protocol->fields.size()), std::string(protocol->about)});
  fmt::print("{}", format_listing(rows));
  return kOk;
}

}  // namespace gatehouse::cli
