// SPDX-License-Identifier: GPL-3.0-or-later
// What devices announce about themselves is encrypted against nobody: the key is the MD5 of a word that all of them
// hold.
#include <algorithm>
#include <memory>
#include <openssl/evp.h>

#include "proto/tuya/message.hpp"

namespace gatehouse::proto::tuya {
namespace {

constexpr std::array<std::uint8_t, 16> kKey{0x6c, 0x1e, 0xc8, 0xe2, 0xbb, 0x9b, 0xb5, 0x9a,
                                            0xb5, 0x0b, 0x0d, 0xaf, 0x64, 0x9b, 0x41, 0x0a};
constexpr std::size_t kBlock = 16, kNonce = 12, kTag = 16;

// OpenSSL's contexts cost an allocation each: every thread has two.
struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
class Cipher {
 public:
  explicit Cipher(const EVP_CIPHER* kind) noexcept : context_(EVP_CIPHER_CTX_new()) {
    if (context_ == nullptr) return;
    if (EVP_DecryptInit_ex(context_.get(), kind, nullptr, nullptr, nullptr) != 1) context_.reset();
  }
  EVP_CIPHER_CTX* get() const noexcept { return context_.get(); }

 private:
  std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context_;
};

// Versions 3.2 to 3.4: AES-ECB, filled up as PKCS #7 has it.
Bytes reveal_old(Bytes sealed, std::span<std::uint8_t> room) noexcept {
  thread_local const Cipher cipher{EVP_aes_128_ecb()};
  int written = 0;
  if (cipher.get() == nullptr || sealed.empty() || sealed.size() % kBlock != 0 || sealed.size() > room.size() ||
      EVP_DecryptInit_ex(cipher.get(), nullptr, nullptr, kKey.data(), nullptr) != 1 ||
      EVP_CIPHER_CTX_set_padding(cipher.get(), 0) != 1 ||
      EVP_DecryptUpdate(cipher.get(), room.data(), &written, sealed.data(), static_cast<int>(sealed.size())) != 1)
    return {};
  const std::uint8_t filling = room[sealed.size() - 1];
  return filling >= 1 && filling <= kBlock ? Bytes{room}.first(sealed.size() - filling) : Bytes{};
}

// Version 3.5: AES-GCM, of which the header behind its magic is a part.
Bytes reveal_new(Bytes header, Bytes sealed, std::span<std::uint8_t> room) noexcept {
  thread_local const Cipher cipher{EVP_aes_128_gcm()};
  if (cipher.get() == nullptr || sealed.size() < kNonce + kTag || sealed.size() > room.size()) return {};
  const Bytes text = sealed.subspan(kNonce, sealed.size() - kNonce - kTag);
  std::array<std::uint8_t, kTag> tag;
  std::ranges::copy(sealed.last(kTag), tag.begin());
  int written = 0;
  EVP_CIPHER_CTX* const context = cipher.get();
  const bool opened =
      EVP_DecryptInit_ex(context, nullptr, nullptr, kKey.data(), sealed.data()) == 1 &&
      EVP_DecryptUpdate(context, nullptr, &written, header.data(), static_cast<int>(header.size())) == 1 &&
      EVP_DecryptUpdate(context, room.data(), &written, text.data(), static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()), tag.data()) == 1 &&
      EVP_DecryptFinal_ex(context, room.data() + text.size(), &written) == 1;
  return opened ? Bytes{room}.first(text.size()) : Bytes{};
}

}  // namespace

Bytes reveal_announcement(const Message& message, Bytes bytes, std::span<std::uint8_t> room) noexcept {
  const Frame& frame = message.frame;
  if (frame.command != command::broadcast && frame.command != command::broadcast_new) return {};
  constexpr std::size_t kMagic = 4;
  Bytes clear = frame.newer ? reveal_new(bytes.subspan(kMagic, frame.header - kMagic), message.payload, room)
                            : reveal_old(message.payload, room);
  // A return code stands in front in 3.5.
  const auto begin = std::ranges::find(clear.first(std::min<std::size_t>(clear.size(), 5)), '{');
  return clear.subspan(static_cast<std::size_t>(begin - clear.begin()));
}

}  // namespace gatehouse::proto::tuya
