// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/iec104/message.hpp"

namespace gatehouse::proto::iec104 {

namespace event {
inline constexpr std::uint8_t malformed_frame = 0, malformed_asdu = 1, unknown_type = 2, sequence_error = 3;
}
inline constexpr unsigned kLoggedObjects = 32;  // addresses in a record

// One frame that says something: application data, or an unnumbered control function. Its views live as long as the
// call that tells of it.
struct Iec104Transaction : Transaction {
  Frame frame;
  Asdu asdu;
  bool has_asdu() const noexcept { return frame.format() == Format::information; }
};

class Iec104Session final : public Session {
 public:
  explicit Iec104Session(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;

 private:
  void frame(Direction direction, const Frame& frame, Bytes body, Sink& sink) noexcept;
  void check_number(Iec104Transaction& tx, Direction direction, Sink& sink) noexcept;

  std::uint64_t transactions_ = 0;
  std::array<std::uint16_t, 2> next_number_{};
  std::array<bool, 2> numbered_{};  // a first number was seen
  std::array<bool, 2> lost_{};      // behind a gap: where a frame begins is not known
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::iec104
