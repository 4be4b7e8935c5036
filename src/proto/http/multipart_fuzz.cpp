// SPDX-License-Identifier: GPL-3.0-or-later
// Whole and byte by byte, a multipart body must give the same parts.
#include <cstdlib>
#include <string>

#include "proto/http/multipart.hpp"

namespace {

struct Recorder final : gatehouse::proto::http::MultipartReader::Receiver {
  std::string told;
  void part_open(std::string_view name) noexcept override { told.append("<").append(name).append(">"); }
  void part_data(gatehouse::Bytes data) noexcept override { told.append(gatehouse::as_text(data)); }
  void part_close(bool truncated) noexcept override { told += truncated ? "</cut>" : "</>"; }
  void part_event(gatehouse::proto::http::Event event) noexcept override {
    told.append("!").append(std::to_string(static_cast<int>(event)));
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using gatehouse::proto::http::MultipartReader;
  std::pmr::unsynchronized_pool_resource memory;
  Recorder whole, pieces;
  MultipartReader a{memory, "b"}, b{memory, "b"};
  a.feed({data, size}, whole);
  for (std::size_t i = 0; i < size; ++i) b.feed({data + i, 1}, pieces);
  a.finish(whole);
  b.finish(pieces);
  if (whole.told != pieces.told) std::abort();
  return 0;
}
