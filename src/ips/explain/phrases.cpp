// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/explain/phrases.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"

namespace gatehouse::ips::explain {
namespace {

struct Phrase {
  std::string_view name, words;
};

constexpr auto kBuffers = std::to_array<Phrase>({
    {"pkt_data", "the payload"},
    {"rawbytes", "the payload"},
    {"base64_data", "what was decoded from base64"},
    {"http.accept", "the request's Accept header"},
    {"http.accept_enc", "the request's Accept-Encoding header"},
    {"http.accept_lang", "the request's Accept-Language header"},
    {"http.connection", "the Connection header"},
    {"http.content_len", "the Content-Length header"},
    {"http.content_type", "the Content-Type header"},
    {"http.cookie", "the cookies"},
    {"http.header", "the HTTP headers"},
    {"http.header.raw", "the HTTP headers as sent"},
    {"http.header_names", "the list of the headers' names"},
    {"http_header_names", "the list of the headers' names"},
    {"http.host", "the request's host"},
    {"http.host.raw", "the request's host as sent"},
    {"http.location", "the response's Location header"},
    {"http.method", "the request's method"},
    {"http.protocol", "the HTTP version"},
    {"http.referer", "the request's Referer header"},
    {"http.request_body", "the request's body"},
    {"http.request_header", "a header of the request"},
    {"http.request_line", "the request line"},
    {"http.response_body", "the response's body"},
    {"http.response_header", "a header of the response"},
    {"http.response_line", "the response line"},
    {"http.server", "the response's Server header"},
    {"http.start", "the start of the request or response"},
    {"http.stat_code", "the response's status code"},
    {"http.stat_msg", "the response's status message"},
    {"http.uri", "the request's URI"},
    {"http.uri.raw", "the request's URI as sent"},
    {"http.user_agent", "the request's User-Agent"},
    {"file.data", "the file's content"},
    {"file_data", "the file's content"},
    {"file.name", "the file's name"},
    {"file.magic", "the file's kind"},
    {"dns.query", "the name that is asked for"},
    {"dns_query", "the name that is asked for"},
    {"dns.query.name", "the name that is asked for"},
    {"dns.queries.rrname", "the name that is asked for"},
    {"dns.answer.name", "the name of an answer"},
    {"dns.answers.rrname", "the name of an answer"},
    {"tls.sni", "the server's name that the client asks for (SNI)"},
    {"tls_sni", "the server's name that the client asks for (SNI)"},
    {"tls.cert_subject", "the certificate's subject"},
    {"tls_cert_subject", "the certificate's subject"},
    {"tls.cert_issuer", "the certificate's issuer"},
    {"tls_cert_issuer", "the certificate's issuer"},
    {"tls.cert_serial", "the certificate's serial number"},
    {"tls_cert_serial", "the certificate's serial number"},
    {"tls.cert_fingerprint", "the certificate's fingerprint"},
    {"tls_cert_fingerprint", "the certificate's fingerprint"},
    {"tls.certs", "the certificates' bytes"},
    {"tls.alpn", "a protocol that TLS offers (ALPN)"},
    {"tls.subjectaltname", "an alternative name in the certificate"},
    {"ja3.hash", "the client's JA3 fingerprint"},
    {"ja3_hash", "the client's JA3 fingerprint"},
    {"ja3.string", "the client's JA3 string"},
    {"ja3s.hash", "the server's JA3S fingerprint"},
    {"ja3s.string", "the server's JA3S string"},
    {"ja4.hash", "the client's JA4 fingerprint"},
    {"ssh.proto", "the SSH version"},
    {"ssh_proto", "the SSH version"},
    {"ssh.software", "the SSH software"},
    {"ssh.hassh", "the SSH client's fingerprint"},
    {"ssh.hassh.server", "the SSH server's fingerprint"},
    {"smb.named_pipe", "the named pipe"},
    {"smb.share", "the share's name"},
    {"krb5.cname", "the Kerberos client's name"},
    {"krb5.sname", "the Kerberos service's name"},
    {"snmp.community", "the SNMP community"},
    {"smtp.helo", "the greeting (HELO)"},
    {"smtp.mail_from", "the mail's sender (MAIL FROM)"},
    {"smtp.rcpt_to", "a recipient of the mail (RCPT TO)"},
    {"email.subject", "the mail's subject"},
    {"email.from", "the mail's From"},
    {"email.to", "the mail's To"},
    {"dcerpc.stub_data", "the call's data"},
    {"mqtt.publish.topic", "the topic that is published to"},
    {"mqtt.publish.message", "the message that is published"},
    {"mqtt.connect.clientid", "the MQTT client's id"},
    {"mqtt.subscribe.topic", "a topic that is subscribed to"},
    {"sip.method", "the SIP method"},
    {"sip.uri", "the SIP URI"},
    {"quic.sni", "the server's name that the client asks for (QUIC)"},
    {"tcp.hdr", "the TCP header"},
    {"udp.hdr", "the UDP header"},
    {"ipv4.hdr", "the IPv4 header"},
    {"ipv6.hdr", "the IPv6 header"},
    {"icmpv4.hdr", "the ICMP header"},
    {"icmpv6.hdr", "the ICMPv6 header"},
    {"ip.src", "the source's address"},
    {"ip.dst", "the destination's address"},
});

constexpr auto kLegacy = std::to_array<Phrase>({
    {"http_uri", "the request's URI"},
    {"http_raw_uri", "the request's URI as sent"},
    {"http_method", "the request's method"},
    {"http_client_body", "the request's body"},
    {"http_header", "the HTTP headers"},
    {"http_raw_header", "the HTTP headers as sent"},
    {"http_cookie", "the cookies"},
    {"http_user_agent", "the request's User-Agent"},
    {"http_host", "the request's host"},
    {"http_raw_host", "the request's host as sent"},
    {"http_stat_code", "the response's status code"},
    {"http_stat_msg", "the response's status message"},
    {"http_server_body", "the response's body"},
});

struct LetterPhrase {
  char letter;
  std::string_view words;
};
constexpr auto kLetters = std::to_array<LetterPhrase>({
    {'U', "the request's URI"},
    {'I', "the request's URI as sent"},
    {'P', "the request's body"},
    {'Q', "the response's body"},
    {'H', "the HTTP headers"},
    {'D', "the HTTP headers as sent"},
    {'M', "the request's method"},
    {'C', "the cookies"},
    {'S', "the response's status code"},
    {'Y', "the response's status message"},
    {'V', "the request's User-Agent"},
    {'W', "the request's host"},
    {'Z', "the request's host as sent"},
});

constexpr auto kTransforms = std::to_array<Phrase>({
    {"compress_whitespace", "with runs of white space as one"},
    {"strip_whitespace", "without white space"},
    {"to_lowercase", "in lower case"},
    {"to_uppercase", "in upper case"},
    {"header_lowercase", "with header names in lower case"},
    {"strip_pseudo_headers", "without pseudo headers"},
    {"dotprefix", "with a dot before it"},
    {"domain", "reduced to its domain"},
    {"tld", "reduced to its top-level domain"},
    {"to_md5", "as its MD5 digest"},
    {"to_sha1", "as its SHA-1 digest"},
    {"to_sha256", "as its SHA-256 digest"},
    {"url_decode", "with %-escapes decoded"},
    {"from_base64", "decoded from base64"},
    {"gunzip", "unpacked by gzip"},
    {"zlib_deflate", "unpacked by zlib"},
    {"pcrexform", "reduced to what an expression catches"},
    {"luaxform", "changed by a script"},
    {"xor", "XORed with a key"},
});

constexpr auto kNumbers = std::to_array<Phrase>({
    {"dsize", "the size of the packet's payload"},
    {"filesize", "the file's size"},
    {"ttl", "the time to live"},
    {"itype", "the ICMP type"},
    {"icode", "the ICMP code"},
    {"icmp_id", "the ICMP identifier"},
    {"icmp_seq", "the ICMP sequence number"},
    {"id", "the IP identification"},
    {"tos", "the type of service"},
    {"ip_proto", "the IP protocol"},
    {"fragoffset", "the fragment's offset"},
    {"seq", "the TCP sequence number"},
    {"tcp.seq", "the TCP sequence number"},
    {"ack", "the TCP acknowledgement number"},
    {"tcp.ack", "the TCP acknowledgement number"},
    {"window", "the TCP window"},
    {"tcp.window", "the TCP window"},
    {"tcp.mss", "the TCP maximum segment size"},
    {"tcp.wscale", "the TCP window scale"},
    {"flow.age", "the flow's age in seconds"},
    {"flow.pkts", "the number of the flow's packets"},
    {"flow.bytes", "the number of the flow's bytes"},
    {"flow.pkts_toserver", "the number of packets to the server"},
    {"flow.pkts_toclient", "the number of packets to the client"},
    {"flow.bytes_toserver", "the number of bytes to the server"},
    {"flow.bytes_toclient", "the number of bytes to the client"},
    {"dns.opcode", "the DNS operation"},
    {"dns.rcode", "the DNS response code"},
    {"dns.rrtype", "the DNS record type"},
    {"tls.version", "the TLS version"},
    {"ssl_version", "the TLS version"},
    {"tls.cert_chain_len", "the number of certificates"},
    {"vlan.id", "the VLAN"},
    {"vlan.layers", "the number of VLAN tags"},
    {"mqtt.type", "the MQTT message's type"},
    {"snmp.version", "the SNMP version"},
    {"dcerpc.opnum", "the number of the operation"},
    {"nfs_procedure", "the NFS procedure"},
    {"smb.version", "the SMB version"},
    {"krb5_msg_type", "the Kerberos message's type"},
    {"krb5_err_code", "the Kerberos error"},
});

template <typename Table>
std::string_view words_of(const Table& table, std::string_view name) {
  const auto row = std::ranges::find(table, name, &Phrase::name);
  return row == table.end() ? std::string_view{} : row->words;
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}
unsigned hex_value(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : ascii_lower(c) - 'a' + 10);
}

void add_byte(std::string& text, unsigned char byte) {
  constexpr char digits[] = "0123456789abcdef";
  if (byte >= 0x20 && byte < 0x7f)
    text += static_cast<char>(byte);
  else
    (text += "\\x") += {digits[byte >> 4], digits[byte & 15]};
}

std::string range(std::string_view text, std::string_view dash) {
  const auto at = text.find(dash);
  return "is between " + std::string(trim(text.substr(0, at))) + " and " +
         std::string(trim(text.substr(at + dash.size())));
}

}  // namespace

