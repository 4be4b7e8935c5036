// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/keys.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <openssl/evp.h>

#include "proto/fingerprint/digest.hpp"

namespace gatehouse::proto::quic {
namespace {

constexpr std::size_t kHash = 32, kBlock = 64;
using Secret = std::array<std::uint8_t, kHash>;

// RFC 2104, for keys up to a block and messages up to kLongestMessage, which is all that is needed here. OpenSSL's own
// takes memory from the heap each time.
constexpr std::size_t kLongestMessage = 64;
bool hmac(Bytes key, Bytes message, Secret& out) noexcept {
  std::array<std::uint8_t, kBlock + kLongestMessage> room{};
  if (key.size() > kBlock || message.size() > kLongestMessage) return false;
  const auto pad = [&](std::uint8_t with) {
    for (std::size_t i = 0; i < kBlock; ++i) room[i] = static_cast<std::uint8_t>((i < key.size() ? key[i] : 0) ^ with);
  };
  pad(0x36);
  std::ranges::copy(message, room.begin() + kBlock);
  const Digest inner = digest(DigestKind::sha256, Bytes{room}.first(kBlock + message.size()));
  if (inner.size != kHash) return false;
  pad(0x5c);
  std::ranges::copy(inner.view(), room.begin() + kBlock);
  const Digest outer = digest(DigestKind::sha256, Bytes{room}.first(kBlock + kHash));
  if (outer.size != kHash) return false;
  std::ranges::copy(outer.view(), out.begin());
  return true;
}

// RFC 8446, 7.1: HKDF-Expand-Label with an empty context. RFC 5869, 2.3: one block is enough for what is asked here.
bool expand_label(const Secret& secret, std::string_view label, std::span<std::uint8_t> out) noexcept {
  constexpr std::string_view prefix = "tls13 ";
  std::array<std::uint8_t, kLongestMessage> info{};
  std::size_t size = 0;
  const auto put = [&](std::size_t octet) { info[size++] = static_cast<std::uint8_t>(octet); };
  put(0), put(out.size());
  put(prefix.size() + label.size());
  for (const char c : prefix) put(static_cast<std::uint8_t>(c));
  for (const char c : label) put(static_cast<std::uint8_t>(c));
  put(0);
  put(1);  // the counter of HKDF-Expand
  Secret block;
  if (!hmac(secret, Bytes{info}.first(size), block)) return false;
  std::ranges::copy(Bytes{block}.first(out.size()), out.begin());
  return true;
}

bool derive(const Secret& initial, std::string_view side, bool v2, DirectionKeys& keys) noexcept {
  Secret secret;
  return expand_label(initial, side, secret) && expand_label(secret, v2 ? "quicv2 key" : "quic key", keys.key) &&
         expand_label(secret, v2 ? "quicv2 iv" : "quic iv", keys.iv) &&
         expand_label(secret, v2 ? "quicv2 hp" : "quic hp", keys.header);
}

// OpenSSL's contexts cost an allocation each: every thread has two and gives them new keys for each packet.
struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
class Cipher {
 public:
  explicit Cipher(const EVP_CIPHER* kind) noexcept : context_(EVP_CIPHER_CTX_new()) {
    if (context_ == nullptr) return;
    if (EVP_CipherInit_ex(context_.get(), kind, nullptr, nullptr, nullptr, -1) != 1) context_.reset();
  }
  EVP_CIPHER_CTX* get() const noexcept { return context_.get(); }

 private:
  std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context_;
};

// RFC 9001, 5.4.3: "mask = AES-ECB(hp_key, sample)"
bool header_mask(const DirectionKeys& keys, Bytes sample, std::array<std::uint8_t, 16>& mask) noexcept {
  thread_local const Cipher cipher{EVP_aes_128_ecb()};
  int written = 0;
  return cipher.get() != nullptr &&
         EVP_EncryptInit_ex(cipher.get(), nullptr, nullptr, keys.header.data(), nullptr) == 1 &&
         EVP_CIPHER_CTX_set_padding(cipher.get(), 0) == 1 &&
         EVP_EncryptUpdate(cipher.get(), mask.data(), &written, sample.data(), static_cast<int>(sample.size())) == 1 &&
         written == static_cast<int>(mask.size());
}

bool open_sealed(const DirectionKeys& keys, std::span<const std::uint8_t, 12> nonce, Bytes associated, Bytes sealed,
                 std::span<std::uint8_t> room) noexcept {
  thread_local const Cipher cipher{EVP_aes_128_gcm()};
  if (cipher.get() == nullptr || sealed.size() < kAuthenticationTag) return false;
  const Bytes text = sealed.first(sealed.size() - kAuthenticationTag);
  std::array<std::uint8_t, kAuthenticationTag> tag;
  std::ranges::copy(sealed.last(kAuthenticationTag), tag.begin());
  int written = 0;
  EVP_CIPHER_CTX* const context = cipher.get();
  return EVP_DecryptInit_ex(context, nullptr, nullptr, keys.key.data(), nonce.data()) == 1 &&
         EVP_DecryptUpdate(context, nullptr, &written, associated.data(), static_cast<int>(associated.size())) == 1 &&
         EVP_DecryptUpdate(context, room.data(), &written, text.data(), static_cast<int>(text.size())) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) == 1 &&
         EVP_DecryptFinal_ex(context, room.data() + text.size(), &written) == 1;
}

}  // namespace

bool derive_initial_keys(const VersionTraits& version, Bytes client_destination, InitialKeys& keys) noexcept {
  Secret initial;
  return version.salt != nullptr && hmac(*version.salt, client_destination, initial) &&
         derive(initial, "client in", version.v2, keys.client) && derive(initial, "server in", version.v2, keys.server);
}

// RFC 9001, 5.4.2: the sample is taken "assuming that the Packet Number field is 4 bytes long".
bool unprotect(const DirectionKeys& keys, const Header& header, Bytes datagram, std::span<std::uint8_t> room,
               Bytes& plain) noexcept {
  constexpr std::size_t kLongestNumber = 4, kSample = 16;
  constexpr std::size_t kLongestHeader = 1536;  // a token has the room that the smallest datagram leaves
  const Bytes payload = header.payload;
  if (payload.size() < kLongestNumber + kSample || header.size + kLongestNumber > kLongestHeader ||
      room.size() < payload.size())
    return false;
  std::array<std::uint8_t, 16> mask;
  if (!header_mask(keys, payload.subspan(kLongestNumber, kSample), mask)) return false;

  std::array<std::uint8_t, kLongestHeader> clear;
  std::memcpy(clear.data(), datagram.data(), header.size + kLongestNumber);
  clear[0] = static_cast<std::uint8_t>(clear[0] ^ (mask[0] & 0x0f));
  const std::size_t octets = (clear[0] & 3u) + 1u;
  // RFC 9001, 5.3: the nonce is the IV, its end combined with the packet number. An Initial packet's has not grown
  // beyond what is sent of it.
  std::array<std::uint8_t, 12> nonce = keys.iv;
  for (std::size_t i = 0; i < octets; ++i) {
    std::uint8_t& octet = clear[header.size + i];
    octet = static_cast<std::uint8_t>(octet ^ mask[1 + i]);
    std::uint8_t& last = nonce[nonce.size() - octets + i];
    last = static_cast<std::uint8_t>(last ^ octet);
  }
  if (!open_sealed(keys, nonce, Bytes{clear}.first(header.size + octets), payload.subspan(octets), room)) return false;
  plain = Bytes{room}.first(payload.size() - octets - kAuthenticationTag);
  return true;
}

}  // namespace gatehouse::proto::quic
