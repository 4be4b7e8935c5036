// SPDX-License-Identifier: GPL-3.0-or-later
// A named set of values that rules ask and may change while traffic runs: what the matcher needs of it. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse::ips {

class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual bool has(Bytes value) const noexcept = 0;
  // add and remove: true where the set is another one now.
  virtual bool add(Bytes value) noexcept = 0;
  virtual bool remove(Bytes value) noexcept = 0;
  // Of a set whose values carry one (datarep); nullopt where the value is not in it.
  virtual std::optional<std::uint16_t> reputation(Bytes value) const noexcept = 0;
  virtual std::string_view name() const noexcept = 0;
  // The JSON that stands beside the value in a set of JSON; empty: none. Lives as long as the set.
  virtual std::string_view context(Bytes) const noexcept { return {}; }
};

}  // namespace gatehouse::ips
