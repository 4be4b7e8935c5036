// SPDX-License-Identifier: GPL-3.0-or-later
// From root, for opening sockets, to a user who owns nothing, for reading hostile bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::os {

enum class Capability { net_admin, net_raw };

// A capability (see capabilities(7)) in this process's effective set.
bool has_capability(Capability capability) noexcept;

// Becomes `user` with its group and no others, keeps only the capabilities named, empties the bounding set and forbids
// gaining any by exec (no_new_privs). All threads must be started after this call. Called by somebody who is not root
// it keeps the user and only gives the capabilities up.
//   NFQUEUE needs net_admin kept: the kernel asks for it with each verdict. Packet sockets once open need nothing.
Result<> drop_privileges(std::string_view user, const std::vector<Capability>& keep);

}  // namespace gatehouse::os
