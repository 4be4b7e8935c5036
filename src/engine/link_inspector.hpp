// SPDX-License-Identifier: GPL-3.0-or-later
// Protocols that ride on the link itself (ARP, PROFINET DCP): no addresses of IP, no flows; each frame is read by the
// worker's one session of that protocol.
#pragma once

#include <vector>

#include "engine/device_witness.hpp"
#include "engine/log.hpp"
#include "model/packet.hpp"
#include "model/protocol.hpp"

namespace gatehouse::engine {

class LinkInspector final : public Sink {
 public:
  LinkInspector(Log& log, DeviceWitness& witness, Memory& memory, std::span<const ProtocolSpec* const> protocols);
  ~LinkInspector() override;
  LinkInspector(const LinkInspector&) = delete;
  LinkInspector& operator=(const LinkInspector&) = delete;

  void extend_log(bool extended) noexcept { extended_ = extended; }
  // A frame without IP. `head`: of records about it, without a type.
  void frame(const Packet& packet, const EventHead& head) noexcept;

 private:
  struct Reader {
    const ProtocolSpec* protocol;
    Session* session;
    std::vector<const FieldSpec*> telling;
  };

  // Sink
  Timestamp now() const noexcept override { return head_.time; }
  void update(Transaction& tx, Direction direction) noexcept override;
  void log(Transaction& tx, Direction direction) noexcept override;
  void close(Transaction&) noexcept override {}
  void event(Transaction* tx, std::uint8_t event, Direction direction) noexcept override;
  // Nothing of the link carries files, becomes another protocol or arranges flows.
  FileId file_open(Transaction&, Direction, const FileMeta&) noexcept override { return 0; }
  void file_data(FileId, Bytes) noexcept override {}
  void file_gap(FileId, std::uint64_t) noexcept override {}
  void file_close(FileId, bool) noexcept override {}
  void change_protocol(std::string_view) noexcept override {}
  void expect_session(const ExpectedSession&) noexcept override {}

  Log& log_;
  DeviceWitness& witness_;
  Memory& memory_;
  std::vector<Reader> readers_;
  bool extended_ = false;

  // What is at hand.
  const Reader* reader_ = nullptr;
  const Packet* packet_ = nullptr;
  EventHead head_;
};

}  // namespace gatehouse::engine
