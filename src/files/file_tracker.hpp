// SPDX-License-Identifier: GPL-3.0-or-later
// The files that sessions carry, as parsers tell of them: opened, filled, closed. Counts and digests as they stream,
// and hands out a record when a file ends. One tracker per worker; slots are made as needed and used again.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "files/digest.hpp"
#include "files/file_record.hpp"
#include "files/range_joiner.hpp"
#include "model/protocol.hpp"

namespace gatehouse::files {

using Settings = Hashes;

struct FileCounters {
  std::uint64_t opened = 0, closed = 0, truncated = 0, bytes = 0;
  std::uint64_t refused = 0;    // no place: the file was not followed
  std::uint64_t names_cut = 0;  // longer than kMaxName
};

class FileReceiver {
 public:
  // `tx` as given to open(), or null where it has ended before its file.
  virtual void on_file(const FileRecord& record, const Transaction* tx) noexcept = 0;

 protected:
  ~FileReceiver() = default;
};

class FileTracker {
 public:
  static constexpr std::size_t kMaxOpen = 4096;
  static constexpr std::size_t kMaxOpenPerSession = 128;  // HTTP/2 and SMB carry many at once
  static constexpr std::size_t kMaxName = 1024;
  static constexpr FileId kNone = 0;  // what open() gives where there is no place; every call takes it and does nothing

  FileTracker(const Settings& settings, FileReceiver& receiver);

  FileId open(std::uint64_t session, const Transaction* tx, Direction direction, const FileMeta& meta,
              Timestamp now) noexcept;
  void data(FileId file, Bytes data) noexcept;
  void gap(FileId file, std::uint64_t missing) noexcept;
  void close(FileId file, bool truncated) noexcept;
  // The transaction is about to be destroyed; files that outlive it no longer point to it.
  void close_transaction(std::uint64_t session, const Transaction& tx) noexcept;
  // The session is over: what is still open is truncated.
  void close_session(std::uint64_t session) noexcept;

  // Digests that signatures ask for, beside those of the settings; of files that open from now on.
  void want(const Hashes& hashes) noexcept {
    settings_.md5 |= hashes.md5, settings_.sha1 |= hashes.sha1, settings_.sha256 |= hashes.sha256;
  }

  const FileCounters& counters() const noexcept { return counters_; }
  const RangeCounters& range_counters() const noexcept { return ranges_.counters(); }
  std::size_t open_files() const noexcept { return open_; }

 private:
  static constexpr std::uint16_t kEnd = 0xffff;
  static constexpr std::size_t kBuckets = 1024;

  struct Slot {
    std::uint64_t session = 0;
    const Transaction* tx = nullptr;
    std::uint64_t tx_id = 0, size = 0;
    std::uint64_t start = 0, end = 0;
    std::uint16_t next = kEnd;  // in its bucket, or among the free
    std::uint16_t generation = 0;
    std::uint16_t name_size = 0;
    RangeJoiner::PartId part = RangeJoiner::kNone;
    Direction direction = Direction::to_server;
    bool in_use = false, gaps = false, has_range = false;
    Digest digest;
    std::array<char, kMaxName> name;
  };

  Slot* find(FileId file) noexcept;
  Slot* take_slot(std::uint64_t session, std::uint16_t& index) noexcept;
  void give_back(std::uint16_t index) noexcept;
  void finish(std::uint16_t index, bool truncated) noexcept;
  std::uint16_t& bucket(std::uint64_t session) noexcept;

  Settings settings_;
  FileReceiver& receiver_;
  RangeJoiner ranges_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::uint16_t free_ = kEnd;
  std::size_t open_ = 0;
  std::array<std::uint16_t, kBuckets> buckets_;  // by session: the slots of the sessions that share a bucket
  FileCounters counters_;
};

}  // namespace gatehouse::files
