// SPDX-License-Identifier: GPL-3.0-or-later
// Reading records of a capture, whatever the format: one interface, two readers behind it.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "capture/byte_stream.hpp"
#include "model/packet.hpp"

namespace gatehouse::capture {

// What a record may hold; libpcap's own limit.
inline constexpr std::size_t kMaxRecord = 262'144;

struct Record {
  const std::uint8_t* data = nullptr;
  std::uint32_t length = 0, wire_length = 0;
  std::int64_t time_us = 0;
};

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // Fills `out` with the next records and returns how many; 0: the end, or an error. Their bytes live until the next
  // call.
  virtual unsigned read(std::span<Record> out) noexcept = 0;
  virtual LinkType link() const noexcept = 0;
  virtual std::string_view error() const noexcept = 0;
  virtual bool cut_short() const noexcept = 0;  // as Source::cut_short
};

// By the number that a capture's header has for it (LINKTYPE_…), or libpcap's own (DLT_…) where they differ.
LinkType link_type(std::uint32_t number) noexcept;

// Classic pcap, read by ourselves: several times as fast as record by record through a library.
inline constexpr std::size_t kClassicHeader = 24;
bool is_classic_pcap(Bytes header) noexcept;
Result<std::unique_ptr<RecordReader>> open_classic_pcap(Bytes header, std::unique_ptr<ByteStream> rest);

// Everything that libpcap reads: pcapng and the rarer dialects of pcap. `head` is what was read of the stream already.
Result<std::unique_ptr<RecordReader>> open_with_libpcap(Bytes head, std::unique_ptr<ByteStream> rest);

}  // namespace gatehouse::capture
