// SPDX-License-Identifier: GPL-3.0-or-later
// A transaction of NFS is one call with its reply, or a file with all the calls that read or write it.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <string>

#include "model/protocol.hpp"
#include "proto/nfs/file.hpp"
#include "proto/nfs/message.hpp"

namespace gatehouse::proto::nfs {

enum Event : std::uint8_t {
  kMalformedData,
  kTooManyTransactions,
  kNonexistingVersion,
  kMessageTooLong,
  kTooManyOperations,
  kTooManyNames,
  kTooMuchOutOfOrder,
  kEventCount,
};

enum Stage : std::uint8_t { kStarted, kComplete };

using Text = std::pmr::string;

struct NfsTransaction : Transaction {
  explicit NfsTransaction(Memory& memory) noexcept
      : handle(&memory), name(&memory), to_name(&memory), machine(&memory), file(memory) {}

  std::uint32_t xid = 0, version = 0;
  std::uint32_t procedure = 0;  // of version 4: the operation
  Text handle, name, to_name;
  std::uint32_t flavor = 0;
  Text machine;
  std::uint32_t uid = 0, gid = 0;
  bool has_user = false;
  bool answered = false;
  std::uint32_t rpc_status = 0, status = 0;

  bool is_file = false;
  Direction file_direction{};
  FileOrder file;
  bool last = false;
  std::uint32_t last_xid = 0, chunks = 0;
};

inline const NfsTransaction& as_nfs(const Transaction& tx) noexcept {
  return static_cast<const NfsTransaction&>(tx);
}

// "LOOKUP"; of version 4 the operation. Empty where it has no name.
std::string_view procedure_of(const NfsTransaction& tx) noexcept;

void write_log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::nfs
