// SPDX-License-Identifier: GPL-3.0-or-later
// The system calls that the engine may make once its sockets are open. A process that reads hostile bytes all day and
// is taken over can then neither start a program nor trace, mount, load or become anything.
#pragma once

#include "base/result.hpp"

namespace gatehouse::os {

// For all threads, those already running too; cannot be undone. A call that is not on the list fails with EPERM; those
// that only an intruder would make (execve, ptrace, mount, …) end the process.
Result<> restrict_engine_calls();

}  // namespace gatehouse::os
