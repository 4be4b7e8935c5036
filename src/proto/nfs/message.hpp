// SPDX-License-Identifier: GPL-3.0-or-later
// Arguments and results of NFS: version 2 (RFC 1094), version 3 (RFC 1813), compounds of version 4 (RFC 7530, RFC
// 8881). Views into the bytes they were read from.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"

namespace gatehouse::proto::nfs {

inline constexpr std::uint32_t kHandle2 = 32;          // RFC 1094, 2.3.3: fixed
inline constexpr std::uint32_t kLongestHandle = 128;   // RFC 7530, 2.2; version 3 has 64
inline constexpr std::uint32_t kLongestName = 1024;    // paths of symbolic links too; names are of 255
inline constexpr std::uint32_t kLongestOpaque = 4096;  // owners, tags, attributes
inline constexpr unsigned kMaxOperations = 128;        // of one compound
inline constexpr unsigned kMaxPieces = 8;              // READ or WRITE data in one message

// By number, as readers of the log know them; empty where there is none.
std::string_view procedure_name(std::uint32_t version, std::uint32_t procedure) noexcept;
std::string_view status_name(std::uint32_t status) noexcept;
std::uint32_t last_procedure(std::uint32_t version) noexcept;

// Procedures by what they mean, whatever their number in a version.
enum class Does : std::uint8_t { other, null, get_attributes, lookup, read, write, create, commit, rename };
Does meaning(std::uint32_t version, std::uint32_t procedure) noexcept;

namespace operation {  // RFC 7530, 16; RFC 8881, 18
inline constexpr std::uint32_t close = 4, commit = 5, create = 6, getfh = 10, link = 11, lookup = 15, open = 18,
                               putfh = 22, putpubfh = 23, putrootfh = 24, read = 25, remove = 28, rename = 29,
                               restorefh = 31, savefh = 32, write = 38;
}
inline constexpr std::uint32_t kCompound = 1;

// The data of a READ or WRITE within a message. It is taken out of the message and told as it comes: `at` is where it
// stood in what is left.
struct Data {
  std::uint32_t at = 0, size = 0;
  std::uint64_t offset = 0;  // in the file; of a reply the call knows it
  bool last = false;         // written stably in one piece, or read to the file's end
  Bytes handle{};            // of a call
};

// Where data was taken out already.
class Taken {
 public:
  void clear() noexcept { count_ = 0; }
  bool full() const noexcept { return count_ == at_.size(); }
  void add(std::uint32_t at) noexcept { at_[count_++] = at; }
  bool has(std::size_t at) const noexcept {
    for (unsigned i = 0; i < count_; ++i)
      if (at_[i] == at) return true;
    return false;
  }

 private:
  std::array<std::uint32_t, kMaxPieces> at_{};
  unsigned count_ = 0;
};

enum class Outcome : std::uint8_t {
  whole,
  more,  // the bytes end within
  data,  // Content::data says where data begins that was not taken out yet
};

// What a call asks or a reply answers, as far as it is worth knowing.
struct Content {
  std::uint32_t operation = 0;  // the procedure; of a compound the one that changes names, 0 where there is none
  Bytes handle{}, name{}, to_name{};
  bool reads = false;
  Bytes file{};  // that is read
  std::uint64_t offset = 0;
  bool closes = false;  // COMMIT or CLOSE
  Bytes closed{};
  std::uint32_t status = 0;
  bool too_many_operations = false;
  Data data{};
};

// `c`: behind the head of the call, over the whole message. Compounds: compound.cpp.
Outcome read_call(Cursor& c, std::uint32_t version, std::uint32_t procedure, const Taken& taken,
                  Content& content) noexcept;
Outcome read_reply(Cursor& c, std::uint32_t version, std::uint32_t procedure, const Taken& taken,
                   Content& content) noexcept;
Outcome read_compound_call(Cursor& c, const Taken& taken, Content& content) noexcept;
Outcome read_compound_reply(Cursor& c, const Taken& taken, Content& content) noexcept;

// At the length of data. True: go on behind it, or stop because the bytes end; false: it was not taken out yet.
bool pass_data(Cursor& c, const Taken& taken, Data& data) noexcept;

// RFC 1813, 3.3.17: the entries of READDIRPLUS. False: there are no more.
struct Entry {
  Bytes name{}, handle{};
};
bool begin_entries(Cursor& c) noexcept;
bool next_entry(Cursor& c, Entry& entry) noexcept;

}  // namespace gatehouse::proto::nfs
