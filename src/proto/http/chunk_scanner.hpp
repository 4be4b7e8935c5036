// SPDX-License-Identifier: GPL-3.0-or-later
// Follows a chunked body beside libhtp, which does not tell about chunk extensions.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace gatehouse::proto::http {

// RFC 9112, 7.1: "chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF".
class ChunkScanner {
 public:
  // The next bytes of the message body. True when an extension was seen in them.
  bool scan(Bytes bytes) noexcept;
  // Bytes of the present chunk's data that are still to come.
  std::uint64_t left() const noexcept { return state_ == State::data ? left_ : 0; }

 private:
  enum class State : std::uint8_t { size, after_size, data, data_end, over };
  State state_ = State::size;
  bool digits_ = false;
  std::uint64_t left_ = 0;
};

}  // namespace gatehouse::proto::http
