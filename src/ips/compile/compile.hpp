// SPDX-License-Identifier: GPL-3.0-or-later
// From files of rules to a Ruleset: reads, selects, understands each rule, and builds the prefilters, on all cores.
// What is refused is listed and stops nothing else.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ips/compile/builder.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/match/ruleset.hpp"
#include "ips/select/threshold_config.hpp"
#include "ips/text/rule_file.hpp"

namespace gatehouse::ips::compile {

struct CompileSettings {
  std::filesystem::path cache;  // folder of compiled prefilters; empty: none is kept
  unsigned threads = 0;         // 0: one per processor
  // Every signature is asked of everything of its kind: no literals, no groups. Slow, and the measure of the quick way.
  bool naive = false;
};

struct Statistics {
  std::size_t rules = 0, skipped = 0, refused = 0, loaded = 0;
  std::size_t pattern_sets = 0, literals = 0, pattern_bytes = 0, from_cache = 0;
  std::size_t without_literal = 0;  // asked of everything of their kind
  double read_seconds = 0, understand_seconds = 0, prefilter_seconds = 0;
};

struct Compiled {
  std::shared_ptr<const Ruleset> ruleset;
  std::vector<text::Refusal> refused;  // rules that are not loaded, with the reason
  std::vector<text::Refusal> skipped;  // whose `requires` is not met
  Statistics statistics;
};

// A rule to load, and the file it comes from.
struct RuleEntry {
  const text::RuleFile* file = nullptr;
  const text::Rule* rule = nullptr;
};

// The rules may go when this returns. `thresholds`: of the operator; null: none. `around.folder` is set for each file.
Result<Compiled> compile(std::span<const RuleEntry> rules, const select::ThresholdConfig* thresholds,
                         Surroundings& around, const CompileSettings& settings);

// How one rule would be looked for, or why it is refused.
struct Description {
  std::optional<text::Refusal> refusal;
  std::string fast_pattern;  // with octets that are no text as |0d 0a|; empty: it has none
  std::string group;         // "literals of http.uri", "all TCP payloads to the server, port 80"
};
Description describe(const text::Rule& rule, const Surroundings& around);

}  // namespace gatehouse::ips::compile
