// SPDX-License-Identifier: GPL-3.0-or-later
// Running digests of one file, by value.
#pragma once

#include <array>
#include <cstdint>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include "base/bytes.hpp"

namespace gatehouse::files {

struct Hashes {
  bool md5 = false, sha1 = false, sha256 = true;
};

struct Digests {
  std::array<std::uint8_t, MD5_DIGEST_LENGTH> md5;
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> sha1;
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> sha256;
  bool has_md5 = false, has_sha1 = false, has_sha256 = false;
};

class Digest {
 public:
  void start(const Hashes& wanted) noexcept;
  void update(Bytes data) noexcept;
  Digests finish() noexcept;

 private:
  Hashes wanted_;
  MD5_CTX md5_;
  SHA_CTX sha1_;
  SHA256_CTX sha256_;
};

}  // namespace gatehouse::files
