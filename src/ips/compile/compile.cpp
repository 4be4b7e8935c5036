// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/compile.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "ips/compile/assemble.hpp"
#include "ips/compile/cache.hpp"
#include "ips/compile/fields.hpp"
#include "ips/compile/header.hpp"
#include "ips/compile/keyword.hpp"
#include "ips/compile/meta.hpp"
#include "ips/compile/payload_checks.hpp"
#include "ips/compile/requirements.hpp"

namespace gatehouse::ips::compile {
namespace {

// So many rules are understood before they are put into the ruleset: what lies between is bounded.
constexpr std::size_t kBatch = 2048;

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void apply_option(Builder& builder, const text::Option& option) {
  std::string lower{option.name.text};  // rules in circulation write "Content"
  std::ranges::transform(lower, lower.begin(), ascii_lower);
  const std::string_view name = canonical_name(lower);
  if (const Keyword* keyword = find_keyword(name)) {
    if (keyword->argument == Argument::none && option.has_value)
      return builder.refuse(option, "'" + std::string(name) + "' takes no value");
    if (keyword->argument == Argument::required && !option.has_value)
      return builder.refuse(option, "'" + std::string(name) + "' wants a value behind a colon");
    return keyword->apply(builder, option);
  }
  if (!apply_field(builder, option, name))
    builder.refuse(option.name.place, std::string(option.name.text), "there is no keyword of this name");
}

void understand(Builder& builder, HeaderCache& headers) {
  if (!meets_requirements(builder)) return;
  read_header(builder, headers);
  for (const text::Option& option : builder.rule().options) {
    if (builder.refused()) return;
    apply_option(builder, option);
  }
  require_sid(builder);
  if (!builder.refused()) check_payload(builder);
}

// Calls work(thread, i) for each i below count, on some threads.
template <typename Work>
void in_parallel(unsigned threads, std::size_t count, Work&& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&](unsigned thread) {
    for (std::size_t i = next++; i < count; i = next++) work(thread, i);
  };
  std::vector<std::jthread> others;
  for (unsigned t = 1; t < threads; ++t) others.emplace_back(run, t);
  run(0);
}

class Compilation {
 public:
  Compilation(const select::ThresholdConfig* thresholds, Surroundings& around, const CompileSettings& settings)
      : thresholds_(thresholds),
        around_(around),
        settings_(settings),
        threads_(settings.threads > 0 ? settings.threads : std::max(1u, std::thread::hardware_concurrency())),
        assembly_(around, settings.naive) {}

  Result<Compiled> run(std::span<const RuleEntry> rules) {
    const auto begin = Clock::now();
    out_.statistics.rules = rules.size();
    while (!rules.empty()) {
      // Lists are named from the folder of the rule's file: a batch is of one file.
      const text::RuleFile* file = rules.front().file;
      const auto end = std::ranges::find_if(rules, [&](const RuleEntry& r) { return r.file != file; });
      const std::size_t size = std::min<std::size_t>(kBatch, static_cast<std::size_t>(end - rules.begin()));
      around_.folder = std::filesystem::path(file->name()).parent_path();
      add_batch(*file, rules.first(size));
      rules = rules.subspan(size);
    }
    const std::shared_ptr<Ruleset> ruleset = assembly_.finish();
    out_.ruleset = ruleset;
    out_.statistics.understand_seconds = seconds_since(begin);
    RETURN_IF_ERROR(make_prefilters(*ruleset), "signatures");
    out_.statistics.loaded = ruleset->signatures.size();
    out_.statistics.refused = out_.refused.size();
    out_.statistics.skipped = out_.skipped.size();
    out_.statistics.without_literal = assembly_.without_literal();
    return std::move(out_);
  }

 private:
  void add_batch(const text::RuleFile& file, std::span<const RuleEntry> rules) {
    std::vector<std::shared_ptr<Storage>> storages(threads_);
    for (auto& storage : storages) assembly_.keep(storage = std::make_shared<Storage>());
    headers_.resize(threads_);
    std::vector<std::unique_ptr<Builder>> builders(rules.size());
    in_parallel(rules.size() < 64 ? 1 : threads_, rules.size(), [&](unsigned thread, std::size_t i) {
      builders[i] = std::make_unique<Builder>(*rules[i].rule, around_, storages[thread]);
      understand(*builders[i], headers_[thread]);
    });
    for (std::size_t i = 0; i < rules.size(); ++i) take(file, *builders[i]);
  }

