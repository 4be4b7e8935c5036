// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/countries.hpp"

#include <cstring>
#include <maxminddb.h>
#include <netinet/in.h>

namespace gatehouse::ips {
namespace {

union AnyAddress {
  sockaddr generic;
  sockaddr_in v4;
  sockaddr_in6 v6;
};

AnyAddress socket_address(const IpAddress& ip) noexcept {
  AnyAddress address{};
  if (ip.version == 4) {
    address.v4.sin_family = AF_INET;
    std::memcpy(&address.v4.sin_addr, ip.bytes.data(), 4);
  } else {
    address.v6.sin6_family = AF_INET6;
    std::memcpy(&address.v6.sin6_addr, ip.bytes.data(), 16);
  }
  return address;
}

std::string_view code_in(MMDB_entry_s& entry, const char* of) noexcept {
  MMDB_entry_data_s value{};
  const bool found = MMDB_get_value(&entry, &value, of, "iso_code", nullptr) == MMDB_SUCCESS && value.has_data &&
                     value.type == MMDB_DATA_TYPE_UTF8_STRING;
  return found ? std::string_view{value.utf8_string, value.data_size} : std::string_view{};
}

}  // namespace

struct Countries::State {
  ~State() { MMDB_close(&database); }
  MMDB_s database{};
};

Countries::Countries(std::unique_ptr<State> state) : state_(std::move(state)) {}
Countries::~Countries() = default;

Result<std::shared_ptr<const Countries>> Countries::open(const std::filesystem::path& path) {
  auto state = std::make_unique<State>();
  if (const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &state->database); status != MMDB_SUCCESS) {
    const std::string why = MMDB_strerror(status);
    state->database = {};
    return failure("GeoIP database " + path.string() + ": " + why, ErrorCode::invalid_config);
  }
  return std::shared_ptr<const Countries>(new Countries(std::move(state)));
}

std::string_view Countries::of(const IpAddress& address) const noexcept {
  if (address.version == 0) return {};
  const AnyAddress wanted = socket_address(address);
  int error = MMDB_SUCCESS;
  MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&state_->database, &wanted.generic, &error);
  if (error != MMDB_SUCCESS || !found.found_entry) return {};
  const std::string_view country = code_in(found.entry, "country");
  return country.empty() ? code_in(found.entry, "registered_country") : country;
}

}  // namespace gatehouse::ips
