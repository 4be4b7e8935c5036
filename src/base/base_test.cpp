// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <memory_resource>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/cursor.hpp"
#include "base/ip.hpp"
#include "base/json_writer.hpp"
#include "base/lent_heap.hpp"
#include "base/ring.hpp"
#include "base/time.hpp"
#include "base/utf8.hpp"

namespace gatehouse {
namespace {

TEST(Cursor, ReadsInWireOrderAndItsFailureSticks) {
  constexpr std::array<std::uint8_t, 7> bytes{1, 2, 3, 4, 5, 6, 7};
  Cursor c{bytes};
  EXPECT_EQ(c.u8(), 1);
  EXPECT_EQ(c.u16(), 0x0203);
  EXPECT_EQ(c.le16(), 0x0504);
  EXPECT_TRUE(c.ok());
  EXPECT_EQ(c.u32(), 0u);  // only two bytes are left
  EXPECT_FALSE(c.ok());
  EXPECT_EQ(c.u8(), 0) << "nothing is read after a failure, though bytes were left";
  EXPECT_EQ(c.remaining(), 0u);
}

TEST(Cursor, ASubCursorCannotLeaveItsPart) {
  constexpr std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
  Cursor c{bytes};
  Cursor inner = c.sub(2);
  EXPECT_EQ(inner.u24(), 0u);
  EXPECT_FALSE(inner.ok());
  EXPECT_TRUE(c.ok());
  EXPECT_EQ(c.u16(), 0x0304);
  EXPECT_FALSE(c.sub(1).ok());
}

TEST(Time, IsWrittenAsReadersOfEveExpectIt) {
  char text[kTimestampText];
  EXPECT_EQ(format_timestamp({1'767'323'045'678'901}, text), "2026-01-02T03:04:05.678901+0000");
  EXPECT_EQ(format_timestamp({0}, text), "1970-01-01T00:00:00.000000+0000");
  EXPECT_EQ(format_timestamp({-1}, text), "1969-12-31T23:59:59.999999+0000");
}

TEST(Ip, ParsesAndFormats) {
  char text[kIpText];
  EXPECT_EQ(format_ip(IpAddress::parse("192.0.2.7").value(), text), "192.0.2.7");
  EXPECT_EQ(format_ip(IpAddress::parse("2001:db8::1").value(), text), "2001:db8::1");
  EXPECT_EQ(format_ip_full(IpAddress::parse("2001:db8::1").value(), text), "2001:0db8:0000:0000:0000:0000:0000:0001");
  EXPECT_FALSE(IpAddress::parse("192.0.2"));
  EXPECT_FALSE(IpAddress::parse(""));
}

TEST(Ip, APrefixContainsWhatItSays) {
  const IpPrefix net = IpPrefix::parse("192.0.2.64/26").value();
  EXPECT_TRUE(net.contains(*IpAddress::parse("192.0.2.127")));
  EXPECT_FALSE(net.contains(*IpAddress::parse("192.0.2.128")));
  EXPECT_TRUE(IpPrefix::parse("::/0")->contains(*IpAddress::parse("2001:db8::1")));
  EXPECT_FALSE(IpPrefix::parse("::/0")->contains(*IpAddress::parse("192.0.2.1")));
  for (const char* wrong : {"192.0.2.0/33", "2001:db8::/129", "192.0.2.0/", "192.0.2.0/a", "/8"})
    EXPECT_FALSE(IpPrefix::parse(wrong)) << wrong;
}

TEST(Utf8, AcceptsOnlyWhatTheRfcDoes) {
  for (const char* good : {"", "plain", "z\xc3\xbcrich", "\xe2\x82\xac", "\xf0\x9f\x94\x92"})
    EXPECT_TRUE(is_utf8(as_bytes(good))) << good;
  for (const char* bad : {"\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\x80", "\xe2\x82"})
    EXPECT_FALSE(is_utf8(as_bytes(bad)));
}

std::string written(const std::function<void(JsonWriter&)>& write) {
  std::array<char, 512> buffer;
  JsonWriter json{buffer};
  write(json);
  EXPECT_FALSE(json.overflowed());
  return std::string(json.text());
}

TEST(JsonWriter, NestsAndSeparates) {
  EXPECT_EQ(written([](JsonWriter& j) {
              j.open_object();
              j.member("a", 1);
              j.open_array("list");
              j.element("x");
              j.open_object();
              j.member("yes", true);
              j.close_object();
              j.open_object();
              j.close_object();
              j.element(-2);
              j.close_array();
              j.open_object("empty");
              j.close_object();
              j.member("last", 0.5);
              j.close_object();
            }),
            R"({"a":1,"list":["x",{"yes":true},{},-2],"empty":{},"last":0.5})");
}

TEST(JsonWriter, EscapesWhatCameFromTheWire) {
  EXPECT_EQ(written([](JsonWriter& j) { j.open_object(), j.member("k", "a\"b\\c\n\x01z\xc3\xbc"), j.close_object(); }),
            "{\"k\":\"a\\\"b\\\\c\\n\\u0001z\xc3\xbc\"}");
  EXPECT_EQ(written([](JsonWriter& j) { j.open_object(), j.member("k", "bad\xff"), j.close_object(); }),
            R"({"k":"bad\\xff"})");
}

TEST(JsonWriter, EncodesBytes) {
  EXPECT_EQ(written([](JsonWriter& j) {
              j.open_object();
              j.member_hex("h", as_bytes("\x0a\xff"), ":");
              j.member_base64("b", as_bytes("sure."));
              j.close_object();
            }),
            R"({"h":"0a:ff","b":"c3VyZS4="})");
}

TEST(JsonWriter, OverflowIsSaidAndNothingIsWrittenBehindTheEnd) {
  for (std::size_t size = 0; size < 40; ++size) {
    std::vector<char> buffer(size + 1, '#');
    JsonWriter json{{buffer.data(), size}};
    json.open_object();
    json.member("key", "a text \xff that is long");
    json.member("n", 123456);
    json.close_object();
    EXPECT_TRUE(json.overflowed()) << size;
    EXPECT_EQ(buffer[size], '#');
  }
}

TEST(LentHeap, GivesBackToWhereItTookFrom) {
  std::pmr::unsynchronized_pool_resource pool;
  void* from_pool = nullptr;
  {
    const LentHeap heap{pool};
    from_pool = lent_malloc(100);
    ASSERT_NE(from_pool, nullptr);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(from_pool) % alignof(std::max_align_t), 0u);
    std::memset(from_pool, 7, 100);
  }
  from_pool = lent_realloc(from_pool, 5000);  // outside: the new block is the heap's, its content is kept
  EXPECT_EQ(static_cast<char*>(from_pool)[99], 7);
  lent_free(from_pool);
  auto* zeros = static_cast<char*>(lent_calloc(3, 5));
  EXPECT_EQ(std::string_view(zeros, 15), std::string(15, '\0'));
  lent_free(zeros);
  lent_free(nullptr);
  {
    const LentHeap heap{pool};
    std::vector<void*> blocks;
    for (std::size_t size = 1; size < 400; ++size) {
      blocks.push_back(lent_malloc(size));
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(blocks.back()) % alignof(std::max_align_t), 0u) << size;
    }
    for (void* block : blocks) lent_free(block);
  }
  EXPECT_EQ(lent_malloc(~std::size_t{0}), nullptr);
  EXPECT_EQ(lent_calloc(~std::size_t{0}, 2), nullptr);
}

TEST(RecordRing, GivesBackEveryRecordWholeAndInOrder) {
  RecordRing ring{4096};
  constexpr int kRecords = 20'000;
  std::thread producer{[&] {
    std::minstd_rand random{7};
    for (int i = 0; i < kRecords; ++i) {
      const std::string text = std::to_string(i) + std::string(random() % 700, 'x');
      std::span<char> room;
      while ((room = ring.reserve(1000)).empty()) std::this_thread::yield();
      std::ranges::copy(text, room.begin());
      ring.commit(text.size());
    }
  }};
  int next = 0;
  while (next < kRecords)
    ring.drain([&](std::span<const char> record) {
      const std::string text{record.data(), record.size()};
      ASSERT_EQ(text.substr(0, text.find('x')), std::to_string(next));
      ++next;
    });
  producer.join();
  EXPECT_TRUE(ring.empty());
}

TEST(RecordRing, SaysThatItIsFull) {
  RecordRing ring{4096};
  int taken = 0;
  while (!ring.reserve(100).empty()) ring.commit(100), ++taken;
  EXPECT_EQ(taken, 4096 / 112);
  EXPECT_EQ(ring.drain([](std::span<const char>) {}), static_cast<std::size_t>(taken));
  EXPECT_FALSE(ring.reserve(100).empty());
}

}  // namespace
}  // namespace gatehouse
