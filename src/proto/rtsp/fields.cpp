// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rtsp/transaction.hpp"

namespace gatehouse::proto::rtsp {
namespace {

using headerlines::StartLine;

const RtspTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const RtspTransaction&>(tx);
}

FieldValue text(std::string_view value, unsigned index) noexcept {
  return index > 0 || value.empty() ? FieldValue::none() : FieldValue::of(value);
}

template <std::string_view StartLine::* member>
FieldValue start(const Transaction& tx, unsigned index) {
  return text(of(tx).head.start.*member, index);
}

struct Name {
  std::string_view text;
};
constexpr Name kCseq{"CSeq"}, kSession{"Session"}, kTransport{"Transport"}, kUserAgent{"User-Agent"}, kServer{"Server"},
    kContentType{"Content-Type"}, kRange{"Range"}, kPublic{"Public"};

template <const Name& name>
FieldValue field(const Transaction& tx, unsigned index) {
  return text(of(tx).head.find(name.text).value_or(""), index);
}

// RFC 2326, 12.37: the identifier, and behind a semicolon how long it lives.
FieldValue session(const Transaction& tx, unsigned index) {
  const std::string_view value = of(tx).head.find(kSession.text).value_or("");
  return text(trim(value.substr(0, value.find(';'))), index);
}

FieldValue status(const Transaction& tx, unsigned index) {
  const auto code = headerlines::decimal(of(tx).head.start.code);
  return index > 0 || !code ? FieldValue::none() : FieldValue::of_number(*code);
}

FieldValue media(const Transaction& tx, unsigned index) {
  const auto line = of(tx).sdp.media(index, 'm');
  return line ? FieldValue::of(*line) : FieldValue::none();
}

// In a challenge only: a client that repeats it does not speak of itself.
FieldValue realm(const Transaction& tx, unsigned index) {
  const auto said = of(tx).head.find("WWW-Authenticate");
  return text(headerlines::parameter(said.value_or(""), "realm").value_or(""), index);
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
constexpr auto both = FieldDirection::both;

}  // namespace

constinit const std::array<FieldSpec, 20> kFields{
    FieldSpec{"rtsp.method", bytes, both, kComplete, "DESCRIBE, SETUP, PLAY, …", start<&StartLine::method>},
    FieldSpec{"rtsp.uri", bytes, both, kComplete, "the stream that is asked for", start<&StartLine::uri>},
    FieldSpec{"rtsp.domain", bytes, both, kComplete, "the host in it",
              [](const Transaction& tx, unsigned i) { return text(headerlines::host_of(of(tx).head.start.uri), i); },
              FieldRole::session_domain},
    FieldSpec{"rtsp.version", bytes, both, kComplete, "RTSP/1.0", start<&StartLine::version>},
    FieldSpec{"rtsp.status", number, both, kComplete, "a response's code", status},
    FieldSpec{"rtsp.reason", bytes, both, kComplete, "and its words", start<&StartLine::reason>},
    FieldSpec{"rtsp.cseq", bytes, both, kComplete, "number of the request", field<kCseq>},
    FieldSpec{"rtsp.session", bytes, both, kComplete, "identifier of the session", session},
    FieldSpec{"rtsp.transport", bytes, both, kComplete, "how media are sent, and where", field<kTransport>},
    FieldSpec{"rtsp.user_agent", bytes, both, kComplete, "the software that asks", field<kUserAgent>,
              FieldRole::device_software},
    FieldSpec{"rtsp.server", bytes, both, kComplete, "the software that answers", field<kServer>,
              FieldRole::device_software},
    FieldSpec{"rtsp.content_type", bytes, both, kComplete, "what the body is", field<kContentType>},
    FieldSpec{"rtsp.range", bytes, both, kComplete, "the time that is asked for", field<kRange>},
    FieldSpec{"rtsp.methods", bytes, both, kComplete, "methods that the server has", field<kPublic>},
    FieldSpec{"rtsp.auth_scheme", bytes, both, kComplete, "how the client proves who it is: Basic or Digest",
              [](const Transaction& tx, unsigned i) { return text(auth_scheme(of(tx).head), i); }},
    FieldSpec{"rtsp.auth_user", bytes, both, kComplete, "as whom",
              [](const Transaction& tx, unsigned i) { return text(auth_user(of(tx)), i); }},
    FieldSpec{"rtsp.auth_realm", bytes, both, kComplete, "where the server wants to know who: often the camera's model",
              realm, FieldRole::device_model},
    FieldSpec{"rtsp.stream_name", bytes, both, kComplete, "the stream's name, as its description says",
              [](const Transaction& tx, unsigned i) { return text(of(tx).sdp.session('s').value_or(""), i); }},
    FieldSpec{"rtsp.stream_tool", bytes, both, kComplete, "the software that made the description",
              [](const Transaction& tx, unsigned i) { return text(of(tx).sdp.attribute("tool"), i); },
              FieldRole::device_software},
    FieldSpec{"rtsp.media", list, both, kComplete, "its media: kind, port, protocol, formats", media},
};

}  // namespace gatehouse::proto::rtsp
