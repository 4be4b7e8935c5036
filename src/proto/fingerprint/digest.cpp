// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fingerprint/digest.hpp"

#include <memory>
#include <openssl/evp.h>

namespace gatehouse::proto {
namespace {

constexpr std::array<const char*, 3> kNames{"MD5", "SHA1", "SHA256"};

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
struct FreeAlgorithm {
  void operator()(EVP_MD* algorithm) const noexcept { EVP_MD_free(algorithm); }
};

// A context keeps its state between digests as long as it is started again with the very same algorithm object.
struct Engine {
  std::unique_ptr<EVP_MD, FreeAlgorithm> algorithm;
  std::unique_ptr<EVP_MD_CTX, FreeContext> context;

  explicit Engine(const char* name) noexcept
      : algorithm(EVP_MD_fetch(nullptr, name, nullptr)), context(EVP_MD_CTX_new()) {}
};

}  // namespace

Digest digest(DigestKind kind, Bytes data) noexcept {
  thread_local std::array<Engine, 3> engines{Engine{kNames[0]}, Engine{kNames[1]}, Engine{kNames[2]}};
  const Engine& engine = engines[static_cast<std::size_t>(kind)];
  Digest result;
  unsigned size = 0;
  if (!engine.algorithm || !engine.context || EVP_MD_get_size(engine.algorithm.get()) > int{kLongestDigest} ||
      EVP_DigestInit_ex(engine.context.get(), engine.algorithm.get(), nullptr) != 1 ||
      EVP_DigestUpdate(engine.context.get(), data.data(), data.size()) != 1 ||
      EVP_DigestFinal_ex(engine.context.get(), result.bytes.data(), &size) != 1)
    return {};
  result.size = size;
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
