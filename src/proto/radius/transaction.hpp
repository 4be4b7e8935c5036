// SPDX-License-Identifier: GPL-3.0-or-later
// A request and its response.
#pragma once

#include <array>

#include "base/ip.hpp"
#include "model/protocol.hpp"
#include "proto/radius/message.hpp"

namespace gatehouse::proto::radius {

class RadiusTransaction : public Transaction {
 public:
  explicit RadiusTransaction(Memory& memory) noexcept : memory_(&memory) {}
  ~RadiusTransaction();
  RadiusTransaction(const RadiusTransaction&) = delete;
  RadiusTransaction& operator=(const RadiusTransaction&) = delete;

  // The request waits for its response over several packets: its datagram is copied.
  void set_request(Bytes datagram);
  // The response's views live as long as its own call.
  void set_response(const Message& message) noexcept;

  const Message* request() const noexcept { return request_ ? &*request_ : nullptr; }
  const Message* response() const noexcept { return response_ ? &*response_ : nullptr; }
  // The first of the two that has the attribute, the request before the response.
  Bytes find(std::uint8_t type) const noexcept;

  std::string_view nas_address() const noexcept { return nas_address_.view(); }        // as text
  std::string_view framed_address() const noexcept { return framed_address_.view(); }  // as text

  RadiusTransaction* next = nullptr;  // in the session's list

 private:
  class AddressText {
   public:
    void assign(Bytes four) noexcept;
    std::string_view view() const noexcept { return {room_.data(), size_}; }

   private:
    std::array<char, kIpText> room_;
    std::size_t size_ = 0;
  };
  void write_addresses() noexcept;

  Memory* memory_;
  std::uint8_t* copy_ = nullptr;
  std::size_t size_ = 0;
  std::optional<Message> request_, response_;
  AddressText nas_address_, framed_address_;
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::radius
