// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/fields.hpp"

#include <array>

#include "proto/http/head_text.hpp"
#include "proto/http/transaction.hpp"

namespace gatehouse::proto::http {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;

constexpr std::uint8_t known(Stage stage) noexcept {
  return static_cast<std::uint8_t>(stage);
}

FieldValue text_or_none(const bstr* text) noexcept {
  return text == nullptr ? FieldValue::none() : FieldValue::of(view(text));
}

template <bstr* htp_tx_t::* Member>
FieldValue member(const Transaction& tx, unsigned) {
  return text_or_none(as_http(tx).htp->*Member);
}

FieldValue header_or_none(const Transaction& tx, Direction d, const char* name) noexcept {
  const auto value = header(as_http(tx), d, name);
  return value ? FieldValue::of(*value) : FieldValue::none();
}

FieldValue text_field(std::string_view text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}

template <Direction D>
FieldValue body(const Transaction& tx, unsigned) {
  const BodyWindow& window = as_http(tx).side(D).body;
  if (!window.started()) return FieldValue::none();
  return {true, window.bytes(), window.offset()};
}

FieldValue host_raw(const Transaction& tx, unsigned) {
  const htp_tx_t& htp = *as_http(tx).htp;
  if (htp.parsed_uri != nullptr && htp.parsed_uri->hostname != nullptr) return text_or_none(htp.parsed_uri->hostname);
  return header_or_none(tx, up, "host");
}

std::optional<upnp::Action> action(const Transaction& tx) noexcept {
  const auto value = header(as_http(tx), up, "soapaction");
  return value ? upnp::read_action(*value) : std::nullopt;
}

template <std::string_view upnp::Description::* Member>
FieldValue described(const Transaction& tx, unsigned) {
  const auto& description = as_http(tx).described;
  return description ? text_field((*description).*Member) : FieldValue::none();
}

using Getter = FieldValue (*)(const Transaction&, unsigned);

// One row of a field known with the headers.
constexpr FieldSpec head(std::string_view name, FieldDirection direction, std::string_view about, Getter get,
                         FieldRole role = FieldRole::plain) {
  return {name, FieldType::bytes, direction, known(Stage::headers), about, get, role};
}
constexpr FieldSpec line(std::string_view name, FieldDirection direction, std::string_view about, Getter get) {
  return {name, FieldType::bytes, direction, known(Stage::line), about, get};
}

// One row of what a UPnP device's description says, which is a response's body.
constexpr FieldSpec device(std::string_view name, std::string_view about, Getter get, FieldRole role) {
  return {name, FieldType::bytes, FieldDirection::to_client, known(Stage::complete), about, get, role};
}

constexpr auto to_server = FieldDirection::to_server, to_client = FieldDirection::to_client;

}  // namespace

