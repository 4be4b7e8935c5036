// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/hartip/message.hpp"
#include "proto/industrial/framed.hpp"

namespace gatehouse::proto::hartip {

inline constexpr std::size_t kLongestMessage = 2048;  // of a stream, that is read

namespace event {
inline constexpr std::uint8_t malformed_message = 0, malformed_frame = 1;
}

// One message. Its views live as long as the call that tells of it.
struct HartTransaction : Transaction {
  Header header;
  bool has_frame = false, has_identity = false;
  Frame frame;
  Identity identity;
  std::array<char, 10> serial{};   // type and device id, which together are unique
  std::array<char, 8> software{};  // "4.1": device and software revision
  std::size_t software_size = 0;
  std::array<char, 8> tag{};
  std::string_view name;   // tag, or long tag
  bool of_server = false;  // the device that answers is the one that the session is with
};

class HartSession final : public industrial::FramedSession {
 public:
  HartSession(Memory&, bool datagrams) noexcept : FramedSession(datagrams, kLongestMessage, event::malformed_message) {}

 private:
  std::size_t measure(Bytes bytes) const noexcept override;
  void frame(Direction direction, Bytes bytes, bool whole, Sink& sink) noexcept override;
  void learn(HartTransaction& tx) noexcept;

  // The first device that answers for itself: later ones stand behind it.
  bool known_ = false;
  std::uint64_t server_ = 0;
};

industrial::Access access_of(const HartTransaction& tx) noexcept;
void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::hartip
