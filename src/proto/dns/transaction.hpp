// SPDX-License-Identifier: GPL-3.0-or-later
// One DNS message is one transaction: requests and responses are told as they are seen, and never wait for each other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <string_view>

#include "model/protocol.hpp"
#include "proto/dns/message.hpp"

namespace gatehouse::proto::dns {

namespace event {
inline constexpr std::uint8_t malformed_data = 0, not_request = 1, not_response = 2, z_flag_set = 3, invalid_opcode = 4,
                              name_too_long = 5, infinite_loop = 6, too_many_labels = 7, invalid_additionals = 8,
                              invalid_authorities = 9, too_many_records = 10, count = 11;
}

extern const std::array<EventSpec, event::count> kEvents;

// Names as text for as long as the transaction lives: each is made when it is first asked for.
class NameTexts {
 public:
  explicit NameTexts(Memory& memory) noexcept : arena_(first_.data(), first_.size(), &memory) {}

  // After the message has been parsed.
  void prepare(const Message& message) noexcept;
  std::string_view question(const Message& message, std::size_t index) const noexcept;
  // Index into message.records().
  std::string_view record(const Message& message, std::size_t index) const noexcept;
  std::string_view target(const Message& message, std::size_t index) const noexcept;

 private:
  std::string_view text(const Message& message, const Name& name, std::size_t slot) const noexcept;

  std::array<std::byte, 1024> first_;
  mutable std::pmr::monotonic_buffer_resource arena_;
  mutable std::array<const char*, kMaxQuestions + 2 * kMaxRecords> texts_;
};

struct DnsTransaction : Transaction {
  explicit DnsTransaction(Memory& memory) noexcept : texts(memory) {}

  Message message;
  bool from_client = true;  // which end sent it
  NameTexts texts;
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::dns
