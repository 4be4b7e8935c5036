// SPDX-License-Identifier: GPL-3.0-or-later
// Transforms of text.
#include <algorithm>

#include "ips/match/transform_steps.hpp"

namespace gatehouse::ips::transforms {
namespace {

std::uint8_t lower(std::uint8_t b) noexcept {
  return static_cast<std::uint8_t>(ascii_lower(static_cast<char>(b)));
}
bool is_upper(std::uint8_t b) noexcept {
  return b >= 'A' && b <= 'Z';
}
bool is_lower(std::uint8_t b) noexcept {
  return b >= 'a' && b <= 'z';
}

int hex(std::uint8_t b) noexcept {
  if (b >= '0' && b <= '9') return b - '0';
  const std::uint8_t l = lower(b);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// Calls use(line) for each line with the line break at its end.
template <typename Use>
void for_each_line(Bytes in, Use&& use) {
  while (!in.empty()) {
    const auto end = std::ranges::find(in, std::uint8_t{'\n'});
    const auto size = static_cast<std::size_t>(end - in.begin()) + (end == in.end() ? 0 : 1);
    use(in.first(size));
    in = in.subspan(size);
  }
}

}  // namespace

bool is_space(std::uint8_t b) noexcept {
  return b == ' ' || (b >= '\t' && b <= '\r');
}
bool without_space(Bytes pattern) noexcept {
  return std::ranges::none_of(pattern, is_space);
}
bool without_double_space(Bytes pattern) noexcept {
  return std::ranges::adjacent_find(pattern, [](auto a, auto b) { return is_space(a) && is_space(b); }) ==
         pattern.end();
}
bool without_upper(Bytes pattern) noexcept {
  return std::ranges::none_of(pattern, is_upper);
}
bool without_lower(Bytes pattern) noexcept {
  return std::ranges::none_of(pattern, is_lower);
}

// Of a run of white space its first byte stays, whatever it is.
bool compress_whitespace(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  bool in_run = false;
  for (const std::uint8_t b : in) {
    if (!in_run || !is_space(b)) out.push_back(b);
    in_run = is_space(b);
  }
  return true;
}

bool strip_whitespace(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  std::ranges::remove_copy_if(in, std::back_inserter(out), is_space);
  return true;
}

bool dotprefix(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  out.push_back('.');
  const auto rest = in.first(std::min(in.size(), TransformSpace::kLargest - 1));
  out.insert(out.end(), rest.begin(), rest.end());
  return true;
}

bool to_lowercase(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  std::ranges::transform(in, std::back_inserter(out), lower);
  return true;
}

bool to_uppercase(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  std::ranges::transform(in, std::back_inserter(out),
                         [](std::uint8_t b) { return static_cast<std::uint8_t>(is_lower(b) ? b - 32 : b); });
  return true;
}

bool header_lowercase(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  for_each_line(in, [&](Bytes line) {
    const auto colon = std::ranges::find(line, std::uint8_t{':'});
    std::transform(line.begin(), colon, std::back_inserter(out), lower);
    out.insert(out.end(), colon, line.end());
  });
  return true;
}

bool strip_pseudo_headers(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  for_each_line(in, [&](Bytes line) {
    if (line[0] != ':') out.insert(out.end(), line.begin(), line.end());
  });
  return true;
}

bool url_decode(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '%' && i + 2 < in.size() && hex(in[i + 1]) >= 0 && hex(in[i + 2]) >= 0) {
      out.push_back(static_cast<std::uint8_t>(hex(in[i + 1]) * 16 + hex(in[i + 2])));
      i += 2;
    } else {
      out.push_back(in[i] == '+' ? std::uint8_t{' '} : in[i]);
    }
  }
  return true;
}

bool exclusive_or(const TransformOptions& options, Bytes in, Out& out, TransformSpace&) {
  for (std::size_t i = 0; i < in.size(); ++i)
    out.push_back(static_cast<std::uint8_t>(in[i] ^ options.key[i % options.key.size()]));
  return true;
}

bool from_base64(const TransformOptions& options, Bytes in, Out& out, TransformSpace&) {
  if (options.offset > in.size()) return false;
  Bytes text = in.subspan(options.offset);
  if (options.bytes != 0) {
    if (options.bytes > text.size()) return false;
    text = text.first(options.bytes);
  }
  return decode_base64(text, options.mode, out, TransformSpace::kLargest);
}

}  // namespace gatehouse::ips::transforms
