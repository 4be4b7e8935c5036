// SPDX-License-Identifier: GPL-3.0-or-later
// The "dnp3" object of EVE.
#include <cmath>

#include "proto/dnp3/functions.hpp"
#include "proto/dnp3/transaction.hpp"

namespace gatehouse::proto::dnp3 {
namespace {

void write_part(const Part& part, const PartValue& value, JsonWriter& json) noexcept {
  switch (part.kind) {
    case Kind::bits: {
      unsigned rest = static_cast<unsigned>(value.number);
      for (const Bit& bit : part.bits) {
        json.member(bit.name, rest & ((1u << bit.width) - 1));
        rest >>= bit.width;
      }
      break;
    }
    case Kind::i16:
    case Kind::i32:
      json.member(part.name, static_cast<std::int64_t>(value.number));
      break;
    case Kind::f32:
    case Kind::f64:
      if (std::isfinite(value.real)) json.member(part.name, value.real);
      break;
    case Kind::text:
      json.member(part.name, value.bytes.first(std::min(value.bytes.size(), kLoggedText)));
      break;
    case Kind::octets:
      json.member_base64(part.name, value.bytes.first(std::min(value.bytes.size(), kLoggedText)));
      break;
    default:
      json.member(part.name, value.number);
      break;
  }
}

void write_point(const ObjectRow* row, const ObjectHeader& header, const Point& point, JsonWriter& json) noexcept {
  json.open_object();
  json.member("prefix", point.prefix);
  json.member("index", point.index);
  if (header.prefix_is_size()) json.member("size", point.prefix);
  if (row != nullptr && row->packed != 0) {
    json.member(row->parts[0].name, point.packed);
  } else if (row != nullptr) {
    Cursor c{point.bytes};
    visit_parts(*row, c, [&](const Part& part, const PartValue& value) { write_part(part, value, json); });
  }
  json.close_object();
}

void write_objects(const Dnp3Transaction& tx, JsonWriter& json) noexcept {
  if (tx.objects.empty()) return;
  Objects objects = tx.walk();
  ObjectHeader header;
  unsigned points = 0, count = 0;
  bool any = false;
  while (count < kMaxObjects && objects.next(header)) {
    if (!any) json.open_array("objects");
    any = true;
    ++count;
    json.open_object();
    json.member("group", header.group);
    json.member("variation", header.variation);
    json.member("qualifier", header.qualifier);
    json.member("prefix_code", header.prefix_code());
    json.member("range_code", header.range_code());
    json.member("start", header.start);
    json.member("stop", header.stop);
    json.member("count", header.count);
    Point point;
    bool listed = false;
    while (points < kLoggedPoints && objects.next_point(point)) {
      if (!listed) json.open_array("points");
      listed = true;
      ++points;
      write_point(objects.row(), header, point, json);
    }
    if (listed) json.close_array();
    json.close_object();
    if (points >= kLoggedPoints) break;
  }
  if (any) json.close_array();
}

void write_indications(std::uint16_t indications, JsonWriter& json) noexcept {
  if (indications == 0) return;
  json.open_object("iin");
  json.open_array("indicators");
  for (const NamedNumber& row : kIndications)
    if ((indications & row.value) != 0) json.element(row.name);
  json.close_array();
  json.close_object();
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const Dnp3Transaction&>(transaction);
  json.open_object("dnp3");
  const bool unsolicited = tx.header.function == code::unsolicited_response;
  json.member("type", !tx.header.is_response() ? "request" : unsolicited ? "unsolicited_response" : "response");
  json.open_object("control");
  json.member("dir", tx.link.from_master());
  json.member("pri", tx.link.primary());
  json.member("fcb", tx.link.count_bit());
  json.member("fcv", tx.link.count_valid());
  json.member("function_code", tx.link.function());
  json.close_object();
  json.member("src", tx.link.source);
  json.member("dst", tx.link.destination);
  json.open_object("application");
  json.open_object("control");
  json.member("fir", tx.header.first());
  json.member("fin", tx.header.final());
  json.member("con", tx.header.confirm());
  json.member("uns", tx.header.unsolicited());
  json.member("sequence", tx.header.sequence());
  json.close_object();
  json.member("function_code", tx.header.function);
  write_objects(tx, json);
  json.member("complete", tx.complete);
  json.close_object();
  write_indications(tx.header.indications, json);
  json.close_object();
}

}  // namespace gatehouse::proto::dnp3
