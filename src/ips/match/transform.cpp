// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/transform.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "ips/match/transform_steps.hpp"

namespace gatehouse::ips {
namespace {

using Read = std::string (*)(std::string_view text, TransformOptions& options);  // the reason, or empty

std::string_view without_quotes(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2) : text;
}

bool read_size(std::string_view text, std::size_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

// Calls take(name, value) for each "name value" between commas; false from it ends this.
template <typename Take>
bool for_each_pair(std::string_view text, Take&& take) {
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view pair = trim(text.substr(0, comma));
    text = comma == text.npos ? std::string_view{} : text.substr(comma + 1);
    const auto space = pair.find_first_of(" \t");
    if (!take(pair.substr(0, space), space == pair.npos ? std::string_view{} : trim(pair.substr(space)))) return false;
  }
  return true;
}

std::string read_base64(std::string_view text, TransformOptions& options) {
  const bool ok = for_each_pair(text, [&](std::string_view name, std::string_view value) {
    if (name == "offset") return read_size(value, options.offset) && options.offset <= 65535;
    if (name == "bytes") return read_size(value, options.bytes) && options.bytes <= 65535;
    if (name != "mode") return false;
    if (value == "rfc4648")
      options.mode = Base64Mode::rfc4648;
    else if (value == "rfc2045")
      options.mode = Base64Mode::rfc2045;
    else if (value == "strict")
      options.mode = Base64Mode::strict;
    else
      return false;
    return true;
  });
  return ok ? "" : "from_base64 takes 'offset N', 'bytes N' and 'mode rfc4648', 'rfc2045' or 'strict', between commas";
}

std::string read_limit(std::string_view text, TransformOptions& options) {
  const bool ok = for_each_pair(text, [&](std::string_view name, std::string_view value) {
    return name == "max-size" && read_size(value, options.largest);
  });
  if (ok && options.largest > 0 && options.largest <= TransformSpace::kLargest) return "";
  return "it takes 'max-size N', from 1 to " + std::to_string(TransformSpace::kLargest) + " bytes";
}

std::string read_key(std::string_view text, TransformOptions& options) {
  text = without_quotes(text);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    std::uint8_t byte = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (error != std::errc{} || end != text.data() + i + 2) return "the key is bytes in hexadecimal: \"0d0ac8ff\"";
    options.key.push_back(byte);
  }
  if (text.empty() || text.size() % 2 != 0 || options.key.size() > 255)
    return "the key is 1 to 255 bytes in hexadecimal, two digits each";
  return "";
}

std::string read_expression(std::string_view text, TransformOptions& options) {
  auto expression = Regex::compile(without_quotes(text), 0);
  if (!expression) return expression.error();
  if (expression->groups() != 1)
    return "the expression needs one group in parentheses: what it catches is the new buffer";
  options.expression = std::move(*expression);
  return "";
}

std::string read_script(std::string_view, TransformOptions&) {
  return "scripts are not run on traffic here: write the transform with the others, or leave the rule out";
}

struct Row {
  std::string_view name;
  TransformOptions::Run run;
  Read read = nullptr;  // null: takes no options
  bool required = false;
  bool (*can_hold)(Bytes) noexcept = nullptr;
};

constexpr std::array kRows{
    Row{"compress_whitespace", transforms::compress_whitespace, nullptr, false, transforms::without_double_space},
    Row{"domain", transforms::domain},
    Row{"dotprefix", transforms::dotprefix},
    Row{"from_base64", transforms::from_base64, read_base64},
    Row{"gunzip", transforms::gunzip, read_limit},
    Row{"header_lowercase", transforms::header_lowercase},
    Row{"luaxform", nullptr, read_script, true},
    Row{"pcrexform", transforms::pcrexform, read_expression, true},
    Row{"strip_pseudo_headers", transforms::strip_pseudo_headers},
    Row{"strip_whitespace", transforms::strip_whitespace, nullptr, false, transforms::without_space},
    Row{"tld", transforms::tld},
    Row{"to_lowercase", transforms::to_lowercase, nullptr, false, transforms::without_upper},
    Row{"to_md5", transforms::to_md5},
    Row{"to_sha1", transforms::to_sha1},
    Row{"to_sha256", transforms::to_sha256},
    Row{"to_uppercase", transforms::to_uppercase, nullptr, false, transforms::without_lower},
    Row{"url_decode", transforms::url_decode},
    Row{"xor", transforms::exclusive_or, read_key, true},
    Row{"zlib_deflate", transforms::zlib_deflate, read_limit},
};

constexpr auto kNames = [] {
  std::array<std::string_view, kRows.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kRows[i].name;
  return names;
}();

}  // namespace

std::span<const std::string_view> transform_names() noexcept {
  return kNames;
}

std::expected<Transform, std::string> make_transform(std::string_view name, std::string_view text) {
  const auto row = std::ranges::find(kRows, name, &Row::name);
  if (row == kRows.end()) return std::unexpected("there is no transform of that name");
  if (row->read == nullptr && !text.empty()) return std::unexpected("this transform takes no options");
  if (row->required && text.empty()) return std::unexpected("this transform needs its option behind a colon");
  auto options = std::make_shared<TransformOptions>();
  options->run = row->run;
  options->can_hold = row->can_hold;
  if (row->read != nullptr)
    if (std::string reason = row->read(text, *options); !reason.empty()) return std::unexpected(std::move(reason));
  return Transform{std::string(name), std::string(text), std::move(options)};
}

bool can_hold(const Transform& transform, Bytes pattern) noexcept {
  return transform.compiled->can_hold == nullptr || transform.compiled->can_hold(pattern);
}

Bytes apply(std::span<const Transform> transforms, Bytes in, TransformSpace& space, bool& missing) noexcept {
  missing = false;
  for (const Transform& transform : transforms) {
    in = in.first(std::min(in.size(), TransformSpace::kLargest));
    // The input may stand in one of the two: the other takes the output.
    const bool in_front =
        !space.front.empty() && in.data() >= space.front.data() && in.data() < space.front.data() + space.front.size();
    auto& out = in_front ? space.back : space.front;
    out.clear();
    if (transform.compiled->run(*transform.compiled, in, out, space)) in = out;
  }
  return in;
}

}  // namespace gatehouse::ips