std::string buffer_phrase(std::string_view name) {
  if (const auto words = words_of(kBuffers, name); !words.empty()) return std::string(words);
  if (name.find('.') != name.npos) return "the field " + std::string(name);
  // Older names have '_' where newer ones have '.': http_request_line.
  std::string newer{name};
  if (const auto line = newer.find('_'); line != newer.npos) newer[line] = '.';
  return std::string(words_of(kBuffers, newer));
}
std::string_view legacy_phrase(std::string_view name) {
  return words_of(kLegacy, name);
}
std::string_view pcre_letter_phrase(char letter) {
  const auto row = std::ranges::find(kLetters, letter, &LetterPhrase::letter);
  return row == kLetters.end() ? std::string_view{} : row->words;
}
std::string_view transform_phrase(std::string_view name) {
  return words_of(kTransforms, name);
}
std::string_view number_phrase(std::string_view name) {
  return words_of(kNumbers, name);
}

std::string comparison(std::string_view text) {
  text = trim(text);
  if (text.find("<>") != text.npos) return range(text, "<>");
  constexpr auto signs = std::to_array<Phrase>({{">=", "is at least "},
                                                {"<=", "is at most "},
                                                {"!=", "is not "},
                                                {">", "is more than "},
                                                {"<", "is less than "},
                                                {"!", "is not "},
                                                {"=", "is "}});
  for (const Phrase& sign : signs)
    if (text.starts_with(sign.name)) return std::string(sign.words) + std::string(trim(text.substr(sign.name.size())));
  const auto dash = text.find('-');
  if (dash != text.npos && dash > 0 && text.find_first_not_of("0123456789-") == text.npos) return range(text, "-");
  return "is " + std::string(text);
}

std::string content_text(std::string_view value) {
  std::string text;
  bool in_bars = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '|') {
      in_bars = !in_bars;
    } else if (!in_bars) {
      const bool escapes = c == '\\' && i + 1 < value.size();
      add_byte(text, static_cast<unsigned char>(escapes ? value[++i] : c));
    } else if (i + 1 < value.size() && is_hex(c) && is_hex(value[i + 1])) {
      add_byte(text, static_cast<unsigned char>(hex_value(c) << 4 | hex_value(value[i + 1])));
      ++i;
    }
  }
  return text;
}

std::string capitalised(std::string_view text) {
  std::string out{text};
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - ('a' - 'A'));
  return out;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (i < text.size() && (text[i] != ',' || quoted)) continue;
    parts.push_back(trim(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  return parts;
}

}  // namespace gatehouse::ips::explain
