// SPDX-License-Identifier: GPL-3.0-or-later
// What is at hand when a signature is asked: the packet, its flow, the transaction, the file. Views for the time of one
// call; the worker owns everything.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "flow/flow.hpp"
#include "model/packet.hpp"
#include "model/protocol.hpp"

namespace gatehouse::ips {

class FlowMemory;    // flow_memory.hpp: flowbits and their kin
class SharedMemory;  // shared_memory.hpp: hostbits, xbits, thresholds: of all workers
struct Signature;

// A file as it streams, where one is at hand.
struct FileView {
  std::string_view name;
  Bytes window;              // its bytes, as far as they are kept
  std::uint64_t offset = 0;  // of the window's first byte
  std::uint64_t size = 0;    // bytes so far
  bool complete = false;     // no more will come
  bool truncated = false;
  std::string_view magic;   // libmagic's word, once it is known
  Bytes md5, sha1, sha256;  // once complete and asked for
};

struct Scene {
  const Packet* packet = nullptr;              // null: the flow has ended, or time has
  flow::Flow* flow = nullptr;                  // null: the packet has none
  Direction direction = Direction::to_server;  // in which what is looked at travels
  Timestamp now;
  Transaction* tx = nullptr;
  const FileView* file = nullptr;
  Bytes stream;                     // the raw stream's window of this direction
  std::uint64_t stream_offset = 0;  // of its first byte in the stream
  FlowMemory* memory = nullptr;     // null: there is no flow
  SharedMemory* shared = nullptr;
  const Signature* signature = nullptr;
  bool inline_mode = false;
  bool dce_big_endian = false;  // DCE/RPC: the byte order of the call that is looked at
};

}  // namespace gatehouse::ips
