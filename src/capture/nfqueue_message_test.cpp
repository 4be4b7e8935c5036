// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/nfqueue_message.hpp"

#include <arpa/inet.h>
#include <cstring>
#include <gmock/gmock.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <string>
#include <vector>

namespace gatehouse::capture {
namespace {

struct Message {
  alignas(8) std::array<char, 4096> buffer{};
  nlmsghdr* header = ::mnl_nlmsg_put_header(buffer.data());

  explicit Message(std::uint16_t type = NFQNL_MSG_PACKET) {
    header->nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_QUEUE << 8 | type);
    ::mnl_nlmsg_put_extra_header(header, sizeof(nfgenmsg));
  }
  Message& id(std::uint32_t number) {
    const nfqnl_msg_packet_hdr packet{htonl(number), htons(0x0800), NF_INET_FORWARD};
    ::mnl_attr_put(header, NFQA_PACKET_HDR, sizeof packet, &packet);
    return *this;
  }
  Message& number(std::uint16_t attribute, std::uint32_t value) {
    ::mnl_attr_put_u32(header, attribute, htonl(value));
    return *this;
  }
  Message& payload(std::string_view bytes) {
    ::mnl_attr_put(header, NFQA_PAYLOAD, bytes.size(), bytes.data());
    return *this;
  }
  Bytes bytes() const { return {reinterpret_cast<const std::uint8_t*>(buffer.data()), header->nlmsg_len}; }
};

TEST(QueuedPacket, HasItsNumberItsBytesAndWhereItCameFrom) {
  Message message;
  message.id(77).number(NFQA_IFINDEX_INDEV, 3).payload("an IP packet");
  QueuedPacket packet;
  ASSERT_TRUE(read_queued_packet(message.bytes(), packet));
  EXPECT_EQ(packet.id, 77u);
  EXPECT_EQ(as_text(packet.payload), "an IP packet");
  EXPECT_EQ(packet.full_length, 12u);
  EXPECT_EQ(packet.in_interface, 3u);
  EXPECT_FALSE(packet.super_packet);
  EXPECT_TRUE(packet.checksum_trusted);
}

TEST(QueuedPacket, TellsOffloadsAndWhatWasCut) {
  QueuedPacket packet;
  Message super;
  super.id(1).number(NFQA_SKB_INFO, NFQA_SKB_GSO | NFQA_SKB_CSUMNOTREADY).number(NFQA_CAP_LEN, 70000).payload("x");
  ASSERT_TRUE(read_queued_packet(super.bytes(), packet));
  EXPECT_TRUE(packet.super_packet);
  EXPECT_TRUE(packet.checksum_trusted);
  EXPECT_EQ(packet.full_length, 70000u);

  Message unverified;
  unverified.id(2).number(NFQA_SKB_INFO, NFQA_SKB_CSUM_NOTVERIFIED).payload("x");
  ASSERT_TRUE(read_queued_packet(unverified.bytes(), packet));
  EXPECT_FALSE(packet.checksum_trusted);
}

TEST(QueuedPacket, IsNothingElse) {
  QueuedPacket packet;
  EXPECT_FALSE(read_queued_packet({}, packet));
  EXPECT_FALSE(read_queued_packet(Message{NFQNL_MSG_VERDICT}.id(1).bytes(), packet));
  EXPECT_FALSE(read_queued_packet(Message{}.payload("without a number").bytes(), packet));
}

TEST(QueuedPacket, CutAnywhereReadsNothingBeyond) {
  Message message;
  message.id(77).number(NFQA_SKB_INFO, 1).payload("payload");
  for (std::size_t length = 0; length < message.bytes().size(); ++length) {
    const std::vector<std::uint8_t> cut(message.bytes().begin(), message.bytes().begin() + static_cast<long>(length));
    QueuedPacket packet;
    EXPECT_FALSE(read_queued_packet(cut, packet));
  }
}

// "batch 3 accept, one 4 drop"
std::string describe(std::span<const char> messages) {
  std::string text;
  while (messages.size() >= sizeof(nlmsghdr)) {
    const auto* header = reinterpret_cast<const nlmsghdr*>(messages.data());
    const auto* attribute = static_cast<const nlattr*>(::mnl_nlmsg_get_payload_offset(header, sizeof(nfgenmsg)));
    nfqnl_msg_verdict_hdr verdict{};
    std::memcpy(&verdict, ::mnl_attr_get_payload(attribute), sizeof verdict);
    text += text.empty() ? "" : ", ";
    text += (header->nlmsg_type & 0xff) == NFQNL_MSG_VERDICT_BATCH ? "batch " : "one ";
    text += std::to_string(ntohl(verdict.id)) + (ntohl(verdict.verdict) == NF_ACCEPT ? " accept" : " drop");
    messages = messages.subspan(header->nlmsg_len);
  }
  return text;
}

std::string verdicts(VerdictWriter& writer, std::uint32_t first, std::string_view pattern) {
  for (const char c : pattern) writer.add(first++, c == '+');
  return describe(writer.finish());
}

TEST(VerdictWriter, OneMessageForEachRun) {
  VerdictWriter writer{5};
  EXPECT_EQ(verdicts(writer, 1, "++++"), "batch 4 accept");
  EXPECT_EQ(verdicts(writer, 5, "+"), "one 5 accept");
  EXPECT_EQ(verdicts(writer, 6, "++-+--"), "batch 7 accept, one 8 drop, one 9 accept, batch 11 drop");
  EXPECT_EQ(verdicts(writer, 12, ""), "");
}

TEST(VerdictWriter, HasRoomForTheWorstPattern) {
  VerdictWriter writer{0};
  std::string pattern;
  for (std::size_t i = 0; i < VerdictWriter::kMost; ++i) pattern += i % 2 ? '-' : '+';
  const std::string text = verdicts(writer, 0, pattern);
  EXPECT_THAT(text, testing::StartsWith("one 0 accept, one 1 drop"));
  EXPECT_THAT(text, testing::EndsWith("one 63 drop"));
}

}  // namespace
}  // namespace gatehouse::capture
