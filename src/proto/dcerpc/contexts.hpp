// SPDX-License-Identifier: GPL-3.0-or-later
// The interfaces that an association (a connection, a pipe) has bound, by presentation context.
#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

#include "proto/dcerpc/pdu.hpp"

namespace gatehouse::proto::dcerpc {

struct Interface {
  std::uint16_t context = 0, version = 0, minor = 0;
  Uuid uuid{};
  UuidText text{};
  std::string_view name{};  // a well-known one, or empty
  bool answered = false;
  std::uint16_t result = 0, reason = 0;  // 0: accepted
};
Interface make_interface(const Uuid& uuid, std::uint16_t version, std::uint16_t minor, std::uint16_t context) noexcept;

class Contexts {
 public:
  static constexpr std::size_t kMost = 64;  // the oldest gives way

  explicit Contexts(std::pmr::memory_resource& memory) noexcept : bound_(&memory) {}

  // C706, 12.6.4.1: a context that is defined again stands for its new interface.
  void bind(const Interface& interface);
  void answer(std::uint16_t context, BindResult result) noexcept;
  const Interface* find(std::uint16_t context) const noexcept;

 private:
  std::pmr::vector<Interface> bound_;
};

}  // namespace gatehouse::proto::dcerpc
