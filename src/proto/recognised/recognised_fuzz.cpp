// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "proto/recognised/recognised.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  if (size == 0) return 0;
  const Bytes bytes{data, size};
  for (const auto table : {proto::recognised::plant(), proto::recognised::network()})
    for (const ProtocolSpec& row : table)
      for (const bool datagram : {false, true})
        for (const Direction direction : {Direction::to_server, Direction::to_client}) {
          if (!(datagram ? row.transports.udp : row.transports.tcp)) continue;
          const Probe answer = row.probe_for(datagram, direction, bytes, 40000);
          // A datagram is all there is: nothing can need more of it.
          if (datagram && row.detector.probe_datagram != nullptr && answer == Probe::need_more) std::abort();
        }
  return 0;
}
