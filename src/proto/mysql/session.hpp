// SPDX-License-Identifier: GPL-3.0-or-later
// The state machine of one connection to MySQL.
#pragma once

#include <array>
#include <list>
#include <memory_resource>
#include <string>

#include "model/protocol.hpp"
#include "proto/mysql/message.hpp"

namespace gatehouse::proto::mysql {

inline constexpr std::size_t kWindow = 64 * 1024;  // looked at of a packet of the client
inline constexpr std::size_t kAnswer = 1024;       // and of one of the server
inline constexpr std::size_t kMaxText = 1024;      // of a text that is no query

enum Event : std::uint8_t {
  kMalformedPacket,
  kPacketTooLong,
  kTooManyTransactions,
  kLocalInfile,
  kCompressed,
  kEventCount,
};
enum Stage : std::uint8_t { kStarted, kComplete };

using Text = std::pmr::string;

// A command with its answer; the first one is the login.
struct MysqlTransaction : Transaction {
  explicit MysqlTransaction(Memory& memory)
      : server_version(&memory),
        plugin(&memory),
        user(&memory),
        database(&memory),
        program(&memory),
        query(&memory),
        state(&memory),
        message(&memory),
        infile(&memory) {}

  Command command{};
  Text server_version, plugin, user, database, program;
  bool encrypted = false;  // goes on as TLS
  Text query;
  bool answered = false, failed = false;
  std::uint16_t code = 0;
  Text state, message, infile;
  std::uint64_t affected = 0, columns = 0, rows = 0;
};

inline const MysqlTransaction& as_mysql(const Transaction& tx) noexcept {
  return static_cast<const MysqlTransaction&>(tx);
}

void write_log(const Transaction& tx, JsonWriter& json);
Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);

class MysqlSession final : public Session {
 public:
  static constexpr std::size_t kMaxTransactions = 64;

  explicit MysqlSession(Memory& memory) noexcept : memory_(memory), waiting_(&memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  // Where the conversation is. `unknown`: its beginning was not seen.
  enum class Phase : std::uint8_t { unknown, login, authentication, commands };
  enum class Answer : std::uint8_t { first, columns, rows };
  enum class Step : std::uint8_t { done, need_more, malformed, changed, finished };
  struct Stream {
    std::uint32_t left = 0;  // of the packet at hand, to be passed over
    bool continues = false;  // it was a full packet: the next one belongs to it
    bool is_file = false;    // what is left is a file's
  };

  Step step(Direction direction, Bytes bytes, std::size_t& used);
  Step client(const Header& header, Bytes body, bool cut);
  Step server(Bytes body);
  Step login(Bytes body);
  Step command(Bytes body, bool cut);
  Step greeting(Bytes body);
  Step answer(MysqlTransaction& tx, Bytes body);
  Step result_set(MysqlTransaction& tx, Bytes body);
  Step fail(MysqlTransaction& tx, Bytes body);
  Step accept(MysqlTransaction& tx, Bytes body);
  void infile(MysqlTransaction& tx, Bytes body);
  void end_infile(bool truncated) noexcept;

  MysqlTransaction& open(Command command);
  void complete(MysqlTransaction& tx) noexcept;
  void event(Event row, Direction direction, Transaction* tx = nullptr) noexcept;

  Memory& memory_;
  Sink* sink_ = nullptr;  // of the call at hand
  std::array<Stream, 2> streams_;
  std::pmr::list<MysqlTransaction> waiting_;  // in order
  std::uint64_t next_id_ = 0;
  Phase phase_ = Phase::unknown;
  Answer answer_ = Answer::first;
  std::uint64_t columns_left_ = 0;
  std::uint32_t capabilities_ = 0;  // of the client
  bool compressed_ = false;
  bool sends_file_ = false;
  FileId file_ = 0;
  std::array<bool, 2> ended_{};
  std::uint64_t session_events_ = 0;
};

}  // namespace gatehouse::proto::mysql
