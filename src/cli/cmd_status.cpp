// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <functional>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "engine/control.hpp"

namespace gatehouse::cli {
namespace {

using nlohmann::json;

constexpr std::string_view kDefaultSocket = "/run/gatehouse/control.socket";

// The engine's answer, or the exit status that says why there is none.
std::expected<json, int> asked(const Arguments& arguments, const std::string& command) {
  const auto answer = engine::ask(std::string(arguments.value_or("socket", kDefaultSocket)), command);
  if (answer) return json::parse(*answer);
  report(answer.error());
  return std::unexpected(answer.error().code == ErrorCode::not_permitted ? kNotPermitted : kNotRunning);
}

void print_rows(const json& value, const std::string& name) {
  if (!value.is_object()) {
    fmt::print("{:40} {}\n", name, value.is_string() ? value.get<std::string>() : value.dump());
    return;
  }
  for (const auto& [key, inner] : value.items()) print_rows(inner, name.empty() ? key : name + "." + key);
}

int show(const Arguments& arguments, const std::string& command) {
  const auto answer = asked(arguments, command);
  if (!answer) return answer.error();
  if (arguments.has("json"))
    fmt::print("{}\n", answer->dump(2));
  else
    print_rows(*answer, "");
  return kOk;
}

}  // namespace

int cmd_status(const Arguments& arguments) {
  return show(arguments, "status");
}

int cmd_counters(const Arguments& arguments) {
  return show(arguments, "dump-counters");
}

}  // namespace gatehouse::cli
