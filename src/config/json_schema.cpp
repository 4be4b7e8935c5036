// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "config/describe.hpp"
#include "config/option.hpp"

namespace gatehouse::config {
namespace {

using Json = nlohmann::ordered_json;

Json words(std::span<const std::string_view> list) {
  Json array = Json::array();
  for (const std::string_view word : list) array.push_back(word);
  return array;
}

Json list_of(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}, {"uniqueItems", true}};
}

Json interface_name() {
  return {{"type", "string"}, {"pattern", "^[^/:\\s]{1,15}$"}};
}

Json type_schema(const Option& option) {
  switch (option.type) {
    case Type::boolean:
      return {{"type", "boolean"}};
    case Type::integer:
      return {{"type", "integer"}, {"minimum", option.bounds.least}, {"maximum", option.bounds.most}};
    case Type::size:
      return {{"type", Json::array({"string", "integer"})},
              {"pattern", "^(0|[1-9][0-9]*(B|KiB|MiB|GiB|TiB))$"},
              {"maximum", 0}};
    case Type::duration:
      return {{"type", Json::array({"string", "integer"})},
              {"pattern", "^(0|(0|[1-9][0-9]*)(us|ms|s|m|h|d))$"},
              {"maximum", 0}};
    case Type::choice:
      return {{"enum", words(option.choices)}};
    case Type::user:
      return {{"type", "string"}, {"pattern", "^[A-Za-z_.][A-Za-z0-9_.-]{0,31}$"}};
    case Type::path:
      return {{"type", "string"}};
    case Type::paths:
      return list_of({{"type", "string"}});
    case Type::queues:
      return {{"type", Json::array({"string", "integer"})}, {"pattern", "^[0-9]+(-[0-9]+)?$"}};
    case Type::names:
      return list_of({{"type", "string"}});
    case Type::choices:
      return list_of({{"enum", words(option.choices)}});
    case Type::interfaces:
      return list_of(interface_name());
    case Type::pairs:
      return list_of({{"type", "object"},
                      {"properties", {{"a", interface_name()}, {"b", interface_name()}}},
                      {"required", Json::array({"a", "b"})},
                      {"additionalProperties", false}});
    case Type::choice_map:
      return {{"type", "object"}, {"additionalProperties", {{"enum", words(option.choices)}}}};
    case Type::text_map: {
      const Json text = {{"type", Json::array({"string", "integer"})}};
      return {{"type", "object"},
              {"additionalProperties", {{"anyOf", Json::array({text, {{"type", "array"}, {"items", text}}})}}}};
    }
  }
  return {};
}

// The schema of the map that holds the option, made on the way.
Json& group_at(Json& root, std::string_view key) {
  Json* at = &root;
  std::size_t from = 0;
  for (auto dot = key.find('.'); dot != key.npos; dot = key.find('.', from)) {
    Json& group = (*at)["properties"][std::string(key.substr(from, dot - from))];
    if (group.is_null())
      group = {
          {"type", Json::array({"object", "null"})}, {"properties", Json::object()}, {"additionalProperties", false}};
    at = &group;
    from = dot + 1;
  }
  return *at;
}

}  // namespace

std::string json_schema() {
  Json root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "Gatehouse configuration"},
            {"type", "object"},
            {"properties", {{"version", {{"const", 1}}}}},
            {"additionalProperties", false}};
  for (const Section& section : sections()) {
    for (const Option& option : section.options) {
      Json schema = type_schema(option);
      schema["description"] = option.about;
      group_at(root, option.key)["properties"][std::string(option.key.substr(option.key.rfind('.') + 1))] =
          std::move(schema);
    }
    root["properties"][std::string(section.name)]["description"] = section.about;
  }
  return root.dump(2) + '\n';
}

}  // namespace gatehouse::config
