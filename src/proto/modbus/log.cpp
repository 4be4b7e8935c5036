// SPDX-License-Identifier: GPL-3.0-or-later
// The "modbus" object of EVE.
#include <array>

#include "proto/modbus/log_names.hpp"
#include "proto/modbus/transaction.hpp"

namespace gatehouse::proto::modbus {
namespace {

constexpr std::array kTouchNames{
    NamedNumber{touch::read, "READ"},           NamedNumber{touch::write, "WRITE"},
    NamedNumber{touch::discretes, "DISCRETES"}, NamedNumber{touch::coils, "COILS"},
    NamedNumber{touch::input, "INPUT"},         NamedNumber{touch::holding, "HOLDING"},
    NamedNumber{touch::single, "SINGLE"},       NamedNumber{touch::multiple, "MULTIPLE"},
};
constexpr std::array kFaultNames{
    NamedNumber{fault::data_value, "DATA_VALUE"},   NamedNumber{fault::data_length, "DATA_LENGTH"},
    NamedNumber{fault::exception_code, "EXC_CODE"}, NamedNumber{fault::function_code, "FUNC_CODE"},
    NamedNumber{fault::protocol_id, "PROTO_ID"},
};
constexpr std::array kCategoryLogNames{NamedNumber{0, "NONE"}, NamedNumber{1, "PUBLIC_ASSIGNED"},
                                       NamedNumber{2, "PUBLIC_UNASSIGNED"}, NamedNumber{4, "USER_DEFINED"},
                                       NamedNumber{8, "RESERVED"}};

// "READ | COILS"
void bits(JsonWriter& json, std::string_view key, std::span<const NamedNumber> names, std::uint8_t value) noexcept {
  std::array<char, 128> text;
  std::size_t size = 0;
  const auto append = [&](std::string_view word) {
    word.copy(text.data() + size, word.size());
    size += word.size();
  };
  for (const NamedNumber& row : names) {
    if ((value & row.value) == 0) continue;
    if (size > 0) append(" | ");
    append(row.name);
  }
  json.member(key, size == 0 ? std::string_view{"NONE"} : std::string_view{text.data(), size});
}

std::string_view or_unknown(std::string_view name, std::string_view unknown = "Unknown") noexcept {
  return name.empty() ? unknown : name;
}

void named(JsonWriter& json, std::string_view key, std::uint64_t raw, std::string_view code,
           const Bytes* data) noexcept {
  json.open_object(key);
  json.member("raw", raw);
  json.member("code", code);
  if (data != nullptr) json.member("data", *data);
  json.close_object();
}

// Where several values are written, the record has no member for them but "data".
void written(const Message& m, JsonWriter& json) noexcept {
  json.open_object("write");
  json.member("address", m.write.address);
  const bool single = m.function() == code::write_single_coil || m.function() == code::write_single_register;
  if (single && m.write.values.size() == 2)
    json.member("data", static_cast<unsigned>(m.write.values[0] << 8 | m.write.values[1]));
  else if (m.write.values.empty())
    json.member("data", m.write.count);
  json.close_object();
  if (!single && !m.write.values.empty()) json.member("data", m.write.values);
}

void message(const Message& m, bool is_request, JsonWriter& json) noexcept {
  const Function* row = find_function(m.function());
  json.member("transaction_id", m.header.transaction);
  json.member("protocol_id", m.header.protocol);
  json.member("unit_id", m.header.unit);
  json.member("function_raw", m.raw_function);
  json.member("function_code", row == nullptr ? std::string_view{"Unknown"} : row->log_name);
  bits(json, "access_type", kTouchNames, row == nullptr ? std::uint8_t{0} : row->touches);
  json.member("category", name_of(kCategoryLogNames, static_cast<std::uint64_t>(category_of(m))));
  bits(json, "error_flags", kFaultNames, m.faults);
  if (m.is_exception() && !is_request)
    named(json, "exception", m.exception, or_unknown(name_of(kExceptionLogNames, m.exception)), nullptr);
  else if (m.has_subfunction)
    named(json, "diagnostic", m.subfunction, or_unknown(name_of(kSubfunctionLogNames, m.subfunction), "Reserved"),
          &m.data);
  else if (m.has_mei && is_request)  // a response has no such member
    named(json, "mei", m.mei, or_unknown(name_of(kMeiLogNames, m.mei)), &m.data);
  else if (!m.data.empty())
    json.member("data", m.data);
  if (m.read.present) {
    json.open_object("read");
    if (is_request) {
      json.member("address", m.read.address);
      json.member("quantity", m.read.count);
    } else {
      json.member("data", m.read.values);
    }
    json.close_object();
  }
  if (m.write.present) written(m, json);
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const ModbusTransaction&>(transaction);
  json.open_object("modbus");
  json.member("id", tx.id + 1);  // readers of the log count from one
  if (tx.has_request) {
    json.open_object("request");
    message(tx.request, true, json);
    json.close_object();
  }
  if (tx.has_response) {
    json.open_object("response");
    message(tx.response, false, json);
    json.close_object();
  }
  json.close_object();
}

}  // namespace gatehouse::proto::modbus
