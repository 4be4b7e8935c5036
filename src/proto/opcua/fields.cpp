// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/opcua/fields.hpp"

#include "proto/opcua/session.hpp"

namespace gatehouse::proto::opcua {
namespace {

const Message& of(const Transaction& tx) noexcept {
  return static_cast<const OpcUaTransaction&>(tx).message;
}
FieldValue number_if(bool present, std::uint64_t value) noexcept {
  return present ? FieldValue::of_number(value) : FieldValue::none();
}
template <Bytes Message::* member>
FieldValue text(const Transaction& tx, unsigned) {
  return (of(tx).*member).empty() ? FieldValue::none() : FieldValue::of(of(tx).*member);
}

FieldValue message(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(of(tx).header.type));
}
FieldValue function(const Transaction& tx, unsigned) {
  return of(tx).service() == nullptr ? FieldValue::none() : FieldValue::of_number(of(tx).service()->request);
}
FieldValue access(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(access_of(of(tx))));
}
FieldValue policy(const Transaction& tx, unsigned) {
  return of(tx).policy.empty() ? FieldValue::none() : FieldValue::of(of(tx).policy_name());
}
FieldValue mode(const Transaction& tx, unsigned) {
  return number_if(of(tx).mode != 0, of(tx).mode);
}
FieldValue channel(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_channel, of(tx).channel);
}
FieldValue result(const Transaction& tx, unsigned) {
  if (of(tx).header.type == MessageType::error) return FieldValue::of_number(of(tx).error);
  return number_if(of(tx).has_result, of(tx).result);
}
FieldValue count(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_count, of(tx).count);
}
FieldValue name_space(const Transaction& tx, unsigned index) {
  return index < of(tx).node_count ? FieldValue::of_number(of(tx).nodes[index].id.name_space) : FieldValue::none();
}
FieldValue node(const Transaction& tx, unsigned index) {
  return index < of(tx).node_count ? FieldValue::of(of(tx).nodes[index].text()) : FieldValue::none();
}
FieldValue attribute(const Transaction& tx, unsigned index) {
  const bool present = index < of(tx).node_count && of(tx).nodes[index].attribute != 0;
  return present ? FieldValue::of_number(of(tx).nodes[index].attribute) : FieldValue::none();
}

constexpr auto service_names = [] {
  std::array<NamedNumber, kServices.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kServices[i].request, kServices[i].name};
  return names;
}();

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 16> kFields{
    FieldSpec{"opcua.message", number, both, kComplete, "type of the message", message, FieldRole::plain,
              kMessageTypes},
    FieldSpec{"opcua.function", number, both, kComplete, "service, of a response too", function, FieldRole::plain,
              service_names},
    FieldSpec{"opcua.access", number, both, kComplete, "what the service does to the process", access, FieldRole::plain,
              industrial::kAccessNames},
    FieldSpec{"opcua.endpoint", bytes, both, kComplete, "URL of the server that is asked for",
              text<&Message::endpoint>},
    FieldSpec{"opcua.security_policy", bytes, both, kComplete, "security policy: None, Basic256Sha256, …", policy},
    FieldSpec{"opcua.security_mode", number, both, kComplete, "security mode, where it is not encrypted", mode,
              FieldRole::plain, kSecurityModes},
    FieldSpec{"opcua.channel", number, both, kComplete, "secure channel", channel},
    FieldSpec{"opcua.status", number, both, kComplete, "result of the service, or error; 0: good", result},
    FieldSpec{"opcua.count", number, both, kComplete, "how many nodes", count},
    FieldSpec{"opcua.namespace", number, both, kComplete, "namespaces of the nodes; several values", name_space},
    FieldSpec{"opcua.node", list, both, kComplete, "identifiers of the nodes; of a call, object and method", node},
    FieldSpec{"opcua.attribute", number, both, kComplete, "attributes of the nodes; several values", attribute,
              FieldRole::plain, kAttributes},
    FieldSpec{"opcua.reason", bytes, both, kComplete, "reason of an error", text<&Message::reason>},
    FieldSpec{"opcua.application_uri", bytes, both, kComplete, "identity of the application that sends",
              text<&Message::application_uri>},
    FieldSpec{"opcua.product_uri", bytes, both, kComplete, "its product", text<&Message::product_uri>,
              FieldRole::device_model},
    FieldSpec{"opcua.application_name", bytes, both, kComplete, "its name", text<&Message::application_name>,
              FieldRole::device_name},
};

}  // namespace gatehouse::proto::opcua
