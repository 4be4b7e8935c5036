// SPDX-License-Identifier: GPL-3.0-or-later
// The long tail of applications, named by nDPI. One LongTail per worker: nDPI's module is not thread-safe. Only results
// of DPI grade leave here; a name guessed by port or address is no name. Names are keys, nDPI's numbers change with
// versions.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/packet.hpp"
#include "model/protocol.hpp"

namespace gatehouse::proto {

// Index into the names; 0 is no name.
using AppName = std::uint16_t;

struct LongTailAnswer {
  AppName master = 0, application = 0;  // "TLS" and "Google"
  bool final = false;                   // nothing more to learn from further packets
};

class LongTail {
 public:
  // Packets with payload that one flow may show before nDPI gives up on it.
  static constexpr unsigned kMaxPackets = 10;

  static Result<std::unique_ptr<LongTail>> open(Memory& memory);
  ~LongTail();
  LongTail(const LongTail&) = delete;
  LongTail& operator=(const LongTail&) = delete;

  class Flow;              // nDPI's state of one flow, in recycled memory
  Flow* begin() noexcept;  // null: out of memory
  void end(Flow* flow) noexcept;
  LongTailAnswer packet(Flow& flow, const Packet& packet) noexcept;
  // No more packets will be shown: what can be said by now.
  LongTailAnswer give_up(Flow& flow) noexcept;

  // The application that a host name belongs to ("Google"), 0 where none does.
  AppName application_of_host(std::string_view host) noexcept;
  AppName find(std::string_view name) const noexcept;  // letter case ignored; 0: not known
  std::string_view name(AppName name) const noexcept;
  std::string_view category(AppName name) const noexcept;
  std::size_t size() const noexcept { return names_.size(); }
  static std::string_view version() noexcept;

 private:
  explicit LongTail(Memory& memory);

  struct Module;
  std::unique_ptr<Module> module_;
  Memory& memory_;
  std::vector<std::string_view> names_;
};

}  // namespace gatehouse::proto
