// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/digest.hpp"

#include <openssl/evp.h>

namespace gatehouse::files {
namespace {

// Looked up once: the library's own lookup takes a lock and allocates.
const EVP_MD* algorithm(unsigned kind) noexcept {
  static const std::array<EVP_MD*, 3> all{EVP_MD_fetch(nullptr, "MD5", nullptr), EVP_MD_fetch(nullptr, "SHA1", nullptr),
                                          EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  return all[kind];
}

}  // namespace

void Digest::Free::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

void Digest::begin(Running& running, Kind kind, bool wanted) noexcept {
  running.on = false;
  if (!wanted || algorithm(kind) == nullptr) return;
  const bool fresh = running.context == nullptr;
  if (fresh) running.context.reset(EVP_MD_CTX_new());
  if (running.context == nullptr) return;
  // Without an algorithm the context keeps the one it has, and its memory.
  running.on = EVP_DigestInit_ex2(running.context.get(), fresh ? algorithm(kind) : nullptr, nullptr) == 1;
  if (!running.on) running.context.reset();
}

void Digest::start(const Hashes& wanted) noexcept {
  begin(running_[md5], md5, wanted.md5);
  begin(running_[sha1], sha1, wanted.sha1);
  begin(running_[sha256], sha256, wanted.sha256);
}

void Digest::update(Bytes data) noexcept {
  for (Running& running : running_)
    if (running.on) running.on = EVP_DigestUpdate(running.context.get(), data.data(), data.size()) == 1;
}

Digests Digest::finish() noexcept {
  Digests result;
  const auto end = [this](Kind kind, std::uint8_t* out) noexcept {
    Running& running = running_[kind];
    const bool good = running.on && EVP_DigestFinal_ex(running.context.get(), out, nullptr) == 1;
    running.on = false;
    return good;
  };
  result.has_md5 = end(md5, result.md5.data());
  result.has_sha1 = end(sha1, result.sha1.data());
  result.has_sha256 = end(sha256, result.sha256.data());
  return result;
}

}  // namespace gatehouse::files
