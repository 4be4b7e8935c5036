// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/selection.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/bytes.hpp"

namespace gatehouse::ips::select {

namespace {

std::string named(std::uint32_t gid, std::uint32_t sid) {
  return gid == 1 ? std::to_string(sid) : std::to_string(gid) + ':' + std::to_string(sid);
}

bool sets(const Flowbit& bit) {
  return bit.operation == "set" || bit.operation == "toggle";
}

}  // namespace

// Makes a Selection; works rule by rule, then over all of them.
class Selector {
 public:
  explicit Selector(const Lists& lists) : lists_(lists) {}

  Selection make(std::span<const text::RuleFile> files) {
    for (const text::RuleFile& file : files)
      for (const text::Rule& rule : file.rules()) decide(file, rule);
    supersede();
    enable_setters();
    return std::move(made_);
  }

 private:
  void decide(const text::RuleFile& file, const text::Rule& rule) {
    const RuleFacts facts = RuleFacts::of(rule, file.name());
    Decision decision;
    decision.file = &file;
    decision.shipped = decision.rule = &rule;
    decision.gid = facts.gid, decision.sid = facts.sid, decision.rev = facts.rev;
    decision.enabled = rule.enabled;
    switch_off_or_on(decision, facts);
    make_drop(decision, facts);
    modify(decision);
    made_.decisions_.push_back(std::move(decision));
  }

  void switch_off_or_on(Decision& decision, const RuleFacts& facts) {
    if (const auto line = decision.enabled ? lists_.disable.line_for(facts) : 0; line != 0) {
      decision.enabled = false;
      decision.reasons.push_back({Cause::disabled, lists_.disable.name(), line, {}});
    }
    if (const auto line = decision.enabled ? 0 : lists_.enable.line_for(facts); line != 0) {
      decision.enabled = true;
      decision.reasons.push_back({Cause::enabled, lists_.enable.name(), line, {}});
    }
  }

  void make_drop(Decision& decision, const RuleFacts& facts) {
    if (decision.rule->action.text != "alert") return;
    // To drop what only helps others, or what the rules' authors have doubts about, must be said of that one rule.
    const bool only_by_number = facts.helper || !decision.shipped->enabled;
    const auto any_line = lists_.drop.line_for(facts);
    if (any_line == 0) return;
    const auto line = only_by_number ? lists_.drop.line_for(facts, MatcherList::Counting::lines_of_numbers) : any_line;
    if (line == 0) {
      decision.reasons.push_back({Cause::kept_alert, lists_.drop.name(), any_line,
                                  facts.helper ? "it never alerts; only its sid would make it a drop"
                                               : "it is shipped disabled; only its sid would make it a drop"});
      return;
    }
    constexpr std::string_view alert = "alert";
    if (take(decision, "drop" + std::string(facts.text.substr(alert.size()))).empty())
      decision.reasons.push_back({Cause::drops, lists_.drop.name(), line, {}});
  }

  void modify(Decision& decision) {
    if (lists_.modify.lines().empty()) return;
    RuleFacts facts = RuleFacts::of(*decision.rule, decision.file->name());
    for (const ModifyList::Line& line : lists_.modify.lines()) {
      if (!line.matcher.matches(facts)) continue;
      std::string text = line.apply(facts.text);
      if (text == facts.text) continue;
      std::string why_not = take(decision, std::move(text));
      const Cause cause = why_not.empty() ? Cause::modified : Cause::not_modified;
      if (why_not.empty()) facts = RuleFacts::of(*decision.rule, decision.file->name());
      decision.reasons.push_back({cause, lists_.modify.name(), line.number, std::move(why_not)});
    }
  }

  // The rule is read anew from its changed text. Answers why it cannot be; then it stays as it was.
  std::string take(Decision& decision, std::string text) {
    const std::string& kept = made_.texts_.emplace_back(std::move(text));
    auto rule = text::parse_rule(kept, decision.shipped->place);
    if (!rule) {
      made_.texts_.pop_back();
      return "the change makes of it what is no rule: " + rule.error().reason;
    }
    rule->enabled = decision.shipped->enabled;
    decision.rule = &made_.changed_.emplace_back(std::move(*rule));
    return {};
  }

  // Of rules with the same number, one that is used counts before one that is not, then the highest revision, then the
  // first: what stands behind a '#' is often the version before.
  void supersede() {
    std::map<RuleNumber, Decision*> counting;
    for (Decision& decision : made_.decisions_) {
      if (decision.sid == 0) continue;
      const auto [known, is_new] = counting.try_emplace({decision.gid, decision.sid}, &decision);
      if (is_new) continue;
      const Decision& before = *known->second;
      const bool is_later = decision.enabled != before.enabled ? decision.enabled : decision.rev > before.rev;
      Decision& old = is_later ? *known->second : decision;
      if (is_later) known->second = &decision;
      const Decision& stays = *known->second;
      old.enabled = false;
      old.reasons.push_back(
          {Cause::superseded, stays.file->name(), stays.shipped->place.line, "revision " + std::to_string(stays.rev)});
    }
  }

