// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "files/file_tracker.hpp"

namespace gatehouse::files {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kSha256OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kMd5OfAbc = "900150983cd24fb0d6963f7d28e17f72";
constexpr std::string_view kSha1OfAbc = "a9993e364706816aba3e25717850c26c9cd0d89d";
constexpr Timestamp kNow{1'000'000'000};

// Keeps what the tracker tells as the log would have it.
class Files final : public FileReceiver {
 public:
  explicit Files(Settings settings = {}) : tracker(settings, *this) {}
  void on_file(const FileRecord& record, const Transaction* tx) noexcept override {
    std::vector<char> buffer(8192);
    JsonWriter json{buffer};
    json.open_object();
    write_fileinfo(record, json);
    json.close_object();
    lines.emplace_back(json.text());
    had_tx.push_back(tx != nullptr);
  }
  FileId open(std::string_view name, std::uint64_t session = 1, const Transaction* tx = nullptr) {
    return tracker.open(session, tx, Direction::to_client, {.name = name}, kNow);
  }
  FileId open_part(std::uint64_t start, std::uint64_t end, std::uint64_t total, Timestamp now = kNow) {
    return tracker.open(start + 1, nullptr, Direction::to_client,
                        {.name = "/f",
                         .has_range = true,
                         .range_start = start,
                         .range_end = end,
                         .range_size = total,
                         .range_key = "host/f"},
                        now);
  }
  void data(FileId file, std::string_view text) { tracker.data(file, as_bytes(text)); }

  FileTracker tracker;
  std::vector<std::string> lines;
  std::vector<bool> had_tx;
};

TEST(FileTracker, WritesWhatTheLogExpects) {
  Files files;
  const FileId file = files.open("NEWS.txt");
  files.data(file, "a");
  files.data(file, "bc");
  files.tracker.close(file, false);
  EXPECT_THAT(files.lines,
              ElementsAre(R"({"fileinfo":{"filename":"NEWS.txt","gaps":false,"state":"CLOSED","sha256":")" +
                          std::string(kSha256OfAbc) + R"(","stored":false,"size":3,"tx_id":0}})"));
}

TEST(FileTracker, GivesTheDigestsThatAreAskedFor) {
  Files files{{.md5 = true, .sha1 = true, .sha256 = false}};
  const FileId file = files.open("x");
  files.data(file, "abc");
  files.tracker.close(file, false);
  ASSERT_EQ(files.lines.size(), 1u);
  EXPECT_THAT(files.lines[0], HasSubstr("\"md5\":\"" + std::string(kMd5OfAbc) + "\""));
  EXPECT_THAT(files.lines[0], HasSubstr("\"sha1\":\"" + std::string(kSha1OfAbc) + "\""));
  EXPECT_THAT(files.lines[0], Not(HasSubstr("sha256")));
}

TEST(FileTracker, DigestsOfASlotsNextFileStartAnew) {
  Files files;
  const FileId first = files.open("first");
  files.data(first, "something else");
  files.tracker.close(first, true);
  const FileId second = files.open("second");
  files.data(first, "to a file that is closed");
  files.data(second, "abc");
  files.tracker.close(first, false);
  files.tracker.close(second, false);
  ASSERT_EQ(files.lines.size(), 2u);
  EXPECT_THAT(files.lines[0], HasSubstr(R"("state":"TRUNCATED","stored":false,"size":14)"));
  EXPECT_THAT(files.lines[1], HasSubstr(kSha256OfAbc));
}

TEST(FileTracker, AHoleTruncatesAndCountsInTheSize) {
  Files files;
  const FileId file = files.open("x");
  files.data(file, "abc");
  files.tracker.gap(file, 97);
  files.tracker.close(file, false);
  EXPECT_THAT(
      files.lines,
      ElementsAre(
          R"({"fileinfo":{"filename":"x","gaps":true,"state":"TRUNCATED","stored":false,"size":100,"tx_id":0}})"));
}

