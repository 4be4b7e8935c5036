// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/nfqueue.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <libnetfilter_queue/libnetfilter_queue.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <memory>
#include <net/if.h>
#include <poll.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "capture/nfqueue_message.hpp"
#include "capture/raw_inject.hpp"
#include "os/clock.hpp"
#include "os/fd.hpp"

namespace gatehouse::capture {
namespace {

constexpr unsigned kQueueBatch = 32;
static_assert(kQueueBatch <= kBatch && kQueueBatch <= VerdictWriter::kMost);
constexpr std::uint32_t kCopyRange = 0xffff;
constexpr std::size_t kMessage = 66 * 1024;  // an IP packet of the largest size, and what the kernel says of it
// The kernel does not tell a super-packet's segment size: what Ethernet's MTU leaves behind IPv4 and TCP with
// timestamps.
constexpr std::uint16_t kAssumedSegment = 1448;
constexpr unsigned kMaxPorts = 64;  // interfaces; those beyond share the last number

// A netlink socket bound to one queue.
class Queue {
 public:
  static Result<Queue> open(std::uint16_t number, const NfqueueOptions& options);
  int fd() const noexcept { return socket_.get(); }
  std::uint16_t number() const noexcept { return number_; }
  std::uint64_t drops() const noexcept;

 private:
  template <typename Fill>
  Result<> configure(Fill&& fill, std::string_view what);
  Result<> wait_for_answer(std::string_view what);

  os::Fd socket_, statistics_;
  std::uint16_t number_ = 0;
  unsigned sequence_ = 0;
};

template <typename Fill>
Result<> Queue::configure(Fill&& fill, std::string_view what) {
  alignas(nlmsghdr) std::array<char, 512> buffer{};
  nlmsghdr* message = ::nfq_nlmsg_put(buffer.data(), NFQNL_MSG_CONFIG, number_);
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  message->nlmsg_seq = ++sequence_;
  fill(message);
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (::sendto(socket_.get(), message, message->nlmsg_len, 0, reinterpret_cast<const sockaddr*>(&kernel),
               sizeof kernel) < 0)
    return system_failure(what);
  return wait_for_answer(what);
}

// Packets may come before the answer; they get no verdict from us and are the kernel's to drop when the queue is
// unbound, so the queue is switched to copy packets last.
Result<> Queue::wait_for_answer(std::string_view what) {
  alignas(nlmsghdr) std::array<char, 4096> buffer{};
  for (;;) {
    pollfd waiting{socket_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, 2000) <= 0) return failure(std::string(what) + ": the kernel does not answer");
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0) return system_failure(what);
    const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
    if (!::mnl_nlmsg_ok(message, static_cast<int>(got)) || message->nlmsg_type != NLMSG_ERROR) continue;
    const int error = -static_cast<const nlmsgerr*>(::mnl_nlmsg_get_payload(message))->error;
    if (error == 0) return {};
    errno = error;
    return system_failure(what);
  }
}

