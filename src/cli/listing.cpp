// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/listing.hpp"

#include <algorithm>
#include <string_view>

namespace gatehouse::cli {
namespace {

// In characters: bytes that go on with one do not count.
std::size_t width_of(std::string_view cell) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(cell, [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

// Cells may hold what hostile devices say: nothing in them may move the terminal's cursor. C1 controls are two bytes in
// UTF-8, of which the first is 0xc2.
std::string printable(std::string_view cell) {
  std::string text;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const auto c = static_cast<unsigned char>(cell[i]);
    const bool c1 = c == 0xc2 && i + 1 < cell.size() && static_cast<unsigned char>(cell[i + 1]) < 0xa0;
    text += c < 0x20 || c == 0x7f || c1 ? '?' : cell[i];
    i += c1 ? 1 : 0;
  }
  return text;
}

std::string format_listing(const std::vector<std::vector<std::string>>& unchecked) {
  auto rows = unchecked;
  for (auto& row : rows)
    for (std::string& cell : row) cell = printable(cell);
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  }
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += i + 1 == row.size() ? row[i] : row[i] + std::string(widths[i] - width_of(row[i]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace gatehouse::cli
