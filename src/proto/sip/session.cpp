// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/sip/session.hpp"

#include "proto/sip/sip.hpp"

namespace gatehouse::proto::sip {
namespace {

constexpr std::uint8_t kComplete = 1;

// RFC 3261, 20.15: media types compare in any letter case; parameters may follow.
bool is_sdp(const headerlines::Head& head) noexcept {
  const std::string_view type = head.find("Content-Type", "c").value_or("");
  return equals_nocase(trim(type.substr(0, type.find(';'))), "application/sdp");
}

}  // namespace

Progress SipSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  if (datagrams_) return parse_datagram(direction, bytes, sink);
  using Found = headerlines::Inflow::Found;
  headerlines::Inflow& inflow = inflows_[index(direction)];
  std::size_t used = 0;
  for (;;) {
    used += inflow.passable(bytes.subspan(used));
    if (used == bytes.size()) return Progress::ok(used);
    headerlines::Inflow::Message message;
    switch (inflow.next(bytes.subspan(used), kVersions, is_sdp, sdp::kLongest, message)) {
      case Found::message: {
        SipTransaction tx;
        tx.head = message.head;
        tell(tx, direction, message.body, message.length > sdp::kLongest, sink);
        break;
      }
      case Found::nothing:
        break;
      case Found::need_more:
        return Progress::need_more(used);
      case Found::no_start_line:
      case Found::bad_length:
        sink.event(nullptr, event::invalid_data, direction);
        return Progress::malformed();
      case Found::head_too_long:
        sink.event(nullptr, event::message_too_long, direction);
        return Progress::malformed();
    }
    used += message.size;
  }
}

Progress SipSession::parse_datagram(Direction direction, Bytes datagram, Sink& sink) noexcept {
  // Line ends (RFC 5626, 3.5.1), and by habit spaces and zeros, keep the way through a translator of addresses open.
  constexpr std::string_view nothing{" \r\n\0", 4};
  if (as_text(datagram).find_first_not_of(nothing) == nothing.npos) return Progress::ok(datagram.size());
  SipTransaction tx;
  headerlines::HeadFinder finder;
  const std::size_t found = finder.find(datagram);
  const std::size_t head_size = found > 0 ? found : datagram.size();
  if (!tx.head.parse(datagram.first(head_size), kVersions)) {
    sink.event(nullptr, event::invalid_data, direction);
    return Progress::malformed();
  }
  // RFC 3261, 18.3: "If there are additional bytes in the transport packet beyond the end of the body, they MUST be
  // discarded. If the transport packet ends before the end of the message body, this is considered an error."
  Bytes body = datagram.subspan(head_size);
  const auto length = headerlines::decimal(tx.head.find("Content-Length", "l").value_or("none"));
  const bool short_of = found == 0 || (length && *length > body.size());
  if (length && *length < body.size()) body = body.first(static_cast<std::size_t>(*length));
  if (short_of) {
    tx.protocol = &protocol;
    tx.id = messages_;
    sink.event(&tx, event::incomplete_data, direction);
  }
  tell(tx, direction, is_sdp(tx.head) ? body : Bytes{}, false, sink);
  return Progress::ok(datagram.size());
}

void SipSession::tell(SipTransaction& tx, Direction direction, Bytes body, bool long_body, Sink& sink) noexcept {
  tx.protocol = &protocol;
  tx.id = messages_++;
  if (!tx.head.well_formed()) sink.event(&tx, event::invalid_data, direction);
  if (!body.empty() && !tx.sdp.parse(body)) sink.event(&tx, event::invalid_data, direction);
  if (tx.sdp.too_many_media()) sink.event(&tx, event::too_many_media, direction);
  if (long_body && is_sdp(tx.head)) sink.event(&tx, event::body_too_long, direction);
  tx.stage[index(direction)] = kComplete;
  sink.update(tx, direction);
  sink.log(tx, direction);
  sink.close(tx);
  arrange_media(tx.sdp, direction, sink);
}

// Who describes the session says where it listens: offer and answer do alike (RFC 3264).
void SipSession::arrange_media(const sdp::Description& sdp, Direction direction, Sink& sink) noexcept {
  for (unsigned i = 0; i < sdp.media_count(); ++i) {
    const auto media = sdp.describe(i);
    if (!media || !media->is_rtp() || media->port == 0 || media->address.version == 0) continue;
    ExpectedSession expected{.protocol = "rtp",
                             .datagrams = true,
                             .listener = opposite(direction),
                             .address = media->address,
                             .port = media->port,
                             .introduction = media->kind};
    sink.expect_session(expected);
    if (!media->control_apart || media->control_port == 0) continue;
    expected.protocol = "rtcp";
    expected.port = media->control_port;
    sink.expect_session(expected);
  }
}

bool SipSession::gap(Direction direction, std::uint64_t missing, Sink&) noexcept {
  inflows_[index(direction)].gap(missing);
  return true;
}

}  // namespace gatehouse::proto::sip
