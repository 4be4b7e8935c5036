// SPDX-License-Identifier: GPL-3.0-or-later
// The files that datasets are loaded from and written to.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ips/compile/value_set.hpp"

namespace gatehouse::ips::compile {

enum class ValueType : std::uint8_t { string, md5, sha256, ipv4, ip };
enum class DatasetFormat : std::uint8_t { csv, json, ndjson };

std::optional<ValueType> value_type(std::string_view name) noexcept;
std::string_view to_text(ValueType type) noexcept;

// A value as it is kept: md5 and sha256 as bytes, addresses as 4 or 16 of them (IPv4 within IPv6 as 4). nullopt: it
// cannot be one of that type.
std::optional<std::vector<std::uint8_t>> value_from_text(ValueType type, std::string_view text);  // of JSON and people
std::optional<std::vector<std::uint8_t>> value_from_line(ValueType type,
                                                         std::string_view field);  // of CSV: strings are base64
std::string line_of(ValueType type, Bytes value);
// The part of a buffer that is looked up: nullopt where a buffer of that size cannot be in a set of that type.
std::optional<Bytes> value_of_buffer(ValueType type, Bytes buffer) noexcept;

// How JSON is read: where the array is, where in each of its objects the value is ("a.b" for nested ones), and whether
// the value is left out of what an alert shows.
struct JsonKeys {
  std::string value, array;
  bool remove_value = false;
};

// The error is a sentence with the line. Values that come twice are taken once.
std::expected<void, std::string> read_csv(std::string_view text, ValueType type, bool with_reputation, ValueSet& into);
std::expected<void, std::string> read_json(std::string_view text, DatasetFormat format, ValueType type,
                                           const JsonKeys& keys, ValueSet& into);

}  // namespace gatehouse::ips::compile
