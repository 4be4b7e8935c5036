// SPDX-License-Identifier: GPL-3.0-or-later
// Buffers that are no fields of a protocol, transforms, and the modifiers of older rules that name a buffer behind a
// content.
#include <algorithm>
#include <array>
#include <vector>

#include "ips/compile/keyword.hpp"

namespace gatehouse::ips::compile {
namespace {

using enum Argument;

void payload(Builder& builder, const text::Option& option) {
  builder.use_buffer(option, "payload");
}

void sticky(Builder& builder, const text::Option& option) {
  builder.use_buffer(option, std::string(canonical_name(option.name.text)));
}

struct Modifier {
  std::string_view name, buffer;
};
constexpr std::array kModifiers{
    Modifier{"http_uri", "http.uri"},
    Modifier{"uricontent", "http.uri"},
    Modifier{"http_raw_uri", "http.uri.raw"},
    Modifier{"http_header", "http.header"},
    Modifier{"http_raw_header", "http.header.raw"},
    Modifier{"http_method", "http.method"},
    Modifier{"http_cookie", "http.cookie"},
    Modifier{"http_host", "http.host"},
    Modifier{"http_raw_host", "http.host.raw"},
    Modifier{"http_client_body", "http.request_body"},
    Modifier{"http_server_body", "http.response_body"},
    Modifier{"http_stat_code", "http.stat_code"},
    Modifier{"http_stat_msg", "http.stat_msg"},
    Modifier{"http_user_agent", "http.user_agent"},
};

void modifier(Builder& builder, const text::Option& option) {
  const auto row = std::ranges::find(kModifiers, option.name.text, &Modifier::name);
  const Content* content = builder.last_content(option);
  if (content == nullptr) return;
  if (!content->replacement.empty()) return builder.refuse(option, "only the payload of packets can be rewritten");
  builder.move_last_content(option, std::string(row->buffer));
}

void transform(Builder& builder, const text::Option& option) {
  auto made = make_transform(option.name.text, option.value.text);
  if (!made) return builder.refuse(option, std::move(made.error()));
  builder.add_transform(option, std::move(*made));
}

// uricontent:"…" is content and http_uri in one.
void uricontent(Builder& builder, const text::Option& option) {
  find_keyword("content")->apply(builder, option);
  if (!builder.refused()) modifier(builder, option);
}

std::vector<Keyword> make_rows() {
  std::vector<Keyword> rows{
      {"pkt_data", none, payload, "what follows is asked of the payload again"},
      {"file.data", none, sticky, "the bytes of files"},
      {"ipv4.hdr", none, sticky, "the header of IPv4, with its options"},
      {"ipv6.hdr", none, sticky, "the header of IPv6"},
      {"tcp.hdr", none, sticky, "the header of TCP, with its options"},
      {"udp.hdr", none, sticky, "the header of UDP"},
      {"icmpv4.hdr", none, sticky, "the header of ICMP"},
      {"icmpv6.hdr", none, sticky, "the header of ICMPv6"},
      {"ether.hdr", none, sticky, "the header of Ethernet"},
      {"ip.src", none, sticky, "the source address as bytes"},
      {"ip.dst", none, sticky, "the destination address as bytes"},
      {"uricontent", required, uricontent, "bytes that the request's URI holds; older rules have it"},
  };
  for (const Modifier& m : kModifiers)
    if (m.name != "uricontent")
      rows.push_back({m.name, none, modifier, "the content before it is of that buffer; older rules have it"});
  for (const std::string_view name : transform_names())
    rows.push_back({name, optional, transform, "changes the buffer before it is looked at"});
  return rows;
}

}  // namespace

std::span<const Keyword> buffer_keywords() noexcept {
  static const std::vector<Keyword> rows = make_rows();
  return rows;
}

}  // namespace gatehouse::ips::compile
