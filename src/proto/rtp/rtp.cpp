// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rtp/rtp.hpp"

#include <algorithm>
#include <cstring>

#include "proto/rtp/packet.hpp"

namespace gatehouse::proto::rtp {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr std::size_t kLongestMedia = 16;
// A stream in one direction is told once; so long the other one is waited for.
constexpr unsigned kMaxPackets = 32;

enum Event : std::uint8_t { malformed_packet };
constexpr std::array kEvents{EventSpec{"malformed_packet", "what was arranged to be RTP is none"}};

// The stream of one direction; told with its first packet.
struct RtpTransaction : Transaction {
  Header header;
  std::string_view media;
};

const RtpTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const RtpTransaction&>(tx);
}

constexpr std::array kPayloads{
    // RFC 3551, 6
    NamedNumber{0, "pcmu"},  NamedNumber{3, "gsm"},   NamedNumber{4, "g723"},      NamedNumber{8, "pcma"},
    NamedNumber{9, "g722"},  NamedNumber{10, "l16"},  NamedNumber{11, "l16_mono"}, NamedNumber{13, "comfort_noise"},
    NamedNumber{14, "mpa"},  NamedNumber{15, "g728"}, NamedNumber{18, "g729"},     NamedNumber{25, "celb"},
    NamedNumber{26, "jpeg"}, NamedNumber{28, "nv"},   NamedNumber{31, "h261"},     NamedNumber{32, "mpv"},
    NamedNumber{33, "mp2t"}, NamedNumber{34, "h263"}};

constexpr auto kBoth = FieldDirection::both;
constexpr std::array kFields{
    FieldSpec{"rtp.payload_type", FieldType::number, kBoth, kComplete, "what it carries; 96 and up are agreed upon",
              [](const Transaction& tx, unsigned i) {
                return i > 0 ? FieldValue::none() : FieldValue::of_number(of(tx).header.payload_type());
              },
              FieldRole::plain, kPayloads},
    FieldSpec{"rtp.ssrc", FieldType::number, kBoth, kComplete, "the source's own number",
              [](const Transaction& tx, unsigned i) {
                return i > 0 ? FieldValue::none() : FieldValue::of_number(of(tx).header.ssrc);
              }},
    FieldSpec{"rtp.media", FieldType::bytes, kBoth, kComplete, "audio, video: as the call said that arranged it",
              [](const Transaction& tx, unsigned i) {
                return i > 0 || of(tx).media.empty() ? FieldValue::none() : FieldValue::of(of(tx).media);
              }},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Header& header = of(tx).header;
  json.open_object("rtp");
  json.member("payload_type", header.payload_type());
  if (const std::string_view name = name_of(kPayloads, header.payload_type()); !name.empty())
    json.member("payload", name);
  json.member("ssrc", header.ssrc);
  if (!of(tx).media.empty()) json.member("media", of(tx).media);
  json.close_object();
}

// RFC 7983, 7: what else may come to a port where media are expected, by its first byte: STUN, ZRTP, DTLS, TURN.
bool is_companion(std::uint8_t first) noexcept {
  return first <= 3 || (first >= 16 && first <= 79);
}

class RtpSession final : public Session {
 public:
  explicit RtpSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    bool& told = told_[index(direction)];
    Cursor c{datagram};
    const Header header{c};
    if (++packets_ >= kMaxPackets) return Progress::finished();
    if (datagram.empty() || is_companion(datagram[0]) || (c.ok() && header.version() == 2 && header.is_control()))
      return Progress::ok(datagram.size());
    if (!is_packet(datagram)) {
      sink.event(nullptr, malformed_packet, direction);
      return Progress::malformed();
    }
    if (told) return Progress::ok(datagram.size());
    told = true;
    RtpTransaction tx;
    tx.protocol = &protocol;
    tx.id = streams_++;
    tx.header = header;
    tx.media = {media_.data(), media_size_};
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
    return told_[0] && told_[1] ? Progress::finished() : Progress::ok(datagram.size());
  }

  void introduce(Bytes introduction, Direction) noexcept override {
    media_size_ = std::min(introduction.size(), media_.size());
    if (media_size_ > 0) std::memcpy(media_.data(), introduction.data(), media_size_);
  }

 private:
  std::array<bool, 2> told_{};
  unsigned packets_ = 0;
  std::uint64_t streams_ = 0;
  std::array<char, kLongestMedia> media_{};
  std::size_t media_size_ = 0;
};

// One packet says too little: any two bits are a version. The next one of the same source decides.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  return is_packet(datagram) && datagram.size() > kHeaderSize ? Probe::need_more : Probe::no;
}

Probe probe_pair(Direction, Bytes before, Bytes datagram) {
  Cursor first{before}, second{datagram};
  const Header a{first}, b{second};
  return first.ok() && second.ok() && continues(a, b) ? Probe::yes : Probe::need_more;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "rtp",
    .about = "Real-time Transport Protocol: sound and pictures",
    .ndpi_name = "RTP",
    .log_type = "rtp",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe,
                 .first_bytes = {FirstBytes::range(0x80, 0xbf), FirstBytes::range(0x80, 0xbf)},
                 .probe_pair = probe_pair},
    .create = create_session<RtpSession>,
    .destroy = destroy_session<RtpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::rtp
