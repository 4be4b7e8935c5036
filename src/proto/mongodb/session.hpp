// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <list>
#include <memory_resource>
#include <string>

#include "model/protocol.hpp"
#include "proto/mongodb/message.hpp"

namespace gatehouse::proto::mongodb {

inline constexpr std::size_t kWindow = 16 * 1024;  // looked at of a message
inline constexpr std::size_t kMaxText = 512;

enum Event : std::uint8_t { kMalformedMessage, kTooManyTransactions, kEventCount };
enum Stage : std::uint8_t { kStarted, kComplete };

using Text = std::pmr::string;

struct MongoTransaction : Transaction {
  explicit MongoTransaction(Memory& memory)
      : command(&memory),
        collection(&memory),
        database(&memory),
        mechanism(&memory),
        user(&memory),
        application(&memory),
        driver(&memory),
        error(&memory) {}

  std::uint32_t request_id = 0, code = 0;
  bool compressed = false;
  Text command, collection, database, mechanism, user, application, driver;
  bool answered = false, has_ok = false, ok = false, has_error_code = false;
  std::uint32_t error_code = 0;
  Text error;
};

inline const MongoTransaction& as_mongo(const Transaction& tx) noexcept {
  return static_cast<const MongoTransaction&>(tx);
}

class MongoSession final : public Session {
 public:
  static constexpr std::size_t kMaxTransactions = 256;

  explicit MongoSession(Memory& memory) noexcept : memory_(memory), waiting_(&memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  bool request(const Header& header, Cursor& c, bool cut);
  bool reply(const Header& header, Cursor& c, bool cut);
  void complete(MongoTransaction& tx) noexcept;
  void event(Event row, Direction direction, Transaction* tx = nullptr) noexcept;

  Memory& memory_;
  Sink* sink_ = nullptr;  // of the call at hand
  std::pmr::list<MongoTransaction> waiting_;
  std::uint64_t next_id_ = 0;
  std::array<std::uint64_t, 2> skip_{};
  std::array<bool, 2> ended_{};
  std::uint64_t session_events_ = 0;
};

}  // namespace gatehouse::proto::mongodb
