// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

constexpr std::array<std::string_view, 2> kFail{"open", "closed"};  // as FailPolicy

constexpr std::array kOptions{
    Option{.key = "system.user",
           .type = user,
           .standard = "gatehouse",
           .about = "The user that the engine becomes once its sockets are open.",
           .set = set_member<[](Config& c) -> auto& { return c.system.user; }>},
    Option{.key = "system.runtime-dir",
           .type = path,
           .standard = "/run/gatehouse",
           .about = "Where sockets and state live while the engine runs.",
           .example = "/run/gatehouse",
           .set = set_member<[](Config& c) -> auto& { return c.system.runtime_dir; }>},
    Option{.key = "system.memory.total",
           .type = size,
           .standard = "256MiB",
           .bounds = {48 * kMiB, 64 * kGiB},
           .about = "What the engine may use in all. The budgets below are parts of it and must fit into it.",
           .example = "128MiB",
           .set = set_member<[](Config& c) -> auto& { return c.system.memory.total; }>},
    Option{.key = "system.memory.flows",
           .type = size,
           .standard = "32MiB",
           .bounds = {1 * kMiB, 16 * kGiB},
           .about = "For the flow table, shared by all workers. A flow takes about 512 bytes. When it is full, silent "
                    "flows are ended early, and then new ones are refused.",
           .set = set_member<[](Config& c) -> auto& { return c.system.memory.flows; }>},
    Option{.key = "system.memory.streams",
           .type = size,
           .standard = "64MiB",
           .bounds = {1 * kMiB, 16 * kGiB},
           .about = "For bytes of TCP streams that wait for what is missing before them, shared by all workers.",
           .set = set_member<[](Config& c) -> auto& { return c.system.memory.streams; }>},
    Option{.key = "system.memory.defrag",
           .type = size,
           .standard = "8MiB",
           .bounds = {256 * kKiB, 1 * kGiB},
           .about = "For fragments that wait for the rest of their packet, shared by all workers.",
           .set = set_member<[](Config& c) -> auto& { return c.system.memory.defrag; }>},
    Option{.key = "system.fail-policy.default",
           .type = choice,
           .standard = "open",
           .choices = kFail,
           .about = "What becomes of traffic that cannot be inspected: it passes (open) or it is held (closed).",
           .set = set_member<[](Config& c) -> auto& { return c.system.fail_policy.standard; }>},
    Option{.key = "system.fail-policy.zones",
           .type = choice_map,
           .standard = "{}",
           .choices = kFail,
           .about = "The same for single zones of the policy, where it differs.",
           .example = "{plant: closed}",
           .set = set_member<[](Config& c) -> auto& { return c.system.fail_policy.zones; }>},
};

}  // namespace

const Section kSystemSection{
    "system", "Who the engine is, what memory it may use, and what becomes of traffic when it cannot inspect.",
    kOptions};

}  // namespace gatehouse::config
