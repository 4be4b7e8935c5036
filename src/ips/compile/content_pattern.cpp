// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/content_pattern.hpp"

#include "ips/match/step.hpp"

namespace gatehouse::ips::compile {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Between two pipes. Empty: fine; otherwise the reason.
std::string read_hex(std::string_view digits, std::vector<std::uint8_t>& bytes) {
  int high = -1;
  for (const char c : digits) {
    if (c == ' ') continue;
    const int digit = hex_digit(c);
    if (digit < 0) return "'" + std::string(1, c) + "' between pipes is no hexadecimal digit";
    if (high < 0) {
      high = digit;
      continue;
    }
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + digit));
    high = -1;
  }
  return high < 0 ? "" : "a byte between pipes has two digits";
}

}  // namespace

std::expected<std::vector<std::uint8_t>, std::string> read_pattern(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '|') {
      const auto end = text.find('|', i + 1);
      if (end == text.npos) return std::unexpected("a pipe is open: hexadecimal bytes stand between two");
      if (std::string reason = read_hex(text.substr(i + 1, end - i - 1), bytes); !reason.empty())
        return std::unexpected(std::move(reason));
      i = end;
    } else if (text[i] == '\\') {
      if (++i == text.size() || std::string_view{"\\\";:"}.find(text[i]) == std::string_view::npos)
        return std::unexpected(
            R"(behind a backslash stands one of \ " ; : — write other bytes between pipes, as |5c|)");
      bytes.push_back(static_cast<std::uint8_t>(text[i]));
    } else {
      bytes.push_back(static_cast<std::uint8_t>(text[i]));
    }
  }
  if (bytes.empty()) return std::unexpected("there is nothing to look for between the quotes");
  if (bytes.size() > Content::kLongest)
    return std::unexpected("it is " + std::to_string(bytes.size()) + " bytes long, " +
                           std::to_string(Content::kLongest) + " is the limit");
  return bytes;
}

}  // namespace gatehouse::ips::compile
