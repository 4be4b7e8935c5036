// SPDX-License-Identifier: GPL-3.0-or-later
// What this protocol objects to, by the names rule writers know, and how libhtp's messages map to them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/direction.hpp"
#include "model/protocol.hpp"

namespace gatehouse::proto::http {

enum class Event : std::uint8_t {
  unknown_error,
  gzip_decompression_failed,
  request_field_missing_colon,
  response_field_missing_colon,
  invalid_request_chunk_len,
  invalid_response_chunk_len,
  invalid_transfer_encoding_value_in_request,
  invalid_transfer_encoding_value_in_response,
  invalid_content_length_field_in_request,
  invalid_content_length_field_in_response,
  continue_already_seen,
  unable_to_match_response_to_request,
  invalid_server_port_in_request,
  invalid_authority_port,
  request_header_invalid,
  response_header_invalid,
  missing_host_header,
  host_header_ambiguous,
  invalid_request_field_folding,
  invalid_response_field_folding,
  request_field_too_long,
  response_field_too_long,
  multipart_generic_error,
  multipart_no_filedata,
  multipart_invalid_header,
  request_server_port_tcp_port_mismatch,
  request_uri_host_invalid,
  request_header_host_invalid,
  uri_delim_non_compliant,
  method_delim_non_compliant,
  request_line_leading_whitespace,
  too_many_encoding_layers,
  abnormal_ce_header,
  request_auth_unrecognized,
  request_header_repetition,
  response_header_repetition,
  response_multipart_byteranges,
  response_abnormal_transfer_encoding,
  response_chunked_old_proto,
  response_invalid_protocol,
  response_invalid_status,
  request_line_incomplete,
  double_encoded_uri,
  request_line_invalid,
  request_body_unexpected,
  lzma_memlimit_reached,
  duplicate_content_length_field_in_request,
  duplicate_content_length_field_in_response,
  compression_bomb,
  too_many_warnings,
  range_invalid,
  file_name_too_long,
  failed_protocol_change,
  request_chunk_extension,
  request_line_missing_protocol,
  request_too_many_headers,
  response_too_many_headers,
  response_chunk_extension,
  compression_bomb_limit_reached,
  too_many_transactions,
  count
};

extern const std::array<EventSpec, static_cast<std::size_t>(Event::count)> kEvents;

// The event that a message of libhtp stands for; Event::count for one that is of no interest.
Event event_of_message(std::string_view message, Direction direction) noexcept;

}  // namespace gatehouse::proto::http
