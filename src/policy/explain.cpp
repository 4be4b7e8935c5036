// SPDX-License-Identifier: GPL-3.0-or-later
// The reason of a judgement, told from the same rules that judged.
#include <filesystem>

#include "policy/compiled.hpp"
#include "policy/flip.hpp"
#include "policy/words.hpp"

namespace gatehouse::policy {
namespace {

class Explainer {
 public:
  Explainer(const CompiledPolicy& policy, const Facts& facts) : policy_(policy), facts_(facts), words_(policy) {}

  Explanation explain(const Decision& decision) {
    Explanation answer;
    answer.decision = decision;
    for (std::uint32_t i = 0; i < policy_.rules.size(); ++i) {
      answer.chain.push_back(words_.answer(i, facts_));
      if (answer.chain.back().truth == Truth::yes) break;
    }
    answer.sentence = sentence(decision, answer.chain);
    return answer;
  }

 private:
  std::string sentence(const Decision& decision, const std::vector<RuleAnswer>& chain) const {
    if (decision.kind == Kind::pending) return pending(chain);
    std::string text{is_refusal(decision.kind) ? "Refused: " : "Allowed: "};
    if (decision.rule < policy_.rules.size()) {
      text += words_.rule(decision.rule) + ": " + words_.reasons(chain.back());
    } else {
      const RuleInfo& info = policy_.infos[decision.rule];
      text += "no rule matches, and the default from " + std::string(policy_.zone_name(facts_.from)) + " to " +
              std::string(policy_.zone_name(facts_.to)) + " (" + words_.place(info) + ") is " +
              std::string(to_text(info.action));
    }
    for (const RuleAnswer& answer : chain)
      if (answer.truth == Truth::maybe) return text + "; what is not known yet cannot change that";
    return text;
  }
  std::string pending(const std::vector<RuleAnswer>& chain) const {
    for (const RuleAnswer& answer : chain) {
      if (answer.truth != Truth::maybe) continue;
      std::string text = "Pending: " + words_.rule(answer.rule) + " may yet match:";
      for (const ConditionAnswer& condition : answer.conditions)
        if (condition.truth == Truth::maybe) text += ' ' + std::string(condition.condition) + " is not known yet,";
      text.back() = '.';
      return text;
    }
    return "Pending";
  }

  const CompiledPolicy& policy_;
  const Facts& facts_;
  Words words_;
};

}  // namespace

Explanation Policy::explain(const Facts& facts) const {
  Explanation answer = Explainer{*compiled_, facts}.explain(judge(facts));
  if (answer.decision.kind != Kind::pending) answer.flip = nearest_flip(*this, *compiled_, facts, answer.decision);
  return answer;
}

}  // namespace gatehouse::policy
