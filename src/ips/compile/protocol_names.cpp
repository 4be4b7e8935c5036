// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/protocol_names.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::ips::compile {
namespace {

struct Second {
  std::string_view name, means;
};
constexpr std::array kSecondNames{Second{"http1", "http"}, Second{"ssl", "tls"}, Second{"ikev2", "ike"}};

// A flow of the second protocol is one of the first as well: DNS within HTTP/2 is both, and DCE/RPC travels in SMB.
struct Spans {
  std::string_view name, also;
};
constexpr std::array kSpans{Spans{"http", "http2"}, Spans{"dns", "doh2"}, Spans{"http2", "doh2"},
                            Spans{"dcerpc", "smb"}};

}  // namespace

std::string in_small_letters(std::string_view text) {
  std::string small{text};
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small;
}

std::string_view registry_name(std::string_view name) noexcept {
  const auto second = std::ranges::find(kSecondNames, name, &Second::name);
  return second == kSecondNames.end() ? name : second->means;
}

std::vector<const ProtocolSpec*> protocols_named(const Surroundings& around, std::string_view written) {
  const std::string name = in_small_letters(written);
  std::vector<const ProtocolSpec*> found;
  const auto add = [&](std::string_view row) {
    if (const ProtocolSpec* protocol = around.protocol(row)) found.push_back(protocol);
  };
  add(registry_name(name));
  for (const Spans& span : kSpans)
    if (span.name == name) add(span.also);
  return found;
}

}  // namespace gatehouse::ips::compile
