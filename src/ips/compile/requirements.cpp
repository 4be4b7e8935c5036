// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/requirements.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <compare>
#include <optional>

#include "ips/compile/keyword.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/text/rule_parser.hpp"

namespace gatehouse::ips::compile {
namespace {

using text::trim;

struct Version {
  unsigned major = 0, minor = 0, patch = 0;
  auto operator<=>(const Version&) const = default;
};
constexpr Version kReference{8, 0, 7};  // whose rule language this is
constexpr std::string_view kReferenceText = "8.0.7";

// "8", "8.0", "8.0.5": what is not written is 0. What follows a '-' names no other language.
std::optional<Version> read_version(std::string_view text) {
  text = text.substr(0, text.find('-'));
  Version version;
  for (unsigned* part : {&version.major, &version.minor, &version.patch}) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *part);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return version;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

std::string_view take_while(std::string_view& text, auto&& belongs) {
  const auto end = std::ranges::find_if_not(text, belongs);
  const std::string_view taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  text = trim(text);
  return taken;
}

// ">= 7.0.4 < 8": all of them. Nullopt: it is malformed.
std::optional<bool> all_hold(std::string_view text) {
  bool hold = true;
  for (text = trim(text); !text.empty();) {
    const std::string_view sign = take_while(text, [](char c) { return c == '<' || c == '>' || c == '='; });
    const auto version =
        read_version(take_while(text, [](char c) { return !text::is_blank(c) && c != '<' && c != '>'; }));
    if (!version) return std::nullopt;
    if (sign == ">=")
      hold &= kReference >= *version;
    else if (sign == ">")
      hold &= kReference > *version;
    else if (sign == "<=")
      hold &= kReference <= *version;
    else if (sign == "<")
      hold &= kReference < *version;
    else
      return std::nullopt;
  }
  return hold;
}

// ">= 7.0.4 < 8 | >= 8.0.3": any of them.
std::optional<bool> any_holds(std::string_view text) {
  bool holds = false;
  while (true) {
    const std::size_t bar = text.find('|');
    const std::string_view part = trim(text.substr(0, bar));
    const auto answer = part.empty() ? std::nullopt : all_hold(part);
    if (!answer) return std::nullopt;
    holds |= *answer;
    if (bar == text.npos) return holds;
    text.remove_prefix(bar + 1);
  }
}

bool knows_keyword(const Surroundings& around, std::string_view name) {
  return find_keyword(name) != nullptr || around.field(canonical_name(name)) != nullptr;
}

bool has_feature(const Surroundings& around, std::string_view name) {
  static constexpr std::array kFeatures{std::string_view{"geoip"}, std::string_view{"output::file-store"}};
  if (name == "ja3" || name == "ja4") return around.field(std::string{name} + ".hash") != nullptr;
  return std::ranges::find(kFeatures, name) != kFeatures.end();
}

class Requirements {
 public:
  explicit Requirements(Builder& builder) : builder_(builder) {}

  void read(const text::Option& option) {
    for (std::string_view rest = option.value.text; !builder_.refused();) {
      const std::size_t comma = rest.find(',');
      read_one(option, trim(rest.substr(0, comma)));
      if (comma == rest.npos) return;
      rest.remove_prefix(comma + 1);
    }
  }

 private:
  void read_one(const text::Option& option, std::string_view piece) {
    std::string_view what = piece;
    const std::string_view kind = take_while(what, [](char c) { return !text::is_blank(c) && c != '<' && c != '>'; });
    if (kind.empty() || what.empty())
      return builder_.refuse(option,
                             "'" + std::string{piece} +
                                 "' is no requirement: write 'version >= 8.0', 'feature ja3' or 'keyword dns.query'");
    if (kind == "version") return read_versions(option, what);
    if (kind == "feature") return unless(has_feature(builder_.around(), what), "the feature " + std::string{what});
    if (kind == "keyword") return unless(knows_keyword(builder_.around(), what), "the keyword " + std::string{what});
    unless(false, "'" + std::string{piece} + "', which is not known here");
  }

  void read_versions(const text::Option& option, std::string_view what) {
    if (seen_version_)
      return builder_.refuse(option, "the version is required twice: write both bounds behind one 'version'");
    seen_version_ = true;
    const auto answer = any_holds(what);
    if (!answer)
      return builder_.refuse(option, "'" + std::string{what} + "' names no versions: write '>= 7.0.4 < 8 | >= 8.0.3'");
    unless(*answer,
           "version " + std::string{what} + ", and the language here is that of " + std::string{kReferenceText});
  }

  void unless(bool met, std::string what) {
    if (met || builder_.skipped) return;
    builder_.skipped = true;
    builder_.skip_reason = "it requires " + std::move(what);
  }

  Builder& builder_;
  bool seen_version_ = false;
};

}  // namespace

bool meets_requirements(Builder& builder) {
  Requirements requirements{builder};
  for (const text::Option& option : builder.rule().options)
    if (option.name.text == "requires") requirements.read(option);
  return !builder.skipped && !builder.refused();
}

}  // namespace gatehouse::ips::compile
