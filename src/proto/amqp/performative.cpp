// SPDX-License-Identifier: GPL-3.0-or-later
// Performatives of version 1.0, and the types that they are made of (part 1).
#include "proto/amqp/message.hpp"

namespace gatehouse::proto::amqp {
namespace {

struct Value {
  std::uint8_t code = 0x40;  // null
  Bytes bytes{};             // of a text, or of a list's elements
  std::uint64_t number = 0;
  std::uint32_t count = 0;       // of a list
  std::uint64_t descriptor = 0;  // of a described value

  bool is_list() const noexcept { return code == 0x45 || code == 0xc0 || code == 0xd0; }
  Bytes text() const noexcept { return code >= 0xa0 && code < 0xc0 ? bytes : Bytes{}; }
};

// 1.0, part 1, 1.2: the high half of the code says how wide the value is.
Value plain_value(Cursor& c, std::uint8_t code) noexcept {
  Value value;
  value.code = code;
  switch (code >> 4) {
    case 0x4:
      break;
    case 0x5:
      value.number = c.u8();
      break;
    case 0x6:
      value.number = c.u16();
      break;
    case 0x7:
      value.number = c.u32();
      break;
    case 0x8:
      value.number = c.u64();
      break;
    case 0x9:
      c.skip(16);
      break;
    case 0xa:
      value.bytes = c.take(c.u8());
      break;
    case 0xb:
      value.bytes = c.take(c.u32());
      break;
    case 0xc:
    case 0xe: {
      Cursor inner = c.sub(c.u8());
      value.count = inner.u8();
      value.bytes = inner.rest();
      break;
    }
    case 0xd:
    case 0xf: {
      Cursor inner = c.sub(c.u32());
      value.count = inner.u32();
      value.bytes = inner.rest();
      break;
    }
    default:
      c.fail();
  }
  return value;
}

// A descriptor that is itself described does not occur.
Value read_value(Cursor& c) noexcept {
  std::uint8_t code = c.u8();
  std::uint64_t descriptor = 0;
  if (code == 0) {
    const std::uint8_t kind = c.u8();
    if (kind == 0) c.fail();
    descriptor = plain_value(c, kind).number;
    code = c.u8();
    if (code == 0) c.fail();
  }
  if (!c.ok()) return {};
  Value value = plain_value(c, code);
  value.descriptor = descriptor;
  return value;
}

Value element(const Value& list, unsigned index) noexcept {
  Cursor c{list.bytes};
  for (unsigned i = 0; i < list.count && c.ok() && !c.empty(); ++i) {
    const Value value = read_value(c);
    if (i == index && c.ok()) return value;
  }
  return {};
}

Bytes address_of(const Value& terminus) noexcept {  // 1.0, part 3, 3.5.3 and 3.5.4
  return terminus.is_list() ? element(terminus, 0).text() : Bytes{};
}

void read_error(const Value& error, Message& message) noexcept {  // 1.0, part 2, 2.8.14
  if (!error.is_list()) return;
  message.text = element(error, 0).text();
}

}  // namespace

bool read_performative(Cursor& c, Message& message) noexcept {
  const Value performative = read_value(c);
  if (!c.ok() || !performative.is_list()) return false;
  switch (performative.descriptor) {
    case 0x10:
      message.name = "open";
      message.container = element(performative, 0).text();
      message.host = element(performative, 1).text();
      break;
    case 0x11:
      message.name = "begin", message.quiet = true;
      break;
    case 0x12:
      message.name = "attach";
      message.link = element(performative, 0).text();
      message.source = address_of(element(performative, 5));
      message.target = address_of(element(performative, 6));
      break;
    case 0x13:
      message.name = "flow", message.quiet = true;
      break;
    case 0x14:
      message.name = "transfer", message.quiet = true;
      break;
    case 0x15:
      message.name = "disposition", message.quiet = true;
      break;
    case 0x16:
      message.name = "detach";
      read_error(element(performative, 2), message);
      break;
    case 0x17:
      message.name = "end", message.quiet = true;
      break;
    case 0x18:
      message.name = "close";
      read_error(element(performative, 0), message);
      break;
    case 0x40:
      message.name = "sasl_mechanisms";
      message.mechanism = element(performative, 0).text();
      break;
    case 0x41:
      message.name = "sasl_init";
      message.mechanism = element(performative, 0).text();
      if (as_text(message.mechanism) == "PLAIN") message.user = plain_user(element(performative, 1).text());
      message.host = element(performative, 2).text();
      break;
    case 0x42:
      message.name = "sasl_challenge", message.quiet = true;
      break;
    case 0x43:
      message.name = "sasl_response", message.quiet = true;
      break;
    case 0x44:
      message.name = "sasl_outcome";
      message.code = static_cast<std::uint32_t>(element(performative, 0).number);
      message.has_code = true;
      break;
    default:
      break;
  }
  return true;
}

}  // namespace gatehouse::proto::amqp
