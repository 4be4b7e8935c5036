// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "policy/policy.hpp"

namespace gatehouse::policy {
namespace {

using Json = nlohmann::ordered_json;

Json object(Json properties, Json required = Json::array()) {
  Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}
// A lone value, or a list of them.
Json one_or_more(Json item) {
  return {{"anyOf",
           Json::array({item, {{"type", "array"}, {"items", item}, {"minItems", 1}, {"maxItems", kMaxListEntries}}})}};
}
Json about(std::string_view text, Json schema) {
  schema["description"] = text;
  return schema;
}
Json text() {
  return {{"type", "string"}, {"minLength", 1}};
}
Json text_or_number() {
  return {{"type", Json::array({"string", "integer"})}};
}
Json action() {
  return {{"enum", Json::array({"allow", "drop", "reject"})}};
}

Json rule_schema() {
  const Json end{{"anyOf", Json::array({one_or_more(text()),
                                        object({{"zone", one_or_more(text())}, {"address", one_or_more(text())}})})}};
  return object({{"name", about("Names the rule in logs and explanations.", text())},
                 {"from", about("The zone of the one who begins, or {zone, address}.", end)},
                 {"to", about("The zone of the other end, or {zone, address}.", end)},
                 {"application", about("Names of applications, or unknown.", one_or_more(text()))},
                 {"domain", about("The server's name or the name that is asked for; example.org with all below it.",
                                  one_or_more(text()))},
                 {"port", about("Of the server.", one_or_more(text_or_number()))},
                 {"protocol", about("tcp, udp, icmp, icmpv6, sctp or a number.", one_or_more(text_or_number()))},
                 {"action", action()}},
                Json::array({"name", "action"}));
}

}  // namespace

std::string Policy::json_schema() {
  Json zone = object({{"interfaces", one_or_more(text())}, {"networks", one_or_more(text())}});
  zone["minProperties"] = 1;
  Json schema =
      object({{"version", {{"const", 1}}},
              {"zones", {{"type", "object"}, {"maxProperties", kMaxZones}, {"additionalProperties", std::move(zone)}}},
              {"rules", about("Top down; the first that matches decides.",
                              {{"type", "array"}, {"maxItems", kMaxRules}, {"items", rule_schema()}})},
              {"default", about("What becomes of sessions that no rule matches.",
                                {{"anyOf", Json::array({action(),
                                                        {{"type", "object"},
                                                         {"required", Json::array({"any"})},
                                                         {"additionalProperties", action()}}})}})},
              {"undecided", object({{"packets", {{"type", "integer"}, {"minimum", 1}, {"maximum", 1000}}},
                                    {"bytes", text_or_number()},
                                    {"time", text_or_number()},
                                    {"action", {{"enum", Json::array({"pass", "hold"})}}}})}},
             Json::array({"version", "default"}));
  Json root{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Gatehouse policy"}};
  root.update(schema);
  return root.dump(2) + '\n';
}

}  // namespace gatehouse::policy
