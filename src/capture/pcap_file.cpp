// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/pcap_file.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "capture/pcap_record.hpp"
#include "os/clock.hpp"

namespace gatehouse::capture {
namespace {

class PcapFileSource final : public Source {
 public:
  PcapFileSource(std::unique_ptr<RecordReader> reader, double speed) : reader_(std::move(reader)), speed_(speed) {}

  std::span<const RawPacket> receive(Duration wait) noexcept override {
    if (given_ == read_ && !read_more()) return {};
    unsigned ready = read_ - given_;
    if (speed_ > 0) ready = due(wait);
    const std::span<const RawPacket> lent{packets_.data() + given_, ready};
    for (const RawPacket& packet : lent) counters_.bytes += packet.wire_length;
    counters_.packets += ready;
    given_ += ready;
    return lent;
  }
  void release(std::span<const Action>) noexcept override {}
  bool ended() const noexcept override { return ended_ && given_ == read_; }
  std::string_view error() const noexcept override { return reader_->error(); }
  bool cut_short() const noexcept override { return reader_->cut_short(); }
  SourceCounters counters() const noexcept override { return counters_; }

 private:
  bool read_more() noexcept {
    if (ended_) return false;
    std::array<Record, kBatch> records;
    given_ = 0;
    read_ = reader_->read(records);
    ended_ = read_ == 0;
    for (unsigned i = 0; i < read_; ++i) {
      const Record& record = records[i];
      RawPacket& packet = packets_[i];
      packet.data = {record.data, record.length};
      packet.time = {record.time_us};
      packet.number = ++number_;
      packet.wire_length = record.wire_length;
      packet.link = reader_->link();
    }
    return read_ > 0;
  }

  // How many of the packets read are due by the pace asked for; waits for the first, at most `wait`.
  unsigned due(Duration wait) noexcept {
    if (start_ns_ == 0) {
      start_ns_ = os::monotonic_ns();
      first_ = packets_[given_].time;
    }
    const std::uint64_t until =
        os::monotonic_ns() + static_cast<std::uint64_t>(std::max<std::int64_t>(wait.us, 0)) * 1000;
    const std::uint64_t at = time_of(packets_[given_]);
    sleep_until(std::min(at, until));
    const std::uint64_t now = os::monotonic_ns();
    unsigned n = 0;
    while (given_ + n < read_ && time_of(packets_[given_ + n]) <= now) ++n;
    return n;
  }
  std::uint64_t time_of(const RawPacket& packet) const noexcept {
    const double after_us = static_cast<double>((packet.time - first_).us) / speed_;
    return start_ns_ + static_cast<std::uint64_t>(std::clamp(after_us, 0.0, 1e15) * 1000.0);
  }
  static void sleep_until(std::uint64_t ns) noexcept {
    const timespec at{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
    while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr) == EINTR) {
    }
  }

  std::unique_ptr<RecordReader> reader_;
  double speed_;
  SourceCounters counters_;
  std::uint64_t number_ = 0, start_ns_ = 0;
  Timestamp first_;
  unsigned read_ = 0, given_ = 0;
  bool ended_ = false;
  std::array<RawPacket, kBatch> packets_{};
};

Result<std::unique_ptr<RecordReader>> open_reader(const std::string& path) {
  auto stream = ByteStream::open(path);
  if (!stream) return std::unexpected(std::move(stream).error());
  std::array<std::uint8_t, kClassicHeader> head{};
  const std::size_t got = (*stream)->read({reinterpret_cast<char*>(head.data()), head.size()});
  const Bytes header{head.data(), got};
  if (got == 0 && (*stream)->error().empty()) return failure("the file is empty");
  if (is_classic_pcap(header)) return open_classic_pcap(header, std::move(*stream));
  return open_with_libpcap(header, std::move(*stream));
}

}  // namespace

Result<Sources> open_pcap_file(const std::string& path, const PcapFileOptions& options) {
  if (options.speed < 0) return failure("the speed of a replay cannot be negative", ErrorCode::invalid_config);
  ASSIGN_OR_RETURN(auto reader, open_reader(path), path == "-" ? "standard input" : path);
  Sources sources;
  sources.push_back(std::make_unique<PcapFileSource>(std::move(reader), options.speed));
  return sources;
}

}  // namespace gatehouse::capture
