// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL's EVP makes a context on the heap for every digest, even when its own context is used again (measured with 3.0);
// the functions of the algorithms themselves do not, and need nothing but the stack.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "proto/fingerprint/digest.hpp"

#include <openssl/md5.h>
#include <openssl/sha.h>

namespace gatehouse::proto {

Digest digest(DigestKind kind, Bytes data) noexcept {
  Digest result;
  switch (kind) {
    case DigestKind::md5:
      if (MD5(data.data(), data.size(), result.bytes.data()) != nullptr) result.size = MD5_DIGEST_LENGTH;
      break;
    case DigestKind::sha1: {
      SHA_CTX context;
      if (SHA1_Init(&context) == 1 && SHA1_Update(&context, data.data(), data.size()) == 1 &&
          SHA1_Final(result.bytes.data(), &context) == 1)
        result.size = SHA_DIGEST_LENGTH;
      break;
    }
    case DigestKind::sha256: {
      SHA256_CTX context;
      if (SHA256_Init(&context) == 1 && SHA256_Update(&context, data.data(), data.size()) == 1 &&
          SHA256_Final(result.bytes.data(), &context) == 1)
        result.size = SHA256_DIGEST_LENGTH;
      break;
    }
  }
  return result;
}

bool hex_digest(DigestKind kind, Bytes data, std::span<char> out) noexcept {
  const Digest sum = digest(kind, data);
  if (sum.size * 2 < out.size()) return false;
  constexpr char digits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::uint8_t byte = sum.bytes[i / 2];
    out[i] = digits[i % 2 == 0 ? byte >> 4 : byte & 15];
  }
  return true;
}

}  // namespace gatehouse::proto
