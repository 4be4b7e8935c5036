// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/sip/transaction.hpp"

namespace gatehouse::proto::sip {
namespace {

using headerlines::Head;
using headerlines::StartLine;

const SipTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const SipTransaction&>(tx);
}

FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}
FieldValue text(std::optional<std::string_view> value) noexcept {
  return value ? text(*value) : FieldValue::none();
}

template <std::string_view StartLine::* member>
FieldValue start(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : text(of(tx).head.start.*member);
}

FieldValue request_line(const Transaction& tx, unsigned index) {
  return of(tx).head.start.is_response ? FieldValue::none() : start<&StartLine::line>(tx, index);
}
FieldValue response_line(const Transaction& tx, unsigned index) {
  return of(tx).head.start.is_response ? start<&StartLine::line>(tx, index) : FieldValue::none();
}

// A header field by its name and its compact form (RFC 3261, 7.3.3).
struct Name {
  std::string_view whole, compact;
};
constexpr Name kFrom{"From", "f"}, kTo{"To", "t"}, kVia{"Via", "v"}, kContact{"Contact", "m"}, kCallId{"Call-ID", "i"},
    kContentType{"Content-Type", "c"}, kContentLength{"Content-Length", "l"}, kUserAgent{"User-Agent", ""},
    kServer{"Server", ""}, kCseq{"CSeq", ""};

template <const Name& name>
FieldValue field(const Transaction& tx, unsigned index) {
  return text(of(tx).head.find(name.whole, name.compact, index));
}

// RFC 3261, 22: to the server itself, or to a proxy on the way.
std::string_view authorization(const Head& head) noexcept {
  const auto found = head.find("Authorization");
  return found ? *found : head.find("Proxy-Authorization").value_or("");
}

FieldValue user(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : text(headerlines::user_of(authorization(of(tx).head), of(tx).user));
}

FieldValue domain(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : text(headerlines::host_of(of(tx).head.start.uri));
}

template <char letter>
FieldValue sdp_one(const Transaction& tx, unsigned index) {
  return index > 0 ? FieldValue::none() : text(of(tx).sdp.session(letter));
}
template <char letter>
FieldValue sdp_list(const Transaction& tx, unsigned index) {
  return text(of(tx).sdp.session(letter, index));
}
// One of each medium that has it.
template <char letter>
FieldValue sdp_media(const Transaction& tx, unsigned index) {
  const sdp::Description& sdp = of(tx).sdp;
  for (unsigned i = 0; i < sdp.media_count(); ++i)
    if (const auto value = sdp.media(i, letter); value && index-- == 0) return FieldValue::of(*value);
  return FieldValue::none();
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 38> kFields{
    FieldSpec{"sip.method", bytes, both, kComplete, "INVITE, REGISTER, …", start<&StartLine::method>},
    FieldSpec{"sip.uri", bytes, both, kComplete, "whom the request is for", start<&StartLine::uri>},
    FieldSpec{"sip.request_line", bytes, both, kComplete, "a request's first line", request_line},
    FieldSpec{"sip.stat_code", bytes, both, kComplete, "a response's code, \"200\"", start<&StartLine::code>},
    FieldSpec{"sip.stat_msg", bytes, both, kComplete, "and its words", start<&StartLine::reason>},
    FieldSpec{"sip.response_line", bytes, both, kComplete, "a response's first line", response_line},
    FieldSpec{"sip.protocol", bytes, both, kComplete, "SIP/2.0", start<&StartLine::version>},
    FieldSpec{"sip.from", list, both, kComplete, "who asks", field<kFrom>},
    FieldSpec{"sip.to", list, both, kComplete, "who is asked", field<kTo>},
    FieldSpec{"sip.via", list, both, kComplete, "the way it came", field<kVia>},
    FieldSpec{"sip.user_agent", list, both, kComplete, "the software that asks", field<kUserAgent>,
              FieldRole::device_software},
    FieldSpec{"sip.content_type", list, both, kComplete, "what the body is", field<kContentType>},
    FieldSpec{"sip.content_length", list, both, kComplete, "how long it is", field<kContentLength>},
    FieldSpec{"sip.server", bytes, both, kComplete, "the software that answers",
              [](const Transaction& tx, unsigned i) { return i > 0 ? FieldValue::none() : field<kServer>(tx, 0); },
              FieldRole::device_software},
    FieldSpec{"sip.domain", bytes, both, kComplete, "the host that the request is for", domain,
              FieldRole::session_domain},
    FieldSpec{"sip.contact", list, both, kComplete, "where the sender can be reached", field<kContact>},
    FieldSpec{"sip.call_id", bytes, both, kComplete, "the call that the message belongs to",
              [](const Transaction& tx, unsigned i) { return i > 0 ? FieldValue::none() : field<kCallId>(tx, 0); }},
    FieldSpec{"sip.cseq", bytes, both, kComplete, "number and method of the request",
              [](const Transaction& tx, unsigned i) { return i > 0 ? FieldValue::none() : field<kCseq>(tx, 0); }},
    FieldSpec{"sip.auth_user", bytes, both, kComplete, "the user who proves to be one", user},
    FieldSpec{"sip.auth_realm", bytes, both, kComplete, "and where",
              [](const Transaction& tx, unsigned i) {
                return i > 0 ? FieldValue::none() : text(headerlines::parameter(authorization(of(tx).head), "realm"));
              }},
    FieldSpec{"sdp.origin", bytes, both, kComplete, "who describes the session", sdp_one<'o'>},
    FieldSpec{"sdp.session_name", bytes, both, kComplete, "its name", sdp_one<'s'>},
    FieldSpec{"sdp.session_info", bytes, both, kComplete, "words about it", sdp_one<'i'>},
    FieldSpec{"sdp.uri", bytes, both, kComplete, "where more is said", sdp_one<'u'>},
    FieldSpec{"sdp.email", bytes, both, kComplete, "whom to write to", sdp_one<'e'>},
    FieldSpec{"sdp.phone_number", bytes, both, kComplete, "whom to call", sdp_one<'p'>},
    FieldSpec{"sdp.connection_data", bytes, both, kComplete, "where media are sent", sdp_one<'c'>},
    FieldSpec{"sdp.bandwidth", list, both, kComplete, "bandwidths of the session", sdp_list<'b'>},
    FieldSpec{"sdp.time", list, both, kComplete, "when it begins and ends", sdp_list<'t'>},
    FieldSpec{"sdp.repeat_time", list, both, kComplete, "when it does again", sdp_list<'r'>},
    FieldSpec{"sdp.timezone", bytes, both, kComplete, "adjustments of its times", sdp_one<'z'>},
    FieldSpec{"sdp.encryption_key", bytes, both, kComplete, "its key, or where to have it", sdp_one<'k'>},
    FieldSpec{"sdp.attribute", list, both, kComplete, "attributes of the session", sdp_list<'a'>},
    FieldSpec{"sdp.media.media", list, both, kComplete, "media: kind, port, protocol, formats", sdp_media<'m'>},
    FieldSpec{"sdp.media.media_info", list, both, kComplete, "words about a medium", sdp_media<'i'>},
    FieldSpec{"sdp.media.connection_data", list, both, kComplete, "where a medium is sent", sdp_media<'c'>},
    FieldSpec{"sdp.media.encryption_key", list, both, kComplete, "a medium's key", sdp_media<'k'>},
    FieldSpec{"sdp.media.bandwidth", list, both, kComplete, "a medium's bandwidth", sdp_media<'b'>},
};

}  // namespace gatehouse::proto::sip
