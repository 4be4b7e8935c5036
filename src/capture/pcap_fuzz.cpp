// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "capture/pcap_record.hpp"

namespace gatehouse::capture {
namespace {

class InMemory final : public ByteStream {
 public:
  explicit InMemory(Bytes bytes) : bytes_(bytes) {}
  std::size_t read(std::span<char> out) noexcept override {
    const std::size_t n = std::min(out.size(), bytes_.size());
    if (n > 0) std::memcpy(out.data(), bytes_.data(), n);
    bytes_ = bytes_.subspan(n);
    return n;
  }
  std::string_view error() const noexcept override { return {}; }

 private:
  Bytes bytes_;
};

}  // namespace
}  // namespace gatehouse::capture

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  using namespace gatehouse::capture;
  const Bytes head{data, std::min(size, kClassicHeader)};
  auto rest = std::make_unique<InMemory>(Bytes{data, size}.subspan(head.size()));
  auto reader =
      is_classic_pcap(head) ? open_classic_pcap(head, std::move(rest)) : open_with_libpcap(head, std::move(rest));
  if (!reader) return 0;
  std::array<Record, 64> records;
  unsigned sum = 0;
  while (const unsigned n = (*reader)->read(records))
    for (unsigned i = 0; i < n; ++i) {
      if (records[i].length > kMaxRecord || records[i].wire_length < records[i].length) std::abort();
      for (std::uint32_t b = 0; b < records[i].length; ++b) sum += records[i].data[b];
    }
  return static_cast<int>(sum & 0);
}
