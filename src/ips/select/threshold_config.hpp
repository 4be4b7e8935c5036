// SPDX-License-Identifier: GPL-3.0-or-later
// threshold.config: how often rules alert, and for which addresses they do not, beside what the rules themselves say.
//
//   threshold    gen_id G, sig_id S, type limit|threshold|both|backoff, track T, count N, seconds N
//   event_filter the same
//   suppress     gen_id G, sig_id S [, track by_src|by_dst|by_either, ip ADDRESSES]
//   rate_filter  gen_id G, sig_id S, track T, count N, seconds N, new_action A, timeout N
//
// sig_id 0 stands for all rules of that gen_id; gen_id 0 (with sig_id 0) for all rules. A backslash at a line's end
// joins the next. A line that cannot be read is told, and passed over.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ips/match/signature.hpp"
#include "ips/text/rule.hpp"

namespace gatehouse::ips::select {

// HOME_NET and the like, as they are written.
using AddressVariables = std::map<std::string, std::string, std::less<>>;

// "192.0.2.0/24", "[10.0.0.0/8, !10.1.0.0/16]", "192.0.2.1-192.0.2.9", "$HOME_NET", "any". The error is a sentence.
std::expected<AddressSet, std::string> read_addresses(std::string_view text, const AddressVariables& variables);

class ThresholdConfig {
 public:
  struct Of {
    std::uint32_t gid = 0, sid = 0;  // 0: all
    text::Place place;
    bool names(std::uint32_t g, std::uint32_t s) const noexcept {
      return (gid == 0 || gid == g) && (sid == 0 || sid == s);
    }
    bool is_general() const noexcept { return sid == 0; }
  };
  struct ThresholdRow : Of {
    Threshold threshold;
  };
  struct SuppressionRow : Of {
    Suppression suppression;  // by_either is two rows, by_src and by_dst
  };

  static ThresholdConfig from_text(std::string name, std::string_view text, const AddressVariables& variables = {});
  static Result<ThresholdConfig> read(const std::filesystem::path& path, const AddressVariables& variables = {});

  const std::string& name() const noexcept { return name_; }
  const std::vector<ThresholdRow>& thresholds() const noexcept { return thresholds_; }
  const std::vector<SuppressionRow>& suppressions() const noexcept { return suppressions_; }
  const std::vector<text::Refusal>& mistakes() const noexcept { return mistakes_; }

  // What holds for a rule, in the order of the file. A row for that rule takes the place of what the rule says itself
  // (and of general rows, which are then not among them); general rows are for rules that say nothing: `has_own`.
  std::vector<Threshold> thresholds_for(std::uint32_t gid, std::uint32_t sid, bool has_own) const;
  std::vector<Suppression> suppressions_for(std::uint32_t gid, std::uint32_t sid) const;

 private:
  friend class ThresholdReader;
  std::string name_;
  std::vector<ThresholdRow> thresholds_;
  std::vector<SuppressionRow> suppressions_;
  std::vector<text::Refusal> mistakes_;
};

}  // namespace gatehouse::ips::select
