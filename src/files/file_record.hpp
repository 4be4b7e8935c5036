// SPDX-License-Identifier: GPL-3.0-or-later
// What became of a file that a session carried, and its words in the log.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/json_writer.hpp"
#include "files/digest.hpp"
#include "model/direction.hpp"
#include "model/protocol.hpp"

namespace gatehouse::files {

enum class FileState : std::uint8_t { unknown, closed, truncated, error };

constexpr std::string_view to_text(FileState state) noexcept {
  switch (state) {
    case FileState::unknown:
      return "UNKNOWN";
    case FileState::closed:
      return "CLOSED";
    case FileState::truncated:
      return "TRUNCATED";
    case FileState::error:
      return "ERROR";
  }
  return "UNKNOWN";
}

// Valid during the call that hands it over.
struct FileRecord {
  FileId id = 0;  // as the tracker gave it
  std::string_view name;
  FileState state = FileState::unknown;
  bool gaps = false;
  std::uint64_t size = 0;  // bytes seen or known to be missing
  Digests digests;         // only of a file that came whole
  bool has_range = false;  // the part [start, end] of a larger file
  std::uint64_t start = 0, end = 0;
  bool joined = false;  // put together from parts
  std::uint64_t session = 0;
  std::uint64_t tx_id = 0;
  Direction direction = Direction::to_server;
};

// The object "fileinfo" of EVE.
void write_fileinfo(const FileRecord& file, JsonWriter& json) noexcept;
// The same members into an object that is open: an element of an alert's "files".
void write_file_members(const FileRecord& file, JsonWriter& json) noexcept;

}  // namespace gatehouse::files
