// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/nfqueue_message.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>

namespace gatehouse::capture {
namespace {

constexpr std::size_t kHeaders = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(nfgenmsg));

std::uint32_t big32(const nlattr* attribute) noexcept {
  std::uint32_t value = 0;
  std::memcpy(&value, ::mnl_attr_get_payload(attribute), sizeof value);
  return ntohl(value);
}

bool holds(const nlattr* attribute, std::size_t size) noexcept {
  return ::mnl_attr_get_payload_len(attribute) >= size;
}

}  // namespace

bool read_queued_packet(Bytes message, QueuedPacket& packet) noexcept {
  nlmsghdr header{};
  if (message.size() < kHeaders) return false;
  std::memcpy(&header, message.data(), sizeof header);
  if (header.nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET)) return false;
  if (header.nlmsg_len < kHeaders || header.nlmsg_len > message.size()) return false;

  packet = {};
  packet.checksum_trusted = true;  // the flags, absent where there are none, say what is not
  bool has_id = false;
  std::size_t left = header.nlmsg_len - kHeaders;
  const auto* attribute = reinterpret_cast<const nlattr*>(message.data() + kHeaders);
  while (left >= sizeof(nlattr) && attribute->nla_len >= sizeof(nlattr) && attribute->nla_len <= left) {
    switch (::mnl_attr_get_type(attribute)) {
      case NFQA_PACKET_HDR:
        if (!holds(attribute, sizeof(nfqnl_msg_packet_hdr))) return false;
        packet.id = big32(attribute);
        has_id = true;
        break;
      case NFQA_PAYLOAD:
        packet.payload = {static_cast<const std::uint8_t*>(::mnl_attr_get_payload(attribute)),
                          ::mnl_attr_get_payload_len(attribute)};
        break;
      case NFQA_CAP_LEN:
        if (holds(attribute, 4)) packet.full_length = big32(attribute);
        break;
      case NFQA_IFINDEX_INDEV:
        if (holds(attribute, 4)) packet.in_interface = big32(attribute);
        break;
      case NFQA_IFINDEX_OUTDEV:
        if (holds(attribute, 4)) packet.out_interface = big32(attribute);
        break;
      case NFQA_SKB_INFO:
        if (holds(attribute, 4)) {
          const std::uint32_t flags = big32(attribute);
          packet.super_packet = flags & NFQA_SKB_GSO;
          packet.checksum_trusted = !(flags & NFQA_SKB_CSUM_NOTVERIFIED);
        }
        break;
      default:
        break;
    }
    const std::size_t step = std::min<std::size_t>(MNL_ALIGN(attribute->nla_len), left);
    left -= step;
    attribute = reinterpret_cast<const nlattr*>(reinterpret_cast<const char*>(attribute) + step);
  }
  packet.full_length = std::max(packet.full_length, static_cast<std::uint32_t>(packet.payload.size()));
  return has_id;
}

void VerdictWriter::add(std::uint32_t id, bool accept) noexcept {
  if (finished_) {
    finished_ = false;
    size_ = 0;
    run_ = 0;
  }
  if (run_ > 0 && accept != accept_) put_run();
  accept_ = accept;
  last_ = id;
  ++run_;
}

std::span<const char> VerdictWriter::finish() noexcept {
  if (finished_) return {};
  if (run_ > 0) put_run();
  finished_ = true;
  return {buffer_.data(), size_};
}

void VerdictWriter::put_run() noexcept {
  if (size_ + kMessage > buffer_.size()) return;
  nlmsghdr* message = ::mnl_nlmsg_put_header(buffer_.data() + size_);
  message->nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | (run_ > 1 ? NFQNL_MSG_VERDICT_BATCH : NFQNL_MSG_VERDICT);
  message->nlmsg_flags = NLM_F_REQUEST;
  auto* family = static_cast<nfgenmsg*>(::mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
  family->nfgen_family = AF_UNSPEC;
  family->version = NFNETLINK_V0;
  family->res_id = htons(queue_);
  const nfqnl_msg_verdict_hdr verdict{htonl(accept_ ? NF_ACCEPT : NF_DROP), htonl(last_)};
  ::mnl_attr_put(message, NFQA_VERDICT_HDR, sizeof verdict, &verdict);
  size_ += message->nlmsg_len;
  run_ = 0;
}

}  // namespace gatehouse::capture
