// SPDX-License-Identifier: GPL-3.0-or-later
// The state machine of one connection that speaks RESP, version 2 or 3.
#pragma once

#include <array>
#include <list>
#include <memory_resource>
#include <string>
#include <vector>

#include "model/protocol.hpp"
#include "proto/redis/command.hpp"

namespace gatehouse::proto::redis {

inline constexpr std::size_t kMaxLine = 16 * 1024;        // of an inline command, or an error
inline constexpr std::size_t kKeptArgument = 512;         // of a key or another argument
inline constexpr std::size_t kKeptArguments = 16;         // of each kind, of one command
inline constexpr std::uint64_t kMostArguments = 1 << 20;  // Redis's own bound of a request
inline constexpr std::uint64_t kLongestBulk = 512ull << 20;
inline constexpr std::size_t kMaxDepth = 16;  // of lists within a reply

enum Event : std::uint8_t {
  kMalformedRequest,
  kMalformedReply,
  kTooManyTransactions,
  kTooManyArguments,
  kNotAuthenticated,
  kEventCount,
};
enum Stage : std::uint8_t { kStarted, kComplete };

using Text = std::pmr::string;

struct RedisTransaction : Transaction {
  explicit RedisTransaction(Memory& memory)
      : command(&memory), user(&memory), keys(&memory), arguments(&memory), error(&memory) {}

  Text command;  // in capitals
  Text user;
  std::pmr::vector<Text> keys, arguments;
  bool answered = false;
  Text error;
};

inline const RedisTransaction& as_redis(const Transaction& tx) noexcept {
  return static_cast<const RedisTransaction&>(tx);
}

class RedisSession final : public Session {
 public:
  static constexpr std::size_t kMaxTransactions = 1024;

  explicit RedisSession(Memory& memory) noexcept : memory_(memory), waiting_(&memory), argument_(&memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  enum class Step : std::uint8_t { done, need_more, malformed };

  Step client(Bytes bytes, std::size_t& used);
  Step server(Bytes bytes, std::size_t& used);
  std::size_t pass_bulk(Direction direction, Bytes bytes);
  void inline_command(std::string_view line);
  void begin_command();
  void end_argument();
  void take_argument(std::string_view text);
  void end_command();
  Step reply_line(std::string_view line);
  void end_reply();
  void keep(std::pmr::vector<Text>& list, std::string_view text);

  void complete(RedisTransaction& tx) noexcept;
  void event(Event row, Direction direction, Transaction* tx = nullptr) noexcept;

  Memory& memory_;
  Sink* sink_ = nullptr;                      // of the call at hand
  std::pmr::list<RedisTransaction> waiting_;  // in order
  std::uint64_t next_id_ = 0;

  std::array<std::uint64_t, 2> bulk_left_{};  // with its line end
  // The command at hand
  RedisTransaction* current_ = nullptr;
  std::uint64_t arguments_left_ = 0, argument_index_ = 0;
  Text argument_;
  std::uint64_t hello_auth_ = 0;  // where in HELLO the word AUTH stood
  // The reply at hand: how many elements are left of each list that it is in
  std::array<std::uint64_t, kMaxDepth> left_{};
  std::size_t depth_ = 0;
  bool push_ = false;    // the reply at hand answers nothing
  bool pushes_ = false;  // no reply does any more
  std::array<bool, 2> ended_{};
  std::uint64_t session_events_ = 0;
};

void write_log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::redis
