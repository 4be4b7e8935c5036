// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/websocket/websocket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "proto/websocket/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::websocket {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto up = Direction::to_server, down = Direction::to_client;
constexpr std::uint8_t fin = 0x80, comp = 0x40;

// RFC 6455, 5.2: the first byte, the length in its three forms, the key, the payload.
std::string frame(std::uint8_t first, std::string_view payload, std::string_view key = "") {
  std::string out(1, static_cast<char>(first));
  const int masked = key.empty() ? 0 : 0x80;
  if (payload.size() < 126) {
    out += static_cast<char>(masked | static_cast<int>(payload.size()));
  } else if (payload.size() <= 0xffff) {
    out += static_cast<char>(masked | 126);
    out += static_cast<char>(payload.size() >> 8), out += static_cast<char>(payload.size());
  } else {
    out += static_cast<char>(masked | 127);
    for (int i = 7; i >= 0; --i) out += static_cast<char>(payload.size() >> (8 * i));
  }
  out += key;
  for (std::size_t i = 0; i < payload.size(); ++i)
    out += static_cast<char>(key.empty() ? payload[i] : payload[i] ^ key[i & 3]);
  return out;
}
test::Turn client(std::uint8_t first, std::string_view payload) {
  return {up, frame(first, payload, "\x37\xfa\x21\x3d")};
}
test::Turn server(std::uint8_t first, std::string_view payload) {
  return {down, frame(first, payload)};
}

struct Played : test::SessionDriver {
  explicit Played(const std::vector<test::Turn>& turns) : SessionDriver(protocol) {
    for (const test::Turn& turn : turns) feed(turn.direction, turn.bytes);
    finish();
  }
  std::vector<std::string> field(const std::string& name) const {
    const auto found = fields().find(name);
    return found == fields().end() ? std::vector<std::string>{} : found->second;
  }
};

// RFC 7692, 7.2.1: flushed to a byte, without the last four octets. One window for all of a sender's messages.
class Deflater {
 public:
  Deflater() { deflateInit2(&stream_, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY); }
  ~Deflater() { deflateEnd(&stream_); }
  std::string operator()(std::string_view text) {
    std::string out(text.size() + 64, '\0');
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<unsigned>(text.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<unsigned>(out.size());
    deflate(&stream_, Z_SYNC_FLUSH);
    out.resize(out.size() - stream_.avail_out - 4);
    return out;
  }

 private:
  z_stream stream_{};
};

TEST(WebSocket, EachFrameIsTold) {
  const std::vector<test::Turn> turns{client(fin | opcode::text, "Hello"),
                                      server(fin | opcode::binary, std::string(300, 'b')),
                                      client(fin | opcode::ping, "p"),
                                      server(fin | opcode::pong, "p"),
                                      client(fin | opcode::connection_close, "\x03\xe8 bye"),
                                      server(fin | opcode::connection_close, "\x03\xe8")};
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, turns),
            "log websocket {\"websocket\":{\"fin\":true,\"mask\":939139389,\"opcode\":\"text\"}}\n"
            "log websocket {\"websocket\":{\"fin\":true,\"opcode\":\"binary\"}}\n"
            "log websocket {\"websocket\":{\"fin\":true,\"mask\":939139389,\"opcode\":\"ping\"}}\n"
            "log websocket {\"websocket\":{\"fin\":true,\"opcode\":\"pong\"}}\n"
            "log websocket {\"websocket\":{\"fin\":true,\"mask\":939139389,\"opcode\":\"connection_close\"}}\n"
            "log websocket {\"websocket\":{\"fin\":true,\"opcode\":\"connection_close\"}}\n");
  const Played played{turns};
  EXPECT_EQ(played.last_status(), Status::finished);
  EXPECT_THAT(played.field("websocket.payload"), testing::IsSupersetOf({"Hello", std::string(300, 'b').c_str(), "p"}));
  EXPECT_THAT(played.field("websocket.opcode"), ElementsAre("1", "2", "9", "10", "8"));
  EXPECT_THAT(played.field("websocket.mask"), ElementsAre("939139389"));
  EXPECT_THAT(played.field("websocket.flags"), ElementsAre("128"));
  EXPECT_THAT(played.field("websocket.close_code"), ElementsAre("1000"));
}

TEST(WebSocket, TheLastFragmentShowsTheWholeMessage) {
  const Played played{{server(opcode::text, "to"), server(fin | opcode::ping, ""), server(opcode::continuation, "geth"),
                       server(fin | opcode::continuation, "er")}};
  EXPECT_THAT(played.field("websocket.payload"), ElementsAre("to", "geth", "together"));
  EXPECT_THAT(played.text(), Not(HasSubstr("event")));
}

