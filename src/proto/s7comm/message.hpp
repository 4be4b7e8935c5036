// SPDX-License-Identifier: GPL-3.0-or-later
// S7comm messages: views into the bytes. There is no published standard; names are those that analysers agreed on.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::s7comm {

inline constexpr std::uint8_t kClassic = 0x32, kPlus = 0x72;  // with what a message of each protocol begins

namespace kind {
inline constexpr std::uint8_t job = 1, acknowledge = 2, answer = 3, userdata = 7;
}
namespace code {
inline constexpr std::uint8_t read = 4, write = 5, request_download = 0x1a, start_upload = 0x1d, control = 0x28,
                              stop = 0x29, setup = 0xf0;
}

// A range of an area of the controller's memory.
struct Item {
  std::uint8_t syntax = 0, element = 0, area = 0;
  std::uint16_t count = 0, db = 0;
  std::uint32_t bit_address = 0;
};
inline constexpr std::uint8_t kAnyPointer = 0x10;

// The items of a read or a write; those that are addressed by other means than area and offset have their syntax only.
class Items {
 public:
  explicit Items(Bytes parameters) noexcept;
  bool next(Item& item) noexcept;
  bool ok() const noexcept { return c_.ok(); }

 private:
  Cursor c_;
  std::uint8_t left_;
};

// What a message does not have is empty or zero.
struct Message {
  std::uint8_t kind = 0;
  std::uint16_t reference = 0;
  std::uint8_t error_class = 0, error_code = 0;  // of acknowledgements and answers
  Bytes parameters{}, data{};
  bool has_function = false;
  std::uint8_t function = 0;
  std::uint8_t group = 0, subfunction = 0, direction = 0;  // of user data
  Bytes name{};  // block that is loaded, or program invocation service that is called
  bool has_list = false;
  std::uint16_t list = 0, list_index = 0;  // of the system status
  std::uint16_t record_size = 0;
  Bytes records{};  // of an answer

  bool items_stand_here() const noexcept {
    return kind == kind::job && (function == code::read || function == code::write);
  }
};

// False where the message is cut off or none.
bool read_message(Bytes bytes, Message& message) noexcept;

}  // namespace gatehouse::proto::s7comm