  void take(const text::RuleFile& file, Builder& builder) {
    auto& list = builder.skipped ? out_.skipped : out_.refused;
    std::optional<text::Refusal> refusal = builder.refusal();
    if (builder.skipped && !refusal)
      refusal = text::Refusal{{}, builder.rule().place, builder.signature.sid, "requires", builder.skip_reason};
    if (!refusal && !is_new(builder))
      refusal =
          text::Refusal{{},
                        builder.rule().place,
                        builder.signature.sid,
                        "sid",
                        "an earlier rule has this sid; give it another, or a higher rev to the one that shall stand"};
    if (!refusal) refusal = assembly_.take(builder, suppressions_of(builder));
    if (!refusal) return;
    refusal->file = file.name();
    if (refusal->sid == 0) refusal->sid = builder.signature.sid;
    list.push_back(std::move(*refusal));
  }

  // What the operator's threshold.config says of the rule takes the place of what the rule says.
  std::vector<Suppression> suppressions_of(Builder& builder) const {
    if (thresholds_ == nullptr) return {};
    const Signature& s = builder.signature;
    const auto theirs = thresholds_->thresholds_for(s.gid, s.sid, !builder.thresholds.empty());
    if (!theirs.empty()) builder.thresholds = theirs;
    return thresholds_->suppressions_for(s.gid, s.sid);
  }

  bool is_new(const Builder& builder) {
    const Signature& s = builder.signature;
    return known_.emplace(s.gid, s.sid).second;
  }

  Result<> make_prefilters(Ruleset& rules) {
    const auto begin = Clock::now();
    std::vector<PatternSet*> sets;
    rules.for_each_set([&](PatternSet& set) {
      set.arrange();
      sets.push_back(&set);
    });
    // The largest first, so that no thread is left with one at the end.
    std::ranges::sort(sets, [](const PatternSet* a, const PatternSet* b) { return a->size() > b->size(); });
    const PatternCache cache{settings_.cache};
    std::mutex mutex;
    Result<> outcome;
    std::size_t from_cache = 0;
    in_parallel(threads_, sets.size(), [&](unsigned, std::size_t i) {
      const auto made = cache.make(*sets[i]);
      const std::scoped_lock lock{mutex};
      if (!made && outcome) outcome = std::unexpected(made.error());
      from_cache += made && *made;
    });
    cache.remove_oldest();
    for (const PatternSet* set : sets) {
      out_.statistics.literals += set->size();
      out_.statistics.pattern_bytes += set->bytes();
    }
    out_.statistics.pattern_sets = sets.size();
    out_.statistics.from_cache = from_cache;
    out_.statistics.prefilter_seconds = seconds_since(begin);
    return outcome;
  }

  const select::ThresholdConfig* thresholds_;
  Surroundings& around_;
  const CompileSettings& settings_;
  unsigned threads_;
  Assembly assembly_;
  std::vector<HeaderCache> headers_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> known_;
  Compiled out_;
};

}  // namespace

Result<Compiled> compile(std::span<const RuleEntry> rules, const select::ThresholdConfig* thresholds,
                         Surroundings& around, const CompileSettings& settings) {
  return Compilation{thresholds, around, settings}.run(rules);
}

Description describe(const text::Rule& rule, const Surroundings& around) {
  HeaderCache headers;
  Builder builder{rule, around};
  understand(builder, headers);
  if (builder.skipped)
    return {text::Refusal{{}, rule.place, builder.signature.sid, "requires", builder.skip_reason}, {}, {}};
  Assembly assembly{around};
  if (auto refusal = assembly.take(builder)) return {std::move(refusal), {}, {}};
  return assembly.describe_last();
}

}  // namespace gatehouse::ips::compile
