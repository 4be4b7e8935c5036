// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/transaction.hpp"

namespace gatehouse::proto::http {
namespace {

// libhtp decodes the path as it parses; query and fragment are left to whoever wants them.
void append_decoded(std::pmr::string& out, const bstr* part, htp_cfg_t* config) {
  if (view(part).find('%') == std::string_view::npos) {
    out += view(part);
    return;
  }
  bstr* copy = bstr_dup(part);
  if (copy == nullptr) return;
  std::uint64_t flags = 0;
  htp_urldecode_inplace(config, HTP_DECODER_URLENCODED, copy, &flags);
  out += view(copy);
  bstr_free(copy);
}

}  // namespace

std::optional<std::string_view> header(const HttpTransaction& tx, Direction d, const char* name) noexcept {
  const htp_table_t* table = headers(tx, d);
  if (table == nullptr) return std::nullopt;
  const auto* found = static_cast<const htp_header_t*>(htp_table_get_c(table, name));
  if (found == nullptr) return std::nullopt;
  return view(found->value);
}

std::string_view path(const HttpTransaction& tx) noexcept {
  if (tx.htp->parsed_uri != nullptr && tx.htp->parsed_uri->path != nullptr) return view(tx.htp->parsed_uri->path);
  return view(tx.htp->request_uri);
}

std::string_view normalised_uri(const HttpTransaction& tx) noexcept {
  const htp_uri_t* parsed = tx.htp->parsed_uri;
  if (tx.uri_built || parsed == nullptr) return tx.uri;
  tx.uri_built = true;
  tx.uri = view(parsed->path);
  if (parsed->query != nullptr) {
    tx.uri += '?';
    append_decoded(tx.uri, parsed->query, tx.htp->cfg);
  }
  if (parsed->fragment != nullptr) {
    tx.uri += '#';
    append_decoded(tx.uri, parsed->fragment, tx.htp->cfg);
  }
  return tx.uri;
}

}  // namespace gatehouse::proto::http