  // Switches on what sets the flowbits that rules in use ask for, and then what those rules ask for in turn.
  void enable_setters() {
    std::unordered_map<std::string_view, std::vector<Decision*>> setters;
    std::vector<Decision*> to_look_at;
    for (Decision& decision : made_.decisions_) {
      if (decision.superseded()) continue;
      if (decision.enabled) {
        to_look_at.push_back(&decision);
        continue;
      }
      for (const Flowbit& bit : flowbits_of(*decision.rule))
        if (sets(bit)) setters[bit.name].push_back(&decision);
    }
    std::unordered_set<std::string_view> asked;
    while (!to_look_at.empty()) {
      const Decision& asking = *to_look_at.back();
      to_look_at.pop_back();
      for (const Flowbit& bit : flowbits_of(*asking.rule)) {
        if (bit.operation != "isset" || !asked.insert(bit.name).second) continue;
        for (Decision* setter : setters[bit.name])
          if (!setter->enabled && need(*setter, asking, bit.name)) to_look_at.push_back(setter);
      }
    }
  }
  bool need(Decision& setter, const Decision& asking, std::string_view flowbit) {
    const RuleFacts facts = RuleFacts::of(*setter.rule, setter.file->name());
    if (!facts.helper && !take(setter, with_option(facts.text, "noalert;")).empty()) return false;
    setter.enabled = true;
    setter.reasons.push_back(
        {Cause::needed, asking.file->name(), asking.shipped->place.line,
         "rule " + named(asking.gid, asking.sid) + " asks for the flowbit " + std::string(flowbit)});
    return true;
  }

  const Lists& lists_;
  Selection made_;
};

Selection Selection::make(std::span<const text::RuleFile> files, const Lists& lists) {
  return Selector{lists}.make(files);
}

const Decision* Selection::find(std::uint32_t gid, std::uint32_t sid) const noexcept {
  const auto found = std::ranges::find_if(
      decisions_, [&](const Decision& d) { return d.gid == gid && d.sid == sid && !d.superseded(); });
  return found == decisions_.end() ? nullptr : &*found;
}

Result<Lists> Lists::read(const Paths& paths) {
  Lists lists;
  if (!paths.enable.empty()) {
    ASSIGN_OR_RETURN(lists.enable, MatcherList::read(paths.enable), "enabled rules");
  }
  if (!paths.disable.empty()) {
    ASSIGN_OR_RETURN(lists.disable, MatcherList::read(paths.disable), "disabled rules");
  }
  if (!paths.drop.empty()) {
    ASSIGN_OR_RETURN(lists.drop, MatcherList::read(paths.drop), "dropping rules");
  }
  if (!paths.modify.empty()) {
    ASSIGN_OR_RETURN(lists.modify, ModifyList::read(paths.modify), "modified rules");
  }
  return lists;
}

std::vector<text::Refusal> Lists::mistakes() const {
  std::vector<text::Refusal> all;
  for (const auto* found : {&disable.mistakes(), &enable.mistakes(), &drop.mistakes(), &modify.mistakes()})
    all.insert(all.end(), found->begin(), found->end());
  return all;
}

std::string_view word_for(Cause cause) noexcept {
  switch (cause) {
    case Cause::disabled:
      return "disabled";
    case Cause::enabled:
      return "enabled";
    case Cause::drops:
      return "drops";
    case Cause::kept_alert:
      return "kept-alert";
    case Cause::modified:
      return "modified";
    case Cause::not_modified:
      return "not-modified";
    case Cause::needed:
      return "needed";
    case Cause::superseded:
      return "superseded";
  }
  return "";
}

std::string Reason::text() const {
  const std::string place = file + ':' + std::to_string(line);
  const std::string behind = detail.empty() ? std::string{} : ": " + detail;
  switch (cause) {
    case Cause::disabled:
      return "disabled by " + place;
    case Cause::enabled:
      return "enabled by " + place;
    case Cause::drops:
      return "made a drop by " + place;
    case Cause::kept_alert:
      return "not made a drop by " + place + behind;
    case Cause::modified:
      return "modified by " + place;
    case Cause::not_modified:
      return "not modified by " + place + behind;
    case Cause::needed:
      return "enabled without alerting: " + detail + " (" + place + ')';
    case Cause::superseded:
      return "superseded by " + place + behind;
  }
  return {};
}

}  // namespace gatehouse::ips::select
