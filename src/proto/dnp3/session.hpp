// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <vector>

#include "proto/dnp3/transaction.hpp"

namespace gatehouse::proto::dnp3 {

// A fragment that is put together out of transport segments.
inline constexpr std::size_t kMaxFragment = 64 * 1024;
// Requests without a response; from there on they are judged as ever, but no longer written to the log.
inline constexpr unsigned kMaxUnanswered = 32;

class Dnp3Session final : public Session {
 public:
  Dnp3Session(Memory& memory, bool datagrams)
      : datagrams_(datagrams), assemblies_{Assembly{&memory}, Assembly{&memory}} {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;

 private:
  // IEEE 1815, 8.2: the transport function, which cuts fragments into segments of frames.
  struct Assembly {
    explicit Assembly(Memory* memory) : bytes(memory) {}
    std::pmr::vector<std::uint8_t> bytes;
    LinkHeader link;  // of its first frame
    std::uint8_t next_sequence = 0;
    bool open = false;
    bool lost = false;  // where the next frame begins is not known
  };

  Progress read(Direction direction, Bytes bytes, Sink& sink);
  void frame(Direction direction, const LinkHeader& link, Bytes blocks, Sink& sink);
  void segment(Direction direction, const LinkHeader& link, Bytes data, Sink& sink);
  void fragment(Direction direction, Assembly& assembly, Sink& sink);
  bool is_logged(Dnp3Transaction& tx, Direction direction, Sink& sink) noexcept;

  bool datagrams_;
  std::array<Assembly, 2> assemblies_;
  std::uint64_t transactions_ = 0;
  unsigned unanswered_ = 0;
};

}  // namespace gatehouse::proto::dnp3
