// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ldap/transaction.hpp"

#include <algorithm>
#include <cstring>

namespace gatehouse::proto::ldap {

LdapTransaction::~LdapTransaction() {
  if (request_ != nullptr) destroy(request_);
  while (first_ != nullptr) {
    Kept* const kept = first_;
    first_ = kept->next;
    destroy(kept);
  }
}

void LdapTransaction::set_request(const Message& message, Bytes bytes) {
  request_ = keep(message, bytes);
}

bool LdapTransaction::add_response(const Message& message, Bytes bytes) {
  ++count_;
  const bool room = count_ <= kMaxResponses && kept_size_ < kMaxKeptResponses;
  if (!room && !message.is_last_answer()) return false;
  Kept* const kept = keep(message, bytes);
  (last_ == nullptr ? first_ : last_->next) = kept;
  last_ = kept;
  return true;
}

LdapTransaction::Kept* LdapTransaction::keep(const Message& message, Bytes bytes) {
  std::pmr::polymorphic_allocator<> allocator{memory_};
  const std::size_t size = std::min(bytes.size(), kMaxKeptMessage);
  auto* const kept = allocator.new_object<Kept>();
  kept->message = message;
  if (size > 0) {
    kept->copy = static_cast<std::uint8_t*>(allocator.allocate_bytes(size, 1));
    kept->size = size;
    std::memcpy(kept->copy, bytes.data(), size);
    kept->message.move_views(bytes, {kept->copy, size});
  }
  kept_size_ += size + sizeof(Kept);
  return kept;
}

void LdapTransaction::destroy(Kept* kept) noexcept {
  std::pmr::polymorphic_allocator<> allocator{memory_};
  if (kept->copy != nullptr) allocator.deallocate_bytes(kept->copy, kept->size, 1);
  allocator.delete_object(kept);
}

}  // namespace gatehouse::proto::ldap
