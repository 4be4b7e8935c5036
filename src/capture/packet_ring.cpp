// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/packet_ring.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/uio.h>

#include "os/clock.hpp"

namespace gatehouse::capture {
namespace {

constexpr std::size_t kBlock = 64 * 1024;
// Before each frame the kernel writes its own header, an address and the vnet header: at most this many bytes.
constexpr std::size_t kSlotHead = 128;
// Brings the IP header behind an Ethernet header to a multiple of 16 and leaves room for a VLAN tag.
constexpr int kReserve = 6;
constexpr int kSendBuffer = 4 << 20;
// Bounds how long one batch may wait for a full way out: 2 ms is a full queue of 1500-byte frames at 4 Gbit/s.
constexpr std::uint64_t kSendWaitNs = 2'000'000;
constexpr long kSendPauseNs = 50'000;

Result<> set(const os::Fd& socket, int level, int option, int value, std::string_view what) {
  if (::setsockopt(socket.get(), level, option, &value, sizeof value) != 0) return system_failure(what);
  return {};
}

std::uint16_t big_endian(std::uint16_t v) noexcept {
  return std::endian::native == std::endian::little ? static_cast<std::uint16_t>(v << 8 | v >> 8) : v;
}

// In a fanout group the sockets' own PACKET_IGNORE_OUTGOING no longer counts (and the group's is younger than the
// kernels we run on), so a filter on the socket says the same.
Result<> refuse_outgoing(const os::Fd& socket) {
  std::array<sock_filter, 4> code{
      {BPF_STMT(BPF_LD | BPF_B | BPF_ABS, static_cast<std::uint32_t>(SKF_AD_OFF + SKF_AD_PKTTYPE)),
       BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 1, 0), BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
       BPF_STMT(BPF_RET | BPF_K, 0)}};
  const sock_fprog filter{code.size(), code.data()};
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0)
    return system_failure("loading the filter of outgoing frames");
  return {};
}

}  // namespace

Result<PacketRing> PacketRing::open(const os::Interface& interface, const RingSettings& settings) {
  PacketRing ring;
  ring.interface_ = interface;
  ring.socket_ = os::Fd{::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)};
  if (!ring.socket_.valid()) {
    if (errno == EPERM)
      return failure("capturing needs the capability CAP_NET_RAW: start as root", ErrorCode::not_permitted);
    return system_failure("opening a packet socket");
  }
  RETURN_IF_ERROR(ring.set_up(settings), "interface " + interface.name);
  return ring;
}

