// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smtp/command.hpp"

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"

namespace gatehouse::proto::smtp {
namespace {

struct Row {
  std::string_view command;
  Verb verb;
};
constexpr Row kCommands[] = {
    {"ehlo", Verb::helo}, {"helo", Verb::helo},  {"mail from", Verb::mail}, {"rcpt to", Verb::rcpt},
    {"data", Verb::data}, {"bdat", Verb::bdat},  {"rset", Verb::rset},      {"starttls", Verb::starttls},
    {"quit", Verb::quit}, {"auth ", Verb::auth},
};

// The codes of RFC 5321, 4.2.3, of its extensions (RFC 3463, 4954, 7504) and of what servers in the field say.
constexpr std::uint16_t kCodes[] = {211, 214, 220, 221, 235, 250, 251, 252, 253, 334, 354, 401, 402, 421, 432, 435,
                                    450, 451, 452, 453, 454, 455, 458, 459, 499, 500, 501, 502, 503, 504, 511, 521,
                                    522, 523, 525, 530, 534, 535, 538, 541, 543, 550, 551, 552, 553, 554, 555, 556};
static_assert(std::ranges::is_sorted(kCodes));

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace

Verb verb_of(std::string_view line) noexcept {
  for (const Row& row : kCommands)
    if (starts_with_nocase(line, row.command)) return row.verb;
  return Verb::other;
}

std::string_view word_after(std::string_view line, std::size_t command_size) noexcept {
  line.remove_prefix(std::min(line.size(), command_size + 1));  // and the colon or the space
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line.substr(0, line.find(' '));
}

std::optional<Chunk> parse_bdat(std::string_view line) noexcept {
  line.remove_prefix(4);
  if (!line.starts_with(' ')) return std::nullopt;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  Chunk chunk;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), chunk.size);
  if (error != std::errc{}) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  const std::string_view tail = trim(line);
  if (tail.empty()) return chunk;
  if (!line.starts_with(' ') || !equals_nocase(tail, "last")) return std::nullopt;
  chunk.last = true;
  return chunk;
}

ReplyLine parse_reply(std::string_view line) noexcept {
  if (line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), is_digit)) return {};
  if (line.size() > 3 && is_digit(line[3])) return {};
  const auto code = static_cast<std::uint16_t>((line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0'));
  return {.code = code, .known = std::ranges::binary_search(kCodes, code), .more = line.size() > 3 && line[3] == '-'};
}

}  // namespace gatehouse::proto::smtp
