// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/iec104/message.hpp"

#include "proto/iec104/types.hpp"

namespace gatehouse::proto::iec104 {
namespace {

constexpr std::size_t kAddress = 3;

}  // namespace

bool Frame::plausible() const noexcept {
  if (start != kStart || length < kShortest || length > kLongest) return false;
  switch (format()) {
    case Format::information:
      return (second & 1) == 0 && length > kShortest;
    case Format::supervisory:
      return first == 1 && (second & 1) == 0 && length == kShortest;
    case Format::unnumbered:
      return second == 0 && !name_of(kControls, first).empty() && length == kShortest;
  }
  return false;
}

bool Asdu::fits(std::size_t size) const noexcept {
  const Type* row = find_type(type);
  if (row == nullptr) return false;
  if (row->size == kVariable) return size > kAddress;
  const std::size_t each = row->size;
  if (in_sequence()) return count() > 0 && size == kAddress + count() * each;
  return count() > 0 && size == count() * (kAddress + each);
}

Objects::Objects(const Asdu& asdu) noexcept
    : c_(asdu.objects), left_(asdu.count()), in_sequence_(asdu.in_sequence()), size_(0) {
  const Type* row = find_type(asdu.type);
  if (row == nullptr) left_ = 0;
  if (row != nullptr) size_ = row->size;
  if (size_ == kVariable) left_ = 1;
  if (in_sequence_) address_ = read_address();
}

std::uint32_t Objects::read_address() noexcept {
  const std::uint32_t low = c_.le16();
  return low | std::uint32_t{c_.u8()} << 16;
}

bool Objects::next(std::uint32_t& address, Bytes& element) noexcept {
  if (left_ == 0) return false;
  --left_;
  address = in_sequence_ ? address_++ : read_address();
  element = c_.take(size_ == kVariable ? c_.remaining() : size_);
  return c_.ok();
}

}  // namespace gatehouse::proto::iec104
