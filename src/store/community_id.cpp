// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL's EVP interface takes from the heap for each digest; the functions below it do not.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "store/community_id.hpp"

#include <array>
#include <cstring>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <utility>

#include "model/packet.hpp"

namespace gatehouse::store {
namespace {

constexpr std::array<std::array<std::uint8_t, 2>, 11> kPairsV4{
    {{0, 8}, {8, 0}, {9, 10}, {10, 9}, {13, 14}, {14, 13}, {15, 16}, {16, 15}, {17, 18}, {18, 17}, {255, 255}}};
constexpr std::array<std::array<std::uint8_t, 2>, 11> kPairsV6{{{128, 129},
                                                                {129, 128},
                                                                {130, 131},
                                                                {131, 130},
                                                                {133, 134},
                                                                {134, 133},
                                                                {135, 136},
                                                                {136, 135},
                                                                {139, 140},
                                                                {140, 139},
                                                                {144, 145}}};

}  // namespace

IcmpPorts icmp_ports(std::uint8_t protocol, std::uint8_t type, std::uint8_t code) noexcept {
  for (const auto& [asks, answers] : protocol == ip_protocol::icmp ? kPairsV4 : kPairsV6)
    if (asks == type) return {type, answers, false};
  return {type, code, true};
}

std::string_view community_id(const IpAddress& src, const IpAddress& dst, std::uint16_t src_port,
                              std::uint16_t dst_port, std::uint8_t protocol, bool one_way, char* out) noexcept {
  const IpAddress* low = &src;
  const IpAddress* high = &dst;
  std::uint16_t low_port = src_port, high_port = dst_port;
  const int order = std::memcmp(src.bytes.data(), dst.bytes.data(), src.size());
  if (!one_way && (order > 0 || (order == 0 && src_port > dst_port))) {
    std::swap(low, high);
    std::swap(low_port, high_port);
  }
  std::array<std::uint8_t, 40> input{};
  std::size_t n = 2;  // the seed, zero
  const auto put = [&](const std::uint8_t* data, std::size_t size) {
    std::memcpy(input.data() + n, data, size);
    n += size;
  };
  put(low->bytes.data(), low->size());
  put(high->bytes.data(), high->size());
  const std::array<std::uint8_t, 6> tail{protocol,
                                         0,
                                         static_cast<std::uint8_t>(low_port >> 8),
                                         static_cast<std::uint8_t>(low_port),
                                         static_cast<std::uint8_t>(high_port >> 8),
                                         static_cast<std::uint8_t>(high_port)};
  const bool has_ports = protocol == ip_protocol::tcp || protocol == ip_protocol::udp ||
                         protocol == ip_protocol::sctp || protocol == ip_protocol::icmp ||
                         protocol == ip_protocol::icmpv6;
  put(tail.data(), has_ports ? 6 : 2);

  SHA_CTX context;
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1_Init(&context);
  SHA1_Update(&context, input.data(), n);
  SHA1_Final(digest.data(), &context);

  out[0] = '1', out[1] = ':';
  std::array<unsigned char, 32> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), digest.size());
  std::memcpy(out + 2, base64.data(), 28);
  return {out, kCommunityIdText};
}

}  // namespace gatehouse::store
