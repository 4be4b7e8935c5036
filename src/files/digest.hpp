// SPDX-License-Identifier: GPL-3.0-or-later
// Running digests of one file. The library's contexts are made once and used again: a file costs no allocation.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"

struct evp_md_ctx_st;

namespace gatehouse::files {

struct Hashes {
  bool md5 = false, sha1 = false, sha256 = true;
};

struct Digests {
  std::array<std::uint8_t, 16> md5;
  std::array<std::uint8_t, 20> sha1;
  std::array<std::uint8_t, 32> sha256;
  bool has_md5 = false, has_sha1 = false, has_sha256 = false;
};

class Digest {
 public:
  // Begins anew. What the library cannot give (MD5 under FIPS) is left out of the result.
  void start(const Hashes& wanted) noexcept;
  void update(Bytes data) noexcept;
  Digests finish() noexcept;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  struct Running {
    std::unique_ptr<evp_md_ctx_st, Free> context;
    bool on = false;
  };
  enum Kind : unsigned { md5, sha1, sha256, kinds };
  static void begin(Running& running, Kind kind, bool wanted) noexcept;

  std::array<Running, kinds> running_;
};

}  // namespace gatehouse::files
