// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/industrial/framed.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::industrial {
namespace {

constexpr auto to_server = Direction::to_server;
constexpr std::array kEvents{EventSpec{"malformed_frame", ""}};

// Frames of the test: '#', the size of what follows as a digit, and that much text; 4 bytes are read at most.
struct Letters : Transaction {
  std::string_view text;
  bool whole = false;
};
extern const ProtocolSpec letters;

class LettersSession final : public FramedSession {
 public:
  LettersSession(Memory&, bool datagrams) noexcept : FramedSession(datagrams, 4, 0) {}

 private:
  std::size_t measure(Bytes bytes) const noexcept override {
    if (bytes[0] != '#') return kNoFrame;
    return bytes.size() < 2 ? kMoreNeeded : 2u + (bytes[1] & 15u);
  }
  void frame(Direction direction, Bytes bytes, bool whole, Sink& sink) noexcept override {
    Letters tx;
    tx.protocol = &letters;
    tx.id = frames_++;
    tx.text = as_text(bytes), tx.whole = whole;
    sink.log(tx, direction);
    sink.close(tx);
    if (tx.text == "#1!") finish();
  }
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<LettersSession>(memory, datagrams);
}

const ProtocolSpec letters{
    .name = "letters",
    .about = "",
    .ndpi_name = "",
    .log_type = "letters",
    .transports = {.tcp = true, .udp = true},
    .detector = {},
    .max_pending = 4,
    .create = make<false>,
    .destroy = destroy_session<LettersSession>,
    .log =
        [](const Transaction& tx, JsonWriter& json) {
          const auto& frame = static_cast<const Letters&>(tx);
          json.member("text", frame.text), json.member("whole", frame.whole);
        },
    .stages = {},
    .fields = {},
    .events = kEvents,
    .create_datagram = make<true>,
};

constexpr const char* kShort = "log letters {\"text\":\"#1a\",\"whole\":true}\n";
constexpr const char* kLong = "log letters {\"text\":\"#9bc\",\"whole\":false}\n";

TEST(Framed, LongFramesAreToldByTheirBeginning) {
  const auto text = test::expect_same_in_any_chunks(letters, {{to_server, "#1a#9bcdefghij#1a"}});
  EXPECT_EQ(text, std::string(kShort) + kLong + kShort);
}

TEST(Framed, WhatIsNoFrameEndsTheSession) {
  test::SessionDriver driver{letters};
  driver.feed(to_server, "#1a?");
  EXPECT_EQ(driver.text(), std::string(kShort) + "event to_server malformed_frame\n");
  EXPECT_TRUE(driver.stopped());
}

TEST(Framed, AGapWithinALongFrameIsPassedBy) {
  test::SessionDriver driver{letters};
  driver.feed(to_server, "#9bcd");
  driver.gap(to_server, 4);
  driver.feed(to_server, "ij#1a");
  EXPECT_EQ(driver.text(), std::string(kLong) + kShort);
}

TEST(Framed, BehindAGapTheNextFrameIsFound) {
  test::SessionDriver driver{letters};
  driver.gap(to_server, 4);
  driver.feed(to_server, "xyz");
  driver.feed(to_server, "#1a");
  EXPECT_EQ(driver.text(), kShort);
}

TEST(Framed, NothingIsReadBehindTheLastFrame) {
  test::SessionDriver driver{letters};
  driver.feed(to_server, "#1!#1a");
  EXPECT_EQ(driver.text(), "log letters {\"text\":\"#1!\",\"whole\":true}\n");
  EXPECT_TRUE(driver.stopped());
}

TEST(Framed, ADatagramIsOneFrame) {
  test::SessionDriver driver{letters, true};
  driver.datagram(to_server, as_bytes("#1a"));
  driver.datagram(to_server, as_bytes("#2a"));
  driver.datagram(to_server, as_bytes("a"));
  driver.datagram(to_server, {});
  const std::string wrong = "event to_server malformed_frame\n";
  EXPECT_EQ(driver.text(), kShort + wrong + wrong + wrong);
  EXPECT_FALSE(driver.stopped());
}

}  // namespace
}  // namespace gatehouse::proto::industrial
