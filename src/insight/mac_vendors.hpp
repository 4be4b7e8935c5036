// SPDX-License-Identifier: GPL-3.0-or-later
// Who was given a hardware address: the IEEE's registry as Debian's ieee-data ships it (oui.csv, mam.csv, oui36.csv).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace gatehouse::insight {

using MacAddress = std::array<std::uint8_t, 6>;

// "00:11:22:aa:bb:cc"; false where `text` is no such address.
bool parse_mac(std::string_view text, MacAddress& mac) noexcept;

class MacVendors {
 public:
  static constexpr const char* kFolder = "/usr/share/ieee-data";

  // Reads what is there of the three tables; a table that is missing or a line that cannot be read is passed over.
  static MacVendors load(const std::filesystem::path& folder = kFolder);
  // The longest prefix decides. Empty: not assigned, or an address that its device made up itself.
  std::string_view vendor_of(const MacAddress& mac) const noexcept;
  bool empty() const noexcept { return rows_.empty(); }

 private:
  struct Row {
    std::uint64_t prefix;  // in the high bits of 48
    std::uint8_t bits;
    std::uint32_t name_at;
    std::uint16_t name_size;
  };
  void read(const std::filesystem::path& file, std::uint8_t bits);
  std::string_view find(std::uint64_t prefix, std::uint8_t bits) const noexcept;

  std::vector<Row> rows_;  // ordered by bits, then prefix
  std::string names_;
};

// IEEE 802, 8.2: the second bit of the first octet says that the address is administered locally, as devices do that
// hide who they are.
inline bool is_made_up(const MacAddress& mac) noexcept {
  return (mac[0] & 0x02) != 0;
}

}  // namespace gatehouse::insight
