// SPDX-License-Identifier: GPL-3.0-or-later
// HPACK (RFC 7541) by nghttp2, in the session's memory. A header block is read as it comes, fragment by fragment.
#pragma once

#include <array>
#include <memory>
#include <nghttp2/nghttp2.h>
#include <optional>

#include "model/protocol.hpp"

namespace gatehouse::proto::http2 {

enum class HeaderFault : std::uint8_t { none, invalid, integer_overflow, table_overflow, unfinished };

class HeaderDecoder {
 public:
  explicit HeaderDecoder(Memory& memory) noexcept;

  // Reads a fragment; calls give(name, value) for each header. After a fault nothing more can be read in this
  // direction: the table of the two ends is lost.
  template <typename Give>
  HeaderFault read(Bytes fragment, Give&& give) {
    keep_beginning(fragment);
    while (!fragment.empty() && fault_ == HeaderFault::none) {
      nghttp2_nv header{};
      if (step(fragment, header))
        give(std::string_view{reinterpret_cast<const char*>(header.name), header.namelen},
             std::string_view{reinterpret_cast<const char*>(header.value), header.valuelen});
    }
    return fault_;
  }
  HeaderFault end_block() noexcept;

  bool lost() const noexcept { return fault_ != HeaderFault::none; }
  // RFC 7541, 6.3: the size that the last block began with, if it did.
  std::optional<std::uint64_t> size_update() const noexcept { return size_update_; }

 private:
  bool step(Bytes& fragment, nghttp2_nv& header) noexcept;
  void keep_beginning(Bytes fragment) noexcept;
  void keep_field(Bytes taken) noexcept;
  HeaderFault name_fault(Bytes fragment) noexcept;
  void look_for_size_update() noexcept;

  struct Delete {
    void operator()(nghttp2_hd_inflater* inflater) const noexcept { nghttp2_hd_inflate_del(inflater); }
  };
  nghttp2_mem memory_;
  std::unique_ptr<nghttp2_hd_inflater, Delete> inflater_;
  HeaderFault fault_ = HeaderFault::none;
  // The first bytes of the block and of the field under way, which may have come in pieces.
  std::array<std::uint8_t, 16> begin_{};
  std::array<std::uint8_t, 32> field_{};
  std::size_t begin_size_ = 0, field_size_ = 0;
  bool any_field_ = false;  // of this block
  std::optional<std::uint64_t> size_update_;
};

// RFC 7541, 5.1. Integer Representation: with a prefix of `bits`. False where it is cut short; `overflow` where it is
// more than 32 bits.
bool read_integer(Bytes& bytes, unsigned bits, std::uint64_t& value, bool& overflow) noexcept;

}  // namespace gatehouse::proto::http2
