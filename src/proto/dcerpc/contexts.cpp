// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/contexts.hpp"

#include <algorithm>

#include "proto/dcerpc/interfaces.hpp"

namespace gatehouse::proto::dcerpc {

Interface make_interface(const Uuid& uuid, std::uint16_t version, std::uint16_t minor, std::uint16_t context) noexcept {
  Interface made;
  made.context = context;
  made.version = version;
  made.minor = minor;
  made.uuid = uuid;
  made.text = uuid.text();
  made.name = interface_name(uuid);
  return made;
}

void Contexts::bind(const Interface& interface) {
  const auto same = std::ranges::find(bound_, interface.context, &Interface::context);
  if (same != bound_.end())
    bound_.erase(same);
  else if (bound_.size() >= kMost)
    bound_.erase(bound_.begin());
  bound_.push_back(interface);
}

void Contexts::answer(std::uint16_t context, BindResult result) noexcept {
  for (Interface& interface : bound_)
    if (interface.context == context) {
      interface.answered = true;
      interface.result = result.result;
      interface.reason = result.reason;
    }
}

const Interface* Contexts::find(std::uint16_t context) const noexcept {
  const auto found = std::ranges::find(bound_, context, &Interface::context);
  return found == bound_.end() ? nullptr : &*found;
}

}  // namespace gatehouse::proto::dcerpc
