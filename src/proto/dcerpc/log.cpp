// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/log.hpp"

#include <fmt/format.h>

namespace gatehouse::proto::dcerpc {
namespace {

void write_half(std::string_view key, const Call::Half& half, const std::uint16_t* opnum, JsonWriter& json) noexcept {
  json.open_object(key);
  if (opnum != nullptr) json.member("opnum", *opnum);
  json.member("frag_cnt", half.fragments);
  json.member("stub_data_size", half.stub_size);
  json.close_object();
}

void write_interfaces(const Call& call, Within within, JsonWriter& json) noexcept {
  if (call.interfaces.empty()) return;
  json.open_array("interfaces");
  for (const Interface& i : call.interfaces) {
    json.open_object();
    json.member("uuid", std::string_view{i.text.data(), i.text.size()});
    std::array<char, 16> buffer;
    const auto version = fmt::format_to_n(buffer.data(), buffer.size(), "{}.{}", i.version, i.minor);
    json.member("version", std::string_view{buffer.data(), version.size});
    const bool of_binding = is_bind(call.request.type);
    if (i.answered && (of_binding || within == Within::own)) json.member("ack_result", i.result);
    if (i.answered && of_binding && within == Within::smb) json.member("ack_reason", i.reason);
    json.close_object();
  }
  json.close_array();
}

}  // namespace

void write_call(const Call& call, Within within, JsonWriter& json) noexcept {
  const bool own = within == Within::own;
  const bool asked = call.request.seen && (call.request.complete || !own);
  const bool answered = call.response.seen && (call.response.complete || !own);
  json.member("request", asked ? to_text(call.request.type) : "REQUEST_LOST");
  json.member("response", answered ? to_text(call.response.type) : "UNREPLIED");
  if (asked && call.request.type == Type::request) {
    if (!own) json.member("opnum", call.opnum);
    write_half("req", call.request, own ? &call.opnum : nullptr, json);
  }
  if (asked && (call.request.type == Type::request || is_bind(call.request.type))) write_interfaces(call, within, json);
  if (answered && call.response.type == Type::response) write_half("res", call.response, nullptr, json);
}

}  // namespace gatehouse::proto::dcerpc
