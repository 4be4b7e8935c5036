// SPDX-License-Identifier: GPL-3.0-or-later
// The file begins with: magic (4 bytes), version (2 + 2), zone and accuracy (4 + 4, unused), snapshot length (4), link
// type (4). A record: seconds, fraction, bytes captured, bytes on the wire (4 each), then the bytes.
#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/cursor.hpp"
#include "capture/pcap_record.hpp"

namespace gatehouse::capture {
namespace {

constexpr std::size_t kRecordHeader = 16;
constexpr std::size_t kBuffer = 1u << 20;
static_assert(kBuffer >= 2 * (kRecordHeader + kMaxRecord));
constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4, kNanoseconds = 0xa1b23c4d;

struct Dialect {
  bool known = false, swapped = false, nanoseconds = false;
};

Dialect dialect_of(std::uint32_t magic) noexcept {
  const std::uint32_t other = __builtin_bswap32(magic);
  if (magic == kMicroseconds || magic == kNanoseconds) return {true, false, magic == kNanoseconds};
  if (other == kMicroseconds || other == kNanoseconds) return {true, true, other == kNanoseconds};
  return {};
}

std::uint32_t native32(const std::uint8_t* at) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

class ClassicReader final : public RecordReader {
 public:
  ClassicReader(Dialect dialect, LinkType link, std::unique_ptr<ByteStream> from)
      : dialect_(dialect), link_(link), from_(std::move(from)), buffer_(kBuffer) {}

  unsigned read(std::span<Record> out) noexcept override {
    unsigned n = 0;
    while (n < out.size() && error_.empty()) {
      if (!next(out[n])) {
        // More bytes move those that records point to: only when none is lent.
        if (n > 0 || !error_.empty() || !refill()) break;
        continue;
      }
      ++n;
    }
    return n;
  }
  LinkType link() const noexcept override { return link_; }
  std::string_view error() const noexcept override { return error_; }
  bool cut_short() const noexcept override { return cut_short_; }

 private:
  bool next(Record& record) noexcept {
    const std::size_t there = end_ - at_;
    if (there < kRecordHeader) return false;
    const std::uint8_t* header = buffer_.data() + at_;
    record.length = number(header + 8);
    if (record.length > kMaxRecord) {
      std::array<char, 64> what{};
      std::snprintf(what.data(), what.size(), "claims %u bytes: the file is damaged there", record.length);
      fail(what.data());
      cut_short_ = true;
      return false;
    }
    if (there < kRecordHeader + record.length) return false;
    const std::uint32_t fraction = number(header + 4);
    record.time_us = std::int64_t{number(header)} * 1'000'000 + (dialect_.nanoseconds ? fraction / 1000 : fraction);
    record.wire_length = std::max(number(header + 12), record.length);
    record.data = header + kRecordHeader;
    at_ += kRecordHeader + record.length;
    ++read_;
    return true;
  }

  bool refill() noexcept {
    std::memmove(buffer_.data(), buffer_.data() + at_, end_ - at_);
    end_ -= at_;
    at_ = 0;
    const std::size_t got = from_->read({reinterpret_cast<char*>(buffer_.data()) + end_, buffer_.size() - end_});
    end_ += got;
    if (got > 0) return true;
    if (!from_->error().empty()) {
      std::array<char, 128> what{};
      std::snprintf(what.data(), what.size(), "cannot be read: %s", from_->error().data());
      fail(what.data());
    } else if (end_ > 0) {
      cut_short_ = true;
      fail("is cut short: the file ends in its middle");
    }
    return false;
  }

  std::uint32_t number(const std::uint8_t* at) const noexcept {
    return dialect_.swapped ? __builtin_bswap32(native32(at)) : native32(at);
  }

  void fail(std::string_view what) noexcept {
    if (!error_.empty()) return;
    const int n = std::snprintf(text_.data(), text_.size(), "packet %llu %.*s",
                                static_cast<unsigned long long>(read_ + 1), static_cast<int>(what.size()), what.data());
    error_ = {text_.data(), std::min(static_cast<std::size_t>(std::max(n, 0)), text_.size() - 1)};
  }

  Dialect dialect_;
  LinkType link_;
  std::unique_ptr<ByteStream> from_;
  std::vector<std::uint8_t> buffer_;
  std::size_t at_ = 0, end_ = 0;
  std::uint64_t read_ = 0;
  bool cut_short_ = false;
  std::string_view error_;
  std::array<char, 160> text_{};
};

}  // namespace

bool is_classic_pcap(Bytes header) noexcept {
  if (header.size() < kClassicHeader || !dialect_of(native32(header.data())).known) return false;
  const bool swapped = dialect_of(native32(header.data())).swapped;
  const bool big = swapped == (std::endian::native == std::endian::little);
  Cursor c{header};
  c.skip(4);
  const unsigned major = big ? c.u16() : c.le16();
  const unsigned minor = big ? c.u16() : c.le16();
  return major == 2 && minor == 4;  // older ones have the lengths in another order: left to libpcap
}

Result<std::unique_ptr<RecordReader>> open_classic_pcap(Bytes header, std::unique_ptr<ByteStream> rest) {
  const Dialect dialect = dialect_of(native32(header.data()));
  const std::uint32_t raw = native32(header.data() + 20);
  // The upper bits tell of a frame check sequence at the end of frames; the lower ones are the type.
  const std::uint32_t number = (dialect.swapped ? __builtin_bswap32(raw) : raw) & 0x03ffffff;
  return std::make_unique<ClassicReader>(dialect, link_type(number), std::move(rest));
}

}  // namespace gatehouse::capture
