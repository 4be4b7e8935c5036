// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>
#include <cstring>
#include <memory>

#include "capture/nfqueue_message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  // As the socket gives it: aligned, and with nothing behind its end.
  const auto copy = std::make_unique<std::uint8_t[]>(size);
  if (size > 0) std::memcpy(copy.get(), data, size);
  capture::QueuedPacket packet;
  if (!capture::read_queued_packet({copy.get(), size}, packet)) return 0;
  if (packet.payload.size() > size || packet.full_length < packet.payload.size()) std::abort();
  return 0;
}
