// SPDX-License-Identifier: GPL-3.0-or-later
// The header fields of one side of a stream, in order, and the buffers that are made of them.
#pragma once

#include <list>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/protocol.hpp"
#include "proto/http2/limits.hpp"

namespace gatehouse::proto::http2 {

class HeaderList {
 public:
  explicit HeaderList(Memory& memory)
      : text_(&memory), rows_(&memory), joined_(&memory), normal_(&memory), names_(&memory), raw_(&memory) {}

  // False where kMaxHead is reached.
  [[nodiscard]] bool add(std::string_view name, std::string_view value);

  std::size_t size() const noexcept { return rows_.size(); }
  std::string_view name(std::size_t i) const noexcept { return line(i).substr(0, rows_[i].name_size); }
  std::string_view value(std::size_t i) const noexcept { return line(i).substr(rows_[i].name_size + 2); }
  // "name: value"
  std::string_view line(std::size_t i) const noexcept {
    return std::string_view{text_}.substr(rows_[i].at, rows_[i].size);
  }

  // The last of that name: an interim response may stand before the final one.
  std::optional<std::string_view> last(std::string_view name) const noexcept;
  // All of that name, with `separator` between them.
  std::optional<std::string_view> all(std::string_view name, std::string_view separator = ", ") const;

  // Put together when asked for, in the form that rules expect.
  std::string_view normal(std::string_view cookie_name) const;  // "name: value\r\n" of all but the cookies
  std::string_view raw() const;                                 // of all
  std::string_view names() const;                               // "\r\nname\r\nname\r\n\r\n"

 private:
  struct Row {
    std::uint32_t at, size, name_size;
  };
  struct Joined {
    std::string_view name;
    std::size_t of;
    std::pmr::string text;
  };

  std::pmr::string text_;
  std::pmr::vector<Row> rows_;
  mutable std::pmr::list<Joined> joined_;
  mutable std::pmr::string normal_, names_, raw_;
  mutable std::size_t normal_of_ = 0, names_of_ = 0, raw_of_ = 0;  // headers that they were made of
};

}  // namespace gatehouse::proto::http2
