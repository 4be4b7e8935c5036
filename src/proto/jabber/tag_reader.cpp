// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/jabber/tag_reader.hpp"

#include <algorithm>

namespace gatehouse::proto::jabber {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

// Where the tag that begins at `text` ends: '>' outside of quotes.
std::size_t tag_end(std::string_view text) noexcept {
  char quote = 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return i;
    }
  }
  return text.npos;
}

}  // namespace

Tag next_tag(std::string_view text) noexcept {
  const std::size_t start = text.find('<');
  if (start == text.npos) return {.consumed = text.size(), .name = {}, .attributes = {}};
  std::string_view tag = text.substr(start);
  const std::size_t end = tag_end(tag.substr(0, kMaxTag));
  if (end == tag.npos) {
    const bool too_long = tag.size() >= kMaxTag;
    return {.consumed = start, .too_long = too_long, .name = {}, .attributes = {}};
  }
  Tag found{.kind = Tag::Kind::opens, .consumed = start + end + 1, .name = {}, .attributes = {}};
  tag = tag.substr(1, end - 1);
  if (tag.starts_with('?') || tag.starts_with('!')) {
    found.kind = Tag::Kind::other;
    return found;
  }
  if (tag.starts_with('/')) {
    found.kind = Tag::Kind::closes;
    tag.remove_prefix(1);
  } else if (tag.ends_with('/')) {
    found.kind = Tag::Kind::empty;
    tag.remove_suffix(1);
  }
  found.name = tag.substr(0, tag.find_first_of(kSpace));
  found.attributes = tag.substr(found.name.size());
  return found;
}

std::string_view attribute(std::string_view attributes, std::string_view name) noexcept {
  while (true) {
    attributes.remove_prefix(std::min(attributes.find_first_not_of(kSpace), attributes.size()));
    const std::size_t equals = attributes.find('=');
    if (equals == attributes.npos || attributes.size() < equals + 3) return {};
    const char quote = attributes[equals + 1];
    const std::size_t end = attributes.find(quote, equals + 2);
    if ((quote != '"' && quote != '\'') || end == attributes.npos) return {};
    if (trim(attributes.substr(0, equals)) == name) return attributes.substr(equals + 2, end - equals - 2);
    attributes.remove_prefix(end + 1);
  }
}

}  // namespace gatehouse::proto::jabber
