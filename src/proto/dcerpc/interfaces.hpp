// SPDX-License-Identifier: GPL-3.0-or-later
// The interfaces that Windows, Samba and industrial devices are known to have.
#pragma once

#include <string_view>

#include "proto/dcerpc/uuid.hpp"

namespace gatehouse::proto::dcerpc {

inline constexpr Uuid kEndpointMapper = Uuid::of("e1af8308-5d1f-11c9-91a4-08002b14a0fa");

// "svcctl", as the specification of the interface calls it; empty: not known.
std::string_view interface_name(const Uuid& interface) noexcept;

}  // namespace gatehouse::proto::dcerpc
