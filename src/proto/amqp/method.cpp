// SPDX-License-Identifier: GPL-3.0-or-later
// Methods of version 0-9-1.
#include <algorithm>

#include "proto/amqp/message.hpp"

namespace gatehouse::proto::amqp {
namespace {

// Arguments in order, as far as they are worth knowing: 1 octet, 2 short, 8 long long, x exchange, q queue, k routing
// key, s another short string, c code, t text.
struct Method {
  std::uint16_t class_id, method_id;
  std::string_view name, arguments;
  bool quiet = false;
};
constexpr Method kMethods[] = {
    {10, 10, "connection.start", "!"},
    {10, 11, "connection.start_ok", "!"},
    {10, 20, "connection.secure", ""},
    {10, 21, "connection.secure_ok", ""},
    {10, 30, "connection.tune", "", true},
    {10, 31, "connection.tune_ok", "", true},
    {10, 40, "connection.open", "h"},
    {10, 41, "connection.open_ok", ""},
    {10, 50, "connection.close", "ct"},
    {10, 51, "connection.close_ok", ""},
    {10, 60, "connection.blocked", "t"},
    {10, 61, "connection.unblocked", ""},
    {10, 70, "connection.update_secret", ""},
    {10, 71, "connection.update_secret_ok", ""},
    {20, 10, "channel.open", "", true},
    {20, 11, "channel.open_ok", "", true},
    {20, 20, "channel.flow", "", true},
    {20, 21, "channel.flow_ok", "", true},
    {20, 40, "channel.close", "ct"},
    {20, 41, "channel.close_ok", "", true},
    {40, 10, "exchange.declare", "2x"},
    {40, 11, "exchange.declare_ok", "", true},
    {40, 20, "exchange.delete", "2x"},
    {40, 21, "exchange.delete_ok", "", true},
    {40, 30, "exchange.bind", "2xsk"},
    {40, 31, "exchange.bind_ok", "", true},
    {40, 40, "exchange.unbind", "2xsk"},
    {40, 51, "exchange.unbind_ok", "", true},
    {50, 10, "queue.declare", "2q"},
    {50, 11, "queue.declare_ok", "q", true},
    {50, 20, "queue.bind", "2qxk"},
    {50, 21, "queue.bind_ok", "", true},
    {50, 30, "queue.purge", "2q"},
    {50, 31, "queue.purge_ok", "", true},
    {50, 40, "queue.delete", "2q"},
    {50, 41, "queue.delete_ok", "", true},
    {50, 50, "queue.unbind", "2qxk"},
    {50, 51, "queue.unbind_ok", "", true},
    {60, 10, "basic.qos", "", true},
    {60, 11, "basic.qos_ok", "", true},
    {60, 20, "basic.consume", "2qs"},
    {60, 21, "basic.consume_ok", "", true},
    {60, 30, "basic.cancel", "s"},
    {60, 31, "basic.cancel_ok", "", true},
    {60, 40, "basic.publish", "2xk"},
    {60, 50, "basic.return", "ctxk"},
    {60, 60, "basic.deliver", "s81xk"},
    {60, 70, "basic.get", "2q"},
    {60, 71, "basic.get_ok", "81xk"},
    {60, 72, "basic.get_empty", "", true},
    {60, 80, "basic.ack", "8", true},
    {60, 90, "basic.reject", "8", true},
    {60, 100, "basic.recover_async", "", true},
    {60, 110, "basic.recover", "", true},
    {60, 111, "basic.recover_ok", "", true},
    {60, 120, "basic.nack", "8", true},
    {85, 10, "confirm.select", "", true},
    {85, 11, "confirm.select_ok", "", true},
    {90, 10, "tx.select", "", true},
    {90, 11, "tx.select_ok", "", true},
    {90, 20, "tx.commit", "", true},
    {90, 21, "tx.commit_ok", "", true},
    {90, 30, "tx.rollback", "", true},
    {90, 31, "tx.rollback_ok", "", true},
};

const Method* find(std::uint16_t class_id, std::uint16_t method_id) noexcept {
  for (const Method& method : kMethods)
    if (method.class_id == class_id && method.method_id == method_id) return &method;
  return nullptr;
}

// 0-9-1, 4.2.5.3
Bytes short_string(Cursor& c) noexcept {
  return c.take(c.u8());
}
Bytes long_string(Cursor& c) noexcept {
  return c.take(c.u32());
}

// 0-9-1, 4.2.5.5, with the letters that brokers use: the value's size, or its text.
Bytes field_value(Cursor& c) noexcept {
  switch (c.u8()) {
    case 't':
    case 'b':
    case 'B':
      return c.take(1);
    case 's':
    case 'u':
    case 'U':
      return c.take(2);
    case 'i':
    case 'I':
    case 'f':
      return c.take(4);
    case 'l':
    case 'L':
    case 'd':
    case 'T':
      return c.take(8);
    case 'D':
      return c.take(5);
    case 'S':
    case 'x':
    case 'A':
    case 'F':
      return long_string(c);
    case 'V':
      return {};
    default:
      c.fail();
      return {};
  }
}

void read_properties(Cursor table, Message& message) noexcept {
  while (table.ok() && !table.empty()) {
    const std::string_view name = as_text(short_string(table));
    const Bytes value = field_value(table);
    if (!table.ok()) return;
    if (name == "product") message.product = value;
    if (name == "version") message.version = value;
  }
}

// RabbitMQ's AMQPLAIN: a table of its own.
Bytes login_of(Cursor table) noexcept {
  while (table.ok() && !table.empty()) {
    const std::string_view name = as_text(short_string(table));
    const Bytes value = field_value(table);
    if (table.ok() && name == "LOGIN") return value;
  }
  return {};
}

void read_start_ok(Cursor& c, Message& message) noexcept {
  read_properties(Cursor{long_string(c)}, message);
  message.mechanism = short_string(c);
  const Bytes response = long_string(c);
  if (!c.ok()) return;
  if (as_text(message.mechanism) == "PLAIN") message.user = plain_user(response);
  if (as_text(message.mechanism) == "AMQPLAIN") message.user = login_of(Cursor{response});
}

}  // namespace

Bytes plain_user(Bytes response) noexcept {
  const auto first = std::ranges::find(response, 0);
  if (first == response.end()) return {};
  const auto second = std::find(first + 1, response.end(), 0);
  return second == response.end() ? Bytes{} : Bytes{first + 1, second};
}

bool is_method(std::uint16_t class_id, std::uint16_t method_id) noexcept {
  return find(class_id, method_id) != nullptr;
}

bool read_method(Cursor& c, Message& message) noexcept {
  const std::uint16_t class_id = c.u16(), method_id = c.u16();
  const Method* method = find(class_id, method_id);
  if (method == nullptr) return c.ok();
  message.name = method->name;
  message.quiet = method->quiet;
  for (const char argument : method->arguments) switch (argument) {
      case '1':
        c.skip(1);
        break;
      case '2':
        c.skip(2);
        break;
      case '8':
        c.skip(8);
        break;
      case 'x':
        message.exchange = short_string(c);
        break;
      case 'q':
        message.queue = short_string(c);
        break;
      case 'k':
        message.routing_key = short_string(c);
        break;
      case 'h':
        message.host = short_string(c);
        break;
      case 's':
        (void)short_string(c);
        break;
      case 'c':
        message.code = c.u16();
        message.has_code = c.ok();
        break;
      case 't':
        message.text = short_string(c);
        break;
    }
  if (method->arguments != "!") return c.ok();
  if (method_id == 11) {
    read_start_ok(c, message);
  } else {
    c.skip(2);  // version
    read_properties(Cursor{long_string(c)}, message);
    message.mechanism = long_string(c);
  }
  return c.ok();
}

}  // namespace gatehouse::proto::amqp
