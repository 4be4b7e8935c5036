// SPDX-License-Identifier: GPL-3.0-or-later
// Which country an address belongs to, by a database in MaxMind's format. Behind this header nobody knows the library.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "base/ip.hpp"
#include "base/result.hpp"

namespace gatehouse::ips {

class Countries {
 public:
  static Result<std::shared_ptr<const Countries>> open(const std::filesystem::path& database);
  ~Countries();
  Countries(const Countries&) = delete;
  Countries& operator=(const Countries&) = delete;

  // "DE"; empty where the database does not know. A view into the database.
  std::string_view of(const IpAddress& address) const noexcept;

 private:
  struct State;
  explicit Countries(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace gatehouse::ips
