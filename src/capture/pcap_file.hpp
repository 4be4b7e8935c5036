// SPDX-License-Identifier: GPL-3.0-or-later
// Packets from a capture file: pcap (of either byte order, microseconds and nanoseconds) and pcapng, plain or
// compressed with gzip or zstd, or from standard input.
#pragma once

#include <string>

#include "capture/source.hpp"

namespace gatehouse::capture {

struct PcapFileOptions {
  // 0: as fast as it can be read. 1: with the pauses that the packets' times tell; 10: ten times as fast.
  double speed = 0;
};

// `path` "-" is standard input. One Source. A damaged file gives what can be read of it; then ended() is true and
// error() says what is wrong with the rest.
Result<Sources> open_pcap_file(const std::string& path, const PcapFileOptions& options = {});

}  // namespace gatehouse::capture
