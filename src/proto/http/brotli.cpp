// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/brotli.hpp"

#include <cstring>
#include <new>

#include "proto/http/limits.hpp"

namespace gatehouse::proto::http {
namespace {

// The size stands before each block: the decoder does not say it when it gives one back. Blocks are multiples of the
// alignment, because libstdc++'s pools give misaligned ones otherwise.
constexpr std::size_t kPrefix = alignof(std::max_align_t);
static_assert(kPrefix >= sizeof(std::size_t));

}  // namespace

BrotliBody::BrotliBody(Memory& memory) noexcept
    : memory_(memory), decoder_(BrotliDecoderCreateInstance(&allocate, &release, this)) {
  if (decoder_ != nullptr) return;
  over_ = true;
  outcome_ = Outcome::broken;
}

BrotliBody::~BrotliBody() {
  if (decoder_ != nullptr) BrotliDecoderDestroyInstance(decoder_);
}

void* BrotliBody::allocate(void* self, std::size_t size) {
  auto& body = *static_cast<BrotliBody*>(self);
  if (size > kMaxBrotliMemory) return nullptr;
  size = (size + kPrefix - 1) / kPrefix * kPrefix;
  if (size > kMaxBrotliMemory - body.held_) return nullptr;
  try {
    auto* block = static_cast<std::byte*>(body.memory_.allocate(size + kPrefix, kPrefix));
    std::memcpy(block, &size, sizeof size);
    body.held_ += size;
    return block + kPrefix;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void BrotliBody::release(void* self, void* address) {
  if (address == nullptr) return;
  auto& body = *static_cast<BrotliBody*>(self);
  std::byte* block = static_cast<std::byte*>(address) - kPrefix;
  std::size_t size = 0;
  std::memcpy(&size, block, sizeof size);
  body.held_ -= size;
  body.memory_.deallocate(block, size + kPrefix, kPrefix);
}

void BrotliBody::remember(Bytes input) noexcept {
  if (out_ > 0 || first_size_ + input.size() > first_.size()) {
    first_size_ = 0;
    return;
  }
  std::memcpy(first_.data() + first_size_, input.data(), input.size());
  first_size_ += input.size();
}

Bytes BrotliBody::next(Bytes& input) noexcept {
  std::size_t available = input.size();
  const std::uint8_t* at = input.data();
  std::size_t room = 0;
  const BrotliDecoderResult result = BrotliDecoderDecompressStream(decoder_, &available, &at, &room, nullptr, nullptr);
  in_ += input.size() - available;
  input = input.last(available);
  if (result == BROTLI_DECODER_RESULT_ERROR) {
    over_ = true;
    outcome_ = Outcome::broken;
    return {};
  }
  std::size_t size = 0;  // as much as there is
  const std::uint8_t* piece = BrotliDecoderTakeOutput(decoder_, &size);
  out_ += size;
  if (out_ > kBombBytes && out_ > kBombRatio * in_) {
    over_ = true;
    outcome_ = Outcome::bomb;
  }
  return {piece, size};
}

}  // namespace gatehouse::proto::http
