// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/applications.hpp"

#include <memory_resource>

#include "base/bytes.hpp"
#include "policy/facts.hpp"
#include "proto/registry.hpp"

namespace gatehouse::policy {
namespace {

bool tells(const ProtocolSpec& protocol, FieldRole role) noexcept {
  for (const FieldSpec& field : protocol.fields)
    if (field.role == role) return true;
  return false;
}

}  // namespace

Applications::Applications(std::span<const ProtocolSpec* const> protocols, std::vector<std::string> long_tail)
    : protocols_(protocols.begin(), protocols.end()), long_tail_(std::move(long_tail)) {}

Result<std::shared_ptr<const Applications>> Applications::standard() {
  // Only the names are wanted: nDPI's module goes again, with the memory it took.
  ASSIGN_OR_RETURN(const auto names, proto::LongTail::open(*std::pmr::new_delete_resource()),
                   "reading the names of applications");
  std::vector<std::string> long_tail;
  for (std::size_t id = 0; id < names->size(); ++id) long_tail.emplace_back(names->name(static_cast<AppName>(id)));
  return std::make_shared<const Applications>(proto::all(), std::move(long_tail));
}

AppName Applications::find_long_tail(std::string_view name) const noexcept {
  if (name.empty()) return 0;
  for (std::size_t id = 1; id < long_tail_.size(); ++id)
    if (equals_nocase(long_tail_[id], name)) return static_cast<AppName>(id);
  return 0;
}

std::optional<ApplicationName> Applications::find(std::string_view name) const noexcept {
  if (name.empty()) return std::nullopt;
  for (const ProtocolSpec* protocol : protocols_)
    if (equals_nocase(protocol->name, name) || equals_nocase(protocol->ndpi_name, name))
      return ApplicationName{protocol->name, protocol, find_long_tail(protocol->ndpi_name)};
  if (const AppName id = find_long_tail(name); id != 0) return ApplicationName{long_tail_[id], nullptr, id};
  return std::nullopt;
}

std::string_view Applications::name(AppName long_tail) const noexcept {
  return long_tail < long_tail_.size() ? std::string_view{long_tail_[long_tail]} : std::string_view{};
}

std::vector<std::string_view> Applications::all_names() const {
  std::vector<std::string_view> names;
  for (const ProtocolSpec* protocol : protocols_) names.push_back(protocol->name);
  for (const std::string& name : long_tail_)
    if (!name.empty()) names.push_back(name);
  return names;
}

bool tells_domain(const ProtocolSpec& protocol) noexcept {
  return tells(protocol, FieldRole::session_domain);
}
bool tells_asked(const ProtocolSpec& protocol) noexcept {
  return tells(protocol, FieldRole::asked_domain);
}

}  // namespace gatehouse::policy
