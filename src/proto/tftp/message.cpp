// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tftp/message.hpp"

#include <algorithm>

#include "proto/line/words.hpp"

namespace gatehouse::proto::tftp {

std::string_view take_text(Cursor& c) noexcept {
  const std::string_view rest = as_text(c.rest());
  const std::size_t end = rest.find('\0');
  if (end == rest.npos) {
    c.fail();
    return {};
  }
  c.skip(end + 1);
  return rest.substr(0, end);
}

Options read_options(Cursor& c) noexcept {
  constexpr std::string_view names[] = {"blksize", "timeout", "tsize", "windowsize", "multicast", "rollover"};
  Options options;
  for (unsigned i = 0; !c.empty(); ++i) {
    const std::string_view name = take_text(c), value = take_text(c);
    if (!c.ok() || i == kMaxOptions || name.empty() || !is_printable(name) || !is_printable(value)) {
      options.sound = false;
      return options;
    }
    options.known |= std::ranges::any_of(names, [name](auto known) { return equals_nocase(known, name); });
    if (!equals_nocase(name, "blksize")) continue;
    const auto size = whole_number<std::uint16_t>(value);
    if (size && *size >= kMinBlock && *size <= kMaxBlock) options.block_size = *size;
  }
  return options;
}

bool Request::plausible() const noexcept {
  constexpr std::string_view modes[] = {"netascii", "octet", "mail"};
  return !file.empty() && file.size() <= kMaxName && is_printable(file) && options.sound &&
         std::ranges::any_of(modes, [this](auto known) { return equals_nocase(known, mode); });
}

}  // namespace gatehouse::proto::tftp
