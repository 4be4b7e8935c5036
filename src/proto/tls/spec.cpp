// SPDX-License-Identifier: GPL-3.0-or-later
// TLS as a row: names of stages and events.
#include "proto/tls/session.hpp"
#include "proto/tls/tls.hpp"

namespace gatehouse::proto::tls {
namespace {

using std::string_view;

constexpr std::array<string_view, 7> kClientStages{"request_started",  "client_in_progress",    "client_hello_done",
                                                   "client_cert_done", "client_handshake_done", "client_finished",
                                                   "request_complete"};
constexpr std::array<string_view, 8> kServerStages{"response_started", "server_in_progress", "server_hello",
                                                   "server_cert_done", "server_hello_done",  "server_handshake_done",
                                                   "server_finished",  "response_complete"};

// In the order of enum class Event. Readers of EVE know these in capitals, writers of rules in small letters.
constexpr std::array kEvents{
    EventSpec{"invalid_sslv2_header", "a record of SSLv2 without a sound length", "INVALID_SSLV2_HEADER"},
    EventSpec{"invalid_tls_header", "the first bytes are no record", "INVALID_TLS_HEADER"},
    EventSpec{"invalid_record_version", "a record of a version that does not exist", "INVALID_RECORD_VERSION"},
    EventSpec{"invalid_record_type", "a record of a type that does not exist", "INVALID_RECORD_TYPE"},
    EventSpec{"invalid_record_length", "a record that is empty or longer than allowed", "INVALID_RECORD_LENGTH"},
    EventSpec{"invalid_handshake_message", "a handshake message that is unknown or out of place",
              "INVALID_HANDSHAKE_MESSAGE"},
    EventSpec{"invalid_certificate", "a list of certificates with wrong lengths, or too long", "INVALID_CERTIFICATE"},
    EventSpec{"certificate_invalid_length", "a certificate that is cut short, or a message longer than read",
              "CERTIFICATE_INVALID_LENGTH"},
    EventSpec{"error_message_encountered", "an error message of SSLv2", "ERROR_MESSAGE_ENCOUNTERED"},
    EventSpec{"invalid_ssl_record", "the contents of a record are not what its type says", "INVALID_SSL_RECORD"},
    EventSpec{"heartbeat_message", "a heartbeat", "HEARTBEAT_MESSAGE"},
    EventSpec{"overflow_heartbeat_message", "a heartbeat that claims more than it has (Heartbleed)",
              "OVERFLOW_HEARTBEAT_MESSAGE"},
    EventSpec{"invalid_heartbeat_message", "a heartbeat of wrong type or padding", "INVALID_HEARTBEAT_MESSAGE"},
    EventSpec{"dataleak_heartbeat_mismatch", "a heartbeat answer longer than its request (Heartbleed)",
              "DATALEAK_HEARTBEAT_MISMATCH"},
    EventSpec{"multiple_sni_extensions", "more than one server name, or another one the second time",
              "MULTIPLE_SNI_EXTENSIONS"},
    EventSpec{"invalid_sni_type", "a server name that is no host name", "INVALID_SNI_TYPE"},
    EventSpec{"invalid_sni_length", "a server name that is empty, too long or cut short", "INVALID_SNI_LENGTH"},
    EventSpec{"handshake_invalid_length", "a hello with wrong lengths, or with more than is read",
              "HANDSHAKE_INVALID_LENGTH"},
    EventSpec{"too_many_records_in_packet", "one empty record after the other", "TOO_MANY_RECORDS_IN_PACKET"},
    EventSpec{"certificate_invalid_version", "a certificate of a version that does not exist",
              "CERTIFICATE_INVALID_VERSION"},
    EventSpec{"certificate_invalid_serial", "a certificate without a sound serial number",
              "CERTIFICATE_INVALID_SERIAL"},
    EventSpec{"certificate_invalid_algorithmidentifier", "a certificate without a sound signature algorithm",
              "CERTIFICATE_INVALID_ALGORITHMIDENTIFIER"},
    EventSpec{"certificate_invalid_x509name", "a certificate whose names are no names", "CERTIFICATE_INVALID_X509NAME"},
    EventSpec{"certificate_invalid_date", "a certificate whose dates are no dates", "CERTIFICATE_INVALID_DATE"},
    EventSpec{"certificate_invalid_extensions", "a certificate with unsound extensions",
              "CERTIFICATE_INVALID_EXTENSIONS"},
    EventSpec{"certificate_invalid_der", "a certificate that is none", "CERTIFICATE_INVALID_DER"},
    EventSpec{"certificate_invalid_subject", "a subject that cannot be written as text", "CERTIFICATE_INVALID_SUBJECT"},
    EventSpec{"certificate_invalid_issuer", "an issuer that cannot be written as text", "CERTIFICATE_INVALID_ISSUER"},
    EventSpec{"certificate_invalid_validity", "a certificate that ends before it begins",
              "CERTIFICATE_INVALID_VALIDITY"},
    EventSpec{"invalid_alert_message", "an alert of wrong length or level", "INVALID_ALERT_MESSAGE"},
    EventSpec{"too_many_subject_alternative_names", "more alternative names than are read",
              "TOO_MANY_SUBJECT_ALTERNATIVE_NAMES"},
};
static_assert(kEvents.size() == static_cast<std::size_t>(Event::count));

constexpr FirstBytes first_bytes(bool from_server) noexcept {
  FirstBytes bytes = FirstBytes::range(0x80, 0x83);  // SSLv2: hellos shorter than 1 KiB
  bytes.add(static_cast<std::uint8_t>(ContentType::handshake));
  if (from_server) {
    bytes.add(static_cast<std::uint8_t>(ContentType::alert));
    for (unsigned b = 0x84; b <= 0xa0; ++b) bytes.add(static_cast<std::uint8_t>(b));  // with a certificate
  }
  return bytes;
}

}  // namespace

const ProtocolSpec protocol{
    .name = "tls",
    .about = "SSL 2.0 and 3.0, TLS 1.0 to 1.3: names, versions, certificates, fingerprints",
    .ndpi_name = "TLS",
    .log_type = "tls",
    .transports = {.tcp = true},
    .detector = {.probe = &probe, .first_bytes = {first_bytes(false), first_bytes(true)}},
    .max_pending = kRecordHeader + kMaxRecord,
    .create = &create_session<TlsSession>,
    .destroy = &destroy_session<TlsSession>,
    .log = &log,
    .stages = {kClientStages, kServerStages},
    .fields = fields(),
    .events = kEvents,
};

}  // namespace gatehouse::proto::tls
