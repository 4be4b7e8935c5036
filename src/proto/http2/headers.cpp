// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http2/headers.hpp"

namespace gatehouse::proto::http2 {

bool HeaderList::add(std::string_view name, std::string_view value) {
  const std::size_t size = name.size() + 2 + value.size();
  // RFC 7541, 4.1 counts 32 octets for each entry beside its text, so that many empty ones are not free.
  if (text_.size() + size + 32 * rows_.size() > kMaxHead) return false;
  rows_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(size),
                   static_cast<std::uint32_t>(name.size())});
  text_.append(name).append(": ").append(value);
  return true;
}

std::optional<std::string_view> HeaderList::last(std::string_view wanted) const noexcept {
  for (std::size_t i = rows_.size(); i-- > 0;)
    if (equals_nocase(name(i), wanted)) return value(i);
  return std::nullopt;
}

std::optional<std::string_view> HeaderList::all(std::string_view wanted, std::string_view separator) const {
  std::optional<std::string_view> first;
  bool several = false;
  for (std::size_t i = 0; i < rows_.size() && !several; ++i) {
    if (!equals_nocase(name(i), wanted)) continue;
    several = first.has_value();
    if (!first) first = value(i);
  }
  if (!several) return first;
  Joined* made = nullptr;
  for (Joined& known : joined_)
    if (known.name == wanted) made = &known;
  if (made == nullptr) made = &joined_.emplace_back(wanted, 0, std::pmr::string{text_.get_allocator()});
  if (made->of == rows_.size()) return made->text;
  made->of = rows_.size();
  made->text.clear();
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!equals_nocase(name(i), wanted)) continue;
    if (!made->text.empty()) made->text.append(separator);
    made->text.append(value(i));
  }
  return made->text;
}

std::string_view HeaderList::normal(std::string_view cookie_name) const {
  if (normal_of_ != rows_.size()) {
    normal_of_ = rows_.size();
    normal_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (equals_nocase(name(i), cookie_name)) continue;
      normal_.append(name(i)).append(": ").append(trim(value(i))).append("\r\n");
    }
  }
  return normal_;
}

std::string_view HeaderList::raw() const {
  if (raw_of_ != rows_.size()) {
    raw_of_ = rows_.size();
    raw_.clear();
    for (std::size_t i = 0; i < rows_.size(); ++i) raw_.append(line(i)).append("\r\n");
  }
  return raw_;
}

std::string_view HeaderList::names() const {
  if (names_of_ != rows_.size()) {
    names_of_ = rows_.size();
    names_.assign("\r\n");
    for (std::size_t i = 0; i < rows_.size(); ++i) names_.append(name(i)).append("\r\n");
    names_.append("\r\n");
  }
  return names_;
}

}  // namespace gatehouse::proto::http2
