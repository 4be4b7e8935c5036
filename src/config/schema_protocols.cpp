// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

constexpr std::array kOptions{
    Option{.key = "protocols.enabled",
           .type = names,
           .standard = "[]",
           .about = "The protocols to parse, by the names that gatehouse protocols lists. Empty: all.",
           .example = "[tls, http, dns]",
           .set = set_member<[](Config& c) -> auto& { return c.protocols.enabled; }>},
    Option{.key = "protocols.long-tail",
           .type = boolean,
           .standard = "true",
           .about = "Also name the many applications that are not parsed. Costs memory for each new flow; without it "
                    "rules that use such names cannot match.",
           .set = set_member<[](Config& c) -> auto& { return c.protocols.long_tail; }>},
};

}  // namespace

const Section kProtocolsSection{"protocols", "Which application protocols are recognised and parsed.", kOptions};

}  // namespace gatehouse::config
