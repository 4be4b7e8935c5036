// SPDX-License-Identifier: GPL-3.0-or-later
// What a message of an industrial protocol does to the process, in words that all of them share: a policy says
// `modbus.access: [read]` and `s7comm.access: [read]` and means the same.
#pragma once

#include <array>
#include <cstdint>

#include "model/field.hpp"

namespace gatehouse::proto::industrial {

enum class Access : std::uint8_t {
  other,      // keeps the connection, identifies, browses
  read,       // asks for values of the process or of the device
  write,      // sets values of the process
  control,    // operates: switches, commands, resets alarms
  program,    // reads or changes programs, firmware, files or configuration of the device
  start,      // starts or restarts the device or its program
  stop,       // stops the device or its program
  diagnose,   // asks the device about itself: counters, status, test functions
  subscribe,  // asks to be told changes of values
  report,     // tells values unasked
};

inline constexpr std::array kAccessNames{
    NamedNumber{static_cast<std::uint64_t>(Access::other), "other"},
    NamedNumber{static_cast<std::uint64_t>(Access::read), "read"},
    NamedNumber{static_cast<std::uint64_t>(Access::write), "write"},
    NamedNumber{static_cast<std::uint64_t>(Access::control), "control"},
    NamedNumber{static_cast<std::uint64_t>(Access::program), "program"},
    NamedNumber{static_cast<std::uint64_t>(Access::start), "start"},
    NamedNumber{static_cast<std::uint64_t>(Access::stop), "stop"},
    NamedNumber{static_cast<std::uint64_t>(Access::diagnose), "diagnose"},
    NamedNumber{static_cast<std::uint64_t>(Access::subscribe), "subscribe"},
    NamedNumber{static_cast<std::uint64_t>(Access::report), "report"},
};

constexpr std::string_view to_text(Access access) noexcept {
  return name_of(kAccessNames, static_cast<std::uint64_t>(access));
}

}  // namespace gatehouse::proto::industrial
