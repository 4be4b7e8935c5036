// SPDX-License-Identifier: GPL-3.0-or-later
// Transforms that a library does: digests, decompression, names of domains, expressions.
#include <algorithm>
#include <array>
#include <cstddef>
#include <libpsl.h>
#include <memory>
#include <openssl/evp.h>
#include <zlib.h>

#include "ips/match/transform_steps.hpp"

namespace gatehouse::ips::transforms {
namespace {

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

bool digest(const EVP_MD* kind, Bytes in, Out& out) {
  // One a thread: making one allocates.
  thread_local const std::unique_ptr<EVP_MD_CTX, ContextFree> context{EVP_MD_CTX_new()};
  unsigned size = 0;
  out.resize(EVP_MAX_MD_SIZE);
  if (EVP_DigestInit_ex2(context.get(), kind, nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), in.data(), in.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), out.data(), &size) != 1)
    return false;
  out.resize(size);
  return true;
}

// Hands out pieces of the space's memory to zlib, which asks for few and gives all back at once.
struct Arena {
  static constexpr std::size_t kSize = 64u << 10;
  std::uint8_t* memory;
  std::size_t used = 0;

  static voidpf take(voidpf opaque, uInt items, uInt size) {
    auto& arena = *static_cast<Arena*>(opaque);
    const std::size_t want =
        (std::size_t{items} * size + alignof(std::max_align_t) - 1) & ~(alignof(std::max_align_t) - 1);
    if (want > kSize - arena.used) return nullptr;
    arena.used += want;
    return arena.memory + arena.used - want;
  }
  static void give_back(voidpf, voidpf) {}
};

// As much as comes out before the bytes end or are broken, up to the limit. Nothing at all is an empty buffer.
bool inflate_to(Bytes in, int window_bits, std::size_t largest, Out& out, TransformSpace& space) {
  space.work.resize(Arena::kSize);
  Arena arena{space.work.data()};
  z_stream stream{};
  stream.zalloc = Arena::take;
  stream.zfree = Arena::give_back;
  stream.opaque = &arena;
  if (inflateInit2(&stream, window_bits) != Z_OK) return false;
  out.resize(std::min(largest, TransformSpace::kLargest));
  stream.next_in = const_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(in.size(), UINT32_MAX));
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  inflate(&stream, Z_SYNC_FLUSH);
  out.resize(out.size() - stream.avail_out);
  inflateEnd(&stream);
  return true;
}

constexpr std::size_t kLongestName = 255;

enum class Part : std::uint8_t { suffix, registered };

// psl_builtin's list is compiled into the library: no file to find, no load to fail.
bool part_of_name(Bytes in, Part part, Out& out) {
  const std::string_view text = as_text(in);
  std::array<char, kLongestName + 1> name{};
  if (text.empty() || text.size() > kLongestName || text.find('\0') != text.npos) return true;
  std::ranges::transform(text, name.begin(), ascii_lower);
  const psl_ctx_t* list = psl_builtin();
  const char* found =
      part == Part::suffix ? psl_unregistrable_domain(list, name.data()) : psl_registrable_domain(list, name.data());
  if (found == nullptr) return true;
  const Bytes piece = in.subspan(static_cast<std::size_t>(found - name.data()));
  out.insert(out.end(), piece.begin(), piece.end());
  return true;
}

}  // namespace

bool to_md5(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  return digest(EVP_md5(), in, out);
}
bool to_sha1(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  return digest(EVP_sha1(), in, out);
}
bool to_sha256(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  return digest(EVP_sha256(), in, out);
}

bool gunzip(const TransformOptions& options, Bytes in, Out& out, TransformSpace& space) {
  return inflate_to(in, 16 + MAX_WBITS, options.largest, out, space);
}
bool zlib_deflate(const TransformOptions& options, Bytes in, Out& out, TransformSpace& space) {
  return inflate_to(in, MAX_WBITS, options.largest, out, space);
}

bool domain(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  return part_of_name(in, Part::registered, out);
}
bool tld(const TransformOptions&, Bytes in, Out& out, TransformSpace&) {
  return part_of_name(in, Part::suffix, out);
}

bool pcrexform(const TransformOptions& options, Bytes in, Out& out, TransformSpace&) {
  thread_local RegexSpace space;
  std::array<Bytes, Regex::kMostGroups> groups{};
  RegexMatch match;
  if (!options.expression->search(in, 0, space, match, groups.data())) return false;
  out.insert(out.end(), groups[0].begin(), groups[0].end());
  return true;
}

}  // namespace gatehouse::ips::transforms