Result<> PacketRing::set_up(const RingSettings& settings) {
  RETURN_IF_ERROR(set(socket_, SOL_PACKET, PACKET_VERSION, TPACKET_V2, "asking for ring version 2"), "packet socket");
  RETURN_IF_ERROR(set(socket_, SOL_PACKET, PACKET_VNET_HDR, 1, "asking for offload headers"), "packet socket");
  RETURN_IF_ERROR(set(socket_, SOL_PACKET, PACKET_RESERVE, kReserve, "reserving headroom"), "packet socket");
  RETURN_IF_ERROR(set(socket_, SOL_PACKET, PACKET_COPY_THRESH, 1, "asking for large frames"), "packet socket");
  if (!settings.outgoing)
    RETURN_IF_ERROR(
        set(socket_, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, "ignoring outgoing frames (Linux 4.20 or later is needed)"),
        "packet socket");
  if (settings.qdisc_bypass)
    RETURN_IF_ERROR(set(socket_, SOL_PACKET, PACKET_QDISC_BYPASS, 1, "bypassing the queue"), "packet socket");
  // As root past the system's limit; otherwise up to it.
  const int queue = static_cast<int>(std::min<std::size_t>(settings.queue_bytes, 1u << 30));
  if (!set(socket_, SOL_SOCKET, SO_RCVBUFFORCE, queue, "")) (void)set(socket_, SOL_SOCKET, SO_RCVBUF, queue, "");
  if (!set(socket_, SOL_SOCKET, SO_SNDBUFFORCE, kSendBuffer, ""))
    (void)set(socket_, SOL_SOCKET, SO_SNDBUF, kSendBuffer, "");

  slot_bytes_ = std::bit_ceil(std::max(kMinSlot, interface_.mtu + kSlotHead));
  slot_bytes_ = std::min(slot_bytes_, kBlock);
  const std::size_t blocks = std::max<std::size_t>(settings.ring_bytes / kBlock, 4);
  tpacket_req request{};
  request.tp_frame_size = static_cast<unsigned>(slot_bytes_);
  request.tp_block_size = kBlock;
  request.tp_block_nr = static_cast<unsigned>(blocks);
  request.tp_frame_nr = static_cast<unsigned>(blocks * (kBlock / slot_bytes_));
  slots_ = request.tp_frame_nr;
  if (::setsockopt(socket_.get(), SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0)
    return system_failure("making a receive ring of " + std::to_string(blocks * kBlock / 1024) + " KiB");
  ASSIGN_OR_RETURN(ring_, os::Mapping::shared(socket_.get(), blocks * kBlock, "mapping"), "receive ring");

  if (settings.promiscuous) {
    packet_mreq membership{};
    membership.mr_ifindex = interface_.index;
    membership.mr_type = PACKET_MR_PROMISC;
    if (::setsockopt(socket_.get(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &membership, sizeof membership) != 0)
      return system_failure("setting promiscuous mode");
  }
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = big_endian(ETH_P_ALL);
  address.sll_ifindex = interface_.index;
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return system_failure("binding to the interface");
  return {};
}

Result<std::uint16_t> PacketRing::join(std::uint16_t group, std::span<const sock_filter> program, bool outgoing) {
  unsigned type = PACKET_FANOUT_CBPF;
  if (group == 0) type |= PACKET_FANOUT_FLAG_UNIQUEID;
  if (!outgoing) RETURN_IF_ERROR(refuse_outgoing(socket_), "interface " + interface_.name);
  const unsigned argument = group | type << 16;
  if (::setsockopt(socket_.get(), SOL_PACKET, PACKET_FANOUT, &argument, sizeof argument) != 0)
    return system_failure("interface " + interface_.name + ": spreading frames over several workers");
  sock_fprog filter{static_cast<unsigned short>(program.size()), const_cast<sock_filter*>(program.data())};
  if (::setsockopt(socket_.get(), SOL_PACKET, PACKET_FANOUT_DATA, &filter, sizeof filter) != 0)
    return system_failure("interface " + interface_.name + ": loading the program that chooses the worker");
  unsigned joined = 0;
  socklen_t size = sizeof joined;
  if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_FANOUT, &joined, &size) != 0)
    return system_failure("interface " + interface_.name + ": asking for the group of workers");
  return static_cast<std::uint16_t>(joined);
}

std::uint8_t* PacketRing::slot(unsigned n) const noexcept {
  return ring_.data() + static_cast<std::size_t>((next_ + n) % slots_) * slot_bytes_;
}

unsigned PacketRing::collect(std::span<Frame> out, LargeFrames& large) noexcept {
  std::array<Frame*, kLargeFrames> larges;
  unsigned large_count = 0;
  const auto most = static_cast<unsigned>(std::min<std::size_t>(out.size(), slots_));
  unsigned n = 0;
  for (; n < most; ++n) {
    std::uint8_t* at = slot(n);
    auto* header = reinterpret_cast<tpacket2_hdr*>(at);
    const std::uint32_t status = __atomic_load_n(&header->tp_status, __ATOMIC_ACQUIRE);
    if (!(status & TP_STATUS_USER)) break;
    if ((status & TP_STATUS_COPY) && large_count == kLargeFrames) break;

    Frame& frame = out[n];
    frame.vnet = at + header->tp_mac - kVnetHeader;
    frame.length = header->tp_snaplen;
    frame.wire_length = header->tp_len;
    frame.time_us = static_cast<std::int64_t>(header->tp_sec) * 1'000'000 + header->tp_nsec / 1000;
    frame.whole = header->tp_snaplen == header->tp_len;
    if (status & TP_STATUS_COPY) larges[large_count++] = &frame;
  }
  if (large_count > 0) fetch_large({larges.data(), large_count}, large);

  for (unsigned i = 0; i < n; ++i) {
    const auto* header = reinterpret_cast<const tpacket2_hdr*>(slot(i));
    if (!(header->tp_status & TP_STATUS_VLAN_VALID) || out[i].length < kMacs) continue;
    const bool says = header->tp_status & TP_STATUS_VLAN_TPID_VALID;
    out[i].vnet = restore_vlan_tag(out[i].vnet, says ? header->tp_vlan_tpid : ETH_P_8021Q, header->tp_vlan_tci);
    out[i].length += kVlanTag;
    out[i].wire_length += kVlanTag;
  }
  lent_ = n;
  return n;
}

