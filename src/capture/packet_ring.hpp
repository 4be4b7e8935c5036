// SPDX-License-Identifier: GPL-3.0-or-later
// One packet socket (AF_PACKET) on one interface with its receive ring, for one worker.
//
// The ring (TPACKET_V2) has slots for ordinary frames. A super-packet of up to 64 KiB does not fit one: the kernel then
// queues it on the socket as it is, marks the slot TP_STATUS_COPY, and we fetch it with recvmmsg. So small packets cost
// no system call, large ones one copy, and the memory is that of the small ones.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <sys/socket.h>
#include <vector>

#include "capture/fanout.hpp"
#include "capture/source.hpp"
#include "capture/vnet.hpp"
#include "os/fd.hpp"
#include "os/interface.hpp"
#include "os/mapping.hpp"

namespace gatehouse::capture {

// Larger than any frame the kernel makes by itself: 64 KiB of IP and the headers before it.
inline constexpr std::size_t kLargeFrame = 68 * 1024;
inline constexpr unsigned kLargeFrames = 16;  // in one batch; a seventeenth waits for the next
inline constexpr std::size_t kMinSlot = 2048;

// A frame in the ring or in a large buffer: the vnet header, then the bytes.
struct Frame {
  std::uint8_t* vnet = nullptr;
  std::uint32_t length = 0;  // of the bytes behind the vnet header
  std::uint32_t wire_length = 0;
  std::int64_t time_us = 0;
  bool whole = false;

  std::uint8_t* bytes() const noexcept { return vnet + kVnetHeader; }
};

// Where super-packets are fetched to; one set for each worker, used by all of its rings in turn.
class LargeFrames {
 public:
  LargeFrames() : memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kLargeFrames * kPitch)) {}
  // Of kVnetHeader + kLargeFrame bytes, with room for a VLAN tag before it.
  std::uint8_t* at(unsigned i) noexcept { return memory_.get() + i * kPitch + kHeadroom; }

 private:
  static constexpr std::size_t kHeadroom = 16;
  static constexpr std::size_t kPitch = kHeadroom + kVnetHeader + kLargeFrame + 6;
  std::unique_ptr<std::uint8_t[]> memory_;
};

struct RingSettings {
  std::size_t ring_bytes = 8u << 20;
  std::size_t queue_bytes = 32u << 20;  // super-packets that wait in the kernel
  bool outgoing = false;                // see what the host itself sends out of the interface
  bool promiscuous = true;
  bool qdisc_bypass = false;
};

struct SendCounts {
  std::uint64_t sent = 0, failed = 0;
};

class PacketRing {
 public:
  static Result<PacketRing> open(const os::Interface& interface, const RingSettings& settings);

  // Joins the interface's fanout group; `group` 0 founds one. Returns the group's number for the next worker.
  Result<std::uint16_t> join(std::uint16_t group, std::span<const sock_filter> program, bool outgoing);
  void discard_waiting() noexcept;

  // Fills `out` with the frames that stand ready and returns how many. They are the ring's until give_back().
  unsigned collect(std::span<Frame> out, LargeFrames& large) noexcept;
  void give_back() noexcept;

  // Sends frames, each a vnet header and the bytes behind it. Where the way out is full it waits, at most kSendWait in
  // all.
  SendCounts send(std::span<const iovec> frames) noexcept;

  int fd() const noexcept { return socket_.get(); }
  const os::Interface& interface() const noexcept { return interface_; }
  std::uint64_t kernel_drops() noexcept;
  // After poll() said POLLERR: false where the interface has gone for good.
  bool still_there() noexcept;

 private:
  PacketRing() = default;
  Result<> set_up(const RingSettings& settings);
  std::uint8_t* slot(unsigned n) const noexcept;
  void fetch_large(std::span<Frame* const> frames, LargeFrames& large) noexcept;

  os::Interface interface_;
  os::Fd socket_;
  os::Mapping ring_;
  std::size_t slot_bytes_ = 0;
  unsigned slots_ = 0, next_ = 0, lent_ = 0;
  std::uint64_t drops_ = 0;
  std::array<mmsghdr, kBatch> messages_{};
};

}  // namespace gatehouse::capture