TEST(FileTracker, TheEndOfASessionTruncatesItsFilesOnly) {
  Files files;
  files.open("one", 1);
  const FileId other = files.open("other", 2);
  files.open("two", 1);
  files.tracker.close_session(1);
  ASSERT_EQ(files.lines.size(), 2u);
  EXPECT_EQ(files.tracker.open_files(), 1u);
  files.tracker.close(other, false);
  EXPECT_THAT(files.lines.back(), HasSubstr("\"other\""));
}

TEST(FileTracker, AFileMayOutliveItsTransaction) {
  Files files;
  Transaction tx;
  tx.id = 7;
  const FileId file = files.open("x", 1, &tx);
  const FileId with_tx = files.open("y", 1, &tx);
  files.tracker.close(with_tx, false);
  files.tracker.close_transaction(1, tx);
  files.tracker.close(file, false);
  EXPECT_THAT(files.had_tx, ElementsAre(true, false));
  EXPECT_THAT(files.lines[1], HasSubstr("\"tx_id\":7"));
}

TEST(FileTracker, OneSessionCannotTakeAllPlaces) {
  Files files;
  for (std::size_t i = 0; i < FileTracker::kMaxOpenPerSession; ++i) ASSERT_NE(files.open("x", 1), FileTracker::kNone);
  EXPECT_EQ(files.open("one too many", 1), FileTracker::kNone);
  EXPECT_EQ(files.tracker.counters().refused, 1u);
  EXPECT_NE(files.open("another session's", 2), FileTracker::kNone);
  files.data(FileTracker::kNone, "ignored");
  files.tracker.gap(FileTracker::kNone, 1);
  files.tracker.close(FileTracker::kNone, false);
  EXPECT_THAT(files.lines, IsEmpty());
}

TEST(FileTracker, PlacesAreBoundedInAll) {
  Files files;
  for (std::size_t i = 0; i < FileTracker::kMaxOpen; ++i) ASSERT_NE(files.open("x", i), FileTracker::kNone);
  EXPECT_EQ(files.open("x", 1'000'000), FileTracker::kNone);
  files.tracker.close_session(17);
  EXPECT_NE(files.open("x", 1'000'000), FileTracker::kNone);
}

TEST(FileTracker, LongNamesAreCut) {
  Files files;
  files.tracker.close(files.open(std::string(5000, 'n')), false);
  EXPECT_THAT(files.lines[0], HasSubstr("\"" + std::string(FileTracker::kMaxName, 'n') + "\""));
  EXPECT_EQ(files.tracker.counters().names_cut, 1u);
}

TEST(Ranges, APartSaysWhereItStands) {
  Files files;
  const FileId part = files.open_part(500, 502, 1000);
  files.data(part, "abc");
  files.tracker.close(part, false);
  ASSERT_EQ(files.lines.size(), 1u);
  EXPECT_THAT(files.lines[0], HasSubstr(R"("size":3,"start":500,"end":502,)"));
}

TEST(Ranges, PartsInAnyOrderMakeTheWholeFile) {
  Files files;
  const FileId last = files.open_part(2, 2, 3);
  files.data(last, "c");
  files.tracker.close(last, false);
  const FileId middle = files.open_part(1, 1, 3);
  const FileId first = files.open_part(0, 0, 3);
  files.data(middle, "b");
  files.data(first, "a");
  files.tracker.close(first, false);
  files.tracker.close(middle, false);
  ASSERT_EQ(files.lines.size(), 4u);  // two parts, the part that completed the file, and the file
  EXPECT_THAT(files.lines[2], HasSubstr(R"("size":3)"));
  EXPECT_THAT(files.lines[2], HasSubstr(kSha256OfAbc));
  EXPECT_THAT(files.lines[2], Not(HasSubstr("start")));
  EXPECT_EQ(files.tracker.range_counters().joined, 1u);
}

