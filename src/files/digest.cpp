// SPDX-License-Identifier: GPL-3.0-or-later
// OpenSSL's EVP interface takes from the heap whenever a digest begins, even in a context that is used again. These are
// the functions below it: deprecated, for they cannot be swapped for a provider's, and the same code.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "files/digest.hpp"

namespace gatehouse::files {

void Digest::start(const Hashes& wanted) noexcept {
  wanted_ = wanted;
  if (wanted.md5) MD5_Init(&md5_);
  if (wanted.sha1) SHA1_Init(&sha1_);
  if (wanted.sha256) SHA256_Init(&sha256_);
}

void Digest::update(Bytes data) noexcept {
  if (wanted_.md5) MD5_Update(&md5_, data.data(), data.size());
  if (wanted_.sha1) SHA1_Update(&sha1_, data.data(), data.size());
  if (wanted_.sha256) SHA256_Update(&sha256_, data.data(), data.size());
}

Digests Digest::finish() noexcept {
  Digests result;
  if (wanted_.md5) MD5_Final(result.md5.data(), &md5_);
  if (wanted_.sha1) SHA1_Final(result.sha1.data(), &sha1_);
  if (wanted_.sha256) SHA256_Final(result.sha256.data(), &sha256_);
  result.has_md5 = wanted_.md5;
  result.has_sha1 = wanted_.sha1;
  result.has_sha256 = wanted_.sha256;
  wanted_ = {.md5 = false, .sha1 = false, .sha256 = false};
  return result;
}

}  // namespace gatehouse::files
