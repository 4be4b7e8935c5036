// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace gatehouse::capture {

// Whether any tc filter hangs on the interface's clsact qdisc, in either direction. True also where the kernel does not
// say, so that nothing of anybody else's is ever removed.
bool has_tc_filters(int interface) noexcept;

}  // namespace gatehouse::capture
