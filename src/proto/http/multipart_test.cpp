// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/multipart.hpp"

#include <gtest/gtest.h>

namespace gatehouse::proto::http {
namespace {

struct Recorder final : MultipartReader::Receiver {
  std::string told;
  void part_open(std::string_view name) noexcept override { told.append("<").append(name).append(">"); }
  void part_data(Bytes data) noexcept override { told.append(as_text(data)); }
  void part_close(bool truncated) noexcept override { told += truncated ? "</cut>" : "</>"; }
  void part_event(Event event) noexcept override {
    told.append("!").append(kEvents[static_cast<std::size_t>(event)].name).append(" ");
  }
};

// Whole, and cut in two everywhere: the same.
std::string read(std::string_view body, std::string_view boundary = "XyZ") {
  std::string first;
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    std::pmr::unsynchronized_pool_resource memory;
    MultipartReader reader{memory, boundary};
    Recorder recorder;
    reader.feed(as_bytes(body.substr(0, cut)), recorder);
    reader.feed(as_bytes(body.substr(cut)), recorder);
    reader.finish(recorder);
    if (cut == 0) first = recorder.told;
    EXPECT_EQ(recorder.told, first) << "cut at " << cut;
  }
  return first;
}

TEST(Multipart, FilesButNotPlainFields) {
  EXPECT_EQ(read("--XyZ\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nplain\r\n"
                 "--XyZ\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n"
                 "Content-Type: text/plain\r\n\r\nline\r\n--XyQ\r\nmore\r\n"
                 "--XyZ\r\nContent-Disposition: form-data; name=\"g\"; filename=\"y\"\r\n\r\n2\r\n--XyZ--\r\n"),
            "<x.txt>line\r\n--XyQ\r\nmore</><y>2</>");
}

TEST(Multipart, PreambleAndEpilogueAreNotParts) {
  EXPECT_EQ(read("hello\r\n--XyZ\r\nContent-Disposition: form-data; filename=f\r\n\r\nx\r\n--XyZ--\r\nbye --XyZ"),
            "<f>x</>");
}

TEST(Multipart, LinesMayEndWithLineFeedOnly) {
  EXPECT_EQ(read("--XyZ\nContent-Disposition: form-data; filename=f\n\nx\r\n--XyZ--"), "<f>x</>");
}

TEST(Multipart, NoFileData) {
  EXPECT_EQ(read("--XyZ\r\nContent-Disposition: form-data; filename=f\r\n\r\n--XyZ--"),
            "<f>!MULTIPART_NO_FILEDATA </>");
  EXPECT_EQ(read("--XyZ\r\nContent-Disposition: form-data; filename=f\r\n\r\n\r\n--XyZ--"),
            "<f>!MULTIPART_NO_FILEDATA </>");
}

TEST(Multipart, InvalidHeader) {
  EXPECT_EQ(read("--XyZ\r\nno colon\r\n\r\nx\r\n--XyZ--"), "!MULTIPART_INVALID_HEADER ");
  EXPECT_EQ(read("--XyZ\r\nContent-Disposition: inline; filename=f\r\n\r\nx\r\n--XyZ--"),
            "!MULTIPART_INVALID_HEADER <f>x</>");
}

TEST(Multipart, HeadWithoutEndIsGivenUp) {
  std::pmr::unsynchronized_pool_resource memory;
  MultipartReader reader{memory, "XyZ"};
  Recorder recorder;
  reader.feed(as_bytes("--XyZ\r\n" + std::string(20'000, 'a')), recorder);
  reader.feed(as_bytes(std::string(20'000, 'a')), recorder);
  reader.finish(recorder);
  EXPECT_EQ(recorder.told, "!MULTIPART_INVALID_HEADER ");
}

TEST(Multipart, CutShort) {
  EXPECT_EQ(read("--XyZ\r\nContent-Disposition: form-data; filename=f\r\n\r\nhalf of"),
            "<f>half of!MULTIPART_GENERIC_ERROR </cut>");
}

}  // namespace
}  // namespace gatehouse::proto::http
