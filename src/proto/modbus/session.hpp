// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/modbus/transaction.hpp"

namespace gatehouse::proto::modbus {

// Requests that wait for their response; what comes beyond gives the oldest up.
inline constexpr unsigned kMaxWaiting = 500;

class ModbusSession final : public Session {
 public:
  ModbusSession(Memory& memory, bool datagrams) noexcept : memory_(&memory), datagrams_(datagrams) {}
  ~ModbusSession() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  Progress read(Direction direction, Bytes bytes, Sink& sink);
  Direction role_of(Direction direction, Bytes whole) noexcept;
  void request(Direction direction, Bytes whole, Sink& sink);
  void response(Direction direction, Bytes whole, Sink& sink);
  void tell_faults(ModbusTransaction& tx, const Message& message, Direction direction, Sink& sink) noexcept;
  void finish(ModbusTransaction* tx, Sink& sink) noexcept;
  void make_room(Sink& sink) noexcept;
  ModbusTransaction* take(const Message& response) noexcept;

  Memory* memory_;
  bool datagrams_;
  std::uint64_t transactions_ = 0;
  ModbusTransaction* oldest_ = nullptr;  // waiting, in order
  ModbusTransaction* newest_ = nullptr;
  unsigned waiting_ = 0;
  bool decided_ = false;        // a message was one of a client or of a server, and not both
  bool reversed_ = false;       // the flow was entered late: who is called the server is the client
  std::array<bool, 2> lost_{};  // behind a gap: where a message begins is not known
  std::array<bool, 2> ended_{};
};

}  // namespace gatehouse::proto::modbus
