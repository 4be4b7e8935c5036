// SPDX-License-Identifier: GPL-3.0-or-later
// The state machine of one connection to PostgreSQL.
#pragma once

#include <array>
#include <list>

#include "proto/pgsql/transaction.hpp"

namespace gatehouse::proto::pgsql {

class PgsqlSession final : public Session {
 public:
  static constexpr std::size_t kMaxTransactions = 1024;  // that wait for their answers

  explicit PgsqlSession(Memory& memory) noexcept : memory_(memory), waiting_(&memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  // What the server asked for last: it says what the client's next 'p' is.
  enum class Expect : std::uint8_t { password, sasl_initial, sasl_response, gss };
  enum class Step : std::uint8_t { done, need_more, malformed, changed, finished };
  using Waiting = std::pmr::list<PgsqlTransaction>;

  // One message each; `used` says how much of `bytes` it was.
  Step step(Direction direction, Bytes bytes, std::size_t& used);
  Step first_message(Bytes bytes, std::size_t& used);
  Step encryption_answer(std::uint8_t answer);
  Step fail(Direction direction, Event event);

  // requests.cpp
  bool startup(Cursor& c, std::uint32_t code);
  bool read_options(Cursor& c, PgsqlTransaction& tx);
  bool request(std::uint8_t type, Cursor& c, std::uint32_t length, bool cut);
  bool password(Cursor& c, std::uint32_t length);
  void add_query(PgsqlTransaction& tx, Bytes query);
  bool parse_message(Cursor& c, bool cut);
  PgsqlTransaction* copying();
  void copy_data(std::uint32_t length);
  void copy_end(std::string_view how);

  // responses.cpp
  bool response(std::uint8_t type, Cursor& c, std::uint32_t length, bool cut);
  bool authentication(PgsqlTransaction& tx, Cursor& c);
  bool parameter(PgsqlTransaction& tx, Cursor& c);
  bool failure(PgsqlTransaction& tx, bool error, Cursor& c, bool cut);
  void columns(PgsqlTransaction& tx, std::uint8_t type, Cursor& c);

  PgsqlTransaction& open(Request request);
  PgsqlTransaction& open_extended();
  PgsqlTransaction& answering();  // the transaction that the server's next message belongs to
  void tell_request(PgsqlTransaction& tx, bool done);
  void complete(PgsqlTransaction& tx) noexcept;
  void event(Event row, Direction direction, Transaction* tx) noexcept;

  Memory& memory_;
  Sink* sink_ = nullptr;  // of the call at hand
  Waiting waiting_;       // in order of their questions
  std::uint64_t next_id_ = 0;
  std::array<std::uint64_t, 2> skip_{};  // bytes of a message that are passed over
  std::array<bool, 2> ended_{};
  bool introduced_ = false;  // the client's startup message, or a typed message, was seen
  bool copying_ = false;     // the server takes copied data
  Expect expect_ = Expect::password;
  std::uint64_t session_events_ = 0;
};

}  // namespace gatehouse::proto::pgsql
