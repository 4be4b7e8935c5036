// SPDX-License-Identifier: GPL-3.0-or-later
// The "rdp" object of EVE.
#include "proto/rdp/names.hpp"
#include "proto/rdp/transaction.hpp"

namespace gatehouse::proto::rdp {
namespace {

std::string_view known(std::string_view name) noexcept {
  return name.empty() ? "unknown" : name;
}

void client(const RdpTransaction& tx, JsonWriter& json) noexcept {
  const ClientCore& core = tx.connect.core;
  json.open_object("client");
  json.member("version", known(name_of(kVersionNames, core.version)));
  json.member("desktop_width", core.width);
  json.member("desktop_height", core.height);
  if (const unsigned depth = core.bits_per_pixel(); depth > 0) json.member("color_depth", depth);
  json.member("keyboard_layout", known(language_of_layout(core.keyboard_layout)));
  json.member("build", known(windows_of_build(core.build)));
  if (!tx.client_name.view().empty()) json.member("client_name", tx.client_name.view());
  const std::string_view keyboard = name_of(kKeyboardNames, core.keyboard_type);
  if (!keyboard.empty()) json.member("keyboard_type", keyboard);
  if (core.function_keys != 0) json.member("function_keys", core.function_keys);
  if (core.present > 1) json.member("product_id", core.product_id);
  bool open = false;
  for (const NamedNumber& row : kCapabilityNames) {
    if ((core.capabilities & row.value) == 0) continue;
    if (!open) json.open_array("capabilities");
    open = true;
    json.element(row.name);
  }
  if (open) json.close_array();
  if (!tx.product_id.view().empty()) json.member("id", tx.product_id.view());
  json.close_object();
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  constexpr std::array<std::string_view, 4> kinds{"initial_request", "initial_response", "connect_request",
                                                  "connect_response"};
  const auto& tx = static_cast<const RdpTransaction&>(transaction);
  json.open_object("rdp");
  json.member("tx_id", tx.id);
  json.member("event_type", kinds[static_cast<std::size_t>(tx.kind)]);
  if (!tx.connection.cookie.empty()) json.member("cookie", tx.connection.cookie);
  if (tx.connect.has_core) client(tx, json);
  if (tx.connect.channels.count > 0) {
    json.open_array("channels");
    for (unsigned i = 0; i < tx.connect.channels.count; ++i) json.element(tx.connect.channels.names[i]);
    json.close_array();
  }
  json.close_object();
}

}  // namespace gatehouse::proto::rdp
