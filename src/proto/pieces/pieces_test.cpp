// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/pieces/pieces.hpp"

#include <gtest/gtest.h>
#include <string>

namespace gatehouse::proto {
namespace {

constexpr std::size_t kMost = 65535;

TEST(Pieces, TakesPiecesInAnyOrder) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += static_cast<char>(i * 7);
  for (std::size_t step : {1u, 7u, 30u, 499u}) {
    proto::Pieces pieces{*std::pmr::get_default_resource(), kMost};
    for (std::size_t i = 0; i < 500 / step + 1; ++i) {  // from the end, overlapping
      const std::size_t end = 500 - std::min<std::size_t>(500, i * step);
      const std::size_t begin = end - std::min(end, step + 3);
      ASSERT_TRUE(pieces.add(begin, as_bytes(text).subspan(begin, end - begin)));
    }
    EXPECT_EQ(as_text(pieces.ready()), text) << step;
    pieces.taken(400);
    EXPECT_EQ(as_text(pieces.ready()), text.substr(400)) << step;
  }
}

TEST(Pieces, HasAnEnd) {
  proto::Pieces pieces{*std::pmr::get_default_resource(), kMost};
  EXPECT_FALSE(pieces.add(~0ull, as_bytes("x")));
  EXPECT_TRUE(pieces.add(kMost - 1, as_bytes("x")));
  EXPECT_FALSE(pieces.add(kMost, as_bytes("x")));
  for (std::size_t i = 1; i < kMaxPieces; ++i) EXPECT_TRUE(pieces.add(2 * i, as_bytes("x")));
  EXPECT_FALSE(pieces.add(1000, as_bytes("x")));
  EXPECT_TRUE(pieces.add(0, as_bytes(std::string(200, 'y'))));
  EXPECT_EQ(pieces.ready().size(), 200u);
}

}  // namespace
}  // namespace gatehouse::proto
