// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/dataset_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/ip.hpp"

namespace gatehouse::ips::compile {
namespace {

using Json = nlohmann::ordered_json;
using Value = std::vector<std::uint8_t>;
constexpr int kDeepestJson = 64;

constexpr std::array<std::string_view, 5> kTypes{"string", "md5", "sha256", "ipv4", "ip"};
constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHex = "0123456789abcdef";

std::optional<Value> from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  Value out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto digit = kBase64.find(c);
    if (digit == kBase64.npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    if ((count += 6) >= 8) out.push_back(static_cast<std::uint8_t>(bits >> (count -= 8)));
  }
  return out;
}

std::string to_base64(Bytes value) {
  std::string out;
  for (std::size_t at = 0; at < value.size(); at += 3) {
    const std::size_t left = std::min<std::size_t>(3, value.size() - at);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i) bits = bits << 8 | (i < left ? value[at + i] : 0u);
    for (std::size_t i = 0; i < 4; ++i) out += i <= left ? kBase64[bits >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

std::optional<Value> from_hex(std::string_view text, std::size_t bytes) {
  if (text.size() != bytes * 2) return std::nullopt;
  Value out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = kHex.find(ascii_lower(text[i])), low = kHex.find(ascii_lower(text[i + 1]));
    if (high == kHex.npos || low == kHex.npos) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

// IPv4 that is written within IPv6: the packets that it means have IPv4 addresses.
bool is_mapped(Bytes address) noexcept {
  return address.size() == 16 && std::ranges::all_of(address.first(10), [](auto b) { return b == 0; }) &&
         address[10] == 0xff && address[11] == 0xff;
}

std::optional<Value> from_address(ValueType type, std::string_view text) {
  const auto ip = IpAddress::parse(text);
  if (!ip) return std::nullopt;
  const Bytes bytes = is_mapped(ip->view()) ? ip->view().subspan(12) : ip->view();
  if (type == ValueType::ipv4 && bytes.size() != 4) return std::nullopt;
  return Value(bytes.begin(), bytes.end());
}

std::string what_fits(ValueType type) {
  switch (type) {
    case ValueType::string:
      return "base64 of the string";
    case ValueType::md5:
      return "32 hexadecimal digits";
    case ValueType::sha256:
      return "64 hexadecimal digits";
    case ValueType::ipv4:
      return "an IPv4 address";
    case ValueType::ip:
      break;
  }
  return "an IPv4 or IPv6 address";
}

std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = trim(text.substr(0, end));
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return line;
}

std::unexpected<std::string> at_line(std::size_t number, std::string what) {
  return std::unexpected("line " + std::to_string(number) + ": " + std::move(what));
}

constexpr std::string_view kNoRoom = "no room for more values: raise the set's memcap, or shorten the list";

}  // namespace

std::optional<ValueType> value_type(std::string_view name) noexcept {
  const auto found = std::ranges::find(kTypes, name);
  if (found == kTypes.end()) return std::nullopt;
  return static_cast<ValueType>(found - kTypes.begin());
}

std::string_view to_text(ValueType type) noexcept {
  return kTypes[static_cast<std::size_t>(type)];
}

std::optional<Value> value_from_text(ValueType type, std::string_view text) {
  switch (type) {
    case ValueType::string:
      return Value(text.begin(), text.end());
    case ValueType::md5:
      return from_hex(text, 16);
    case ValueType::sha256:
      return from_hex(text, 32);
    case ValueType::ipv4:
    case ValueType::ip:
      break;
  }
  return from_address(type, text);
}

std::optional<Value> value_from_line(ValueType type, std::string_view field) {
  return type == ValueType::string ? from_base64(field) : value_from_text(type, field);
}

std::string line_of(ValueType type, Bytes value) {
  if (type == ValueType::string) return to_base64(value);
  if (type == ValueType::ipv4 || type == ValueType::ip)
    return to_string(value.size() == 4 ? IpAddress::v4(value.data()) : IpAddress::v6(value.data()));
  std::string out;
  for (const std::uint8_t b : value) out += {kHex[b >> 4], kHex[b & 15]};
  return out;
}

std::optional<Bytes> value_of_buffer(ValueType type, Bytes buffer) noexcept {
  const std::size_t size = buffer.size();
  switch (type) {
    case ValueType::string:
      return size <= ValueSet::kLongestValue ? std::optional{buffer} : std::nullopt;
    case ValueType::md5:
      return size == 16 ? std::optional{buffer} : std::nullopt;
    case ValueType::sha256:
      return size == 32 ? std::optional{buffer} : std::nullopt;
    case ValueType::ipv4:
      return size == 4 ? std::optional{buffer} : std::nullopt;
    case ValueType::ip:
      break;
  }
  if (is_mapped(buffer)) return buffer.subspan(12);
  return size == 4 || size == 16 ? std::optional{buffer} : std::nullopt;
}

std::expected<void, std::string> read_csv(std::string_view text, ValueType type, bool with_reputation, ValueSet& into) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = next_line(text);
    if (line.empty()) continue;
    const auto comma = line.find(',');
    const auto value = value_from_line(type, trim(line.substr(0, comma)));
    if (!value) return at_line(number, "a set of type " + std::string{to_text(type)} + " holds " + what_fits(type));
    std::uint16_t reputation = 0;
    if (comma != line.npos) {
      const std::string_view digits = trim(line.substr(comma + 1));
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), reputation);
      if (error != std::errc{} || end != digits.data() + digits.size())
        return at_line(number, "behind the comma stands the reputation, 0 to 65535");
    } else if (with_reputation) {
      return at_line(number, "the reputation is missing: '<value>,<reputation>'");
    }
    if (into.add(*value, reputation) == ValueSet::Added::no_room) return at_line(number, std::string{kNoRoom});
  }
  return {};
}

