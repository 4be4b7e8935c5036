// SPDX-License-Identifier: GPL-3.0-or-later
// Keywords that ask lists for the packet's addresses.
#pragma once

#include "ips/compile/keyword.hpp"

namespace gatehouse::ips::compile {

std::span<const Keyword> address_list_keywords() noexcept;  // iprep, geoip

}  // namespace gatehouse::ips::compile
