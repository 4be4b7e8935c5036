// SPDX-License-Identifier: GPL-3.0-or-later
// Which rules are used, and how: what the rule files say, changed by the operator's lists in this order: disable.conf,
// enable.conf (so it has the last word), drop.conf, modify.conf. Then rules that set a flowbit which a rule in use asks
// for are used too, without alerting. Each decision remembers which line of which file made it.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ips/select/lists.hpp"
#include "ips/text/rule_file.hpp"

namespace gatehouse::ips::select {

// The operator's lists. An empty list changes nothing.
struct Lists {
  MatcherList enable, disable, drop;
  ModifyList modify;

  struct Paths {
    std::filesystem::path enable = {}, disable = {}, drop = {}, modify = {};  // empty: there is none
  };
  static Result<Lists> read(const Paths& paths);
  std::vector<text::Refusal> mistakes() const;
};

enum class Cause : std::uint8_t {
  disabled,      // by disable.conf
  enabled,       // by enable.conf
  drops,         // by drop.conf: the alert has become a drop
  kept_alert,    // drop.conf names it, but not by its sid, and it is a helper or was shipped disabled
  modified,      // by modify.conf
  not_modified,  // modify.conf would make of it what is no rule
  needed,        // a rule in use asks for a flowbit that this one sets
  superseded,    // another rule has the same gid and sid, and a revision that is higher or stands before
};
std::string_view word_for(Cause cause) noexcept;  // "disabled", "kept-alert"

struct Reason {
  Cause cause;
  std::string file;  // whose line decided
  std::uint32_t line = 0;
  std::string detail;  // a sentence's rest, where there is more to say
  // "disabled by disable.conf:3"
  std::string text() const;
};

struct Decision {
  const text::RuleFile* file = nullptr;
  const text::Rule* shipped = nullptr;  // as the rule file has it
  const text::Rule* rule = nullptr;     // as it is used: the same, or with changes
  std::uint32_t gid = 1, sid = 0, rev = 0;
  bool enabled = false;
  std::vector<Reason> reasons;  // in the order in which they took effect; none: as the rule file has it

  bool superseded() const noexcept { return !reasons.empty() && reasons.back().cause == Cause::superseded; }
};

class Selection {
 public:
  // One decision for each rule, in the order of the files. The files must live as long as the selection.
  static Selection make(std::span<const text::RuleFile> files, const Lists& lists);

  std::span<const Decision> decisions() const noexcept { return decisions_; }
  // Of the revision that counts, or null.
  const Decision* find(std::uint32_t gid, std::uint32_t sid) const noexcept;

 private:
  friend class Selector;
  std::vector<Decision> decisions_;
  std::deque<std::string> texts_;   // of rules that were changed
  std::deque<text::Rule> changed_;  // read from them
};

}  // namespace gatehouse::ips::select