TEST(Ranges, OverlapsCountOnce) {
  Files files;
  std::string content;
  for (int i = 0; i < 37323; ++i) content += static_cast<char>('a' + i % 23);
  const std::pair<std::size_t, std::size_t> parts[] = {{1000, 1999}, {0, 999},       {500, 1499},  {30000, 37322},
                                                       {1500, 2499}, {20000, 31000}, {2500, 21000}};
  for (const auto& [start, end] : parts) {
    const FileId part = files.open_part(start, end, content.size());
    for (std::size_t at = start; at <= end; at += 700)
      files.data(part, std::string_view{content}.substr(at, std::min<std::size_t>(700, end + 1 - at)));
    files.tracker.close(part, false);
  }
  Files plain;
  const FileId whole = plain.open("/f");
  plain.data(whole, content);
  plain.tracker.close(whole, false);
  ASSERT_EQ(files.lines.size(), std::size(parts) + 1);
  EXPECT_EQ(files.lines.back(), plain.lines.back());
}

TEST(Ranges, AHoleInAPartIsFilledByAnother) {
  Files files;
  const FileId holed = files.open_part(0, 2, 3);
  files.data(holed, "a");
  files.tracker.gap(holed, 1);
  files.data(holed, "c");
  files.tracker.close(holed, false);
  EXPECT_EQ(files.tracker.range_counters().joined, 0u);
  const FileId rest = files.open_part(1, 2, 3);
  files.data(rest, "bc");
  files.tracker.close(rest, false);
  EXPECT_THAT(files.lines.back(), HasSubstr(kSha256OfAbc));
}

TEST(Ranges, AnotherTotalIsAnotherFile) {
  Files files;
  files.tracker.close(files.open_part(0, 0, 3), false);
  const FileId other = files.open_part(0, 3, 4);
  files.data(other, "abcd");
  files.tracker.close(other, false);
  EXPECT_EQ(files.tracker.range_counters().joined, 0u);
}

TEST(Ranges, PartsThatNeverFitTimeOut) {
  Files files;
  const FileId late = files.open_part(2, 2, 3);
  files.data(late, "c");
  files.tracker.close(late, false);
  const FileId first = files.open_part(0, 1, 3, kNow + seconds(61));
  files.data(first, "ab");
  files.tracker.close(first, false);
  EXPECT_EQ(files.tracker.range_counters().timed_out, 1u);
  EXPECT_EQ(files.tracker.range_counters().joined, 0u);
}

TEST(Ranges, WhatComesTooEarlyIsBounded) {
  RangeJoiner joiner{{}};
  const std::string block(RangeJoiner::kBlock, 'x');
  const auto early = joiner.open("k", 1, 1'000'000'000, kNow);
  for (std::size_t i = 0; i < RangeJoiner::kMaxBlocks; ++i) joiner.data(early, as_bytes(block));
  EXPECT_EQ(joiner.counters().refused_bytes, 0u);
  joiner.data(early, as_bytes(block));
  EXPECT_EQ(joiner.counters().refused_bytes, block.size());
  EXPECT_EQ(joiner.blocks_in_use(), RangeJoiner::kMaxBlocks);
  EXPECT_FALSE(joiner.close(early));
  (void)joiner.open("other", 0, 10, kNow + seconds(61));
  EXPECT_EQ(joiner.blocks_in_use(), 0u);
}

TEST(Ranges, JoinsAndPartsAreBounded) {
  RangeJoiner joiner{{}};
  for (std::size_t i = 0; i < RangeJoiner::kMaxJoins; ++i)
    ASSERT_NE(joiner.open(std::to_string(i), 1, 9, kNow), RangeJoiner::kNone);
  EXPECT_EQ(joiner.open("one more", 1, 9, kNow), RangeJoiner::kNone);
  EXPECT_EQ(joiner.counters().refused_joins, 1u);
  for (std::size_t i = RangeJoiner::kMaxJoins; i < RangeJoiner::kMaxParts; ++i)
    ASSERT_NE(joiner.open("1", 1, 9, kNow), RangeJoiner::kNone);
  EXPECT_EQ(joiner.open("1", 1, 9, kNow), RangeJoiner::kNone);
  EXPECT_EQ(joiner.counters().refused_parts, 1u);
}

}  // namespace
}  // namespace gatehouse::files
