// SPDX-License-Identifier: GPL-3.0-or-later
// Calls over UDP (C706, 12.5): each datagram names its interface and its call. Protocols that are built of such calls
// (PROFINET IO) derive from it and look at the stub data.
#pragma once

#include <array>

#include "proto/dcerpc/transaction.hpp"

namespace gatehouse::proto::dcerpc {

class DatagramSession : public Session {
 public:
  static constexpr std::size_t kMaxDatagramCalls = 64;  // as kMaxCalls

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 protected:
  DatagramSession(Memory& memory, const ProtocolSpec& spec) noexcept : memory_(&memory), spec_(&spec) {}

  Memory& memory() const noexcept { return *memory_; }
  virtual DcerpcTransaction* make(std::uint32_t call_id) = 0;
  virtual void destroy(DcerpcTransaction* tx) noexcept = 0;
  // One half of the call is whole, its stub data at hand. False where they cannot be read.
  virtual bool look(DcerpcTransaction& /*tx*/, bool /*answer*/, bool /*little*/) { return true; }
  // A derived session's destructor must call it.
  void clear() noexcept;

 private:
  void take(Direction direction, const DatagramHeader& header, Bytes body, Sink& sink);
  DcerpcTransaction* find(const DatagramHeader& header) noexcept;
  DcerpcTransaction& begin(const DatagramHeader& header, Direction direction, Sink& sink);
  void tell(DcerpcTransaction& tx, const Call::Half& half, Direction direction, bool little, Sink& sink);
  void finish(DcerpcTransaction& tx, Sink& sink) noexcept;

  Memory* memory_;
  const ProtocolSpec* spec_;
  DcerpcTransaction* oldest_ = nullptr;
  std::size_t open_ = 0;
  std::uint64_t calls_ = 0;
  bool over_ = false;  // the last call that was finished:
  Uuid over_activity_{};
  std::uint32_t over_sequence_ = 0;
  std::array<bool, 2> ended_{};
};

// With transactions of kind T, derived from DcerpcTransaction.
template <typename T>
class DatagramSessionOf : public DatagramSession {
 public:
  DatagramSessionOf(Memory& memory, const ProtocolSpec& spec) noexcept : DatagramSession(memory, spec) {}
  ~DatagramSessionOf() override { clear(); }

 protected:
  DcerpcTransaction* make(std::uint32_t call_id) override {
    return std::pmr::polymorphic_allocator<>{&memory()}.new_object<T>(memory(), call_id);
  }
  void destroy(DcerpcTransaction* tx) noexcept override {
    std::pmr::polymorphic_allocator<>{&memory()}.delete_object(static_cast<T*>(tx));
  }
};

}  // namespace gatehouse::proto::dcerpc
