// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "proto/sunrpc/record.hpp"
#include "proto/sunrpc/rpc.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::sunrpc {
namespace {

using test::from_hex;

// RFC 5531, 9: a call of NFS version 3, procedure 1, by user 1000 on machine "things".
const std::string kCall = from_hex(R"(
  00 00 00 2a  00 00 00 00  00 00 00 02  00 01 86 a3  00 00 00 03  00 00 00 01
  00 00 00 01  00 00 00 20   # AUTH_SYS, 32 bytes
  00 00 00 07  00 00 00 06 74 68 69 6e 67 73 00 00  00 00 03 e8  00 00 00 64  00 00 00 01 00 00 00 64
  00 00 00 00  00 00 00 00   # no verifier
)");

TEST(SunRpc, ACallAndWhoMakesIt) {
  Cursor c{as_bytes(kCall)};
  const Head head{c};
  EXPECT_TRUE(head.is_call());
  EXPECT_EQ(head.xid, 42u);
  const Call call{c};
  EXPECT_TRUE(c.ok() && c.empty());
  EXPECT_EQ(call.program, program::nfs);
  EXPECT_EQ(call.version, 3u);
  EXPECT_EQ(call.procedure, 1u);
  EXPECT_EQ(flavor_name(call.credential.flavor), "UNIX");
  Cursor credential{call.credential.body};
  const SystemCredential who{credential};
  EXPECT_TRUE(credential.ok());
  EXPECT_EQ(as_text(who.machine), "things");
  EXPECT_EQ(who.uid, 1000u);
  EXPECT_EQ(who.gid, 100u);
}

TEST(SunRpc, RepliesAcceptedAndDenied) {
  const std::string accepted = from_hex("00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00");
  Cursor a{as_bytes(accepted)};
  EXPECT_TRUE(Reply{a}.successful());
  EXPECT_TRUE(a.ok());
  const std::string denied = from_hex("00 00 00 01  00 00 00 01");
  Cursor d{as_bytes(denied)};
  const Reply reply{d};
  EXPECT_TRUE(d.ok());
  EXPECT_FALSE(reply.successful());
  EXPECT_EQ(reply.detail, 1u);
}

TEST(SunRpc, OpaqueDataIsBoundedAndPadded) {
  const std::string bytes = from_hex("00 00 00 05 61 62 63 64 65 00 00 00 ff");
  Cursor c{as_bytes(bytes)};
  EXPECT_EQ(as_text(opaque(c, 5)), "abcde");
  EXPECT_EQ(c.u8(), 0xff);
  Cursor longer{as_bytes(bytes)};
  (void)opaque(longer, 4);
  EXPECT_FALSE(longer.ok());
}

TEST(SunRpc, WrappedArgumentsAreKnown) {
  Call call;
  const std::string gss = from_hex("00 00 00 01 00 00 00 00 00 00 00 09 00 00 00 02 00 00 00 00");
  call.credential.flavor = 6;
  call.credential.body = as_bytes(gss);
  EXPECT_EQ(protection_of(call), Protection::integrity);
  std::string other = gss;
  other[15] = 3;
  call.credential.body = as_bytes(other);
  EXPECT_EQ(protection_of(call), Protection::privacy);
  other[7] = 1;  // it only makes the context
  EXPECT_EQ(protection_of(call), Protection::none);
}

TEST(SunRpc, LooksLikeACall) {
  EXPECT_EQ(looks_like_call(as_bytes(kCall), program::nfs, 2, 4, 21), Looks::yes);
  for (std::size_t size = 0; size < 32; ++size)
    EXPECT_EQ(looks_like_call(as_bytes(std::string_view(kCall).substr(0, size)), program::nfs, 2, 4, 21),
              Looks::need_more);
  EXPECT_EQ(looks_like_call(as_bytes(kCall), program::mount, 1, 3, 5), Looks::no);
  EXPECT_EQ(looks_like_call(as_bytes(kCall), program::nfs, 4, 4, 1), Looks::no);
  EXPECT_EQ(looks_like_call(as_bytes(std::string(40, 'x')), program::nfs, 2, 4, 21), Looks::no);
}

TEST(SunRpc, RecordsAreTakenApartAsTheyCome) {
  const std::string stream = from_hex("00 00 00 03 61 62 63  80 00 00 02 64 65  80 00 00 00  80 00 00 01 66");
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    Records records;
    std::string messages, pending;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      pending += stream.substr(at, step);
      while (!pending.empty()) {
        std::size_t used = 0;
        Records::Piece piece;
        if (records.next(as_bytes(pending), used, piece) == Records::Outcome::need_more) break;
        messages += as_text(piece.bytes);
        if (piece.ends) messages += '|';
        pending.erase(0, used);
      }
    }
    EXPECT_EQ(messages, "abcde||f|") << step;
  }
}

TEST(SunRpc, GapsWithinAFragmentAreBridged) {
  Records records;
  std::size_t used = 0;
  Records::Piece piece;
  const std::string begin = from_hex("80 00 00 08 01 02");
  EXPECT_EQ(records.next(as_bytes(begin), used, piece), Records::Outcome::piece);
  bool ends = false;
  EXPECT_FALSE(records.gap(7, ends));
  EXPECT_TRUE(records.gap(6, ends));
  EXPECT_TRUE(ends);
  const std::string huge = from_hex("ff ff ff ff");
  EXPECT_EQ(records.next(as_bytes(huge), used, piece), Records::Outcome::malformed);
}

}  // namespace
}  // namespace gatehouse::proto::sunrpc
