// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/opcua/message.hpp"

#include <charconv>

namespace gatehouse::proto::opcua {
namespace {

// OPC 10000-4, 7.33.
void read_request_header(Cursor& c) noexcept {
  (void)read_node_id(c);  // token of the session, which is a secret
  c.skip(8 + 4 + 4);
  (void)read_string(c);
  c.skip(4);
  skip_extension_object(c);
}

// 7.34. Diagnostics are stepped over where there are none only.
void read_response_header(Cursor& c, Message& m) noexcept {
  c.skip(8 + 4);
  m.result = c.le32();
  m.has_result = c.ok();
  if (c.u8() != 0) return c.fail();
  const std::uint32_t strings = c.le32();
  constexpr std::uint32_t kNull = 0xffffffff;
  if (strings != kNull)
    for (std::uint32_t i = 0; i < strings && c.ok(); ++i) (void)read_string(c);
  skip_extension_object(c);
}

// 7.2.
void read_application(Cursor& c, Message& m) noexcept {
  const Bytes uri = read_string(c), product = read_string(c), name = read_localized_text(c);
  if (c.ok()) m.application_uri = uri, m.product_uri = product, m.application_name = name;
}

void keep(Message& m, const NodeId& id, std::uint32_t attribute) noexcept {
  if (m.node_count == kNodes) return;
  Node& node = m.nodes[m.node_count++];
  node.id = id, node.attribute = attribute;
  const auto end = std::to_chars(node.digits.data(), node.digits.data() + node.digits.size(), id.number).ptr;
  node.digit_count = static_cast<std::uint8_t>(end - node.digits.data());
}

// `rest` steps over what stands behind each node's identifier, and gives the attribute.
template <typename Rest>
void read_nodes(Cursor& c, Message& m, Rest rest) noexcept {
  constexpr std::uint32_t kNull = 0xffffffff;
  const std::uint32_t count = c.le32();
  if (!c.ok() || count == kNull) return;
  m.has_count = true, m.count = count;
  for (std::uint32_t i = 0; i < count && i < kNodes; ++i) {
    const NodeId id = read_node_id(c);
    if (!c.ok()) return;
    keep(m, id, 0);
    Node& node = m.nodes[m.node_count - 1];
    node.attribute = rest(c);
    if (!c.ok()) return;
  }
}

// 7.29: attribute, range of an array, encoding.
std::uint32_t read_value_id(Cursor& c) noexcept {
  const std::uint32_t attribute = c.le32();
  (void)read_string(c);
  c.skip(2);
  (void)read_string(c);
  return attribute;
}

void read_request(Cursor& c, Message& m) noexcept {
  read_request_header(c);
  if (!c.ok()) return;
  switch (m.type) {
    case service::open_secure_channel:
      c.skip(4 + 4);
      m.mode = c.le32();
      return;
    case service::get_endpoints:
      m.endpoint = read_string(c);
      return;
    case service::create_session: {
      read_application(c, m);
      c.skip(4);
      (void)read_string(c), (void)read_string(c);
      constexpr std::uint32_t kNull = 0xffffffff;
      const std::uint32_t urls = c.le32();
      for (std::uint32_t i = 0; urls != kNull && i < urls && c.ok(); ++i) (void)read_string(c);
      (void)read_string(c);  // the server's own URI
      m.endpoint = read_string(c);
      return;
    }
    case service::browse:
      (void)read_node_id(c);  // view, its time and version, greatest count
      c.skip(8 + 4 + 4);
      return read_nodes(c, m, [](Cursor& d) {
        d.skip(4);
        (void)read_node_id(d);
        d.skip(1 + 4 + 4);
        return 0u;
      });
    case service::read:
      c.skip(8 + 4);
      return read_nodes(c, m, read_value_id);
    case service::write:
      return read_nodes(c, m, [](Cursor& d) {
        const std::uint32_t attribute = d.le32();
        (void)read_string(d);
        skip_data_value(d);
        return attribute;
      });
    case service::call: {
      // The method is what is called; the object that has it stands before.
      const std::uint32_t count = c.le32();
      m.has_count = c.ok(), m.count = count;
      if (count == 0) return;
      const NodeId object = read_node_id(c), method = read_node_id(c);
      if (c.ok()) keep(m, object, 0), keep(m, method, 0);
      return;
    }
    case service::create_monitored_items:
      c.skip(4 + 4);
      return read_nodes(c, m, [](Cursor& d) {
        const std::uint32_t attribute = read_value_id(d);
        d.skip(4 + 4 + 8);  // mode, handle, interval
        skip_extension_object(d);
        d.skip(4 + 1);
        return attribute;
      });
    default:
      return;
  }
}

void read_response(Cursor& c, Message& m) noexcept {
  read_response_header(c, m);
  // OPC 10000-4, 7.14: an endpoint begins with its URL and its server's description.
  if (m.type != service::get_endpoints + kResponse || c.le32() == 0) return;
  (void)read_string(c);
  read_application(c, m);
}

}  // namespace

Header::Header(Cursor& c) noexcept {
  const std::string_view magic = as_text(c.take(3));
  for (std::size_t i = 0; i < kMagic.size(); ++i)
    if (magic == kMagic[i]) type = static_cast<MessageType>(i);
  chunk = static_cast<char>(c.u8());
  size = c.le32();
}

bool Header::plausible() const noexcept {
  constexpr std::uint32_t kLongest = 1u << 26;
  if (type == MessageType::unknown || size < kHeader || size > kLongest) return false;
  return type == MessageType::message ? chunk == 'F' || chunk == 'C' || chunk == 'A' : chunk == 'F';
}

std::string_view Message::policy_name() const noexcept {
  const std::string_view uri = as_text(policy);
  return uri.substr(uri.find('#') == uri.npos ? 0 : uri.find('#') + 1);
}

bool read_chunk(Bytes chunk, bool whole, Message& m) noexcept {
  Cursor c{chunk};
  m.header = Header{c};
  switch (m.header.type) {
    case MessageType::hello:
      c.skip(5 * 4);  // version, sizes of buffers and messages
      m.endpoint = read_string(c);
      return c.ok();
    case MessageType::acknowledge:
      c.skip(5 * 4);
      return c.ok();
    case MessageType::error:
      m.error = c.le32();
      m.reason = read_string(c);
      return c.ok();
    case MessageType::reverse_hello:
      m.application_uri = read_string(c);
      m.endpoint = read_string(c);
      return c.ok();
    case MessageType::open:
      m.channel = c.le32();
      m.policy = read_string(c);
      (void)read_string(c), (void)read_string(c);  // certificate, thumbprint
      break;
    default:
      m.channel = c.le32();
      c.skip(4);  // token
      break;
  }
  c.skip(4);  // number in sequence
  m.request_id = c.le32();
  m.has_channel = c.ok();
  if (!c.ok()) return !whole;
  if (m.header.chunk == 'A') return true;
  const NodeId type = read_node_id(c);
  const bool known =
      type.is_number && type.name_space == 0 && (find_service(type.number) != nullptr || type.number == kFault);
  if (!c.ok() || !known) return true;
  m.type = type.number;
  m.is_response() ? read_response(c, m) : read_request(c, m);
  m.cut = !c.ok() && whole && m.header.chunk == 'F';
  return true;
}

}  // namespace gatehouse::proto::opcua
