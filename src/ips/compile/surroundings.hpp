// SPDX-License-Identifier: GPL-3.0-or-later
// What the compiler knows outside of a rule: protocols and their fields, variables, classifications, where files lie.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ips/match/flow_memory.hpp"
#include "model/protocol.hpp"

namespace gatehouse::ips {
class Countries;     // match/countries.hpp
class IpReputation;  // match/ip_reputation.hpp
}  // namespace gatehouse::ips

namespace gatehouse::ips::compile {

struct Classification {
  std::string about;
  std::uint8_t priority = 3;
};

// Numbers the names of flowbits, flowints, hostbits and xbits for the life of the process; thread-safe.
class Names {
 public:
  static constexpr std::size_t kMost = 65535;
  static NameId number(std::string_view name);  // kMost: there is no more room
  static std::string_view name(NameId number);
  static std::vector<std::string_view> all();  // by their numbers; they live as long as the process

 private:
  struct State;
  static State& state();
};

struct Surroundings {
  explicit Surroundings(std::span<const ProtocolSpec* const> protocols);

  std::span<const ProtocolSpec* const> protocols;
  std::map<std::string, std::string, std::less<>> addresses, ports;  // HOME_NET, HTTP_PORTS, …: as written
  std::map<std::string, Classification, std::less<>> classifications;
  std::map<std::string, std::string, std::less<>> references;  // "cve" -> "https://…"
  std::filesystem::path folder;                                // of the rule's file: relative names of lists begin here
  class DatasetStore* datasets = nullptr;
  std::filesystem::path data_folder;               // where datasets of rules may be written; empty: nowhere
  std::shared_ptr<const Countries> countries;      // null: no GeoIP database is configured
  std::shared_ptr<const IpReputation> reputation;  // null: no reputation lists are
  bool inline_mode = false;
  bool alert_only = false;  // rules that drop or reject alert instead

  const ProtocolSpec* protocol(std::string_view name) const noexcept;
  // Whether any protocol has that field as a list: each naming of it may mean another of its values.
  bool has_several_values(std::string_view field) const noexcept;
  // Some row of that name, to know its type and names; null: no protocol has it.
  const FieldSpec* field(std::string_view name) const noexcept;
  // All protocols that have the field.
  std::vector<const ProtocolSpec*> protocols_with(std::string_view field) const;
  // All rows of that name, as pairs of name and (protocol, field).
  auto rows(std::string_view field) const { return fields_.equal_range(field); }

 private:
  std::multimap<std::string_view, std::pair<const ProtocolSpec*, const FieldSpec*>> fields_;
};

}  // namespace gatehouse::ips::compile
