// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/radius/transaction.hpp"

#include <cstring>

namespace gatehouse::proto::radius {

RadiusTransaction::~RadiusTransaction() {
  if (copy_ != nullptr) std::pmr::polymorphic_allocator<>{memory_}.deallocate_bytes(copy_, size_, 1);
}

void RadiusTransaction::set_request(Bytes datagram) {
  copy_ = static_cast<std::uint8_t*>(std::pmr::polymorphic_allocator<>{memory_}.allocate_bytes(datagram.size(), 1));
  size_ = datagram.size();
  std::memcpy(copy_, datagram.data(), size_);
  Message message;
  if (read({copy_, size_}, message)) request_ = message;
  write_addresses();
}

void RadiusTransaction::set_response(const Message& message) noexcept {
  response_ = message;
  write_addresses();
}

void RadiusTransaction::write_addresses() noexcept {
  nas_address_.assign(find(attribute::nas_ip_address));
  framed_address_.assign(find(attribute::framed_ip_address));
}

void RadiusTransaction::AddressText::assign(Bytes four) noexcept {
  size_ = four.size() == 4 ? format_ip(IpAddress::v4(four.data()), room_.data()).size() : 0;
}

Bytes RadiusTransaction::find(std::uint8_t type) const noexcept {
  for (const std::optional<Message>* message : {&request_, &response_})
    if (*message && (*message)->has(type)) return (*message)->find(type);
  return {};
}

}  // namespace gatehouse::proto::radius
