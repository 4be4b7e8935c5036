// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "config/config.hpp"
#include "engine/settings.hpp"
#include "policy/policy.hpp"

namespace gatehouse::cli {
namespace {

constexpr std::string_view kDefaultConfig = "/etc/gatehouse/gatehouse.yaml";

// Says everything that is wrong, and keeps the worst exit status.
class Findings {
 public:
  void mistake(const Error& error) { worst_ = std::max(worst_, report(error)); }
  void note(std::string_view text) { fmt::print("note: {}\n", text); }
  int status() const { return worst_; }

 private:
  int worst_ = kOk;
};

std::vector<std::string> captured_interfaces(const config::Config& config) {
  std::vector<std::string> names = config.capture.interfaces;
  for (const config::InterfacePair& pair : config.capture.pairs) names.insert(names.end(), {pair.a, pair.b});
  return names;
}

void check_policy(const std::filesystem::path& file, const config::Config& config, Findings& findings) {
  if (file.empty()) return findings.note("no policy is named: everything passes");
  policy::Surroundings around;
  around.interfaces = captured_interfaces(config);
  const auto loaded = policy::Policy::load(file, around);
  if (!loaded) return findings.mistake(loaded.error());
  const policy::Policy& policy = **loaded;
  const auto rules = std::ranges::count(policy.rules(), false, &policy::RuleInfo::is_default);
  fmt::print("{}: valid: {} zones, {} rules\n", file.string(), policy.zones().size(), rules);
  if (!around.interfaces.empty())
    for (const std::string& name : policy.missing_interfaces())
      findings.note(fmt::format("{}: zones name the interface {}, but the configuration does not capture from it",
                                file.string(), name));
  for (const auto& [zone, fail] : config.system.fail_policy.zones)
    if (std::ranges::find(policy.zones(), zone) == policy.zones().end())
      findings.mistake(
          {ErrorCode::invalid_config, fmt::format("system.fail-policy.zones: the policy has no zone '{}'", zone)});
}

}  // namespace

int cmd_check(const Arguments& arguments) {
  Findings findings;
  // With a policy alone, that alone is checked.
  const bool policy_only = arguments.has("policy") && !arguments.has("config") && !arguments.has("set");
  config::Config config = config::defaults();
  if (!policy_only) {
    const std::string file{arguments.value_or("config", kDefaultConfig)};
    const auto loaded = config::load(file, arguments.values("set"), engine::surroundings());
    if (loaded) {
      config = *loaded;
      if (const auto ready = config::ready_to_capture(config); !ready) findings.note(ready.error().text);
      fmt::print("{}: valid\n", file);
    } else {
      findings.mistake(loaded.error());
      if (!arguments.has("policy")) return findings.status();  // it could not say where the policy is
    }
  }
  check_policy(arguments.has("policy") ? std::filesystem::path{*arguments.value("policy")} : config.policy.file, config,
               findings);
  return findings.status();
}

}  // namespace gatehouse::cli