namespace {

Json* member(Json& in, std::string_view path) {
  Json* at = &in;
  while (!path.empty()) {
    const auto dot = path.find('.');
    const std::string name{path.substr(0, dot)};
    path.remove_prefix(dot == path.npos ? path.size() : dot + 1);
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
  }
  return at;
}

void remove_member(Json& from, std::string_view path) {
  const auto dot = path.rfind('.');
  Json* in = dot == path.npos ? &from : member(from, path.substr(0, dot));
  if (in != nullptr && in->is_object()) in->erase(std::string{dot == path.npos ? path : path.substr(dot + 1)});
}

std::optional<Json> parse(std::string_view text) {
  bool too_deep = false;
  Json parsed = Json::parse(
      text,
      [&too_deep](int depth, Json::parse_event_t, Json&) {
        too_deep |= depth > kDeepestJson;
        return depth <= kDeepestJson;
      },
      false);
  if (parsed.is_discarded() || too_deep) return std::nullopt;
  return parsed;
}

// One object. False: its value is not one; nullopt: no room.
std::optional<bool> take(Json& object, ValueType type, const JsonKeys& keys, ValueSet& into) {
  const Json* written = member(object, keys.value);
  if (written == nullptr || !written->is_string()) return false;
  const auto value = value_from_text(type, written->get_ref<const std::string&>());
  if (!value) return false;
  if (keys.remove_value) remove_member(object, keys.value);
  const std::string context = object.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (into.add(*value, 0, context) == ValueSet::Added::no_room) return std::nullopt;
  return true;
}

std::expected<void, std::string> no_value(const JsonKeys& keys, ValueType type) {
  return std::unexpected("no entry has '" + keys.value + "' with a value of type " + std::string{to_text(type)});
}

}  // namespace

std::expected<void, std::string> read_json(std::string_view text, DatasetFormat format, ValueType type,
                                           const JsonKeys& keys, ValueSet& into) {
  bool any = false;
  if (format == DatasetFormat::ndjson) {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::string_view line = next_line(text);
      if (line.empty()) continue;
      auto object = parse(line);
      if (!object) return at_line(number, "it is not a JSON object");
      const auto taken = take(*object, type, keys, into);
      if (!taken) return at_line(number, std::string{kNoRoom});
      any |= *taken;
    }
    return any ? std::expected<void, std::string>{} : no_value(keys, type);
  }
  auto document = parse(text);
  if (!document) return std::unexpected("it is not JSON, or nested deeper than " + std::to_string(kDeepestJson));
  Json* array = member(*document, keys.array);
  if (array == nullptr || !array->is_array())
    return std::unexpected(keys.array.empty() ? "the document is no array: name the array with array_key"
                                              : "'" + keys.array + "' (array_key) is no array in it");
  for (Json& object : *array) {
    const auto taken = take(object, type, keys, into);
    if (!taken) return std::unexpected(std::string{kNoRoom});
    any |= *taken;
  }
  return any ? std::expected<void, std::string>{} : no_value(keys, type);
}

}  // namespace gatehouse::ips::compile