TEST(WebSocket, MessagesAreDecompressedWithTheWindowOfThoseBefore) {
  Deflater deflater;
  const std::string text = "temperature 21.5 degrees, humidity 40 percent";
  const std::string first = deflater(text), second = deflater(text);
  ASSERT_LT(second.size(), first.size());
  const std::vector<test::Turn> turns{client(fin | comp | opcode::text, first),
                                      client(comp | opcode::text, second.substr(0, 2)),
                                      client(fin | opcode::continuation, second.substr(2))};
  const Played played{turns};
  EXPECT_THAT(played.field("websocket.payload"), ElementsAre(text, second.substr(0, 2)));
  EXPECT_THAT(played.field("websocket.flags"), ElementsAre("192", "64", "128"));
  EXPECT_THAT(test::expect_same_in_any_chunks(protocol, turns), Not(HasSubstr("event")));
}

TEST(WebSocket, LongFramesAreReadInPart) {
  const std::string long_one(70'000, 'l');
  EXPECT_THAT(Played{{server(fin | opcode::binary, long_one)}}.text(),
              HasSubstr("event to_client skip_end_of_payload"));
  const Played many{
      {server(opcode::binary, std::string(60'000, 'm')), server(fin | opcode::continuation, std::string(60'000, 'm'))}};
  EXPECT_THAT(many.text(), HasSubstr("event to_client reassembly_limit_reached"));
}

TEST(WebSocket, AHoleWithinAPayloadIsPassedOver) {
  test::SessionDriver driver{protocol};
  driver.feed(down, frame(fin | opcode::binary, "0123456789").substr(0, 5));
  driver.gap(down, 7);
  driver.feed(down, frame(fin | opcode::ping, ""));
  EXPECT_THAT(driver.text(), HasSubstr(R"("opcode":"ping")"));
  driver.gap(down, 1);
  EXPECT_TRUE(driver.stopped());
}

struct Fault {
  std::string event;
  test::Turn turn;
};
class WebSocketFaults : public testing::TestWithParam<Fault> {};

TEST_P(WebSocketFaults, AreNamedOnce) {
  const std::string told = test::expect_same_in_any_chunks(protocol, {GetParam().turn}, 100);
  const std::size_t at = told.find(" " + GetParam().event + "\n");
  ASSERT_NE(at, told.npos) << told;
  EXPECT_EQ(told.find(GetParam().event, at + 2), told.npos);
}

std::string bomb() {
  Deflater deflater;
  return deflater(std::string(3 << 20, '\0'));
}

INSTANTIATE_TEST_SUITE_P(
    All, WebSocketFaults,
    testing::Values(Fault{"unmasked_request", {up, frame(fin | opcode::text, "x")}},
                    Fault{"masked_response", {down, frame(fin | opcode::text, "x", "abcd")}},
                    Fault{"reserved_bits", server(fin | 0x20 | opcode::text, "x")},
                    Fault{"unknown_opcode", server(fin | 3, "x")}, Fault{"invalid_control", server(opcode::ping, "x")},
                    Fault{"invalid_control", server(fin | opcode::ping, std::string(126, 'x'))},
                    Fault{"unexpected_continuation", server(fin | opcode::continuation, "x")},
                    Fault{"unfinished_message", {down, frame(opcode::text, "x") + frame(fin | opcode::text, "y")}},
                    Fault{"invalid_close", server(fin | opcode::connection_close, "\x03\xed")},
                    Fault{"invalid_close", server(fin | opcode::connection_close, "x")},
                    Fault{"failed_decompression", server(fin | comp | opcode::text, "\xff\xff\xff\xff")},
                    Fault{"reassembly_limit_reached", server(fin | comp | opcode::binary, bomb())}));

TEST(WebSocket, IsTakenForWhatWasAnnouncedOnly) {
  EXPECT_EQ(probe_announced(up, as_bytes(frame(fin | opcode::text, "x", "abcd"))), Probe::yes);
  EXPECT_EQ(probe_announced(up, as_bytes(frame(fin | opcode::text, "x", "abcd").substr(0, 4))), Probe::need_more);
  EXPECT_EQ(probe_announced(down, as_bytes("HTTP/1.1 200 OK\r\n")), Probe::no);
  EXPECT_EQ(protocol.detector.probe, nullptr);
  EXPECT_FALSE(protocol.detector.first_bytes[0].has(0x81));
}

}  // namespace
}  // namespace gatehouse::proto::websocket
