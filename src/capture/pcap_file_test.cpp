// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/pcap_file.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <string>
#include <zlib.h>
#include <zstd.h>

#include "capture/pcap_record.hpp"

namespace gatehouse::capture {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string little(std::uint64_t value, unsigned size) {
  std::string out;
  for (unsigned i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}
std::string big(std::uint64_t value, unsigned size) {
  const std::string out = little(value, size);
  return {out.rbegin(), out.rend()};
}

struct Style {
  std::uint32_t magic = 0xa1b2c3d4;
  std::string (*number)(std::uint64_t, unsigned) = little;
};

std::string header(std::uint32_t link = 1, const Style& style = {}) {
  const auto& n = style.number;
  return n(style.magic, 4) + n(2, 2) + n(4, 2) + n(0, 8) + n(262144, 4) + n(link, 4);
}
std::string record(std::uint32_t seconds, std::uint32_t fraction, std::string_view bytes, const Style& style = {},
                   std::uint32_t wire = 0) {
  const auto& n = style.number;
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return n(seconds, 4) + n(fraction, 4) + n(size, 4) + n(wire != 0 ? wire : size, 4) + std::string(bytes);
}

std::string block(std::uint32_t type, std::string body) {
  body.resize((body.size() + 3) & ~std::size_t{3});
  const std::string length = little(12 + body.size(), 4);
  return little(type, 4) + length + body + length;
}
std::string pcapng(const std::vector<std::string>& packets) {
  std::string file = block(0x0a0d0d0a, little(0x1a2b3c4d, 4) + little(1, 2) + little(0, 2) + std::string(8, '\xff'));
  file += block(1, little(1, 2) + little(0, 2) + little(0, 4));
  std::uint64_t time = 1'700'000'000'000'000;
  for (const auto& packet : packets) {
    file += block(6, little(0, 4) + little(time >> 32, 4) + little(time & 0xffffffff, 4) + little(packet.size(), 4) +
                         little(packet.size(), 4) + packet);
    time += 1000;
  }
  return file;
}

std::string gzipped(const std::string& text) {
  z_stream z{};
  ::deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1024, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  ::deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  ::deflateEnd(&z);
  return out;
}
std::string zstandard(const std::string& text) {
  std::string out(::ZSTD_compressBound(text.size()), '\0');
  out.resize(::ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

class PcapFile : public testing::Test {
 protected:
  void SetUp() override { path_ = testing::TempDir() + "pcap-file-test-" + std::to_string(::getpid()); }
  void TearDown() override { std::filesystem::remove(path_); }

  Result<Sources> open(const std::string& content, const PcapFileOptions& options = {}) {
    std::ofstream(path_, std::ios::binary) << content;
    return open_pcap_file(path_, options);
  }
  // All packets' bytes, and what was wrong.
  std::pair<std::vector<std::string>, std::string> read(const std::string& content) {
    auto sources = open(content);
    if (!sources) return {{}, sources.error().text};
    std::vector<std::string> packets;
    Source& source = *sources->front();
    while (!source.ended()) {
      const auto batch = source.receive(seconds(1));
      for (const auto& packet : batch) packets.emplace_back(as_text(packet.data));
      source.release({});
    }
    EXPECT_EQ(source.counters().packets, packets.size());
    return {packets, std::string(source.error())};
  }
  std::string path_;
};

TEST_F(PcapFile, HasNumbersTimesAndLengths) {
  auto sources = open(header() + record(1'700'000'000, 42, "first") + record(1'700'000'001, 7, "cut", {}, 1500));
  ASSERT_TRUE(sources) << sources.error().text;
  const auto batch = sources->front()->receive({});
  ASSERT_EQ(batch.size(), 2u);
  EXPECT_EQ(batch[0].number, 1u);
  EXPECT_EQ(batch[0].time.us, 1'700'000'000'000'042);
  EXPECT_EQ(batch[0].wire_length, 5u);
  EXPECT_EQ(batch[0].link, LinkType::ethernet);
  EXPECT_FALSE(batch[0].checksum_trusted);
  EXPECT_EQ(batch[1].number, 2u);
  EXPECT_EQ(batch[1].data.size(), 3u);
  EXPECT_EQ(batch[1].wire_length, 1500u);
  EXPECT_FALSE(sources->front()->is_inline());
  EXPECT_THAT(sources->front()->receive({}), IsEmpty());
  EXPECT_TRUE(sources->front()->ended());
}

TEST_F(PcapFile, AllByteOrdersAndPrecisionsTellTheSameTime) {
  for (const Style& style : {Style{0xa1b2c3d4, little}, Style{0xa1b2c3d4, big}}) {
    auto sources = open(header(1, style) + record(5, 123'456, "x", style));
    EXPECT_EQ(sources->front()->receive({})[0].time.us, 5'123'456);
  }
  for (const Style& style : {Style{0xa1b23c4d, little}, Style{0xa1b23c4d, big}}) {
    auto sources = open(header(1, style) + record(5, 123'456'789, "x", style));
    EXPECT_EQ(sources->front()->receive({})[0].time.us, 5'123'456);
  }
}

TEST_F(PcapFile, KnowsLinkTypesAndSaysWhichItDoesNot) {
  const std::vector<std::pair<std::uint32_t, LinkType>> known{
      {1, LinkType::ethernet},      {101, LinkType::raw_ip},        {228, LinkType::raw_ip},
      {229, LinkType::raw_ip},      {113, LinkType::linux_sll},     {276, LinkType::linux_sll2},
      {0, LinkType::null_loopback}, {108, LinkType::null_loopback}, {9, LinkType::ppp},
      {104, LinkType::chdlc},       {105, LinkType::unsupported}};
  for (const auto& [number, link] : known)
    EXPECT_EQ(open(header(number) + record(1, 0, "x"))->front()->receive({})[0].link, link) << number;
}

TEST_F(PcapFile, CompressedIsReadAsIfItWereNot) {
  std::string content = header();
  std::vector<std::string> expected;
  for (unsigned i = 0; i < 5000; ++i) {
    expected.push_back("packet " + std::to_string(i) + std::string(i % 700, 'x'));
    content += record(1, i, expected.back());
  }
  EXPECT_EQ(read(content), std::pair(expected, std::string{}));
  EXPECT_EQ(read(gzipped(content)), std::pair(expected, std::string{}));
  EXPECT_EQ(read(zstandard(content)), std::pair(expected, std::string{}));
  // Compressed files may be written one behind the other.
  const std::size_t half = 100'003;
  EXPECT_EQ(read(gzipped(content.substr(0, half)) + gzipped(content.substr(half))), std::pair(expected, std::string{}));
  EXPECT_EQ(read(zstandard(content.substr(0, half)) + zstandard(content.substr(half))),
            std::pair(expected, std::string{}));
}

TEST_F(PcapFile, PcapngIsReadTooPlainAndCompressed) {
  std::vector<std::string> expected;
  for (unsigned i = 0; i < 200; ++i) expected.push_back("packet " + std::to_string(i));
  EXPECT_EQ(read(pcapng(expected)), std::pair(expected, std::string{}));
  EXPECT_EQ(read(gzipped(pcapng(expected))), std::pair(expected, std::string{}));
  EXPECT_EQ(open(pcapng({"x"}))->front()->receive({})[0].time.us, 1'700'000'000'000'000);
}

TEST_F(PcapFile, ACutFileGivesWhatIsThereAndSaysWhereItEnds) {
  const std::string content = header() + record(1, 0, "first") + record(1, 0, "second");
  for (std::size_t missing = 1; missing < 22; ++missing) {
    const auto [packets, error] = read(content.substr(0, content.size() - missing));
    EXPECT_THAT(packets, testing::ElementsAre("first"));
    EXPECT_EQ(error, "packet 2 is cut short: the file ends in its middle");
  }
  const std::string packed = gzipped(content);
  EXPECT_THAT(read(packed.substr(0, packed.size() - 12)).second, HasSubstr("the gzip data ends in the middle"));
  const std::string ng = pcapng({"first", "second"});
  const auto [packets, error] = read(ng.substr(0, ng.size() - 5));
  EXPECT_THAT(packets, testing::ElementsAre("first"));
  EXPECT_THAT(error, HasSubstr("packet 2 cannot be read: truncated"));
}

TEST_F(PcapFile, ADamagedRecordEndsTheReading) {
  const std::string lie = little(1, 4) + little(0, 4) + little(3'000'000'000, 4) + little(60, 4);
  const auto [packets, error] = read(header() + record(1, 0, "good") + lie + std::string(100, 'x'));
  EXPECT_THAT(packets, testing::ElementsAre("good"));
  EXPECT_EQ(error, "packet 2 claims 3000000000 bytes: the file is damaged there");
}

TEST_F(PcapFile, TheLargestRecordsFit) {
  std::string content = header();
  const std::string large(kMaxRecord, 'z');
  for (int i = 0; i < 9; ++i) content += record(1, 0, large);
  const auto [packets, error] = read(content);
  EXPECT_THAT(packets, testing::SizeIs(9));
  EXPECT_THAT(packets, testing::Each(large));
  EXPECT_EQ(error, "");
}

TEST_F(PcapFile, WhatIsNoCaptureIsRefusedWithASentence) {
  EXPECT_THAT(read("").second, HasSubstr("the file is empty"));
  EXPECT_THAT(read("just some text that is longer than a header").second, HasSubstr("unknown file format"));
  EXPECT_THAT(open_pcap_file("/no/such/file").error().text, HasSubstr("file /no/such/file does not exist"));
  EXPECT_THAT(open_pcap_file("/").error().text, HasSubstr("is a folder"));
  EXPECT_FALSE(open_pcap_file("/", {.speed = -1}));
}

TEST_F(PcapFile, AtItsOwnPaceItWaitsAndFasterLess) {
  const std::string content = header() + record(1, 0, "a") + record(1, 400'000, "b");
  auto sources = open(content, {.speed = 4});
  Source& source = *sources->front();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(source.receive(seconds(1)).size(), 1u);
  EXPECT_THAT(source.receive(milliseconds(1)), IsEmpty());  // not due yet, and not the end
  EXPECT_FALSE(source.ended());
  EXPECT_EQ(source.receive(seconds(5)).size(), 1u);
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took, std::chrono::milliseconds(99));
  EXPECT_THAT(source.receive({}), IsEmpty());
  EXPECT_TRUE(source.ended());
}

}  // namespace
}  // namespace gatehouse::capture
