// SPDX-License-Identifier: GPL-3.0-or-later
// The layer-7 firewall: a compiled policy, immutable, shared by all workers. Rules are read top down and the first that
// matches decides. What is not known yet may make a rule neither match nor fail: then the session is pending, unless
// all that could still come out is the same.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "policy/applications.hpp"
#include "policy/explanation.hpp"
#include "policy/facts.hpp"

namespace gatehouse::policy {

inline constexpr std::size_t kMaxZones = 32;
inline constexpr std::size_t kMaxRules = 2000;
inline constexpr std::size_t kMaxListEntries = 4096;  // in one list of a rule or a zone
inline constexpr std::size_t kMaxInterfaces = 255;

// What is known only where a policy is loaded.
struct Surroundings {
  std::shared_ptr<const Applications> applications;  // null: Applications::standard()
  std::vector<std::string> interfaces;               // names by index in the capture source; empty: none (replay)
  std::uint32_t generation = 1;
};

// How long a session may be pending, and what becomes of its packets meanwhile.
enum class WhilePending : std::uint8_t { pass, hold };
struct Undecided {
  std::uint32_t packets = 12;
  std::uint64_t bytes = 8192;
  Duration time = seconds(3);
  WhilePending action = WhilePending::pass;
};
// The caller counts, from the session's first packet.
struct Pending {
  std::uint32_t packets = 0;
  std::uint64_t bytes = 0;
  Timestamp since;
};

// A line of the policy that can decide: a rule, or an entry of `default`.
struct RuleInfo {
  std::string name;  // "no telnet"; of the default, "default things->outside"
  std::uint32_t line = 0;
  Kind action = Kind::allow;
  bool is_default = false;
};

struct CompiledPolicy;

class Policy {
 public:
  static Result<std::shared_ptr<const Policy>> load(const std::filesystem::path& path, const Surroundings& around);
  static Result<std::shared_ptr<const Policy>> load_text(std::string_view text, std::string_view file_name,
                                                         const Surroundings& around);
  ~Policy();

  // The packet path: no allocation, no lock.
  ZoneId zone_of(const IpAddress& address, InterfaceIndex interface) const noexcept;
  void locate(Facts& facts) const noexcept;
  Decision judge(const Facts& facts) const noexcept;
  const Undecided& undecided() const noexcept;
  bool exhausted(const Pending& pending, Timestamp now) const noexcept;

  // For people and the log. Decision::rule is the index; rules come first, then the defaults.
  std::span<const RuleInfo> rules() const noexcept;
  const RuleInfo& rule(std::uint32_t index) const noexcept { return rules()[index]; }
  std::span<const std::string> zones() const noexcept;     // by ZoneId - 1
  std::string_view zone_name(ZoneId zone) const noexcept;  // "any" for none
  std::string_view file_name() const noexcept;
  std::uint32_t generation() const noexcept;
  // Interfaces that zones name and the capture does not have.
  std::span<const std::string> missing_interfaces() const noexcept;
  Explanation explain(const Facts& facts) const;

  // The policy for a first run: things may do little, everything else is as before.
  static std::string_view default_text() noexcept;
  static std::string json_schema();

 private:
  explicit Policy(std::unique_ptr<const CompiledPolicy> compiled) noexcept;
  std::unique_ptr<const CompiledPolicy> compiled_;
};

}  // namespace gatehouse::policy
