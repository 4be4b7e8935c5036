// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/head_text.hpp"

namespace gatehouse::proto::http {
namespace {

std::size_t count(const htp_table_t* table) noexcept {
  return table == nullptr ? 0 : htp_table_size(table);
}

// What a buffer was made of: when it differs, headers have come since.
std::size_t state(const HttpTransaction& tx, Direction d) noexcept {
  return tx.side(d).raw_head.size();
}

template <typename Use>
void for_each_header(const htp_table_t* table, Use&& use) {
  for (std::size_t i = 0; i < count(table); ++i) {
    const auto* header = static_cast<const htp_header_t*>(htp_table_get_index(table, i, nullptr));
    if (header != nullptr) use(view(header->name), view(header->value));
  }
}

}  // namespace

std::string_view normal_headers(const HttpTransaction& tx, Direction d) noexcept {
  HeadText& text = tx.side(d).text;
  const htp_table_t* table = headers(tx, d);
  if (text.normal_of == state(tx, d)) return text.normal;
  text.normal_of = state(tx, d);
  text.normal.clear();
  const std::string_view cookie = d == Direction::to_server ? "cookie" : "set-cookie";
  for_each_header(table, [&](std::string_view name, std::string_view value) {
    if (equals_nocase(name, cookie)) return;
    text.normal.append(name).append(": ").append(value).append("\r\n");
  });
  return text.normal;
}

std::string_view header_names(const HttpTransaction& tx, Direction d) noexcept {
  HeadText& text = tx.side(d).text;
  const htp_table_t* table = headers(tx, d);
  if (text.names_of == state(tx, d)) return text.names;
  text.names_of = state(tx, d);
  text.names.clear();
  for_each_header(table, [&](std::string_view name, std::string_view) { text.names.append("\r\n").append(name); });
  if (!text.names.empty()) text.names.append("\r\n\r\n");
  return text.names;
}

std::string_view start(const HttpTransaction& tx, Direction d) noexcept {
  HeadText& text = tx.side(d).text;
  const std::pmr::string& raw = tx.side(d).raw_head;
  const std::string_view line = view(d == Direction::to_server ? tx.htp->request_line : tx.htp->response_line);
  if (line.empty() || text.start_of == state(tx, d)) return text.start;
  text.start_of = state(tx, d);
  text.start.assign(line).append("\r\n").append(raw);
  return text.start;
}

FieldValue header_line(const HttpTransaction& tx, Direction d, unsigned index) noexcept {
  HeadText& text = tx.side(d).text;
  const htp_table_t* table = headers(tx, d);
  if (text.lines_of != state(tx, d)) {
    text.lines_of = state(tx, d);
    text.lines.clear();
    text.ends.clear();
    for_each_header(table, [&](std::string_view name, std::string_view value) {
      text.lines.append(name).append(": ").append(value);
      text.ends.push_back(text.lines.size());
    });
  }
  if (index >= text.ends.size()) return FieldValue::none();
  const std::size_t begin = index == 0 ? 0 : text.ends[index - 1];
  return FieldValue::of(std::string_view{text.lines}.substr(begin, text.ends[index] - begin));
}

}  // namespace gatehouse::proto::http
