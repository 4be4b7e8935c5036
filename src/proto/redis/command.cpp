// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/redis/command.hpp"

#include <algorithm>
#include <span>

#include "base/bytes.hpp"

namespace gatehouse::proto::redis {
namespace {

bool among(std::string_view command, std::span<const std::string_view> words) noexcept {
  return std::ranges::any_of(words, [command](std::string_view word) { return equals_nocase(word, command); });
}

}  // namespace

Arguments arguments_of(std::string_view command) noexcept {
  static constexpr std::string_view all[] = {"DEL",    "UNLINK", "EXISTS", "TOUCH",  "MGET",     "WATCH",
                                             "SUNION", "SINTER", "SDIFF",  "RENAME", "RENAMENX", "PFCOUNT"};
  static constexpr std::string_view plain[] = {
      "ACL",     "BGREWRITEAOF", "BGSAVE",     "CLIENT",    "CLUSTER",  "COMMAND",  "CONFIG",      "DBSIZE",
      "DEBUG",   "DISCARD",      "ECHO",       "EVAL",      "EVALSHA",  "EVAL_RO",  "EXEC",        "FAILOVER",
      "FCALL",   "FLUSHALL",     "FLUSHDB",    "FUNCTION",  "INFO",     "KEYS",     "LASTSAVE",    "LATENCY",
      "MEMORY",  "MIGRATE",      "MODULE",     "MONITOR",   "MULTI",    "PING",     "PSUBSCRIBE",  "PSYNC",
      "PUBLISH", "PUBSUB",       "QUIT",       "RANDOMKEY", "READONLY", "REPLCONF", "REPLICAOF",   "RESET",
      "ROLE",    "SAVE",         "SCAN",       "SCRIPT",    "SELECT",   "SENTINEL", "SHUTDOWN",    "SLAVEOF",
      "SLOWLOG", "SUBSCRIBE",    "SSUBSCRIBE", "SWAPDB",    "SYNC",     "TIME",     "UNSUBSCRIBE", "PUNSUBSCRIBE",
      "WAIT"};
  if (equals_nocase(command, "AUTH")) return Arguments::secret;
  if (equals_nocase(command, "HELLO")) return Arguments::hello;
  if (equals_nocase(command, "MSET") || equals_nocase(command, "MSETNX")) return Arguments::every_other_is_key;
  if (among(command, all)) return Arguments::all_are_keys;
  return among(command, plain) ? Arguments::plain : Arguments::first_is_key;
}

bool begins_pushes(std::string_view command) noexcept {
  static constexpr std::string_view words[] = {"SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "MONITOR", "SYNC", "PSYNC"};
  return among(command, words);
}

}  // namespace gatehouse::proto::redis
