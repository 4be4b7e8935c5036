// SPDX-License-Identifier: GPL-3.0-or-later
// What needs no network of its own; the rest is in tests/capture_lab.
#include "capture/packet_socket.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include "capture/nfqueue.hpp"
#include "os/fd.hpp"
#include "os/privileges.hpp"

namespace gatehouse::capture {
namespace {

using ::testing::HasSubstr;

std::string error_of(const Result<Sources>& result) {
  return result ? "" : result.error().text;
}

TEST(PacketSocket, RefusesWithSentences) {
  EXPECT_EQ(error_of(open_tap({.interfaces = {"eth7nope"}})), "interface eth7nope does not exist");
  EXPECT_THAT(error_of(open_tap({})), HasSubstr("1 to 16 interfaces"));
  EXPECT_THAT(error_of(open_tap({.interfaces = {"lo"}, .workers = 0})), HasSubstr("workers must be 1 to 64"));
  EXPECT_THAT(error_of(open_pair({.first = "lo", .second = "lo"})), HasSubstr("two different interfaces"));
  EXPECT_THAT(error_of(open_pair({.first = "lo", .second = "eth7nope"})),
              HasSubstr("interface eth7nope does not exist"));
  EXPECT_THAT(error_of(open_nfqueue({.queues = 0})), HasSubstr("queues must be 1 to 64"));
  EXPECT_THAT(error_of(open_nfqueue({.first_queue = 65535, .queues = 2})), HasSubstr("up to 65535"));
}

TEST(PacketSocket, ATapOfTheLoopbackSeesADatagram) {
  if (!os::has_capability(os::Capability::net_raw)) GTEST_SKIP() << "skipped: needs CAP_NET_RAW";
  auto tap = open_tap({.interfaces = {"lo"}, .outgoing = false, .ring_bytes = 1 << 20});
  if (!tap && tap.error().text.find("is down") != std::string::npos) GTEST_SKIP() << "skipped: " << tap.error().text;
  ASSERT_TRUE(tap) << tap.error().text;
  const os::Fd sender{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(9);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const std::string small = "seen by the tap", large(30'000, 'L');  // the second does not fit a slot of the ring
  for (const auto& text : {small, large})
    ::sendto(sender.get(), text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);

  bool saw_small = false, saw_large = false;
  Source& source = *tap->front();
  for (int tries = 0; tries < 50 && !(saw_small && saw_large); ++tries) {
    for (const RawPacket& packet : source.receive(milliseconds(100))) {
      EXPECT_EQ(packet.data.size(), packet.wire_length);
      saw_small = saw_small || as_text(packet.data).find(small) != std::string::npos;
      saw_large = saw_large || as_text(packet.data).find(large) != std::string::npos;
    }
    source.release({});
  }
  EXPECT_TRUE(saw_small);
  EXPECT_TRUE(saw_large);
  EXPECT_EQ(source.port_name(0), "lo");
}

}  // namespace
}  // namespace gatehouse::capture
