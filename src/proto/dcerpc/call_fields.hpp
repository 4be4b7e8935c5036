// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of a call, for every protocol that carries calls: `call_of` finds it in the carrier's transaction, or
// returns null where the transaction is none.
#pragma once

#include "model/field.hpp"
#include "model/protocol.hpp"
#include "proto/dcerpc/call.hpp"

namespace gatehouse::proto::dcerpc {

using CallOf = const Call* (*)(const Transaction&);
inline constexpr std::uint8_t kComplete = 1;  // the stage of either direction at which they are known

inline constexpr std::array kAuthLevels{
    // MS-RPCE 2.2.1.1.8
    NamedNumber{1, "none"},   NamedNumber{2, "connect"},   NamedNumber{3, "call"},
    NamedNumber{4, "packet"}, NamedNumber{5, "integrity"}, NamedNumber{6, "privacy"},
};

template <CallOf call_of>
struct CallField {
  static FieldValue text(std::string_view value) noexcept {
    return value.empty() ? FieldValue::none() : FieldValue::of(value);
  }
  static const Interface* interface(const Transaction& tx, unsigned index) noexcept {
    const Call* call = call_of(tx);
    return call == nullptr || index >= call->interfaces.size() ? nullptr : &call->interfaces[index];
  }
  static FieldValue iface(const Transaction& tx, unsigned index) {
    const Interface* i = interface(tx, index);
    return i == nullptr ? FieldValue::none() : FieldValue::of(std::string_view{i->text.data(), i->text.size()});
  }
  static FieldValue iface_version(const Transaction& tx, unsigned index) {
    const Interface* i = interface(tx, index);
    return i == nullptr ? FieldValue::none() : FieldValue::of_number(i->version);
  }
  // Those that have a name, so that one without does not end the list.
  static FieldValue iface_name(const Transaction& tx, unsigned index) {
    const Call* call = call_of(tx);
    if (call == nullptr) return FieldValue::none();
    for (const Interface& i : call->interfaces)
      if (!i.name.empty() && index-- == 0) return FieldValue::of(i.name);
    return FieldValue::none();
  }
  // What the server accepted when it was bound.
  static FieldValue service(const Transaction& tx, unsigned index) {
    const Call* call = call_of(tx);
    if (call == nullptr || !is_bind_answer(call->response.type) || !call->response.seen) return FieldValue::none();
    for (const Interface& i : call->interfaces)
      if (i.answered && i.result == 0 && !i.name.empty() && index-- == 0) return FieldValue::of(i.name);
    return FieldValue::none();
  }
  static FieldValue opnum(const Transaction& tx, unsigned index) {
    const Call* call = call_of(tx);
    return call == nullptr || index > 0 || !call->is_request() ? FieldValue::none()
                                                               : FieldValue::of_number(call->opnum);
  }
  static FieldValue stub_data(const Transaction& tx, unsigned index) {
    const Call* call = call_of(tx);
    if (call == nullptr || index > 0) return FieldValue::none();
    const Bytes stub = call->response.seen ? call->response.stub : call->request.stub;
    return stub.empty() ? FieldValue::none() : FieldValue::of(stub);
  }
  static FieldValue fault(const Transaction& tx, unsigned index) {
    const Call* call = call_of(tx);
    return call == nullptr || index > 0 || call->fault == 0 ? FieldValue::none() : FieldValue::of_number(call->fault);
  }
  static FieldValue auth_level(const Transaction& tx, unsigned index) {
    const Call* call = call_of(tx);
    return call == nullptr || index > 0 || call->auth_level == 0 ? FieldValue::none()
                                                                 : FieldValue::of_number(call->auth_level);
  }
  template <std::pmr::string Call::* member>
  static FieldValue string(const Transaction& tx, unsigned index) {
    const Call* call = call_of(tx);
    return call == nullptr || index > 0 ? FieldValue::none() : text(call->*member);
  }
  static FieldValue mapped_iface(const Transaction& tx, unsigned index) {
    const Call* call = call_of(tx);
    if (call == nullptr || index > 0 || !call->has_mapping) return FieldValue::none();
    return FieldValue::of(std::string_view{call->mapped_interface.data(), call->mapped_interface.size()});
  }
  static FieldValue mapped_port(const Transaction& tx, unsigned index) {
    const Call* call = call_of(tx);
    return call == nullptr || index > 0 || call->mapped_port == 0 ? FieldValue::none()
                                                                  : FieldValue::of_number(call->mapped_port);
  }

  static constexpr std::array kRows{
      FieldSpec{"dcerpc.iface", FieldType::list, FieldDirection::both, kComplete,
                "identifier of the interface that is called, or of those that are bound", iface},
      FieldSpec{"dcerpc.iface_version", FieldType::number, FieldDirection::both, kComplete,
                "major version of the same interfaces; several values", iface_version},
      FieldSpec{"dcerpc.iface_name", FieldType::list, FieldDirection::both, kComplete,
                "well-known names of the same interfaces: svcctl, samr, epmapper", iface_name},
      FieldSpec{"dcerpc.opnum", FieldType::number, FieldDirection::both, kComplete,
                "number of the operation that is called", opnum},
      FieldSpec{"dcerpc.stub_data", FieldType::bytes, FieldDirection::both, kComplete,
                "arguments of the call, or its results, joined from their fragments", stub_data},
      FieldSpec{"dcerpc.service", FieldType::list, FieldDirection::to_client, kComplete,
                "well-known interfaces that the server accepted", service, FieldRole::device_service},
      FieldSpec{"dcerpc.fault", FieldType::number, FieldDirection::to_client, kComplete,
                "status with which a call failed", fault},
      FieldSpec{"dcerpc.auth_level", FieldType::number, FieldDirection::to_server, kComplete,
                "how the call is protected", auth_level, FieldRole::plain, kAuthLevels},
  };
};

}  // namespace gatehouse::proto::dcerpc
