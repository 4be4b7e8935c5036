// SPDX-License-Identifier: GPL-3.0-or-later
// multipart/form-data (RFC 7578): the files in it, as they stream by.
#pragma once

#include <memory_resource>
#include <string>
#include <string_view>

#include "model/protocol.hpp"
#include "proto/http/events.hpp"

namespace gatehouse::proto::http {

class MultipartReader {
 public:
  // Who is told about the parts that have a file name.
  class Receiver {
   public:
    virtual void part_open(std::string_view file_name) noexcept = 0;
    virtual void part_data(Bytes data) noexcept = 0;
    virtual void part_close(bool truncated) noexcept = 0;
    virtual void part_event(Event event) noexcept = 0;

   protected:
    ~Receiver() = default;
  };

  MultipartReader(Memory& memory, std::string_view boundary);

  void feed(Bytes body, Receiver& receiver);
  // No more comes, or a hole: what is open is cut short.
  void finish(Receiver& receiver) noexcept;

 private:
  enum class State : std::uint8_t { preamble, delimiter, head, data, over };

  bool step(Receiver& receiver) noexcept;  // false: more bytes are needed
  bool skip_preamble() noexcept;
  bool read_delimiter(Receiver& receiver) noexcept;
  bool read_head(Receiver& receiver) noexcept;
  bool read_data(Receiver& receiver) noexcept;
  void read_head_lines(std::string_view head, Receiver& receiver) noexcept;
  void give(std::string_view data, Receiver& receiver) noexcept;
  void close_part(bool truncated, Receiver& receiver) noexcept;
  std::string_view rest() const noexcept { return std::string_view{held_}.substr(at_); }

  std::pmr::string delimiter_;  // CRLF "--" boundary
  std::pmr::string held_;       // not understood yet
  std::size_t at_ = 0;
  State state_ = State::preamble;
  bool open_ = false, any_data_ = false;
};

}  // namespace gatehouse::proto::http
