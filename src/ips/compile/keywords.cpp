// SPDX-License-Identifier: GPL-3.0-or-later
// The list of the keywords' families, and the names by which older rules know them.
#include <algorithm>
#include <array>
#include <unordered_map>

#include "ips/compile/keyword.hpp"

namespace gatehouse::ips::compile {
namespace {

constexpr std::array kFamilies{&meta_keywords,     &payload_keywords, &buffer_keywords,     &header_keywords,
                               &flow_keywords,     &state_keywords,   &dataset_keywords,    &file_keywords,
                               &protocol_keywords, &tls_keywords,     &industrial_keywords, &event_keywords};

// The reference's user guide lists these beside the names that it prefers.
constexpr std::array kAliases{
    Alias{"file_data", "file.data"},
    Alias{"dce_iface", "dcerpc.iface"},
    Alias{"dce_opnum", "dcerpc.opnum"},
    Alias{"dce_stub_data", "dcerpc.stub_data"},
    Alias{"dnp3_data", "dnp3.data"},
    Alias{"dnp3_func", "dnp3.func"},
    Alias{"enip_command", "enip.command"},
    Alias{"dns_query", "dns.query"},
    Alias{"http_header_names", "http.header_names"},
    Alias{"http_protocol", "http.protocol"},
    Alias{"http_request_line", "http.request_line"},
    Alias{"http_response_line", "http.response_line"},
    Alias{"http_start", "http.start"},
    Alias{"http_accept", "http.accept"},
    Alias{"http_accept_enc", "http.accept_enc"},
    Alias{"http_accept_lang", "http.accept_lang"},
    Alias{"http_connection", "http.connection"},
    Alias{"http_content_len", "http.content_len"},
    Alias{"http_content_type", "http.content_type"},
    Alias{"http_referer", "http.referer"},
    Alias{"http.uri.normalized", "http.uri"},
    Alias{"ja3_hash", "ja3.hash"},
    Alias{"ja3_string", "ja3.string"},
    Alias{"ja4_hash", "ja4.hash"},
    Alias{"krb5_cname", "krb5.cname"},
    Alias{"krb5_sname", "krb5.sname"},
    Alias{"nfs_version", "nfs.version"},
    Alias{"smb_share", "smb.share"},
    Alias{"smb_named_pipe", "smb.named_pipe"},
    Alias{"ssh.hassh-server", "ssh.hassh.server"},
    Alias{"ssh-hassh", "ssh.hassh"},
    Alias{"ssh-hassh-string", "ssh.hassh.string"},
    Alias{"ssh-hassh-server", "ssh.hassh.server"},
    Alias{"ssh-hassh-server-string", "ssh.hassh.server.string"},
    Alias{"ssh_proto", "ssh.proto"},
    Alias{"ssh_software", "ssh.software"},
    Alias{"ack", "tcp.ack"},
    Alias{"flags", "tcp.flags"},
    Alias{"seq", "tcp.seq"},
    Alias{"window", "tcp.window"},
    Alias{"tls_cert_fingerprint", "tls.cert_fingerprint"},
    Alias{"tls_cert_issuer", "tls.cert_issuer"},
    Alias{"tls_cert_serial", "tls.cert_serial"},
    Alias{"tls_cert_subject", "tls.cert_subject"},
    Alias{"tls_sni", "tls.sni"},
    Alias{"tls.store", "tls_store"},
};

using Rows = std::unordered_map<std::string_view, const Keyword*>;

const Rows& rows() {
  static const Rows all = [] {
    Rows found;
    for (const auto family : kFamilies)
      for (const Keyword& row : family()) found.emplace(row.name, &row);
    return found;
  }();
  return all;
}

}  // namespace

std::string_view canonical_name(std::string_view name) noexcept {
  const auto alias = std::ranges::find(kAliases, name, &Alias::name);
  return alias == kAliases.end() ? name : alias->means;
}

const Keyword* find_keyword(std::string_view name) noexcept {
  const auto row = rows().find(canonical_name(name));
  return row == rows().end() ? nullptr : row->second;
}

}  // namespace gatehouse::ips::compile
