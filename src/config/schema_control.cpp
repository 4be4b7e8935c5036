// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

constexpr std::array kOptions{
    Option{.key = "control.socket",
           .type = path,
           .standard = "/run/gatehouse/control.socket",
           .about = "The Unix socket for commands.",
           .set = set_member<[](Config& c) -> auto& { return c.control.socket; }>},
};

}  // namespace

const Section kControlSection{"control", "How commands reach the running engine.", kOptions};

}  // namespace gatehouse::config
