// SPDX-License-Identifier: GPL-3.0-or-later
// Protocols as rules name them: some names stand for several rows of the registry.
#pragma once

#include <string_view>
#include <vector>

#include "ips/compile/surroundings.hpp"

namespace gatehouse::ips::compile {

// "http" is HTTP of all versions, "http1" the one before HTTP/2, "dns" also DNS over HTTPS, "ssl" is tls. Small and
// capital letters are alike. Empty: nobody knows the name.
std::vector<const ProtocolSpec*> protocols_named(const Surroundings& around, std::string_view name);

// The registry's own name for what a rule calls by an old or a second one; the name itself for all others.
std::string_view registry_name(std::string_view name) noexcept;

// Of "alert" and "ALERT": what people write with capitals.
std::string in_small_letters(std::string_view text);

}  // namespace gatehouse::ips::compile