constinit const std::array<FieldSpec, 47> kFields{
    line("http.method", to_server, "GET, POST, … as it came", &member<&htp_tx_t::request_method>),
    line("http.uri", to_server, "path and query, decoded and normalised",
         [](const Transaction& tx, unsigned) { return text_field(normalised_uri(as_http(tx))); }),
    line("http.uri.raw", to_server, "the URI as it came", &member<&htp_tx_t::request_uri>),
    line("http.protocol", to_server, "HTTP/1.1, of the request", &member<&htp_tx_t::request_protocol>),
    line("http.protocol", to_client, "HTTP/1.1, of the response", &member<&htp_tx_t::response_protocol>),
    line("http.request_line", to_server, "method, URI and protocol as they came", &member<&htp_tx_t::request_line>),
    line("http.response_line", to_client, "protocol, status and message as they came",
         &member<&htp_tx_t::response_line>),
    line("http.stat_code", to_client, "the status, as text", &member<&htp_tx_t::response_status>),
    line("http.stat_msg", to_client, "the words behind the status", &member<&htp_tx_t::response_message>),
    head("http.host", to_server, "the server's name in lower case, without the port",
         &member<&htp_tx_t::request_hostname>, FieldRole::session_domain),
    head("http.host.raw", to_server, "host of the URI, else the Host header, as it came", &host_raw),
    head(
        "http.user_agent", to_server, "User-Agent",
        [](const Transaction& tx, unsigned) { return header_or_none(tx, up, "user-agent"); },
        FieldRole::device_software),
    head("http.referer", to_server, "Referer",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, up, "referer"); }),
    head("http.accept", to_server, "Accept",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, up, "accept"); }),
    head("http.accept_enc", to_server, "Accept-Encoding",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, up, "accept-encoding"); }),
    head("http.accept_lang", to_server, "Accept-Language",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, up, "accept-language"); }),
    head("http.connection", to_server, "Connection, of the request",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, up, "connection"); }),
    head("http.connection", to_client, "Connection, of the response",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, down, "connection"); }),
    head("http.content_len", to_server, "Content-Length, of the request",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, up, "content-length"); }),
    head("http.content_len", to_client, "Content-Length, of the response",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, down, "content-length"); }),
    head("http.content_type", to_server, "Content-Type, of the request",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, up, "content-type"); }),
    head("http.content_type", to_client, "Content-Type, of the response",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, down, "content-type"); }),
    head("http.cookie", to_server, "Cookie",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, up, "cookie"); }),
    head("http.cookie", to_client, "Set-Cookie",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, down, "set-cookie"); }),
    head(
        "http.server", to_client, "Server",
        [](const Transaction& tx, unsigned) { return header_or_none(tx, down, "server"); }, FieldRole::device_software),
    head("http.location", to_client, "Location",
         [](const Transaction& tx, unsigned) { return header_or_none(tx, down, "location"); }),
    head("http.header", to_server, "request headers normalised, without cookies",
         [](const Transaction& tx, unsigned) { return text_field(normal_headers(as_http(tx), up)); }),
    head("http.header", to_client, "response headers normalised, without cookies",
         [](const Transaction& tx, unsigned) { return text_field(normal_headers(as_http(tx), down)); }),
    head("http.header.raw", to_server, "request headers as they came",
         [](const Transaction& tx, unsigned) { return text_field(as_http(tx).side(up).raw_head); }),
    head("http.header.raw", to_client, "response headers as they came",
         [](const Transaction& tx, unsigned) { return text_field(as_http(tx).side(down).raw_head); }),
    head("http.header_names", to_server, "names of the request headers, between line ends",
         [](const Transaction& tx, unsigned) { return text_field(header_names(as_http(tx), up)); }),
    head("http.header_names", to_client, "names of the response headers, between line ends",
         [](const Transaction& tx, unsigned) { return text_field(header_names(as_http(tx), down)); }),
    head("http.start", to_server, "request line and headers as they came",
         [](const Transaction& tx, unsigned) { return text_field(start(as_http(tx), up)); }),
    head("http.start", to_client, "response line and headers as they came",
         [](const Transaction& tx, unsigned) { return text_field(start(as_http(tx), down)); }),
    FieldSpec{"http.request_header", FieldType::list, to_server, known(Stage::headers), "name: value, one by one",
              [](const Transaction& tx, unsigned i) { return header_line(as_http(tx), up, i); }},
    FieldSpec{"http.response_header", FieldType::list, to_client, known(Stage::headers), "name: value, one by one",
              [](const Transaction& tx, unsigned i) { return header_line(as_http(tx), down, i); }},
    FieldSpec{"http.request_body", FieldType::stream, to_server, known(Stage::body), "the body, decoded", &body<up>},
    FieldSpec{"http.response_body", FieldType::stream, to_client, known(Stage::body), "the body, decoded", &body<down>},
    head("upnp.service", to_server, "urn:schemas-upnp-org:service:WANIPConnection:1: the service that is asked",
         [](const Transaction& tx, unsigned) {
           const auto asked = action(tx);
           return asked ? FieldValue::of(asked->service) : FieldValue::none();
         }),
    head("upnp.action", to_server, "AddPortMapping, SetBinaryState, …: what it is asked to do",
         [](const Transaction& tx, unsigned) {
           const auto asked = action(tx);
           return asked ? FieldValue::of(asked->name) : FieldValue::none();
         }),
    device("upnp.device_type", "of a device's description: urn:schemas-upnp-org:device:MediaRenderer:1",
           &described<&upnp::Description::device_type>, FieldRole::device_service),
    device("upnp.friendly_name", "of a device's description: its name for people",
           &described<&upnp::Description::friendly_name>, FieldRole::device_name),
    device("upnp.manufacturer", "of a device's description", &described<&upnp::Description::manufacturer>,
           FieldRole::device_vendor),
    device("upnp.model_name", "of a device's description", &described<&upnp::Description::model_name>,
           FieldRole::device_model),
    device("upnp.model_number", "of a device's description", &described<&upnp::Description::model_number>,
           FieldRole::plain),
    device("upnp.serial_number", "of a device's description", &described<&upnp::Description::serial_number>,
           FieldRole::device_serial),
    device("upnp.udn", "of a device's description: uuid:…", &described<&upnp::Description::udn>, FieldRole::plain),
};

}  // namespace gatehouse::proto::http
