// SPDX-License-Identifier: GPL-3.0-or-later
// A flow: the packets between two ends, by address, port, protocol and VLAN, in both directions. For TCP that is the
// session. Entries live in the table's own memory and are recycled.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/ip.hpp"
#include "base/time.hpp"
#include "model/direction.hpp"
#include "model/packet.hpp"
#include "model/protocol.hpp"
#include "model/verdict.hpp"

namespace gatehouse::flow {

struct TcpConnection;  // tcp.hpp

enum class FlowState : std::uint8_t {
  fresh,
  established,
  closed,
  bypassed
};  // EVE: new, established, closed, bypassed
enum class EndReason : std::uint8_t { none, timeout, forced, shutdown, tcp_reuse };

// What identification has settled. The engine writes it; names are the registry's.
struct AppLayer {
  const ProtocolSpec* protocol = nullptr;             // the protocol spoken now
  const ProtocolSpec* original = nullptr;             // before STARTTLS, CONNECT or Upgrade
  std::array<const ProtocolSpec*, 2> by_direction{};  // as each direction was recognised; they may disagree
  Session* session = nullptr;
  void* context = nullptr;                              // the engine's own, beside the flow for all its life
  std::uint16_t master_name = 0, application_name = 0;  // long-tail names, by index; 0: none
  bool failed = false;                                  // looked at enough and not known
  bool stopped = false;                                 // the parser gave up, or finished
  std::uint32_t transactions = 0;
};

struct Flow {
  // Ends as the initiator's packets have them: client is the source of to_server packets.
  IpAddress client, server;
  std::uint16_t client_port = 0, server_port = 0;
  std::uint8_t protocol = 0;
  std::uint8_t tunnel_depth = 0;
  std::uint8_t vlan_layers = 0;
  std::array<std::uint16_t, 3> vlan{};
  std::array<std::uint8_t, 2> icmp_type{}, icmp_code{};  // by direction; the answer's is zero until seen
  std::uint16_t icmp_id = 0;                             // of echo and its kin
  std::array<std::uint16_t, 2> key_ports{};              // the table's own: ports, or ICMP types, client's first

  std::uint64_t hash = 0;
  std::uint64_t id = 0;  // EVE flow_id: stable for the flow's life, unique with overwhelming likelihood
  Timestamp first_seen, last_seen;
  std::array<std::uint64_t, 2> packets{}, bytes{};  // by direction; bytes of whole frames
  std::uint8_t port = 0;                            // the interface the first packet came in by
  std::uint8_t out_port = kNoPort;                  // and the one it left by, where known

  FlowState state = FlowState::fresh;
  EndReason end_reason = EndReason::none;
  bool in_emergency = false;  // made while the table was short of memory
  bool midstream = false;     // its beginning was not seen
  bool alerted = false;
  bool inspect = true;   // false: settled; payload is no longer looked at
  bool decided = false;  // the policy's verdict is final for what is known now
  Verdict verdict;
  std::uint32_t verdict_rule = 0;  // the policy's rule that decided, for the log and for explain
  std::uint32_t verdict_generation = 0;

  TcpConnection* tcp = nullptr;
  AppLayer app;
  void* match_memory = nullptr;  // the IPS's own: flowbits and what waits to be looked at

  // The table's own.
  std::uint32_t wheel_next = 0, wheel_prev = 0;  // flows due in the same second
  std::uint32_t fresh_next = 0, fresh_prev = 0;  // flows that were never answered, oldest first
  std::int64_t due = 0;                          // second at which the wheel looks at it again

  Direction direction_of(const Packet& p) const noexcept {
    // Two ends of one address are told apart by their ports.
    return p.src == client && p.src_port == client_port ? Direction::to_server : Direction::to_client;
  }
};

constexpr std::string_view to_text(FlowState s) noexcept {
  switch (s) {
    case FlowState::fresh:
      return "new";
    case FlowState::established:
      return "established";
    case FlowState::closed:
      return "closed";
    case FlowState::bypassed:
      return "bypassed";
  }
  return "";
}

constexpr std::string_view to_text(EndReason r) noexcept {
  switch (r) {
    case EndReason::none:
      return "";
    case EndReason::timeout:
      return "timeout";
    case EndReason::forced:
      return "forced";
    case EndReason::shutdown:
      return "shutdown";
    case EndReason::tcp_reuse:
      return "tcp_reuse";
  }
  return "";
}

static_assert(sizeof(Flow) <= 512, "a flow entry's budget");

}  // namespace gatehouse::flow
