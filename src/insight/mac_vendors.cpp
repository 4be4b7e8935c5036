// SPDX-License-Identifier: GPL-3.0-or-later
#include "insight/mac_vendors.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <tuple>

namespace gatehouse::insight {
namespace {

constexpr unsigned kMacBits = 48;
constexpr std::size_t kLongestName = 200;
constexpr std::array<std::pair<const char*, std::uint8_t>, 3> kTables{
    {{"oui.csv", 24}, {"mam.csv", 28}, {"oui36.csv", 36}}};

std::uint64_t number_of(const MacAddress& mac) noexcept {
  std::uint64_t n = 0;
  for (const std::uint8_t octet : mac) n = n << 8 | octet;
  return n;
}

// The next cell of a line of comma-separated values (RFC 4180, 2): quoted cells may hold commas.
std::string_view next_cell(std::string_view& line) noexcept {
  std::string_view cell;
  if (line.starts_with('"')) {
    const std::size_t end = line.find('"', 1);
    cell = line.substr(1, end == line.npos ? line.npos : end - 1);
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
    if (line.starts_with(',')) line.remove_prefix(1);
    return cell;
  }
  const std::size_t end = line.find(',');
  cell = line.substr(0, end);
  line.remove_prefix(end == line.npos ? line.size() : end + 1);
  return cell;
}

}  // namespace

bool parse_mac(std::string_view text, MacAddress& mac) noexcept {
  constexpr std::size_t kText = 17;
  if (text.size() != kText) return false;
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const char* at = text.data() + 3 * i;
    const auto [end, error] = std::from_chars(at, at + 2, mac[i], 16);
    if (error != std::errc{} || end != at + 2 || (i + 1 < mac.size() && *end != ':')) return false;
  }
  return true;
}

void MacVendors::read(const std::filesystem::path& file, std::uint8_t bits) {
  std::ifstream in{file};
  for (std::string line; std::getline(in, line);) {
    std::string_view rest{line};
    (void)next_cell(rest);
    const std::string_view digits = next_cell(rest);
    const std::string_view name = trim(next_cell(rest)).substr(0, kLongestName);
    std::uint64_t prefix = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix, 16);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.size() * 4 != bits || name.empty())
      continue;
    rows_.push_back({prefix << (kMacBits - bits), bits, static_cast<std::uint32_t>(names_.size()),
                     static_cast<std::uint16_t>(name.size())});
    names_ += name;
  }
}

MacVendors MacVendors::load(const std::filesystem::path& folder) {
  MacVendors vendors;
  for (const auto& [file, bits] : kTables) vendors.read(folder / file, bits);
  std::ranges::sort(vendors.rows_, {}, [](const Row& r) { return std::tuple{r.bits, r.prefix}; });
  return vendors;
}

std::string_view MacVendors::find(std::uint64_t prefix, std::uint8_t bits) const noexcept {
  const auto at = std::ranges::lower_bound(rows_, std::tuple{bits, prefix}, {},
                                           [](const Row& r) { return std::tuple{r.bits, r.prefix}; });
  if (at == rows_.end() || at->bits != bits || at->prefix != prefix) return {};
  return std::string_view{names_}.substr(at->name_at, at->name_size);
}

std::string_view MacVendors::vendor_of(const MacAddress& mac) const noexcept {
  if (is_made_up(mac)) return {};
  const std::uint64_t number = number_of(mac);
  for (auto table = kTables.rbegin(); table != kTables.rend(); ++table) {
    const std::uint64_t mask = ~std::uint64_t{0} << (kMacBits - table->second);
    if (const std::string_view name = find(number & mask, table->second); !name.empty()) return name;
  }
  return {};
}

}  // namespace gatehouse::insight
