// SPDX-License-Identifier: GPL-3.0-or-later
// OMA Lightweight M2M (core and transport 1.2.1): what its operations are in CoAP.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "model/field.hpp"
#include "proto/coap/message.hpp"

namespace gatehouse::proto::coap {

enum class Operation : std::uint8_t {
  none,
  registration,
  update,
  deregister,
  bootstrap_request,
  bootstrap_finish,
  send,
  read,
  discover,
  observe,
  cancel_observation,
  write,
  write_attributes,
  execute,
  create,
  remove,
  read_composite,
  write_composite,
};
inline constexpr std::array kOperationNames{
    NamedNumber{1, "register"},
    NamedNumber{2, "update"},
    NamedNumber{3, "deregister"},
    NamedNumber{4, "bootstrap_request"},
    NamedNumber{5, "bootstrap_finish"},
    NamedNumber{6, "send"},
    NamedNumber{7, "read"},
    NamedNumber{8, "discover"},
    NamedNumber{9, "observe"},
    NamedNumber{10, "cancel_observation"},
    NamedNumber{11, "write"},
    NamedNumber{12, "write_attributes"},
    NamedNumber{13, "execute"},
    NamedNumber{14, "create"},
    NamedNumber{15, "delete"},
    NamedNumber{16, "read_composite"},
    NamedNumber{17, "write_composite"},
};
// The objects of the core specification and the IPSO objects that most sensors have.
inline constexpr std::array kObjectNames{
    NamedNumber{0, "security"},
    NamedNumber{1, "server"},
    NamedNumber{2, "access_control"},
    NamedNumber{3, "device"},
    NamedNumber{4, "connectivity_monitoring"},
    NamedNumber{5, "firmware_update"},
    NamedNumber{6, "location"},
    NamedNumber{7, "connectivity_statistics"},
    NamedNumber{9, "software_management"},
    NamedNumber{19, "binary_app_data"},
    NamedNumber{3200, "digital_input"},
    NamedNumber{3201, "digital_output"},
    NamedNumber{3202, "analogue_input"},
    NamedNumber{3203, "analogue_output"},
    NamedNumber{3303, "temperature"},
    NamedNumber{3304, "humidity"},
    NamedNumber{3305, "power_measurement"},
    NamedNumber{3306, "actuation"},
    NamedNumber{3308, "set_point"},
    NamedNumber{3311, "light_control"},
    NamedNumber{3312, "power_control"},
};

struct Lwm2m {
  Operation operation = Operation::none;
  Bytes endpoint, version, lifetime;                  // of a registration
  std::array<std::optional<std::uint16_t>, 3> place;  // object, instance, resource
  bool certain = false;                               // by itself, whatever was said before
};

// What `request` is in LwM2M. `known`: this flow has spoken it before. Without that only what nothing else says counts.
Lwm2m read_lwm2m(const Message& request, bool known) noexcept;

// Of the object Device (3): what a device answers when it is read.
struct Lwm2mDevice {
  std::string_view manufacturer, model, serial, firmware;
};

// The last question for it, until its answer comes.
class DeviceQuestion {
 public:
  void ask(const Message& request, const Lwm2m& meaning) noexcept;
  // What `response` tells, if it is the answer: TLV (core, 7.4.3), or the text of one resource. Views into it.
  Lwm2mDevice answer(const Message& response) noexcept;

 private:
  std::array<std::uint8_t, kMaxToken> token_{};
  std::size_t token_size_ = 0;
  std::optional<std::uint16_t> resource_;
  bool open_ = false;
};

}  // namespace gatehouse::proto::coap
