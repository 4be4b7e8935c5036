// SPDX-License-Identifier: GPL-3.0-or-later
// The firewall rules that hand what this host forwards to the queues. They stand before the administrator's own filter
// rules: what the engine accepts is still judged by those.
#pragma once

#include <string>

#include "base/result.hpp"
#include "capture/nfqueue.hpp"

namespace gatehouse::capture {

// With nftables where the kernel's nftables can queue, else with iptables and ip6tables. Replaces our earlier rules,
// and says what it used: "nftables: table inet gatehouse_queue". Needs root. All or nothing: on an Error nothing is
// installed.
Result<std::string> install_queue_rules(const NfqueueOptions& options);

// Removes the rules of any of the ways, exactly and without a remainder. False: there were none.
Result<bool> remove_queue_rules();

}  // namespace gatehouse::capture
