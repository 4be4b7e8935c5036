// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: packets as a client or a server would send them, protected with their Initial keys.
#pragma once

#include <array>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <string>

#include "proto/quic/keys.hpp"
#include "proto/tls/test_bytes.hpp"

namespace gatehouse::proto::quic::test_packets {

using tls::test_bytes::number;

inline std::string varint(std::uint64_t value) {
  return number(value | 0x40000000u << 1, 4);
}

inline std::string crypto(std::size_t offset, std::string_view data) {
  return "\x06" + varint(offset) + varint(data.size()) + std::string(data);
}

struct Packet {
  std::uint32_t version = version::v1;
  int type = 0;  // the two bits as sent
  std::string destination, source, token;
  std::string frames;
  unsigned packet_number = 2;
};

// `key_id`, `key_version`: what the client's first packet was addressed to, and whose salt counts.
inline std::string seal(const Packet& packet, bool from_client, std::string_view key_id) {
  InitialKeys all;
  EXPECT_TRUE(derive_initial_keys(traits_of(packet.version), as_bytes(key_id), all));
  const DirectionKeys& keys = from_client ? all.client : all.server;
  constexpr std::size_t kNumber = 4, kTag = 16;
  std::string frames = packet.frames;
  if (frames.size() < 4) frames.resize(4);
  std::string header(1, static_cast<char>(0xc0 | packet.type << 4 | (kNumber - 1)));
  header += number(packet.version, 4) + number(packet.destination.size(), 1) + packet.destination +
            number(packet.source.size(), 1) + packet.source + varint(packet.token.size()) + packet.token +
            varint(kNumber + frames.size() + kTag);
  const std::size_t at = header.size();
  header += number(packet.packet_number, kNumber);

  std::array<std::uint8_t, 12> nonce = keys.iv;
  for (unsigned i = 0; i < 4; ++i)
    nonce[8 + i] = static_cast<std::uint8_t>(nonce[8 + i] ^ packet.packet_number >> (24 - 8 * i));
  std::string sealed(frames.size() + kTag, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  int n = 0;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(context, EVP_aes_128_gcm(), nullptr, keys.key.data(), nonce.data());
  EVP_EncryptUpdate(context, nullptr, &n, as_bytes(header).data(), static_cast<int>(header.size()));
  EVP_EncryptUpdate(context, out, &n, as_bytes(frames).data(), static_cast<int>(frames.size()));
  EVP_EncryptFinal_ex(context, out + frames.size(), &n);
  EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTag, out + frames.size());
  std::array<unsigned char, 16> mask{};
  EVP_EncryptInit_ex(context, EVP_aes_128_ecb(), nullptr, keys.header.data(), nullptr);
  EVP_EncryptUpdate(context, mask.data(), &n, out, 16);  // the sample: 4 octets behind the packet number's start
  EVP_CIPHER_CTX_free(context);

  header[0] = static_cast<char>(header[0] ^ (mask[0] & 0x0f));
  for (std::size_t i = 0; i < kNumber; ++i) header[at + i] = static_cast<char>(header[at + i] ^ mask[1 + i]);
  return header + sealed;
}

inline std::string padded(std::string datagram) {
  if (datagram.size() < 1200) datagram.resize(1200);
  return datagram;
}

inline std::string hello_message(std::string_view name) {
  using namespace tls::test_bytes;
  return message(1, client_hello_body(server_name(name) + alpn({"h3", "h3-29"}) + ext(10, vector16(list16({29}))) +
                                      ext(43, vector8(list16({0x0304}))) + ext(57, "\x01\x01\x05")));
}
inline std::string server_hello_message() {
  using namespace tls::test_bytes;
  return message(2, server_hello_body(ext(43, list16({0x0304})) + ext(51, list16({29, 2, 7})), 0x0303, 0x1301));
}

inline const std::string kClientId = "\x83\x94\xc8\xf0\x3e\x51\x57\x08";  // of RFC 9001, A.1
inline const std::string kServerId = "\xf0\x67\xa5\x50\x2a\x42\x62\xb5";

inline std::string client_initial(std::string frames, std::uint32_t version = version::v1) {
  return padded(seal({.version = version,
                      .type = version == version::v2 ? 1 : 0,
                      .destination = kClientId,
                      .source = "",
                      .token = "",
                      .frames = std::move(frames)},
                     true, kClientId));
}
inline std::string server_initial(std::string frames, std::uint32_t version = version::v1,
                                  std::string_view key_id = kClientId) {
  return seal({.version = version,
               .type = version == version::v2 ? 1 : 0,
               .destination = "",
               .source = kServerId,
               .token = "",
               .frames = std::move(frames)},
              false, key_id);
}

}  // namespace gatehouse::proto::quic::test_packets
