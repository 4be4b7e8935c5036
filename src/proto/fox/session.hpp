// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/fox/message.hpp"

namespace gatehouse::proto::fox {

inline constexpr std::size_t kLongestFrame = 8192;  // that is read

namespace event {
inline constexpr std::uint8_t malformed_frame = 0, name_too_long = 1;
}

// "Station 3.8.38": a name and its version as one text.
class Joined {
 public:
  bool set(std::string_view name, std::string_view version) noexcept;  // false: too long, and left out
  std::string_view view() const noexcept { return {text_.data(), size_}; }

 private:
  std::array<char, 96> text_{};
  std::size_t size_ = 0;
};

// One frame. Its views live as long as the call that tells of it.
struct FoxTransaction : Transaction {
  FirstLine line;
  std::string_view version, host_name, host_address, host_id, app_name, app_version, vm_name, vm_version, os_name,
      os_version, brand, station;
  Joined application, system;
};

class FoxSession final : public Session {
 public:
  explicit FoxSession(Memory&) noexcept {}
  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;

 private:
  struct Side {
    bool skipping = false;    // behind the beginning of a long frame, or behind a gap
    std::size_t matched = 0;  // of the end, while skipping
  };
  void frame(Direction direction, std::string_view text, Sink& sink) noexcept;
  static std::size_t skip(Side& side, std::string_view text) noexcept;

  std::array<Side, 2> sides_{};
  std::uint64_t frames_ = 0;
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::fox