Result<Queue> Queue::open(std::uint16_t number, const NfqueueOptions& options) {
  Queue queue;
  queue.number_ = number;
  const std::string name = "queue " + std::to_string(number);
  queue.socket_ = os::Fd{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)};
  if (!queue.socket_.valid())
    return failure(name + ": this kernel has no netfilter netlink (CONFIG_NETFILTER_NETLINK)");
  sockaddr_nl own{};
  own.nl_family = AF_NETLINK;
  if (::bind(queue.socket_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
    return system_failure(name);

  auto bound = queue.configure([](nlmsghdr* m) { ::nfq_nlmsg_cfg_put_cmd(m, AF_INET, NFQNL_CFG_CMD_BIND); }, name);
  if (!bound && (errno == EPERM || errno == EBUSY))
    return failure(name + " cannot be read: another program reads it, or CAP_NET_ADMIN is missing (start as root)",
                   ErrorCode::not_permitted);
  if (!bound && (errno == EINVAL || errno == EOPNOTSUPP))
    return failure(name + ": this kernel has no netfilter queues (CONFIG_NETFILTER_NETLINK_QUEUE)");
  if (!bound) return std::unexpected(std::move(bound).error());

  const int size = static_cast<int>(std::min<std::size_t>(options.receive_buffer, 1u << 30));
  if (::setsockopt(queue.socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
    ::setsockopt(queue.socket_.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  std::uint32_t flags = NFQA_CFG_F_GSO;
  if (options.fail == FailPolicy::open) flags |= NFQA_CFG_F_FAIL_OPEN;
  RETURN_IF_ERROR(queue.configure(
                      [&](nlmsghdr* m) {
                        ::mnl_attr_put_u32(m, NFQA_CFG_QUEUE_MAXLEN, htonl(options.max_waiting));
                        ::mnl_attr_put_u32(m, NFQA_CFG_FLAGS, htonl(flags));
                        ::mnl_attr_put_u32(m, NFQA_CFG_MASK, htonl(NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN));
                        ::nfq_nlmsg_cfg_put_params(m, NFQNL_COPY_PACKET, kCopyRange);
                      },
                      "asking for whole packets"),
                  name);
  // Kept open: later there may be neither the right nor, under Landlock, the way to it.
  queue.statistics_ = os::Fd{::open("/proc/self/net/netfilter/nfnetlink_queue", O_RDONLY | O_CLOEXEC)};
  return queue;
}

std::uint64_t Queue::drops() const noexcept {
  // A line for each queue: number, reader, waiting, copy mode, copy range, dropped for a full queue, dropped for a full
  // socket, last id, 1.
  std::array<char, 8192> text;
  const ssize_t got = statistics_.valid() ? ::pread(statistics_.get(), text.data(), text.size() - 1, 0) : 0;
  if (got <= 0) return 0;
  text[static_cast<std::size_t>(got)] = '\0';
  for (const char* line = text.data(); line != nullptr && *line != '\0';) {
    unsigned number = 0, full_queue = 0, full_socket = 0;
    if (std::sscanf(line, "%u %*u %*u %*u %*u %u %u", &number, &full_queue, &full_socket) == 3 && number == number_)
      return std::uint64_t{full_queue} + full_socket;
    line = std::strchr(line, '\n');
    if (line != nullptr) ++line;
  }
  return 0;
}

// Interfaces by the order in which packets first came from them.
class Ports {
 public:
  Ports() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}

  std::uint8_t number_of(std::uint32_t interface) noexcept {
    for (unsigned i = 0; i < count_; ++i)
      if (indices_[i] == interface) return static_cast<std::uint8_t>(i);
    if (count_ == kMaxPorts) return kMaxPorts - 1;
    ifreq request{};
    request.ifr_ifindex = static_cast<int>(interface);
    if (::ioctl(socket_.get(), SIOCGIFNAME, &request) == 0)
      std::memcpy(names_[count_].data(), request.ifr_name, names_[count_].size() - 1);
    indices_[count_] = interface;
    return static_cast<std::uint8_t>(count_++);
  }
  std::string_view name(std::uint8_t port) const noexcept {
    return port < count_ ? std::string_view{names_[port].data()} : std::string_view{};
  }

 private:
  os::Fd socket_;
  unsigned count_ = 0;
  std::array<std::uint32_t, kMaxPorts> indices_{};
  std::array<std::array<char, IFNAMSIZ + 1>, kMaxPorts> names_{};
};

class NfqueueSource final : public Source {
 public:
  NfqueueSource(Queue queue, RawInjector injector)
      : queue_(std::move(queue)),
        injector_(std::move(injector)),
        verdicts_(queue_.number()),
        memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kQueueBatch * kMessage)) {}

  std::span<const RawPacket> receive(Duration wait) noexcept override {
    release({});  // what is still lent and not judged is dropped
    const std::uint64_t until =
        os::monotonic_ns() + static_cast<std::uint64_t>(std::max<std::int64_t>(wait.us, 0)) * 1000;
    for (;;) {
      if (fetch()) return {packets_.data(), count_};
      const std::uint64_t now = os::monotonic_ns();
      if (now >= until) return {};
      pollfd waiting{queue_.fd(), POLLIN, 0};
      const std::uint64_t ns = until - now;
      const timespec limit{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
      if (::ppoll(&waiting, 1, &limit, nullptr) <= 0) return {};
    }
  }

  void release(std::span<const Action> actions) noexcept override {
    if (count_ == 0) return;
    for (unsigned i = 0; i < count_; ++i) {
      const bool whole = packets_[i].data.size() == packets_[i].wire_length;
      const bool accept = i < actions.size() && actions[i] == Action::pass && whole;
      if (accept)
        ++counters_.forwarded;
      else if (i >= actions.size() || actions[i] != Action::pass)
        ++counters_.dropped;
      verdicts_.add(ids_[i], accept);
    }
    const auto messages = verdicts_.finish();
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    while (::sendto(queue_.fd(), messages.data(), messages.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
                    sizeof kernel) < 0) {
      if (errno == EINTR) continue;
      counters_.send_failures += count_;
      break;
    }
    count_ = 0;
  }

  bool is_inline() const noexcept override { return true; }
  void inject(std::uint8_t, Bytes frame) noexcept override {
    ++(injector_.send(frame) ? counters_.injected : counters_.send_failures);
  }
  std::string_view port_name(std::uint8_t port) const noexcept override { return ports_.name(port); }
  SourceCounters counters() const noexcept override {
    SourceCounters all = counters_;
    all.kernel_drops = std::max(queue_.drops(), overruns_);
    return all;
  }

 private:
  bool fetch() noexcept {
    std::array<iovec, kQueueBatch> places;
    for (unsigned i = 0; i < kQueueBatch; ++i) {
      places[i] = {memory_.get() + i * kMessage, kMessage};
      messages_[i] = {};
      messages_[i].msg_hdr.msg_iov = &places[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
    const int got = ::recvmmsg(queue_.fd(), messages_.data(), kQueueBatch, MSG_DONTWAIT, nullptr);
    if (got <= 0) {
      if (errno == ENOBUFS)
        ++overruns_;  // packets were lost since the last look; the kernel's own counter says how many
      return false;
    }
    const Timestamp now = Timestamp::now();
    for (int i = 0; i < got; ++i)
      take({memory_.get() + static_cast<unsigned>(i) * kMessage, messages_[i].msg_len}, now);
    return count_ > 0;
  }

  void take(Bytes message, Timestamp now) noexcept {
    QueuedPacket queued;
    if (!read_queued_packet(message, queued)) return;
    ids_[count_] = queued.id;
    RawPacket& packet = packets_[count_++];
    packet.data = queued.payload;
    packet.time = now;
    packet.number = ++counters_.packets;
    packet.wire_length = queued.full_length;
    packet.segment_size = queued.super_packet ? kAssumedSegment : std::uint16_t{0};
    packet.port = ports_.number_of(queued.in_interface);
    packet.out_port = queued.out_interface != 0 ? ports_.number_of(queued.out_interface) : kNoPort;
    packet.link = LinkType::raw_ip;
    packet.checksum_trusted = queued.checksum_trusted;
    counters_.bytes += queued.full_length;
    if (queued.payload.size() != queued.full_length) ++counters_.truncated;
  }

  Queue queue_;
  RawInjector injector_;
  VerdictWriter verdicts_;
  Ports ports_;
  SourceCounters counters_;
  std::uint64_t overruns_ = 0;
  unsigned count_ = 0;
  std::unique_ptr<std::uint8_t[]> memory_;
  std::array<mmsghdr, kQueueBatch> messages_{};
  std::array<RawPacket, kQueueBatch> packets_{};
  std::array<std::uint32_t, kQueueBatch> ids_{};
};

}  // namespace

Result<Sources> open_nfqueue(const NfqueueOptions& options) {
  if (options.queues == 0 || options.queues > kMaxQueues)
    return failure("the number of queues must be 1 to " + std::to_string(kMaxQueues), ErrorCode::invalid_config);
  if (options.first_queue + options.queues > 0x10000)
    return failure("queue numbers go up to 65535", ErrorCode::invalid_config);
  Sources sources;
  for (unsigned i = 0; i < options.queues; ++i) {
    auto queue = Queue::open(static_cast<std::uint16_t>(options.first_queue + i), options);
    if (!queue) return std::unexpected(std::move(queue).error());
    ASSIGN_OR_RETURN(auto injector, RawInjector::open(options.mark), "queue capture");
    sources.push_back(std::make_unique<NfqueueSource>(std::move(*queue), std::move(injector)));
  }
  return sources;
}

}  // namespace gatehouse::capture
