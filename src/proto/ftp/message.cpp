// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ftp/message.hpp"

#include <array>

#include "proto/line/words.hpp"

namespace gatehouse::proto::ftp {
namespace {

struct Row {
  std::string_view word;
  Verb verb;
};
constexpr Row kVerbs[] = {
    {"PORT", Verb::port},  {"EPRT", Verb::eprt},  {"PASV", Verb::pasv},  {"EPSV", Verb::epsv},  {"RETR", Verb::retr},
    {"STOR", Verb::stor},  {"STOU", Verb::stou},  {"APPE", Verb::appe},  {"LIST", Verb::list},  {"NLST", Verb::list},
    {"MLSD", Verb::list},  {"AUTH", Verb::auth},  {"USER", Verb::known}, {"PASS", Verb::known}, {"ACCT", Verb::known},
    {"CWD", Verb::known},  {"CDUP", Verb::known}, {"SMNT", Verb::known}, {"REIN", Verb::known}, {"QUIT", Verb::known},
    {"TYPE", Verb::known}, {"STRU", Verb::known}, {"MODE", Verb::known}, {"ALLO", Verb::known}, {"REST", Verb::known},
    {"RNFR", Verb::known}, {"RNTO", Verb::known}, {"ABOR", Verb::known}, {"DELE", Verb::known}, {"RMD", Verb::known},
    {"MKD", Verb::known},  {"PWD", Verb::known},  {"SITE", Verb::known}, {"SYST", Verb::known}, {"STAT", Verb::known},
    {"HELP", Verb::known}, {"NOOP", Verb::known}, {"FEAT", Verb::known}, {"OPTS", Verb::known}, {"SIZE", Verb::known},
    {"MDTM", Verb::known}, {"MLST", Verb::known}, {"PBSZ", Verb::known}, {"PROT", Verb::known}, {"CCC", Verb::known},
    {"LANG", Verb::known}, {"HOST", Verb::known}, {"CLNT", Verb::known}, {"XPWD", Verb::known}, {"XMKD", Verb::known},
    {"XRMD", Verb::known}, {"XCWD", Verb::known},
};

// Six numbers of a byte each, between commas: an address and a port.
std::optional<DataPort> six_numbers(std::string_view text) noexcept {
  std::array<std::uint8_t, 6> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t end = i + 1 < numbers.size() ? text.find(',') : text.size();
    if (end == text.npos) return std::nullopt;
    const auto number = whole_number<std::uint8_t>(trim(text.substr(0, end)));
    if (!number) return std::nullopt;
    numbers[i] = *number;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return DataPort{IpAddress::v4(numbers.data()), static_cast<std::uint16_t>(numbers[4] << 8 | numbers[5])};
}

}  // namespace

Verb verb_of(std::string_view word) noexcept {
  for (const Row& row : kVerbs)
    if (equals_nocase(row.word, word)) return row.verb;
  return Verb::other;
}

std::optional<DataPort> parse_port(std::string_view argument) noexcept {
  return six_numbers(trim(argument));
}

std::optional<DataPort> parse_eprt(std::string_view argument) noexcept {
  argument = trim(argument);
  if (argument.size() < 2) return std::nullopt;
  const char delimiter = argument[0];
  std::array<std::string_view, 3> parts;
  argument.remove_prefix(1);
  for (std::string_view& part : parts) {
    const std::size_t end = argument.find(delimiter);
    if (end == argument.npos) return std::nullopt;
    part = argument.substr(0, end);
    argument.remove_prefix(end + 1);
  }
  const auto address = IpAddress::parse(parts[1]);
  const auto port = whole_number<std::uint16_t>(parts[2]);
  const std::uint8_t version = parts[0] == "1" ? 4 : parts[0] == "2" ? 6 : 0;  // RFC 2428, 2: address families
  if (!address || !port || address->version != version) return std::nullopt;
  return DataPort{*address, *port};
}

std::optional<DataPort> parse_227(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_digit(text[at])) continue;
    const std::size_t end = std::min(text.find_first_not_of("0123456789, ", at), text.size());
    if (const auto found = six_numbers(trim(text.substr(at, end - at)))) return found;
    at = end;
  }
  return std::nullopt;
}

std::optional<DataPort> parse_229(std::string_view text) noexcept {
  const std::size_t open = text.rfind('(');
  if (open == text.npos || text.size() < open + 6) return std::nullopt;
  const char d = text[open + 1];
  text.remove_prefix(open + 2);
  if (text[0] != d || text[1] != d) return std::nullopt;
  text.remove_prefix(2);
  const auto port = whole_number<std::uint16_t>(text.substr(0, text.find(d)));
  return port ? std::optional{DataPort{{}, *port}} : std::nullopt;
}

std::string_view parse_unique_name(std::string_view text) noexcept {
  constexpr std::string_view kMark = "FILE:";
  for (std::size_t at = 0; at + kMark.size() <= text.size(); ++at)
    if (equals_nocase(text.substr(at, kMark.size()), kMark)) return trim(text.substr(at + kMark.size()));
  return {};
}

}  // namespace gatehouse::proto::ftp
