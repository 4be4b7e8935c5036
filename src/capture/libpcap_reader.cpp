// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <pcap/dlt.h>
#include <pcap/pcap.h>
#include <string>
#include <vector>

#include "capture/pcap_record.hpp"

namespace gatehouse::capture {
namespace {

// A file may say any time: what lies behind this is taken for the year 10000.
constexpr std::int64_t kLatestSecond = 253'402'300'800;

constexpr std::size_t kBatchBytes = 4 * kMaxRecord;
constexpr std::size_t kStdioBuffer = 256 * 1024;

// What libpcap reads through stdio: first the bytes that were looked at, then the stream.
struct Cookie {
  std::vector<char> head;
  std::size_t given = 0;
  std::unique_ptr<ByteStream> rest;
};

ssize_t read_cookie(void* opaque, char* out, std::size_t size) {
  auto& cookie = *static_cast<Cookie*>(opaque);
  if (cookie.given < cookie.head.size()) {
    const std::size_t n = std::min(size, cookie.head.size() - cookie.given);
    std::memcpy(out, cookie.head.data() + cookie.given, n);
    cookie.given += n;
    return static_cast<ssize_t>(n);
  }
  return static_cast<ssize_t>(cookie.rest->read({out, size}));
}

struct Close {
  void operator()(pcap_t* pcap) const noexcept { ::pcap_close(pcap); }  // closes the FILE too
};
using Pcap = std::unique_ptr<pcap_t, Close>;

class LibpcapReader final : public RecordReader {
 public:
  LibpcapReader(std::unique_ptr<Cookie> cookie, Pcap pcap, LinkType link)
      : cookie_(std::move(cookie)), pcap_(std::move(pcap)), link_(link), bytes_(kBatchBytes) {}

  unsigned read(std::span<Record> out) noexcept override {
    unsigned n = 0;
    std::size_t used = 0;
    while (n < out.size()) {
      if (pending_ == nullptr && !fetch()) break;
      const std::size_t length = std::min<std::size_t>(pending_->caplen, kMaxRecord);
      if (length > bytes_.size() - used) break;  // stays pending: libpcap keeps it until its next call
      // libpcap's bytes live until its next packet only.
      std::memcpy(bytes_.data() + used, data_, length);
      out[n].data = bytes_.data() + used;
      out[n].length = static_cast<std::uint32_t>(length);
      out[n].wire_length = std::max(pending_->len, out[n].length);
      // The precision asked for: tv_usec holds nanoseconds.
      out[n].time_us = std::clamp<std::int64_t>(pending_->ts.tv_sec, 0, kLatestSecond) * 1'000'000 +
                       pending_->ts.tv_usec / 1000;
      used += length;
      pending_ = nullptr;
      ++n;
    }
    return n;
  }
  LinkType link() const noexcept override { return link_; }
  std::string_view error() const noexcept override { return error_; }
  bool cut_short() const noexcept override { return cut_short_; }

 private:
  bool fetch() noexcept {
    if (over_) return false;
    if (::pcap_next_ex(pcap_.get(), &pending_, &data_) == 1) {
      ++read_;
      return true;
    }
    pending_ = nullptr;
    over_ = true;
    const char* why = cookie_->rest->error().empty() ? ::pcap_geterr(pcap_.get()) : cookie_->rest->error().data();
    if (*why == '\0') return false;
    cut_short_ = std::string_view{why}.starts_with("truncated dump file");  // libpcap's words
    const int n = std::snprintf(text_.data(), text_.size(), "packet %llu cannot be read: %s",
                                static_cast<unsigned long long>(read_ + 1), why);
    error_ = {text_.data(), std::min(static_cast<std::size_t>(n), text_.size() - 1)};
    return false;
  }

  std::unique_ptr<Cookie> cookie_;  // outlives the pcap_t that reads through it
  Pcap pcap_;
  LinkType link_;
  std::vector<std::uint8_t> bytes_;
  pcap_pkthdr* pending_ = nullptr;
  const std::uint8_t* data_ = nullptr;
  bool over_ = false, cut_short_ = false;
  std::uint64_t read_ = 0;
  std::string_view error_;
  std::array<char, 320> text_{};
};

}  // namespace

LinkType link_type(std::uint32_t number) noexcept {
  switch (number) {
    case 0:    // LINKTYPE_NULL
    case 108:  // LINKTYPE_LOOP
      return LinkType::null_loopback;
    case 1:
      return LinkType::ethernet;
    case 9:   // LINKTYPE_PPP
    case 50:  // LINKTYPE_PPP_HDLC
      return LinkType::ppp;
    case 12:   // DLT_RAW
    case 14:   // DLT_RAW on OpenBSD
    case 101:  // LINKTYPE_RAW
    case 228:  // LINKTYPE_IPV4
    case 229:  // LINKTYPE_IPV6
      return LinkType::raw_ip;
    case 104:
      return LinkType::chdlc;
    case 113:
      return LinkType::linux_sll;
    case 276:
      return LinkType::linux_sll2;
    default:
      return LinkType::unsupported;
  }
}

Result<std::unique_ptr<RecordReader>> open_with_libpcap(Bytes head, std::unique_ptr<ByteStream> rest) {
  auto cookie = std::make_unique<Cookie>();
  cookie->head.assign(head.begin(), head.end());
  cookie->rest = std::move(rest);
  FILE* file =
      ::fopencookie(cookie.get(), "r", {.read = read_cookie, .write = nullptr, .seek = nullptr, .close = nullptr});
  if (file == nullptr) return system_failure("opening a stream");
  std::setvbuf(file, nullptr, _IOFBF, kStdioBuffer);
  std::array<char, PCAP_ERRBUF_SIZE> why{};
  Pcap pcap{::pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, why.data())};
  if (pcap == nullptr) {
    std::fclose(file);
    const auto& stream = cookie->rest->error();
    return failure(stream.empty() ? std::string(why.data()) : std::string(stream));
  }
  const LinkType link = link_type(static_cast<std::uint32_t>(::pcap_datalink(pcap.get())));
  return std::make_unique<LibpcapReader>(std::move(cookie), std::move(pcap), link);
}

}  // namespace gatehouse::capture
