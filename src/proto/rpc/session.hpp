// SPDX-License-Identifier: GPL-3.0-or-later
// Small programs over ONC RPC: a call and its reply are one transaction. What they say is the program's (portmap.cpp,
// mount.cpp).
#pragma once

#include <array>
#include <list>
#include <memory_resource>
#include <string>
#include <vector>

#include "model/protocol.hpp"
#include "proto/sunrpc/record.hpp"
#include "proto/sunrpc/rpc.hpp"

namespace gatehouse::proto::rpc {

inline constexpr std::uint32_t kLongestText = 1024;  // paths (RFC 1813, appendix I: MNTPATHLEN) and addresses
inline constexpr std::size_t kMaxExports = 64;

using Text = std::pmr::string;

struct RpcTransaction : Transaction {
  explicit RpcTransaction(Memory& memory) noexcept
      : machine(&memory), path(&memory), address(&memory), exports(&memory) {}

  std::uint32_t xid = 0, version = 0, procedure = 0;
  bool has_user = false;
  Text machine;
  std::uint32_t uid = 0, gid = 0;
  bool answered = false, accepted = false;
  // mount
  Text path;
  bool has_status = false;
  std::uint32_t status = 0;
  // portmap
  bool has_mapping = false, has_port = false;
  std::uint32_t program = 0, program_version = 0, transport = 0, port = 0;
  Text address;  // universal address (RFC 5665, 5.2.3)
  std::pmr::vector<Text> exports;
};

inline const RpcTransaction& as_rpc(const Transaction& tx) noexcept {
  return static_cast<const RpcTransaction&>(tx);
}

enum Event : std::uint8_t { kMalformedMessage, kMessageTooLong, kTooManyTransactions, kEventCount };
extern const std::array<EventSpec, kEventCount> kEvents;
enum Stage : std::uint8_t { kStarted, kComplete };
inline constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
inline constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

// A program and how to read it. Both functions leave the cursor failed where the message is too short.
struct Program {
  const ProtocolSpec* protocol;
  std::uint32_t number, lowest, highest, last_procedure;
  void (*read_call)(Cursor& c, RpcTransaction& tx);
  void (*read_results)(Cursor& c, RpcTransaction& tx);
};

class RpcSession final : public Session {
 public:
  static constexpr std::size_t kMaxTransactions = 64;
  static constexpr std::size_t kMaxMessage = 64 * 1024;

  RpcSession(Memory& memory, const Program& program, bool datagrams) noexcept
      : memory_(memory),
        program_(program),
        datagrams_(datagrams),
        kept_{std::pmr::vector<std::uint8_t>{&memory}, std::pmr::vector<std::uint8_t>{&memory}},
        waiting_(&memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  bool message(Direction direction, Bytes bytes);  // false: it is none
  bool call(std::uint32_t xid, Cursor& c);
  bool reply(std::uint32_t xid, Cursor& c);
  void complete(RpcTransaction& tx) noexcept;
  bool keep(Direction direction, Bytes bytes);
  void event(Event row, Direction direction, Transaction* tx = nullptr) noexcept;

  Memory& memory_;
  const Program& program_;
  bool datagrams_;
  Sink* sink_ = nullptr;  // of the call at hand
  std::array<sunrpc::Records, 2> records_;
  std::array<std::pmr::vector<std::uint8_t>, 2> kept_;  // a message that came in pieces
  std::pmr::list<RpcTransaction> waiting_;              // for their replies, in order
  std::uint64_t next_id_ = 0;
  std::array<bool, 2> ended_{};
  std::uint64_t session_events_ = 0;
};

// Recognition: a call of the program with all its numbers in range.
Probe probe_stream(const Program& program, Direction direction, Bytes bytes) noexcept;
Probe probe_datagram(const Program& program, Direction direction, Bytes bytes) noexcept;

}  // namespace gatehouse::proto::rpc