// The socket's queue holds exactly the frames whose slots say so, in the slots' order.
void PacketRing::fetch_large(std::span<Frame* const> frames, LargeFrames& large) noexcept {
  std::array<iovec, kLargeFrames> places;
  for (unsigned i = 0; i < frames.size(); ++i) {
    places[i] = {large.at(i), kVnetHeader + kLargeFrame};
    messages_[i] = {};
    messages_[i].msg_hdr.msg_iov = &places[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
  unsigned got = 0;
  // An error that waits on the socket (the interface went down) is told once, before the queue is looked at.
  for (int tries = 0; got < frames.size() && tries < 8; ++tries) {
    const int n =
        ::recvmmsg(socket_.get(), &messages_[got], static_cast<unsigned>(frames.size()) - got, MSG_DONTWAIT, nullptr);
    if (n > 0)
      got += static_cast<unsigned>(n);
    else if (errno == EAGAIN)
      break;
  }
  for (unsigned i = 0; i < got; ++i) {
    if (messages_[i].msg_len < kVnetHeader) continue;
    frames[i]->vnet = large.at(i);
    frames[i]->length = static_cast<std::uint32_t>(messages_[i].msg_len - kVnetHeader);
    frames[i]->whole = !(messages_[i].msg_hdr.msg_flags & MSG_TRUNC) && frames[i]->length == frames[i]->wire_length;
  }
}

void PacketRing::give_back() noexcept {
  for (unsigned i = 0; i < lent_; ++i)
    __atomic_store_n(&reinterpret_cast<tpacket2_hdr*>(slot(i))->tp_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
  next_ = (next_ + lent_) % slots_;
  lent_ = 0;
}

void PacketRing::discard_waiting() noexcept {
  std::array<Frame, kBatch> frames;
  LargeFrames large;
  for (unsigned seen = 0; seen < slots_;) {
    const unsigned n = collect(frames, large);
    give_back();
    if (n == 0) return;
    seen += n;
  }
}

SendCounts PacketRing::send(std::span<const iovec> frames) noexcept {
  SendCounts counts;
  const auto total = static_cast<unsigned>(std::min<std::size_t>(frames.size(), kBatch));
  for (unsigned i = 0; i < total; ++i) {
    messages_[i] = {};
    messages_[i].msg_hdr.msg_iov = const_cast<iovec*>(&frames[i]);
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
  std::uint64_t wait_until = 0;
  for (unsigned done = 0; done < total;) {
    const int n = ::sendmmsg(socket_.get(), &messages_[done], total - done, MSG_DONTWAIT);
    if (n > 0) {
      done += static_cast<unsigned>(n);
      counts.sent += static_cast<unsigned>(n);
      continue;
    }
    const int error = errno;
    if (error == EINTR) continue;
    const bool full = error == EAGAIN || error == ENOBUFS;
    if (full && wait_until == 0) wait_until = os::monotonic_ns() + kSendWaitNs;
    if (full && os::monotonic_ns() < wait_until) {
      // EAGAIN: our own send buffer is full, poll() says when not. ENOBUFS: the device's queue is, nobody tells when
      // not.
      const timespec pause{0, kSendPauseNs};
      pollfd out{socket_.get(), POLLOUT, 0};
      if (error == EAGAIN)
        ::ppoll(&out, 1, &pause, nullptr);
      else
        ::nanosleep(&pause, nullptr);
      continue;
    }
    ++done;  // this frame is lost, and said so
    ++counts.failed;
  }
  return counts;
}

std::uint64_t PacketRing::kernel_drops() noexcept {
  tpacket_stats stats{};
  socklen_t size = sizeof stats;
  // The kernel's counters start over with each look.
  if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0) drops_ += stats.tp_drops;
  return drops_;
}

bool PacketRing::still_there() noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);  // reading it takes it away
  sockaddr_ll address{};
  socklen_t length = sizeof address;
  if (::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) return false;
  return address.sll_ifindex == interface_.index;
}

}  // namespace gatehouse::capture
